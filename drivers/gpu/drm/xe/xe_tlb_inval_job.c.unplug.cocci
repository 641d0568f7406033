// SPDX-License-Identifier: MIT

@discard@
identifier dep_job;
@@
 static void xe_tlb_inval_job_free(struct xe_dep_job *dep_job)
 {
	...
 }
+
+static void xe_tlb_inval_job_discard(struct xe_dep_job *dep_job)
+{
+	struct xe_tlb_inval_job *job = container_of(dep_job, typeof(*job), dep);
+
+	xe_tlb_inval_fence_cancel(container_of(job->fence, struct xe_tlb_inval_fence, base));
+
+	/* Pairs with get for the scheduler in xe_tlb_inval_job_push */
+	dma_fence_put(job->fence);
+}

@discard_op@
@@
 struct xe_dep_job_ops dep_job_ops = {
	.free_job = xe_tlb_inval_job_free,
+	.discard_job = xe_tlb_inval_job_discard,
 };
