// SPDX-License-Identifier: GPL-2.0+

@prototypes_v3d@
@@
 struct v3d_submit { ... };
+
+/* v3d_unplug.c */
+void v3d_quiesce(struct v3d_dev *v3d);
+void v3d_gem_release(struct drm_device *dev, void *unused);
