// SPDX-License-Identifier: MIT
//
// A scheduler that is stopped neither runs nor frees jobs.

@run_paused@
identifier r;
@@
 static void drm_sched_run_job_work(...)
 {
	...
	int r;
+
+	/* Who has queued this may have looked before drm_sched_wqueue_stop(). */
+	if (READ_ONCE(sched->pause_submit))
+		return;
	...
 }

@free_paused@
identifier job;
@@
 static void drm_sched_free_job_work(...)
 {
	...
	struct drm_sched_job *job;
+
+	if (READ_ONCE(sched->pause_submit))
+		return;
	...
 }
