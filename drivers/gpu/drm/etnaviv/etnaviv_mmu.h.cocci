// SPDX-License-Identifier: GPL-2.0

@no_use_count@
@@
 struct etnaviv_iommu_global {
	...
-	unsigned int use;
	...
 };

@prototype_fini@
@@
-void etnaviv_iommu_global_fini(struct etnaviv_gpu *gpu);
+void etnaviv_iommu_global_fini(struct etnaviv_drm_private *priv);

@declare_priv@
@@
+struct etnaviv_drm_private;
 struct etnaviv_gpu;
