// SPDX-License-Identifier: MIT
//
// Run queues outlive their scheduler for as long as entities point to them.

@entity_init_get@
identifier entity, sched_list;
expression E;
@@
 int drm_sched_entity_init(struct drm_sched_entity *entity, ...)
 {
 <+...
-	entity->rq = sched_list[0]->sched_rq[E];
+	entity->rq = drm_sched_rq_get(sched_list[0]->sched_rq[E]);
 ...+>
 }

@entity_fini_put@
identifier entity;
@@
 void drm_sched_entity_fini(struct drm_sched_entity *entity)
 {
	...
	RCU_INIT_POINTER(entity->last_scheduled, NULL);
	...
+	drm_sched_rq_put(entity->rq);
+	entity->rq = NULL;
 }

@entity_select_swap@
identifier entity, rq;
@@
 void drm_sched_entity_select_rq(struct drm_sched_entity *entity)
 {
	...
-	if (rq != entity->rq) {
-		drm_sched_rq_remove_entity(entity->rq, entity);
-		entity->rq = rq;
-	}
-	if (entity->num_sched_list == 1)
+	if (rq != entity->rq)
+		drm_sched_entity_move(entity, rq);
+	if (entity->num_sched_list == 1 && entity->rq == rq)
		entity->sched_list = NULL;
	...
 }

@entity_flush_begin@
identifier entity, sched;
@@
 long drm_sched_entity_flush(struct drm_sched_entity *entity, ...)
 {
 <+...
-	sched = entity->rq->sched;
+	sched = drm_sched_flush_begin(entity);
 ...+>
 }

@entity_is_idle@
typedef bool;
identifier entity;
@@
-static bool drm_sched_entity_is_idle(struct drm_sched_entity *entity)
+static bool drm_sched_entity_is_idle(struct drm_sched_entity *entity,
+				     struct drm_gpu_scheduler *sched)
 {
	...
-	return false;
+	return drm_sched_entity_has_moved(entity, sched);
 }

@entity_flush_idle@
identifier entity, entity_flush_begin.sched;
@@
 long drm_sched_entity_flush(struct drm_sched_entity *entity, ...)
 {
 <+...
-	drm_sched_entity_is_idle(entity)
+	drm_sched_entity_is_idle(entity, sched)
 ...+>
 }

@entity_flush_end@
identifier entity_flush_begin.sched;
identifier last_user;
@@
 long drm_sched_entity_flush(...)
 {
 <+...
+	drm_sched_flush_end(sched);
	last_user = cmpxchg(...);
 ...+>
 }
