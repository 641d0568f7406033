// SPDX-License-Identifier: GPL-2.0

@prototype_reset@
@@
-int etnaviv_gpu_init(struct etnaviv_gpu *gpu);
+int etnaviv_gpu_init(struct etnaviv_gpu *gpu);
+int etnaviv_hw_reset(struct etnaviv_gpu *gpu);

@no_fence_lock@
@@
 struct etnaviv_gpu {
	...
-	spinlock_t fence_spinlock;
	...
 };
