// SPDX-License-Identifier: GPL-2.0-only OR MIT

@no_reset_meanwhile@
identifier s_job, job_count;
@@
 pvr_queue_timedout_job(struct drm_sched_job *s_job)
 {
	...
	u32 job_count = 0;

+	/* A reset stops and starts the queue as well. */
+	guard(rwsem_read)(&pvr_dev->reset_sem);
+
	if (dma_fence_is_signaled(...))
		return DRM_GPU_SCHED_STAT_NO_HANG;
	...
 }

@free_later@
identifier sched_job, job;
@@
 pvr_queue_free_job(struct drm_sched_job *sched_job)
 {
	...
	drm_sched_job_cleanup(sched_job);

-	if (job->type == DRM_PVR_JOB_TYPE_FRAGMENT && job->paired_job)
-		pvr_job_put(job->paired_job);
-
-	job->paired_job = NULL;
-	pvr_job_put(job);
+	INIT_WORK(&job->free_work, pvr_queue_free_work);
+	queue_work(pvr_sched_wq, &job->free_work);
 }

@put_locked@
expression job;
@@
 pvr_queue_check_job_waiting_for_cccb_space(...)
 {
	...
-	mutex_unlock(&queue->cccb_fence_ctx.job_lock);
-
-	pvr_job_put(job);
+	/* Never the last one, as pvr_queue_discard_job() has to take the lock. */
+	pvr_job_put(job);
+	mutex_unlock(&queue->cccb_fence_ctx.job_lock);
 }

@create@
iterator name list_for_each_entry;
identifier pvr_dev, queue;
@@
 pvr_queue_create(...)
 {
	<+...
+	/* A reset would not stop it any more. */
+	down_read(&pvr_dev->reset_sem);
	mutex_lock(&pvr_dev->queues.lock);
	list_add_tail(&queue->node, &pvr_dev->queues.idle);
	mutex_unlock(&pvr_dev->queues.lock);
+	up_read(&pvr_dev->reset_sem);
	...+>
 }

@destroy@
identifier queue;
@@
 pvr_queue_destroy(struct pvr_queue *queue, ...)
 {
	...
+	/* A reset is going to start it. */
+	down_read(&queue->ctx->pvr_dev->reset_sem);
	mutex_lock(&queue->ctx->pvr_dev->queues.lock);
	list_del_init(&queue->node);
	mutex_unlock(&queue->ctx->pvr_dev->queues.lock);
+	up_read(&queue->ctx->pvr_dev->reset_sem);
	...
 }

@pre_reset@
@@
 void pvr_queue_device_pre_reset(struct pvr_device *pvr_dev)
 {
	struct pvr_queue *queue;
	...
+	lockdep_assert_held_write(&pvr_dev->reset_sem);
+
+	/* They are not destroyed before the reset is over. */
	mutex_lock(&pvr_dev->queues.lock);
	list_for_each_entry(queue, &pvr_dev->queues.idle, node)
-		pvr_queue_stop(queue, NULL);
+		list_add_tail(&queue->reset_node, &pvr_dev->reset_queues);
	list_for_each_entry(queue, &pvr_dev->queues.active, node)
-		pvr_queue_stop(queue, NULL);
+		list_add_tail(&queue->reset_node, &pvr_dev->reset_queues);
	mutex_unlock(&pvr_dev->queues.lock);
+
+	/* Waits for run_job(), which takes the lock. */
+	list_for_each_entry(queue, &pvr_dev->reset_queues, reset_node)
+		pvr_queue_stop(queue, NULL);
 }

@post_reset@
@@
 void pvr_queue_device_post_reset(struct pvr_device *pvr_dev)
 {
	struct pvr_queue *queue;
	...
+	lockdep_assert_held_write(&pvr_dev->reset_sem);
+
+	/* No run_job() before all of them have been started. */
	mutex_lock(&pvr_dev->queues.lock);
-	list_for_each_entry(queue, &pvr_dev->queues.active, node)
+	list_for_each_entry(queue, &pvr_dev->reset_queues, reset_node)
		pvr_queue_start(queue);
-	list_for_each_entry(queue, &pvr_dev->queues.idle, node)
-		pvr_queue_start(queue);
+	INIT_LIST_HEAD(&pvr_dev->reset_queues);
	mutex_unlock(&pvr_dev->queues.lock);
 }

@init@
identifier pvr_dev;
@@
 pvr_queue_device_init(struct pvr_device *pvr_dev)
 {
	<+...
	INIT_LIST_HEAD(&pvr_dev->queues.idle);
+	INIT_LIST_HEAD(&pvr_dev->reset_queues);
	...+>
 }
