// SPDX-License-Identifier: GPL-2.0+
//
// one of: bo_include bo_include_first

@bo_include@
@@
+#include <drm/drm_drv.h>
 #include <drm/drm_print.h>

@bo_include_first depends on !bo_include@
@@
 #include <linux/vmalloc.h>
+
+#include <drm/drm_drv.h>

@free_object@
identifier obj, bo;
@@
 void v3d_free_object(struct drm_gem_object *obj)
 {
	...
	struct v3d_bo *bo = to_v3d_bo(obj);
+	int idx;
	...
-	v3d_mmu_remove_ptes(bo);
+	if (drm_dev_enter(obj->dev, &idx)) {
+		v3d_mmu_remove_ptes(bo);
+		drm_dev_exit(idx);
+	}
	...
 }

@create_finish@
identifier obj, bo;
@@
 v3d_bo_create_finish(struct drm_gem_object *obj)
 {
	...
	struct v3d_bo *bo = to_v3d_bo(obj);
	...
	int ret;
+	int idx;
	...
-	v3d_mmu_insert_ptes(bo);
+	if (drm_dev_enter(obj->dev, &idx)) {
+		v3d_mmu_insert_ptes(bo);
+		drm_dev_exit(idx);
+	}
	...
 }
