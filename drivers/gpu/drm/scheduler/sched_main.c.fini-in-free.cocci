// SPDX-License-Identifier: MIT
//
// drm_sched_fini() can be called by the scheduler's own free_job().

@include_fini@
@@
+#include "sched_fini.h"
 #include "sched_internal.h"

@init_prepare@
identifier sched;
@@
 int drm_sched_init(struct drm_gpu_scheduler *sched, ...)
 {
 <+...
+	ret = drm_sched_fini_prepare(sched);
+	if (ret) {
+		drm_sched_fini(sched);
+		return ret;
+	}
+
	sched->ready = true;
 ...+>
 }

@init_prepare_ret@
identifier init_prepare.sched;
identifier i;
@@
 int drm_sched_init(struct drm_gpu_scheduler *sched, ...)
 {
	int i;
+	int ret;
	...
 }

@guilty_later@
identifier sched, job;
@@
 static void drm_sched_job_timedout(...)
 {
 <+...
	if (sched->free_guilty) {
-		job->sched->ops->free_job(job);
		sched->free_guilty = false;
+		drm_sched_free_later(sched, job);
	}
 ...+>
 }

@free_destroyed@
identifier sched, job;
@@
 static void drm_sched_free_job_work(...)
 {
	struct drm_gpu_scheduler *sched = ...;
	struct drm_sched_job *job;
+	bool destroyed = false;
	...
-	while (drm_sched_free_discarded(sched))
+	while (!destroyed && drm_sched_free_discarded(sched))
		;
-	while ((job = drm_sched_get_finished_job(sched))) {
+	while (!destroyed && (job = drm_sched_get_finished_job(sched))) {
		...
	}
	...
 }

@free_destroyed_begin@
statement S;
@@
 static void drm_sched_free_job_work(...)
 {
	...
+	sched->destroyed = &destroyed;
	while (!destroyed && drm_sched_free_discarded(sched)) S
	...
	drm_sched_run_job_queue(sched);
 }

@free_destroyed_end@
@@
 static void drm_sched_free_job_work(...)
 {
	...
-	drm_sched_run_job_queue(sched);
+	if (!destroyed) {
+		sched->destroyed = NULL;
+		drm_sched_run_job_queue(sched);
+	}
 }

@fini_works@
identifier sched;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
	...
-	drm_sched_wqueue_stop(sched);
-	disable_delayed_work_sync(&sched->work_tdr);
-	disable_work_sync(&sched->work_run_job);
-	disable_work_sync(&sched->work_free_job);
+	drm_sched_fini_works(sched);
	...
-	if (sched->own_submit_wq)
-		destroy_workqueue(sched->submit_wq);
+	drm_sched_fini_wq(sched);
	...
 }
