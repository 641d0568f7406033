// SPDX-License-Identifier: GPL-2.0+

@debugfs_check@
identifier fn =~ "^v3d_v3d_debugfs_(regs|ident)$";
statement S1, S2;
@@
 fn(...)
 {
	... when != S1
+	if (!section.entered)
+		return -ENODEV;
+
	S2
	... when any
 }

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

@measure_enter@
identifier v3d, dev, ms, cycles;
expression E;
statement S1, S2;
@@
 v3d_measure_clock(...)
 {
	...
	struct drm_device *dev = E;
+	int idx;
	...
+	if (!drm_dev_enter(dev, &idx))
+		return -ENODEV;
+
	if (v3d->ver >= 40) S1 else S2
+	drm_dev_exit(idx);
	msleep(ms);
+	if (!drm_dev_enter(dev, &idx))
+		return -ENODEV;
+
	cycles = ...;
+	drm_dev_exit(idx);
	...
 }
