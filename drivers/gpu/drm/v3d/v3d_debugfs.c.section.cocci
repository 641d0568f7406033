// SPDX-License-Identifier: GPL-2.0+

@debugfs_enter@
identifier fn =~ "^v3d_v3d_debugfs_(regs|ident)$";
identifier dev, entry;
@@
 fn(...)
 {
	...
	struct drm_device *dev = entry->dev;
+	CLASS(v3d_section, section)(dev);
	...
 }

@debugfs_check@
identifier fn =~ "^v3d_v3d_debugfs_(regs|ident)$";
identifier ret, v3d;
@@
 fn(...)
 {
	...
+	if (!section.entered)
+		return -ENODEV;
+
	ret = v3d_pm_runtime_get(v3d);
	...
 }

@measure_enter@
identifier ret, v3d, dev, ms, cycles;
expression E;
@@
 v3d_measure_clock(...)
 {
	...
	struct drm_device *dev = E;
+	int idx;
	...
+	if (!drm_dev_enter(dev, &idx))
+		return -ENODEV;
	ret = v3d_pm_runtime_get(v3d);
-	if (ret)
+	if (ret) {
+		drm_dev_exit(idx);
		return ret;
+	}
	...
+	drm_dev_exit(idx);
	msleep(ms);
+	if (!drm_dev_enter(dev, &idx)) {
+		v3d_pm_runtime_put(v3d);
+		return -ENODEV;
+	}
+
	cycles = ...;
+	drm_dev_exit(idx);
	...
 }
