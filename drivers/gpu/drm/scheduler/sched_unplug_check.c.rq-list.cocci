// SPDX-License-Identifier: MIT

@count_queued@
identifier rb, rq, entity, job;
iterator name list_for_each_entry;
@@
 drm_sched_unplug_count_queued(..., struct drm_sched_rq *rq, ...)
 {
+	struct drm_sched_entity *entity;
	struct drm_sched_job *job;
	unsigned int jobs = 0;
-	struct rb_node *rb;
	...
-	for (rb = rb_first_cached(&rq->rb_tree_root); rb; rb = rb_next(rb)) {
-		struct drm_sched_entity *entity;
-		entity = rb_entry(rb, struct drm_sched_entity, rb_tree_node);
+	list_for_each_entry(entity, &rq->entities, list) {
		job = drm_sched_entity_queue_peek(entity);
		...
	}
	...
 }
