// SPDX-License-Identifier: GPL-2.0-only OR MIT

@lost@
identifier pvr_dev;
@@
 pvr_device_lost(struct pvr_device *pvr_dev)
 {
	<...
-	drm_dev_unplug(from_pvr_device(pvr_dev));
+	queue_work(pvr_dev->sched_wq, &pvr_dev->lost_work);
	...>
 }

@no_reset@
identifier pvr_dev;
@@
 pvr_power_reset(...)
 {
	<...
-	if (pvr_dev->lost)
+	if (pvr_dev->lost || pvr_dev->no_reset)
	{ ... }
	...>
 }

@fw_disable_linkage@
typedef bool;
@@
-static int
+int
 pvr_power_fw_disable(struct pvr_device *pvr_dev, bool hard_reset, bool rpm_suspend) { ... }
