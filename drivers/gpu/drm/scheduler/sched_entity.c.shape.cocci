// SPDX-License-Identifier: MIT
//
// Queues as from Linux 7.3 on: a job is pushed, and the first of a queue popped, with the entity locked.

@include_internal@
@@
 #include <drm/gpu_scheduler.h>
+
+#include "sched_internal.h"

@queue_pop@
expression entity;
@@
-to_drm_sched_job(spsc_queue_pop(&entity->job_queue))
+drm_sched_entity_queue_pop(entity)

@queue_peek@
expression entity;
@@
-to_drm_sched_job(spsc_queue_peek(&entity->job_queue))
+drm_sched_entity_queue_peek(entity)

@kill_export@
identifier entity;
@@
-static void drm_sched_entity_kill(struct drm_sched_entity *entity)
+void drm_sched_entity_kill(struct drm_sched_entity *entity)
 {
	...
-	if (!entity->rq)
-		return;
	...
 }
+EXPORT_SYMBOL(drm_sched_entity_kill);

@kill_in_fini@
identifier entity;
@@
 void drm_sched_entity_fini(struct drm_sched_entity *entity)
 {
-	drm_sched_entity_kill(entity);
+	if (entity->rq)
+		drm_sched_entity_kill(entity);
	...
 }

@pop_locked@
identifier entity, next;
@@
 struct drm_sched_job *drm_sched_entity_pop_job(struct drm_sched_entity *entity)
 {
 <+...
	if (next) {
		spin_lock(&entity->lock);
+		spin_lock(&entity->rq->lock);
		drm_sched_rq_update_fifo_locked(entity, next->submit_ts);
+		spin_unlock(&entity->rq->lock);
		spin_unlock(&entity->lock);
	}
 ...+>
 }

@push_locked@
identifier entity, sched_job, first, submit_ts;
@@
 void drm_sched_entity_push_job(struct drm_sched_job *sched_job)
 {
	...
	sched_job->submit_ts = submit_ts = ktime_get();
+
+	spin_lock(&entity->lock);
+
	first = spsc_queue_push(&entity->job_queue, &sched_job->queue_node);
	if (first) {
		struct drm_gpu_scheduler *sched;
-		struct drm_sched_rq *rq;
-		...
+		sched = drm_sched_rq_add_entity(entity, submit_ts);
+		if (sched)
+			drm_sched_wakeup(sched);
	}
+	spin_unlock(&entity->lock);
 }
