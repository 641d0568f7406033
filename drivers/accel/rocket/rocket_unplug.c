// SPDX-License-Identifier: GPL-2.0-only

#include <linux/interrupt.h>
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/pm_runtime.h>
#include <linux/workqueue.h>

#include <drm/drm_device.h>

#include "rocket_core.h"
#include "rocket_device.h"
#include "rocket_job.h"

/* Some inferences: what is worth to be finished when a core is unbound. */
#define ROCKET_DRAIN_MS		50

/**
 * rocket_core_is_up - ask whether a core can be used
 * @core: place of a core
 *
 * Return: true if there is a core that has a scheduler.
 */
bool rocket_core_is_up(struct rocket_core *core)
{
	return READ_ONCE(core->dev) && core->sched.ready;
}

/**
 * rocket_any_core - find a core that can be used
 * @rdev: device whose cores may be unbound at any time
 *
 * Return: one of them, or NULL.
 */
struct device *rocket_any_core(struct rocket_device *rdev)
{
	unsigned int core;

	for (core = 0; core < rdev->max_cores; core++) {
		struct device *dev = READ_ONCE(rdev->cores[core].dev);

		if (dev && rdev->cores[core].sched.ready)
			return dev;
	}

	return NULL;
}

/* One that is gone reads as all ones. */
static bool rocket_core_answers(struct rocket_core *core)
{
	return rocket_pc_readl(core, VERSION) != ~0u;
}

/* No more jobs are run on return. What runs may finish, if the core can. */
static void rocket_core_drain(struct rocket_core *core)
{
	int awake;

	/* First of all: a timeout handler may be resetting the core. */
	drm_sched_stop_device(core->dev);

	/* Jobs keep it awake. */
	awake = pm_runtime_get_if_active(core->dev);
	if (awake && rocket_core_answers(core))
		drm_sched_wait_device(core->dev, msecs_to_jiffies(ROCKET_DRAIN_MS));

	if (awake > 0)
		pm_runtime_put_autosuspend(core->dev);
}

/* What the interrupt would have done, but for the fence. */
static void rocket_core_forget(struct rocket_core *core)
{
	guard(mutex)(&core->job_lock);

	if (core->in_flight_job) {
		iommu_detach_group(NULL, core->iommu_group);
		pm_runtime_put_autosuspend(core->dev);
	}
	core->in_flight_job = NULL;
}

/**
 * rocket_core_is_lost - ask in a timeout handler whether the core is gone
 * @core: core that is awake
 *
 * Return: true if it is. Its scheduler has been stopped then.
 */
bool rocket_core_is_lost(struct rocket_core *core)
{
	if (rocket_core_answers(core))
		return false;

	if (!drm_sched_stop_device(core->dev))
		rocket_core_forget(core);

	return true;
}

/* On return there is no DMA, and nobody follows in_flight_job. */
static void rocket_core_quiesce(struct rocket_core *core)
{
	/* One that sleeps does no DMA. */
	int awake = pm_runtime_get_if_active(core->dev);

	/* The line may be shared: masking the interrupt does not keep the handler away. */
	devm_free_irq(core->dev, core->irq, core);

	/* DMA ends before its address space goes. */
	if (awake)
		rocket_core_reset(core);
	rocket_core_forget(core);

	if (awake > 0)
		pm_runtime_put_noidle(core->dev);
}

/**
 * rocket_core_unplug - retire all jobs of a core that is being removed
 * @core: the core
 *
 * Its scheduler stays until rocket_cores_release(): files that are open know it.
 */
void rocket_core_unplug(struct rocket_core *core)
{
	struct device *dev = core->dev;

	/* It would start the scheduler again. */
	disable_work_sync(&core->reset.work);

	rocket_core_drain(core);
	rocket_core_quiesce(core);
	drm_sched_fini_device(dev);

	/* Falls asleep at once: nothing uses it any more. */
	pm_runtime_dont_use_autosuspend(dev);
	pm_runtime_disable(dev);

	iommu_group_put(core->iommu_group);
	core->iommu_group = NULL;
	WRITE_ONCE(core->dev, NULL);
}

/**
 * rocket_cores_release - last reference to the device is gone
 * @ddev: the device, all of whose cores were unbound long ago
 * @unused: for drmm_add_action_or_reset()
 */
void rocket_cores_release(struct drm_device *ddev, void *unused)
{
	struct rocket_device *rdev = to_rocket_device(ddev);
	unsigned int core;

	for (core = 0; core < rdev->max_cores; core++) {
		if (rdev->cores[core].reset.wq)
			rocket_job_fini(&rdev->cores[core]);
	}
}
