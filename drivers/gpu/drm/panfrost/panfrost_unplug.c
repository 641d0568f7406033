// SPDX-License-Identifier: GPL-2.0

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/pm_runtime.h>
#include <linux/workqueue.h>

#include "panfrost_device.h"
#include "panfrost_gpu.h"
#include "panfrost_job.h"
#include "panfrost_mmu.h"
#include "panfrost_regs.h"

/* Some frames: what is worth to be finished when the device is unbound. */
#define PANFROST_DRAIN_MS	50

/* One that is gone reads as all ones. */
static bool panfrost_answers(struct panfrost_device *pfdev)
{
	return gpu_read(pfdev, GPU_ID) != ~0u;
}

/**
 * panfrost_read_int - read an interrupt status
 * @pfdev: device that is awake, or gone
 * @reg: one of the registers with raw or masked status
 *
 * Return: the status; none if the device is gone, which reads as all ones.
 */
u32 panfrost_read_int(struct panfrost_device *pfdev, u32 reg)
{
	u32 status = readl(pfdev->iomem + reg);

	return status == ~0u ? 0 : status;
}

/**
 * panfrost_is_lost - ask before a reset whether the device is gone
 * @pfdev: device that is awake
 *
 * Queues without a job that hangs would never find out, so all are told. To be
 * called from &panfrost_device.reset.wq, which runs one reset at a time.
 *
 * Return: true if it is.
 */
bool panfrost_is_lost(struct panfrost_device *pfdev)
{
	struct device *dev = pfdev->base.dev;

	if (panfrost_answers(pfdev))
		return false;

	disable_work(&pfdev->reset.work);
	if (!drm_sched_stop_device(dev)) {
		panfrost_jm_lost(pfdev);
		drm_sched_fini_device(dev);
	}

	return true;
}

/**
 * panfrost_drain - let the hardware finish what it runs, if it can
 * @pfdev: device that is being removed
 *
 * No more jobs are run on return, and nobody resets the device.
 */
void panfrost_drain(struct panfrost_device *pfdev)
{
	struct device *dev = pfdev->base.dev;
	int awake;

	/* It would start the schedulers again. */
	disable_work_sync(&pfdev->reset.work);
	/* A timeout handler may be resetting the device. */
	drm_sched_stop_device(dev);

	/* Jobs keep the device awake. */
	awake = pm_runtime_get_if_active(dev);
	if (awake && panfrost_answers(pfdev))
		drm_sched_wait_device(dev, msecs_to_jiffies(PANFROST_DRAIN_MS));

	if (awake > 0)
		pm_runtime_put_autosuspend(dev);
}

/**
 * panfrost_quiesce - make the hardware forget its jobs
 * @pfdev: device that is being removed, its schedulers have been stopped
 *
 * On return there is no DMA, whether the device is still there or not, nobody
 * follows &panfrost_device.jobs any more, and no address space is assigned.
 */
void panfrost_quiesce(struct panfrost_device *pfdev)
{
	/* One that sleeps does no DMA, and is reset when it wakes up. */
	int awake = pm_runtime_get_if_active(pfdev->base.dev);

	panfrost_jm_quiesce(pfdev);

	if (awake) {
		if (panfrost_answers(pfdev))
			panfrost_gpu_soft_reset(pfdev);
		panfrost_mmu_reset(pfdev);
	}

	if (awake > 0)
		pm_runtime_put_autosuspend(pfdev->base.dev);
}

/**
 * panfrost_irq_fini - free the interrupts that have nothing to do with jobs
 * @pfdev: device that is being removed
 *
 * The handler of page faults takes reservation locks, under which others wait for
 * fences: it can only be waited for when these are signalled.
 */
void panfrost_irq_fini(struct panfrost_device *pfdev)
{
	devm_free_irq(pfdev->base.dev, pfdev->gpu_irq, pfdev);
	devm_free_irq(pfdev->base.dev, pfdev->mmu_irq, pfdev);
}
