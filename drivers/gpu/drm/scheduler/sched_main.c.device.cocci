// SPDX-License-Identifier: MIT
//
// Hooks of drm_sched_stop_device() and drm_sched_fini_device().

@init_add@
identifier sched;
@@
 int drm_sched_init(struct drm_gpu_scheduler *sched, ...)
 {
 <+...
+	ret = drm_sched_device_add(sched);
+	if (ret) {
+		drm_sched_fini(sched);
+		return ret;
+	}
+
	sched->ready = true;
 ...+>
 }

@fini_del@
identifier sched;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
	...
+	/* A driver may not know that drm_sched_init() has failed. */
+	if (!sched->sched_rq)
+		return;
+
+	drm_sched_device_del(sched);
	drm_sched_fini_works(sched);
	...
 }

@no_resubmit@
identifier sched, s_job, tmp;
iterator name list_for_each_entry_safe;
@@
 void drm_sched_resubmit_jobs(struct drm_gpu_scheduler *sched)
 {
	...
+	if (READ_ONCE(sched->halted))
+		return;
	list_for_each_entry_safe(s_job, tmp, &sched->pending_list, list) { ... }
 }

@no_restart@
identifier sched, s_job, tmp;
iterator name list_for_each_entry_safe;
@@
 void drm_sched_start(struct drm_gpu_scheduler *sched, ...)
 {
	...
+	/* All that is on the list has been finished. */
+	if (drm_sched_is_retired(sched)) {
+		drm_sched_wqueue_start(sched);
+		return;
+	}
+
	list_for_each_entry_safe(s_job, tmp, &sched->pending_list, list) { ... }
	...
 }

@pick_live@
identifier sched, num_score;
@@
 drm_sched_pick_best(...)
 {
 <+...
-	num_score = atomic_read(sched->score);
+	/* One that runs nothing any more has the least to do: only if there is no other. */
+	if (drm_sched_is_retired(sched))
+		num_score = UINT_MAX - 1;
+	else if (READ_ONCE(sched->halted))
+		num_score = UINT_MAX - 2;
+	else
+		num_score = atomic_read(sched->score);
 ...+>
 }
