// SPDX-License-Identifier: MIT
//
// Jobs of a killed entity leave orphans behind.

@no_forward@
@@
-static void drm_sched_entity_kill_jobs_cb(struct dma_fence *f,
-					  struct dma_fence_cb *cb);

@no_kill_work@
@@
-static void drm_sched_entity_kill_jobs_work(...)
-{
-	...
-}

@no_kill_cb@
@@
-static void drm_sched_entity_kill_jobs_cb(...)
-{
-	...
-}

@kill@
identifier entity, job, prev;
@@
 void drm_sched_entity_kill(struct drm_sched_entity *entity)
 {
-	struct drm_sched_job *job;
-	struct dma_fence *prev;
+	struct drm_gpu_scheduler *sched;
	...
	entity->stopped = true;
+	/* Its scheduler from now on, for as long as there is something to free. */
+	sched = drm_sched_flush_begin(entity);
	...
	wait_for_completion(&entity->entity_idle);
-	prev = rcu_dereference_check(...);
-	dma_fence_get(prev);
-	while ((job = drm_sched_entity_queue_pop(entity))) {
-		...
-	}
-	dma_fence_put(prev);
+	drm_sched_entity_discard(entity, sched);
+	drm_sched_flush_end(sched);
 }

@dependencies@
identifier job;
@@
-&job->dependencies
+&job->s_fence->dependencies

@push_decl@
@@
 void drm_sched_entity_push_job(...)
 {
	...
	bool first;
+	bool discard = false;
	...
 }

@push_discard@
identifier sched, sched_job, entity;
@@
 void drm_sched_entity_push_job(struct drm_sched_job *sched_job)
 {
 <+...
	sched = drm_sched_rq_add_entity(entity, ...);
+	discard = !sched;
 ...+>
 }

@push_after@
identifier sched_job, entity;
@@
 void drm_sched_entity_push_job(struct drm_sched_job *sched_job)
 {
	...
	spin_unlock(&entity->lock);
+
+	if (discard) {
+		struct drm_gpu_scheduler *sched = drm_sched_flush_begin(entity);
+
+		drm_sched_entity_discard(entity, sched);
+		drm_sched_flush_end(sched);
+	}
 }
