// SPDX-License-Identifier: MIT

#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/pci.h>

#include <drm/gpu_scheduler.h>

#include "xe_device.h"
#include "xe_gt.h"
#include "xe_gt_sriov_vf.h"
#include "xe_guc_ct.h"
#include "xe_guc_submit.h"
#include "xe_hw_fence.h"
#include "xe_pm.h"
#include "xe_sched_job.h"
#include "xe_sriov.h"
#include "xe_sriov_vf.h"
#include "xe_uc_fw.h"
#include "xe_unplug.h"

/* How long an unbind waits for what runs on hardware that works. */
#define XE_DRAIN_MS	500

/**
 * xe_device_is_lost - ask whether the device is still there
 * @xe: device that is being removed, so it is awake
 *
 * Return: true if it is not.
 */
bool xe_device_is_lost(struct xe_device *xe)
{
	return !pci_device_is_present(to_pci_dev(xe->drm.dev));
}

/* Both run jobs of their own accord: they call run_job() for what was running. */
static void xe_gt_disable_recovery(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);

	if (disable_work_sync(&gt->reset.worker))
		xe_pm_runtime_put(xe);

	if (IS_SRIOV_VF(xe) && xe_sriov_vf_migration_supported(xe))
		xe_gt_sriov_vf_migration_fini(gt);
}

/* Nobody waits for the firmware any more, and queues are destroyed without it. */
static void xe_gt_stop_firmware(struct xe_gt *gt)
{
	struct xe_guc *guc = &gt->uc.guc;

	if (!xe_device_uc_enabled(gt_to_xe(gt)))
		return;

	xe_guc_ct_stop(&guc->ct);
	xe_uc_fw_sanitize(&guc->fw);
}

/* Those who wait for queues to be suspended, which hold up preemption fences. */
static void xe_gt_release_waiters(struct xe_gt *gt)
{
	if (xe_device_uc_enabled(gt_to_xe(gt)) && !xe_gt_recovery_pending(gt))
		xe_guc_submit_reset_prepare(&gt->uc.guc);
}

/*
 * Sequence numbers are read from device memory: once that is gone they are all
 * ones, and fences look as if they had completed.
 */
static void xe_gt_hold_fences(struct xe_gt *gt, bool hold)
{
	int i;

	for (i = 0; i < XE_ENGINE_CLASS_MAX; i++) {
		struct xe_hw_fence_irq *irq = &gt->fence_irq[i];

		scoped_guard(spinlock_irqsave, &irq->lock)
			irq->enabled = !hold;

		if (!hold)
			xe_hw_fence_irq_run(irq);
	}
}

/**
 * xe_device_retire - finish all jobs of a device that is being removed
 * @xe: the device
 */
void xe_device_retire(struct xe_device *xe)
{
	struct device *dev = xe->drm.dev;
	bool dead = xe_device_is_lost(xe);
	struct xe_gt *gt;
	u8 id;

	if (dead) {
		for_each_gt(gt, xe, id)
			xe_gt_stop_firmware(gt);
	}

	drm_sched_stop_device(dev);
	for_each_gt(gt, xe, id)
		xe_gt_disable_recovery(gt);

	if (!dead && !drm_sched_wait_device(dev, msecs_to_jiffies(XE_DRAIN_MS))) {
		for_each_gt(gt, xe, id) {
			xe_gt_shutdown(gt);
			xe_gt_stop_firmware(gt);
		}
		dead = true;
	}

	if (dead) {
		for_each_gt(gt, xe, id)
			xe_gt_release_waiters(gt);
	}

	for_each_gt(gt, xe, id)
		xe_gt_hold_fences(gt, true);
	drm_sched_fini_device(dev);
	for_each_gt(gt, xe, id)
		xe_gt_hold_fences(gt, false);
}

/**
 * xe_sched_job_cancel - mark the fences of a job that will not finish
 * @drm_job: job that was running
 *
 * The hardware fence of a parallel job is a chain; the scheduler, which signals it,
 * knows nothing of the fences in it.
 */
void xe_sched_job_cancel(struct drm_sched_job *drm_job)
{
	xe_sched_job_set_error(to_xe_sched_job(drm_job), -ENODEV);
}

/**
 * xe_sched_job_discard - drop what run_job() would have given to the scheduler
 * @drm_job: job that will never run
 */
void xe_sched_job_discard(struct drm_sched_job *drm_job)
{
	/* Pairs with get in xe_sched_job_arm() */
	dma_fence_put(to_xe_sched_job(drm_job)->fence);
}
