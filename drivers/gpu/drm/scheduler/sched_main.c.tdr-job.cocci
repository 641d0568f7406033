// SPDX-License-Identifier: MIT
//
// The job held by the timeout handler can be found, and is not lost.

@reset_tdr_job@
identifier sched;
@@
 int drm_sched_init(struct drm_gpu_scheduler *sched, ...)
 {
 <+...
	sched->retired = false;
+	sched->tdr_job = NULL;
 ...+>
 }

@hold@
identifier sched, job;
@@
 static void drm_sched_job_timedout(...)
 {
 <+...
	list_del_init(&job->list);
+	sched->tdr_job = job;
	spin_unlock(&sched->job_list_lock);
 ...+>
 }

@give_back@
identifier sched, job, status;
@@
 static void drm_sched_job_timedout(...)
 {
 <+...
-	if (status == DRM_GPU_SCHED_STAT_NO_HANG)
+	if (drm_sched_tdr_left_job(sched, job, status))
		drm_sched_job_reinsert_on_false_timeout(sched, job);
 ...+>
 }

@stop_reinserts@
identifier sched, bad;
@@
 void drm_sched_stop(struct drm_gpu_scheduler *sched, struct drm_sched_job *bad)
 {
 <+...
	if (bad && bad->sched == sched)
-		list_add(&bad->list, &sched->pending_list);
+		drm_sched_tdr_give_back(sched, bad);
 ...+>
 }

@include_tdr@
@@
 #include "sched_internal.h"
+#include "sched_tdr.h"
