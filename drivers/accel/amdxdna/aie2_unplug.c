// SPDX-License-Identifier: GPL-2.0

#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#include <drm/gpu_scheduler.h>

#include "aie2_pci.h"
#include "amdxdna_ctx.h"
#include "amdxdna_pci_drv.h"

/* How long firmware that works is given for all it has been sent. */
#define AIE2_DRAIN_MS	2000

/**
 * aie2_job_error - why there is no response to a job
 * @job: its channel has been destroyed, by a retire, a timeout or a suspend
 *
 * Return: the error of its fence.
 */
int aie2_job_error(struct amdxdna_sched_job *job)
{
	if (job->hwctx->client->xdna->dev_handle->retired)
		return -ENODEV;

	return job->job_timeout ? -ETIME : -ECANCELED;
}

/* Ends what still waits for a response, with an error. */
static int aie2_hwctx_cancel_cb(struct amdxdna_hwctx *hwctx, void *arg)
{
	aie2_destroy_context(hwctx->client->xdna->dev_handle, hwctx);

	return 0;
}

/**
 * aie2_retire - finish all jobs of a device that is being removed
 * @xdna: the device
 */
void aie2_retire(struct amdxdna_dev *xdna)
{
	struct device *dev = xdna->ddev.dev;
	struct pci_dev *pdev = to_pci_dev(dev);
	struct amdxdna_client *client;

	/* Whoever destroys a context stops and starts its scheduler. */
	guard(mutex)(&xdna->client_lock);

	drm_sched_stop_device(dev);

	if (pci_device_is_present(pdev) &&
	    !drm_sched_wait_device(dev, msecs_to_jiffies(AIE2_DRAIN_MS))) {
		pci_clear_master(pdev);
		pci_wait_for_pending_transaction(pdev);
	}

	scoped_guard(mutex, &xdna->dev_lock) {
		xdna->dev_handle->retired = true;
		list_for_each_entry(client, &xdna->client_list, node)
			amdxdna_hwctx_walk(client, NULL, aie2_hwctx_cancel_cb);
	}

	drm_sched_fini_device(dev);
}
