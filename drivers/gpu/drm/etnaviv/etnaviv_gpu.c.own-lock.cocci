// SPDX-License-Identifier: GPL-2.0
//
// A fence that has signalled needs nothing of the core.

@fence_member@
@@
 struct etnaviv_fence {
	struct etnaviv_gpu *gpu;
	struct dma_fence base;
+	spinlock_t lock;
 };

@fence_lock@
identifier gpu, f;
@@
 etnaviv_gpu_fence_alloc(struct etnaviv_gpu *gpu)
 {
	...
+	spin_lock_init(&f->lock);
	dma_fence_init(&f->base, &etnaviv_fence_ops,
-		       &gpu->fence_spinlock,
+		       &f->lock,
		       ...);
	...
 }
