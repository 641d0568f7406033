// SPDX-License-Identifier: MIT
//
// Jobs that never run are discarded, their dependencies belong to the fence.

@cleanup@
identifier job, fence, index;
iterator name xa_for_each;
@@
 void drm_sched_job_cleanup(struct drm_sched_job *job)
 {
-	struct dma_fence *fence;
-	unsigned long index;
-
+	drm_sched_fence_drop_dependencies(job->s_fence);
	...
-	xa_for_each(&job->dependencies, index, fence) { ... }
-	xa_destroy(&job->dependencies);
 }

@dependencies@
identifier job;
@@
-&job->dependencies
+&job->s_fence->dependencies

@init_list@
identifier sched;
@@
 int drm_sched_init(struct drm_gpu_scheduler *sched, ...)
 {
 <+...
	INIT_LIST_HEAD(&sched->pending_list);
+	INIT_LIST_HEAD(&sched->discarded_list);
+	INIT_LIST_HEAD(&sched->killed_list);
+	init_llist_head(&sched->killed_done);
+	sched->discard_at_once = false;
 ...+>
 }

@free_work@
identifier sched, job;
@@
 static void drm_sched_free_job_work(...)
 {
 <+...
+	while (drm_sched_free_discarded(sched))
+		;
	while ((job = drm_sched_get_finished_job(sched))) { ... }
 ...+>
 }

@export_run_free@
identifier sched;
@@
-static void
+void
 drm_sched_run_free_queue(struct drm_gpu_scheduler *sched)
 {
	...
 }

@fini_disable@
identifier sched;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
	...
	drm_sched_wqueue_stop(sched);
+
+	/* Whoever queues them from now on queues nothing. */
+	disable_delayed_work_sync(&sched->work_tdr);
+	disable_work_sync(&sched->work_run_job);
+	disable_work_sync(&sched->work_free_job);
+
+	drm_sched_discard_queued(sched);
	...
	wake_up_all(&sched->job_scheduled);
+	drm_sched_discard_fini(sched);
	...
 }

@fini_killed@
identifier sched;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
	...
	drm_sched_flush_wait(sched);
+	/* What a kill that was under way has left. */
+	while (drm_sched_free_discarded(sched))
+		;
+
	...
 }
