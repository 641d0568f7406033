// SPDX-License-Identifier: MIT
//
// Run queues outlive their scheduler for as long as entities point to them.

@rq_ref_init@
identifier sched, rq;
@@
 static void drm_sched_rq_init(struct drm_gpu_scheduler *sched, struct drm_sched_rq *rq)
 {
+	kref_init(&rq->ref);
	...
 }

@remove_locked@
identifier rq, entity;
@@
 void drm_sched_rq_remove_entity(struct drm_sched_rq *rq, struct drm_sched_entity *entity)
 {
	...
-	if (list_empty(&entity->list))
+	if (!rq)
		return;
	spin_lock(&rq->lock);
+	if (list_empty(&entity->list)) {
+		/* drm_sched_rq_fini() was faster, and lets go of the entity with the lock. */
+		spin_unlock(&rq->lock);
+		return;
+	}
	atomic_dec(rq->sched->score);
	...
 }

@fini_entities@
identifier sched, i, rq, s_entity;
iterator name list_for_each_entry;
statement S;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
 <+...
-	struct drm_sched_rq *rq = sched->sched_rq[i];
-
-	spin_lock(&rq->lock);
-	list_for_each_entry(s_entity, &rq->entities, list) S
-	spin_unlock(&rq->lock);
	kfree(sched->sched_rq[i]);
 ...+>
 }

@fini_entities_decl@
identifier fini_entities.s_entity;
@@
 void drm_sched_fini(...)
 {
-	struct drm_sched_entity *s_entity;
	...
 }
