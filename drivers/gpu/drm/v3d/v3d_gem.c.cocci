// SPDX-License-Identifier: GPL-2.0+

@managed_page_table@
expression handle, flags, size;
identifier v3d;
@@
 int v3d_gem_init(struct drm_device *dev)
 {
 <+...
-	v3d->pt = dma_alloc_wc(v3d->drm.dev, size, handle, flags);
+	v3d->pt = dmam_alloc_attrs(v3d->drm.dev, size, handle,
+				   flags,
+				   DMA_ATTR_WRITE_COMBINE);
 ...+>
 }

@no_free_init@
@@
 int v3d_gem_init(struct drm_device *dev)
 {
 <+...
-	dma_free_coherent(...);
 ...+>
 }

@no_free_destroy@
@@
 void v3d_gem_destroy(struct drm_device *dev)
 {
 <+...
-	dma_free_coherent(...);
 ...+>
 }

@last_close@
@@
 int v3d_gem_init(struct drm_device *dev)
 {
	...
-	return 0;
+	return drmm_add_action_or_reset(dev, v3d_gem_release, NULL);
	...
 }

@idle_axi_lost@
identifier v3d;
@@
 void v3d_idle_axi(struct v3d_dev *v3d, ...)
 {
+	if (!v3d_answers(v3d))
+		return;
+
	...
 }

@clean_caches_lost@
identifier v3d, core;
@@
 void v3d_clean_caches(struct v3d_dev *v3d)
 {
	...
	int core = 0;
+
+	if (!v3d_answers(v3d))
+		return;
	...
 }
