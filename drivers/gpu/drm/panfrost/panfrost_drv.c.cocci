// SPDX-License-Identifier: GPL-2.0

@remove@
identifier pdev, pfdev;
expression D;
@@
 static void panfrost_remove(struct platform_device *pdev)
 {
	struct panfrost_device *pfdev = ...;
	...
-	drm_dev_unregister(...);
+	panfrost_drain(pfdev);
+	panfrost_quiesce(pfdev);
+	drm_sched_fini_device(&pdev->dev);
+	drm_dev_unplug(&pfdev->base);
+	panfrost_irq_fini(pfdev);
	panfrost_gem_shrinker_cleanup(...);
	...
	pm_runtime_set_suspended(D);
+	pm_runtime_put_noidle(pfdev->base.dev);
 }
