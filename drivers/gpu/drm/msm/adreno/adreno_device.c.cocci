// SPDX-License-Identifier: GPL-2.0-only

@unbind@
identifier dev, master, priv, gpu;
@@
 static void adreno_unbind(struct device *dev, struct device *master, ...)
 {
-	struct msm_drm_private *priv = dev_get_drvdata(master);
	struct msm_gpu *gpu = dev_to_gpu(dev);
+	struct msm_drm_private *priv = gpu->dev->dev_private;
	...
 }

// What adreno_probe() asks for.
@remove@
identifier pdev, priv;
@@
 static void adreno_remove(struct platform_device *pdev)
 {
-	struct msm_drm_private *priv = platform_get_drvdata(pdev);
-
-	if (priv->kms_init)
+	if (!of_device_is_compatible(pdev->dev.of_node, "amd,imageon") &&
+	    !msm_gpu_no_components())
		component_del(...);
	else
		msm_gpu_remove(...);
 }
