// SPDX-License-Identifier: MIT

#include <linux/jiffies.h>
#include <linux/pci.h>

#include <drm/gpu_scheduler.h>

#include "amdgpu.h"
#include "amdgpu_job.h"

/* How long an unbind waits for what runs on hardware that works. */
#define AMDGPU_DRAIN_MS	500

/**
 * amdgpu_job_retire_all - finish all jobs of a device that is being removed
 * @adev: device that is still registered
 *
 * Fences that no scheduler knows, of direct submissions and of VM flushes, are left
 * to amdgpu_fence_driver_hw_fini().
 */
void amdgpu_job_retire_all(struct amdgpu_device *adev)
{
	struct pci_dev *pdev = adev->pdev;

	drm_sched_stop_device(adev->dev);

	/* Whoever does not finish in time must not write to memory any more. */
	if (pci_device_is_present(pdev) &&
	    !drm_sched_wait_device(adev->dev, msecs_to_jiffies(AMDGPU_DRAIN_MS))) {
		dev_warn(adev->dev, "jobs hang, cutting the device off from memory\n");
		pci_clear_master(pdev);
		pci_wait_for_pending_transaction(pdev);
	}

	drm_sched_fini_device(adev->dev);
}
