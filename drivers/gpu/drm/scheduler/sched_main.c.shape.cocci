// SPDX-License-Identifier: MIT
//
// Run queues and work items as from Linux 7.3 on.

@include_internal@
@@
 #include <drm/spsc_queue.h>
+
+#include "sched_internal.h"

@update_fifo@
identifier entity;
@@
 void drm_sched_rq_update_fifo_locked(struct drm_sched_entity *entity, ...)
 {
	...
-	spin_lock(&entity->rq->lock);
+	lockdep_assert_held(&entity->rq->lock);
	...
-	spin_unlock(&entity->rq->lock);
 }

@add_entity@
typedef ktime_t;
identifier rq, entity;
@@
-void drm_sched_rq_add_entity(struct drm_sched_rq *rq, struct drm_sched_entity *entity)
+struct drm_gpu_scheduler *
+drm_sched_rq_add_entity(struct drm_sched_entity *entity, ktime_t ts)
 {
-	if (!list_empty(&entity->list))
-		return;
+	struct drm_sched_rq *rq = entity->rq;
+	struct drm_gpu_scheduler *sched;
+
+	lockdep_assert_held(&entity->lock);
+
+	if (entity->stopped) {
+		DRM_ERROR("Trying to push to a killed entity\n");
+		return NULL;
+	}
	spin_lock(&rq->lock);
-	atomic_inc(rq->sched->score);
-	list_add_tail(&entity->list, &rq->entities);
+	sched = rq->sched;
+	if (list_empty(&entity->list)) {
+		atomic_inc(sched->score);
+		list_add_tail(&entity->list, &rq->entities);
+	}
+	if (drm_sched_policy == DRM_SCHED_POLICY_FIFO)
+		drm_sched_rq_update_fifo_locked(entity, ts);
	spin_unlock(&rq->lock);
+	return sched;
 }

@run_free@
identifier sched;
@@
 static void drm_sched_run_free_queue(struct drm_gpu_scheduler *sched)
 {
-	struct drm_sched_job *job;
-
-	spin_lock(&sched->job_list_lock);
-	job = list_first_entry_or_null(...);
-	if (job && dma_fence_is_signaled(&job->s_fence->finished))
-		__drm_sched_run_free_queue(sched);
-	spin_unlock(&sched->job_list_lock);
+	__drm_sched_run_free_queue(sched);
 }

@free_work@
identifier sched, job;
@@
 static void drm_sched_free_job_work(...)
 {
	...
-	job = drm_sched_get_finished_job(sched);
-	if (job)
-		sched->ops->free_job(job);
-	drm_sched_run_free_queue(sched);
+	while ((job = drm_sched_get_finished_job(sched))) {
+		sched->ops->free_job(job);
+	}
	drm_sched_run_job_queue(sched);
 }
