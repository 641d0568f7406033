// SPDX-License-Identifier: MIT

@no_wait@
identifier job, fence;
@@
 nouveau_job_submit(struct nouveau_job *job)
 {
	...
-	struct dma_fence *fence = NULL;
	...
-	if (job->sync)
-		fence = dma_fence_get(job->done_fence);
	...
-	if (fence) {
-		dma_fence_wait(fence, true);
-		dma_fence_put(fence);
-	}
-
	return 0;
	...
 }
