// SPDX-License-Identifier: GPL-2.0-only

// In a device of its own, the GPU has its drvdata replaced by msm_gpu_init().
@priv@
identifier pdev, priv, gpu_ops, dev;
@@
 static int msm_drm_uninit(struct device *dev, const struct component_ops *gpu_ops)
 {
-	struct platform_device *pdev = to_platform_device(dev);
-	struct msm_drm_private *priv = platform_get_drvdata(pdev);
+	struct msm_drm_private *priv = gpu_ops ? dev_to_gpu(dev)->dev->dev_private :
+						 dev_get_drvdata(dev);
	...
 }

@unplug@
identifier ddev;
@@
 static int msm_drm_uninit(...)
 {
 <+...
-	drm_dev_unregister(ddev);
+	msm_unplug_jobs(ddev);
+	drm_dev_unplug(ddev);
+	msm_unplug_wait(ddev);
 ...+>
 }
