// SPDX-License-Identifier: GPL-2.0

@remove@
identifier pdev, pfdev;
@@
 static void panfrost_remove(struct platform_device *pdev)
 {
	...
-	drm_dev_unregister(&pfdev->base);
+	panfrost_drain(pfdev);
+	panfrost_quiesce(pfdev);
+	drm_sched_fini_device(&pdev->dev);
+	drm_dev_unplug(&pfdev->base);
+	panfrost_irq_fini(pfdev);
	panfrost_gem_shrinker_cleanup(&pfdev->base);
	...
	pm_runtime_set_suspended(pfdev->base.dev);
+	pm_runtime_put_noidle(pfdev->base.dev);
 }

@timestamp@
identifier ddev, pfdev, param, ret;
@@
 static int panfrost_ioctl_get_param(struct drm_device *ddev, ...)
 {
	...
	int ret;
+	int idx;
 <...
+	if (!drm_dev_enter(ddev, &idx))
+		return -ENODEV;
	ret = panfrost_ioctl_query_timestamp(pfdev, &param->value);
+	drm_dev_exit(idx);
 ...>
 }
