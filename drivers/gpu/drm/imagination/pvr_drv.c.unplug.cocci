// SPDX-License-Identifier: GPL-2.0-only OR MIT

@open@
identifier pvr_file, pvr_dev;
@@
 pvr_drm_driver_open(...)
 {
	...
	struct pvr_device *pvr_dev = to_pvr_device(...);
	...
	if (!pvr_file)
		return -ENOMEM;
+	if (!pvr_gpu_get(pvr_dev)) {
+		kfree(pvr_file);
+		return -ENODEV;
+	}
	...
 }

@postclose@
identifier drm_dev, file;
@@
 pvr_drm_driver_postclose(struct drm_device *drm_dev, struct drm_file *file)
 {
	...
	file->driver_priv = NULL;
+	pvr_gpu_put(to_pvr_device(drm_dev));
 }

@probe@
identifier pvr_dev;
@@
 pvr_probe(...)
 {
	<+...
	init_rwsem(&pvr_dev->reset_sem);
+	pvr_unplug_init(pvr_dev);
	...+>
 }

@probe_unwind@
identifier pvr_dev;
@@
 pvr_probe(...)
 {
	<+...
-	pvr_queue_device_fini(pvr_dev);
	...+>
 }

@remove@
identifier drm_dev, pvr_dev;
@@
 static void pvr_remove(...)
 {
	...
-	WARN_ON(!xa_empty(&pvr_dev->job_ids));
-	WARN_ON(!xa_empty(&pvr_dev->free_list_ids));
-
-	xa_destroy(&pvr_dev->job_ids);
-	xa_destroy(&pvr_dev->free_list_ids);
-
-	pm_runtime_suspend(drm_dev->dev);
+	pvr_unplug(pvr_dev);
	pvr_device_fini(pvr_dev);
-	drm_dev_unplug(drm_dev);
	pvr_watchdog_fini(pvr_dev);
-	pvr_queue_device_fini(pvr_dev);
-	pvr_context_device_fini(pvr_dev);
	pvr_power_domains_fini(pvr_dev);
 }

@module_register@
declarer name module_platform_driver, module_driver;
@@
-module_platform_driver(pvr_driver);
+module_driver(pvr_driver, pvr_unplug_register, pvr_unplug_unregister);
