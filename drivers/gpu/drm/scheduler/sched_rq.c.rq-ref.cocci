// SPDX-License-Identifier: MIT
//
// Run queues outlive their scheduler for as long as entities point to them.

@rq_ref_init@
identifier sched, rq;
@@
 void drm_sched_rq_init(struct drm_gpu_scheduler *sched, struct drm_sched_rq *rq)
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
-	atomic_dec(rq->sched->score);
-	list_del_init(&entity->list);
-	drm_sched_rq_remove_fifo_locked(entity, rq);
+	/* drm_sched_rq_fini() may have been faster, and lets go of the entity with the lock. */
+	if (!list_empty(&entity->list)) {
+		atomic_dec(rq->sched->score);
+		list_del_init(&entity->list);
+		drm_sched_rq_remove_fifo_locked(entity, rq);
+	}
	spin_unlock(&rq->lock);
 }
