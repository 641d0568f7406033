// SPDX-License-Identifier: GPL-2.0+

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/pm_runtime.h>

#include "v3d_drv.h"
#include "v3d_regs.h"

/* The line may be shared: masking the interrupt does not keep the handler away. */
static void v3d_irq_fini(struct v3d_dev *v3d)
{
	int i;

	for (i = 0; i < V3D_MAX_IRQS; i++) {
		if (v3d->irq[i])
			devm_free_irq(v3d->drm.dev, v3d->irq[i], v3d);
		v3d->irq[i] = 0;
	}

	cancel_work_sync(&v3d->overflow_mem_work);
}

/**
 * v3d_quiesce - make the hardware forget its jobs
 * @v3d: device that is being removed, its schedulers have been stopped
 *
 * On return there is no DMA, whether the device is still there or not, and nobody
 * follows &v3d_queue_state.active_job or the active perfmon any more.
 */
void v3d_quiesce(struct v3d_dev *v3d)
{
	/* Jobs keep the device awake; one that sleeps does no DMA. */
	int awake = pm_runtime_get_if_active(v3d->drm.dev);
	enum v3d_queue q;

	/* A device that is gone reads as all ones, and never gets idle. */
	if (awake && V3D_READ(V3D_HUB_IDENT1) != ~0u) {
		v3d_irq_disable(v3d);
		v3d_idle_axi(v3d, 0);
		v3d_idle_gca(v3d);
	}

	v3d_irq_fini(v3d);
	if (awake > 0)
		v3d_pm_runtime_put(v3d);

	for (q = 0; q < V3D_MAX_QUEUES; q++)
		v3d->queue[q].active_job = NULL;

	scoped_guard(spinlock_irqsave, &v3d->perfmon_state.lock)
		v3d->perfmon_state.active = NULL;
}

/**
 * v3d_gem_release - last reference to the device is gone
 * @dev: the device, which was unbound long ago, or failed to probe
 * @unused: for drmm_add_action_or_reset()
 */
void v3d_gem_release(struct drm_device *dev, void *unused)
{
	v3d_gem_destroy(dev);
}
