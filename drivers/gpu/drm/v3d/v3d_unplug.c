// SPDX-License-Identifier: GPL-2.0+

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/pm_runtime.h>

#include <drm/drm_drv.h>

#include "v3d_drv.h"
#include "v3d_regs.h"

/* Some frames: what is worth to be finished when the device is unbound. */
#define V3D_DRAIN_MS	50

/**
 * v3d_enter_if_active - keep the device, if it is there and awake
 * @v3d: device that may be gone
 * @idx: for v3d_exit_active()
 *
 * After an unbind runtime PM is disabled, and pm_runtime_get_if_active() alone
 * returns an error that looks like success.
 *
 * Return: true if its registers can be accessed until v3d_exit_active().
 */
bool v3d_enter_if_active(struct v3d_dev *v3d, int *idx)
{
	if (!drm_dev_enter(&v3d->drm, idx))
		return false;

	if (pm_runtime_get_if_active(v3d->drm.dev))
		return true;

	drm_dev_exit(*idx);
	return false;
}

/**
 * v3d_exit_active - counterpart of v3d_enter_if_active()
 * @v3d: the device
 * @idx: what v3d_enter_if_active() set
 */
void v3d_exit_active(struct v3d_dev *v3d, int idx)
{
	v3d_pm_runtime_put(v3d);
	drm_dev_exit(idx);
}

/**
 * v3d_answers - ask whether the device is still there
 * @v3d: device that is awake
 *
 * One that is gone reads as all ones, and never gets idle.
 *
 * Return: true if it is.
 */
bool v3d_answers(struct v3d_dev *v3d)
{
	return V3D_READ(V3D_HUB_IDENT1) != ~0u;
}

/*
 * From now on v3d_overflow_mem_work() and the interrupt handler find no job, and a
 * suspend no perfmon of one.
 */
static void v3d_forget_jobs(struct v3d_dev *v3d)
{
	enum v3d_queue q;

	for (q = 0; q < V3D_MAX_QUEUES; q++) {
		guard(spinlock_irqsave)(&v3d->queue[q].queue_lock);
		v3d->queue[q].active_job = NULL;
	}

	scoped_guard(spinlock_irqsave, &v3d->perfmon_state.lock)
		v3d->perfmon_state.active = NULL;
}

/**
 * v3d_is_lost - ask in a timeout handler whether the device is gone
 * @v3d: device that is awake
 *
 * Queues without a job that hangs would never find out, so all are told.
 *
 * Return: true if it is.
 */
bool v3d_is_lost(struct v3d_dev *v3d)
{
	int i;

	if (v3d_answers(v3d))
		return false;

	if (!drm_sched_stop_device(v3d->drm.dev)) {
		v3d_forget_jobs(v3d);
		/* A handler that has begun before may still be at it. */
		for (i = 0; i < V3D_MAX_IRQS; i++) {
			if (v3d->irq[i])
				synchronize_irq(v3d->irq[i]);
		}
		drm_sched_fini_device(v3d->drm.dev);
	}

	return true;
}

/**
 * v3d_drain - let the hardware finish what it runs, if it can
 * @v3d: device that is being removed
 *
 * No more jobs are run on return.
 */
void v3d_drain(struct v3d_dev *v3d)
{
	int awake;

	/* First of all: a timeout handler may be resetting the device. */
	drm_sched_stop_device(v3d->drm.dev);

	/* Jobs keep the device awake. */
	awake = pm_runtime_get_if_active(v3d->drm.dev);
	if (awake && v3d_answers(v3d))
		drm_sched_wait_device(v3d->drm.dev, msecs_to_jiffies(V3D_DRAIN_MS));

	if (awake > 0)
		v3d_pm_runtime_put(v3d);
}

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
	/* One that sleeps does no DMA. */
	int awake = pm_runtime_get_if_active(v3d->drm.dev);

	if (awake && v3d_answers(v3d)) {
		v3d_irq_disable(v3d);
		v3d_idle_axi(v3d, 0);
		v3d_idle_gca(v3d);
	}

	v3d_irq_fini(v3d);
	if (awake > 0)
		v3d_pm_runtime_put(v3d);

	v3d_forget_jobs(v3d);
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
