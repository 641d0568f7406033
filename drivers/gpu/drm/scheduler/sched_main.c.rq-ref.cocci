// SPDX-License-Identifier: MIT
//
// Run queues outlive their scheduler for as long as entities point to them.

@init_flushers@
identifier sched;
@@
 int drm_sched_init(struct drm_gpu_scheduler *sched, ...)
 {
 <+...
	init_waitqueue_head(&sched->job_scheduled);
+	atomic_set(&sched->flushers, 0);
+	sched->retired = false;
 ...+>
 }

@fini_rq@
identifier sched, i;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
 <+...
-	kfree(sched->sched_rq[i]);
+	drm_sched_rq_fini(sched->sched_rq[i]);
 ...+>
 }

@fini_flushers@
identifier sched;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
	...
	synchronize_rcu();
+	drm_sched_flush_wait(sched);
	...
 }

@job_init_dead@
identifier job, entity, credits;
statement S;
@@
 int drm_sched_job_init(struct drm_sched_job *job, struct drm_sched_entity *entity,
			u32 credits, ...)
 {
	...
	if (unlikely(!credits)) S
+	if (drm_sched_entity_is_retired(entity))
+		return -ENODEV;
	...
 }
