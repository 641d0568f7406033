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
identifier pfdev, ret;
@@
 panfrost_ioctl_query_timestamp(struct panfrost_device *pfdev, ...)
 {
	int ret;
+	int idx;
+
+	if (!drm_dev_enter(&pfdev->base, &idx))
+		return -ENODEV;
	...
	if (ret)
-		return ret;
+		goto out;
	...
	pm_runtime_put(pfdev->base.dev);
-	return 0;
+
+out:
+	drm_dev_exit(idx);
+	return ret;
 }
