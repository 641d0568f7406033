// SPDX-License-Identifier: GPL-2.0
//
// The scheduler puts the job back.

@no_timeout@
identifier sched, sched_job;
@@
 etnaviv_sched_timedout_job(struct drm_sched_job *sched_job)
 {
 <+...
-	spin_lock(&sched->job_list_lock);
-	list_add(&sched_job->list, &sched->pending_list);
-	spin_unlock(&sched->job_list_lock);
-	return DRM_GPU_SCHED_STAT_NOMINAL;
+	return DRM_GPU_SCHED_STAT_NO_HANG;
 ...+>
 }

@no_sched@
identifier no_timeout.sched;
@@
 etnaviv_sched_timedout_job(...)
 {
 <+...
-	struct drm_gpu_scheduler *sched = ...;
 ...+>
 }
