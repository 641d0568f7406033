// SPDX-License-Identifier: GPL-2.0 OR MIT

@embedded@
@@
 struct lima_device {
+	struct drm_device base;
	struct device *dev;
-	struct drm_device *ddev;
	...
 };

@container@
identifier dev;
@@
 to_lima_dev(struct drm_device *dev)
 {
-	return dev->dev_private;
+	return container_of(dev, struct lima_device, base);
 }
