// SPDX-License-Identifier: GPL-2.0
//
// A fence that has signalled needs nothing of the core.

@fence_lock@
identifier gpu, f;
@@
 etnaviv_gpu_fence_alloc(struct etnaviv_gpu *gpu)
 {
	...
-	dma_fence_init(&f->base, &etnaviv_fence_ops, &gpu->fence_spinlock,
-		       gpu->fence_context, ++gpu->next_fence);
+	dma_fence_init(&f->base, &etnaviv_fence_ops, NULL, gpu->fence_context,
+		       ++gpu->next_fence);
	...
 }
