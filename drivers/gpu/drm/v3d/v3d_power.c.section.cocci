// SPDX-License-Identifier: GPL-2.0+

@suspend@
identifier dev, drm, v3d;
@@
 int v3d_power_suspend(struct device *dev)
 {
	...
	struct v3d_dev *v3d = to_v3d_dev(drm);
+	CLASS(v3d_section, section)(drm);
	int ret;
+
+	/* remove() does it itself, with runtime PM disabled; a probe that fails is not bound. */
+	if (!section.entered && device_is_bound(dev) && pm_runtime_enabled(dev))
+		return -EBUSY;
	...
 }
