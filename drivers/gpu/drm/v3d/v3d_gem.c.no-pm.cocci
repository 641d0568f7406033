// SPDX-License-Identifier: GPL-2.0+

@idle_axi_export@
@@
-static void
+void
 v3d_idle_axi(...) { ... }

@idle_gca_export@
@@
-static void
+void
 v3d_idle_gca(...) { ... }

@sched_init_failed@
identifier ret;
expression v3d;
@@
 int v3d_gem_init(struct drm_device *dev)
 {
	...
	ret = v3d_sched_init(v3d);
	if (ret) {
		...
+		return ret;
	}
	...
 }
