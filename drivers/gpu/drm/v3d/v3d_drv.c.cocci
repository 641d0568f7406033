// SPDX-License-Identifier: GPL-2.0+

@remove@
identifier pdev, dev, drm, v3d;
@@
 static void v3d_platform_drm_remove(struct platform_device *pdev)
 {
	...
	struct v3d_dev *v3d = to_v3d_dev(drm);
	struct device *dev = &pdev->dev;
	...
-	drm_dev_unregister(drm);
+	v3d_drain(v3d);
+	v3d_quiesce(v3d);
+	drm_sched_fini_device(dev);
+	drm_dev_unplug(drm);
	...
-	pm_runtime_suspend(dev);
+	/* Jobs that are still to be freed hold references; balance devm. */
+	if (!pm_runtime_force_suspend(dev))
+		pm_runtime_enable(dev);
	...
-	v3d_gem_destroy(drm);
	...
 }

@probe_unwind@
identifier drm;
@@
 static int v3d_platform_drm_probe(...)
 {
 <+...
-	v3d_gem_destroy(drm);
 ...+>
 }
