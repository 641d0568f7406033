// SPDX-License-Identifier: MIT
//
// An entity that is being killed must not go back into the tree.

@pop_killed@
identifier entity, next;
@@
 struct drm_sched_job *drm_sched_entity_pop_job(struct drm_sched_entity *entity)
 {
 <+...
-	drm_sched_rq_update_fifo_locked(entity, next->submit_ts);
+	if (!entity->stopped)
+		drm_sched_rq_update_fifo_locked(entity, next->submit_ts);
 ...+>
 }
