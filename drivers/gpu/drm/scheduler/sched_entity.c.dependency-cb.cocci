// SPDX-License-Identifier: MIT
//
// The dependency callback and drm_sched_entity_fini() do not meet.

@wakeup@
identifier entity, f;
@@
 static void drm_sched_entity_wakeup(struct dma_fence *f, ...)
 {
	...
-	entity->dependency = NULL;
+	/* drm_sched_entity_stop_waiting() does not wait for more than this. */
+	smp_store_release(&entity->dependency, NULL);
	dma_fence_put(f);
-	drm_sched_wakeup(entity->rq->sched);
+	drm_sched_wakeup(sched);
 }

@wakeup_sched@
identifier wakeup.entity;
@@
 static void drm_sched_entity_wakeup(...)
 {
	struct drm_sched_entity *entity = ...;
+	struct drm_gpu_scheduler *sched = READ_ONCE(entity->rq->sched);
	...
 }

@fini_dependency@
identifier entity;
@@
 void drm_sched_entity_fini(struct drm_sched_entity *entity)
 {
	...
-	if (entity->dependency) {
-		dma_fence_remove_callback(entity->dependency, &entity->cb);
-		dma_fence_put(entity->dependency);
-		entity->dependency = NULL;
-	}
+	drm_sched_entity_stop_waiting(entity);
	...
 }
