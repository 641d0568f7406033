// SPDX-License-Identifier: MIT
//
// What is pushed to a retired scheduler never runs.

@push_gate@
identifier sched, sched_job, entity;
@@
 void drm_sched_entity_push_job(struct drm_sched_job *sched_job)
 {
 <+...
	sched = drm_sched_rq_add_entity(entity, ...);
-	discard = !sched;
-	if (sched)
+	discard = !sched || unlikely(drm_sched_is_retired(sched));
+	if (!discard)
		drm_sched_wakeup(sched);
 ...+>
 }
