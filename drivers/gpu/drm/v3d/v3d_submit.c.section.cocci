// SPDX-License-Identifier: GPL-2.0+
//
// Contract of drm_sched_fini_device(): jobs are submitted inside a section.

@submit@
identifier fn =~ "^v3d_submit_(cl|csd|cpu)_ioctl$";
identifier dev, ret;
@@
 fn(struct drm_device *dev, ...)
 {
	...
	int ret;
+	CLASS(v3d_section, section)(dev);
+
+	if (!section.entered)
+		return -ENODEV;
	...
 }

@submit_tfu@
identifier dev, ret;
@@
 v3d_submit_tfu_ioctl(struct drm_device *dev, ...)
 {
	...
	int ret = 0;
+	CLASS(v3d_section, section)(dev);
+
+	if (!section.entered)
+		return -ENODEV;
	...
 }
