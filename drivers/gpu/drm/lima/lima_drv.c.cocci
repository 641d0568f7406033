// SPDX-License-Identifier: GPL-2.0 OR MIT

@embedded@
identifier pdev, ldev, err, err_out0;
@@
 static int lima_pdev_probe(struct platform_device *pdev)
 {
	...
-	ldev = devm_kzalloc(&pdev->dev, sizeof(*ldev), GFP_KERNEL);
-	if (!ldev) {
-		err = -ENOMEM;
-		goto err_out0;
-	}
+	ldev = devm_drm_dev_alloc(&pdev->dev, &lima_drm_driver, struct lima_device, base);
+	if (IS_ERR(ldev))
+		return PTR_ERR(ldev);
	...
 }

@no_match@
identifier pdev, err, err_out0, comp;
@@
 static int lima_pdev_probe(struct platform_device *pdev)
 {
 <+...
-	if (!comp) {
-		err = -ENODEV;
-		goto err_out0;
-	}
+	if (!comp)
+		return -ENODEV;
 ...+>
 }

@no_alloc@
identifier pdev, ldev, ddev, err, err_out0;
@@
 static int lima_pdev_probe(struct platform_device *pdev)
 {
	...
-	ddev = drm_dev_alloc(...);
-	if (IS_ERR(ddev)) {
-		err = PTR_ERR(ddev);
-		goto err_out0;
-	}
-
-	ddev->dev_private = ldev;
-	ldev->ddev = ddev;
	...
 }

@init_failed@
identifier pdev, ldev, err, err_out1;
@@
 static int lima_pdev_probe(struct platform_device *pdev)
 {
 <+...
	err = lima_device_init(ldev);
	if (err)
-		goto err_out1;
+		return err;
 ...+>
 }

@no_put@
@@
 static int lima_pdev_probe(...)
 {
 <+...
-err_out1:
-	drm_dev_put(...);
-err_out0:
 ...+>
 }

@probe_ddev@
identifier pdev, ddev;
@@
 static int lima_pdev_probe(struct platform_device *pdev)
 {
	...
-	struct drm_device *ddev;
	...
 }

@registering@
identifier pdev, ldev, err, ddev;
@@
 static int lima_pdev_probe(struct platform_device *pdev)
 {
	...
	struct lima_device *ldev;
	...
-	err = drm_dev_register(ddev, 0);
+	err = drm_dev_register(&ldev->base, 0);
	...
 }

@remove@
identifier pdev, ldev, ddev;
@@
 static void lima_pdev_remove(struct platform_device *pdev)
 {
	...
	struct lima_device *ldev = ...;
-	struct drm_device *ddev = ldev->ddev;
+	int i;
	...
-	drm_dev_unregister(ddev);
+	lima_device_drain(ldev);
	...
	pm_runtime_set_autosuspend_delay(ldev->dev, -1);
+	lima_device_power_up(ldev);
+	for (i = 0; i < lima_pipe_num; i++)
+		lima_sched_pipe_quiesce(ldev->pipe + i);
+	drm_sched_fini_device(ldev->dev);
+	drm_dev_unplug(&ldev->base);
	pm_runtime_disable(ldev->dev);
	...
-	drm_dev_put(ddev);
 }
