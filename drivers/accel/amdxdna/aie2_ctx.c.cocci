// SPDX-License-Identifier: GPL-2.0

@notify_error@
identifier job, fence;
@@
 static void
-aie2_sched_notify(struct amdxdna_sched_job *job)
+aie2_sched_notify(struct amdxdna_sched_job *job, int error)
 {
	...
	job->hwctx->priv->completed++;
-	dma_fence_signal(fence);
	up(&job->hwctx->priv->job_sem);
	job->job_done = true;
+	if (error)
+		dma_fence_set_error(fence, error);
+	dma_fence_signal(fence);
	...
 }

@no_response@
symbol data;
identifier job;
@@
-aie2_sched_notify(job);
+aie2_sched_notify(job, data ? 0 : aie2_job_error(job));

@no_channel@
identifier hwctx;
@@
 aie2_sched_job_run(...)
 {
	...
	if (!hwctx->priv->mbox_chann)
-		return NULL;
+		return ERR_PTR(-ECANCELED);
	...
 }
