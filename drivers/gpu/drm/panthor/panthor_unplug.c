// SPDX-License-Identifier: GPL-2.0 or MIT

#include <linux/pm_runtime.h>

#include <drm/gpu_scheduler.h>

#include "panthor_device.h"
#include "panthor_fw.h"
#include "panthor_hw.h"
#include "panthor_sched.h"

/* The firmware does not have to cooperate. */
static void panthor_unplug_quiesce(struct panthor_device *ptdev)
{
	if (IS_ENABLED(CONFIG_PM) && !pm_runtime_active(ptdev->base.dev))
		return;

	panthor_fw_pre_reset(ptdev, true);
	if (panthor_hw_soft_reset(ptdev)) {
		/* Without its L2 cache the GPU has no way to memory. */
		panthor_hw_l2_power_off(ptdev);
		return;
	}

	/* The MMU is still to be told to flush. */
	panthor_hw_l2_power_on(ptdev);
}

/**
 * panthor_unplug_jobs() - Finish all jobs, and terminate all groups
 * @ptdev: Device that has been woken up, and no reset of which is under way.
 */
void panthor_unplug_jobs(struct panthor_device *ptdev)
{
	drm_sched_stop_device(ptdev->base.dev);

	/* A tick would give the firmware another group. */
	panthor_sched_unplug(ptdev);
	panthor_unplug_quiesce(ptdev);

	drm_sched_fini_device(ptdev->base.dev);
	panthor_sched_terminate(ptdev);
}
