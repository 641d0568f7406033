// SPDX-License-Identifier: GPL-2.0+

@get_param@
identifier dev, offset, reg_map, args;
@@
 v3d_get_param_ioctl(struct drm_device *dev, ...)
 {
 <+...
	u32 offset = reg_map[args->param];
+	CLASS(v3d_section, section)(dev);
+
+	if (!section.entered)
+		return -ENODEV;
 ...+>
 }
