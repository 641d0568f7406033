// SPDX-License-Identifier: GPL-2.0+

@prototypes_v3d@
typedef bool;
@@
 struct v3d_job { ... };
+
+/* v3d_unplug.c */
+bool v3d_enter_if_active(struct v3d_dev *v3d, int *idx);
+void v3d_exit_active(struct v3d_dev *v3d, int idx);
+bool v3d_answers(struct v3d_dev *v3d);
+bool v3d_is_lost(struct v3d_dev *v3d);
+void v3d_drain(struct v3d_dev *v3d);
+void v3d_quiesce(struct v3d_dev *v3d);
+void v3d_gem_release(struct drm_device *dev, void *unused);
+
+/* v3d_gem.c */
+void v3d_idle_axi(struct v3d_dev *v3d, int core);
+void v3d_idle_gca(struct v3d_dev *v3d);
