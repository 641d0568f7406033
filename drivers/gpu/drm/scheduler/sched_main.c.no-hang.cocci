// SPDX-License-Identifier: MIT

@no_hang@
identifier sched, job, status;
@@
 static void drm_sched_job_timedout(...)
 {
 <+...
	status = job->sched->ops->timedout_job(job);
	if (sched->free_guilty) { ... }
+
+	if (status == DRM_GPU_SCHED_STAT_NO_HANG)
+		drm_sched_job_reinsert_on_false_timeout(sched, job);
 ...+>
 }
