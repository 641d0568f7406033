// SPDX-License-Identifier: GPL-2.0
//
// Contexts refer to it until the last file is closed, whoever uses it first.

@global_init@
@@
 int etnaviv_iommu_global_init(...)
 {
	<+...
-	priv->mmu_global->use++;
	...+>
 }

@global_init_first@
identifier mmu;
@@
 int etnaviv_iommu_global_init(...)
 {
	<+...
-	mmu->use = 1;
	...+>
 }

@global_fini@
identifier gpu, priv, mmu;
@@
-void etnaviv_iommu_global_fini(struct etnaviv_gpu *gpu)
+void etnaviv_iommu_global_fini(struct etnaviv_drm_private *priv)
 {
-	struct etnaviv_drm_private *priv = gpu->drm->dev_private;
	struct etnaviv_iommu_global *mmu = priv->mmu_global;
	...
-	if (--mmu->use > 0)
-		return;
	...
-	if (mmu->v2.pta_cpu)
+	if (mmu->version == ETNAVIV_IOMMU_V2)
		dma_free_wc(...);
	...
 }
