// SPDX-License-Identifier: GPL-2.0
//
// The DRM device has the memory, as from Linux 7.3 on.

@alloc@
identifier pdev, pfdev;
@@
 static int panfrost_probe(struct platform_device *pdev)
 {
	...
-	pfdev = devm_kzalloc(&pdev->dev, sizeof(*pfdev), GFP_KERNEL);
-	if (!pfdev)
-		return -ENOMEM;
+	pfdev = devm_drm_dev_alloc(&pdev->dev, &panfrost_drm_driver,
+				   struct panfrost_device, base);
+	if (IS_ERR(pfdev))
+		return PTR_ERR(pfdev);
	...
 }

@no_alloc@
identifier alloc.pfdev, ddev;
@@
 static int panfrost_probe(...)
 {
 <+...
-	ddev = drm_dev_alloc(...);
-	if (IS_ERR(ddev))
-		return PTR_ERR(ddev);
+	ddev = &pfdev->base;
 ...+>
 }

@no_put@
identifier f = { panfrost_probe, panfrost_remove };
identifier ddev;
@@
 f(...)
 {
 <+...
-	drm_dev_put(ddev);
 ...+>
 }
