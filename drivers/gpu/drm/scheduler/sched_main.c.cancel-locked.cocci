// SPDX-License-Identifier: MIT
//
// drm_sched_wait_device() looks for jobs that run while drm_sched_fini() frees them.

@cancel_locked@
identifier sched, job;
@@
 static void drm_sched_cancel_remaining_jobs(struct drm_gpu_scheduler *sched)
 {
 <+...
+	spin_lock(&sched->job_list_lock);
	list_del(&job->list);
+	spin_unlock(&sched->job_list_lock);
+
	sched->ops->free_job(job);
 ...+>
 }
