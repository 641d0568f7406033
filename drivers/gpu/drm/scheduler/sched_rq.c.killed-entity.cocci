// SPDX-License-Identifier: MIT
//
// An entity that is being killed must not go back into the tree.

@pop_killed@
identifier entity, next_job;
statement S1, S2;
@@
 void drm_sched_rq_pop_entity(struct drm_sched_entity *entity)
 {
	...
	next_job = drm_sched_entity_queue_peek(entity);
-	if (next_job)
+	if (next_job && !entity->stopped)
	S1 else S2
	...
 }
