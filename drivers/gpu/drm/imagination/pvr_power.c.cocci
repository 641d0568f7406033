// SPDX-License-Identifier: GPL-2.0-only OR MIT

@lost@
identifier pvr_dev;
@@
 pvr_device_lost(struct pvr_device *pvr_dev)
 {
	<+...
-	drm_dev_unplug(from_pvr_device(pvr_dev));
+	queue_work(pvr_dev->sched_wq, &pvr_dev->lost_work);
	...+>
 }

@no_reset@
identifier pvr_dev;
@@
 pvr_power_reset(...)
 {
	<+...
-	if (pvr_dev->lost)
+	if (pvr_dev->lost || pvr_dev->no_reset)
	{ ... }
	...+>
 }

@fw_disable_linkage@
typedef bool;
@@
-static int
+int
 pvr_power_fw_disable(struct pvr_device *pvr_dev, bool hard_reset, bool rpm_suspend) { ... }

@no_power@
identifier drm_dev, idx;
@@
 pvr_power_device_suspend(...)
 {
	...
	if (!drm_dev_enter(drm_dev, &idx))
		return -EIO;
+
+	/* A reset that has failed may have left it off. */
+	if (!pvr_dev->powered)
+		goto err_drm_dev_exit;
	...
 }

@powered_off@
identifier pvr_dev, err;
@@
 pvr_power_device_suspend(...)
 {
	<+...
	err = pvr_dev->device_data->pwr_ops->power_off(pvr_dev);
+	pvr_dev->powered = false;
	...+>
 }

@powered_on@
identifier pvr_dev, err, label;
@@
 pvr_power_device_resume(...)
 {
	<+...
	err = pvr_dev->device_data->pwr_ops->power_on(pvr_dev);
	if (err)
		goto label;
+	pvr_dev->powered = true;
	...+>
 }

@powered_off_again@
identifier pvr_dev;
@@
 pvr_power_device_resume(...)
 {
	<+...
	pvr_dev->device_data->pwr_ops->power_off(pvr_dev);
+	pvr_dev->powered = false;
	...+>
 }
