// SPDX-License-Identifier: GPL-2.0 or MIT

@unplug@
identifier ptdev;
@@
 void panthor_device_unplug(struct panthor_device *ptdev)
 {
	...
	drm_WARN_ON(...);
+	panthor_unplug_jobs(ptdev);
	...
	drm_dev_unplug(&ptdev->base);
	...
-	panthor_sched_unplug(ptdev);
	...
 }
