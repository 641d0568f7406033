// SPDX-License-Identifier: GPL-2.0 OR MIT

// The pipe has a current task if and only if that holds the device awake.

@done@
identifier pipe, task, ldev;
@@
 void lima_sched_pipe_task_done(struct lima_sched_pipe *pipe)
 {
	...
	if (pipe->error) {
		...
	} else {
		pipe->task_fini(pipe);
-		dma_fence_signal(task->fence);
-
-		lima_pm_idle(ldev);
+		task = xchg(&pipe->current_task, NULL);
+		if (task) {
+			dma_fence_signal(task->fence);
+			lima_pm_idle(ldev);
+		}
	}
 }

// Whoever makes the hardware forget its task needs this, not only a timeout.

@abort@
identifier pipe, ldev, i;
@@
 static enum drm_gpu_sched_stat lima_sched_timedout_job(...)
 {
	...
-	pipe->task_error(pipe);
-
-	if (pipe->bcast_mmu)
-		lima_mmu_page_fault_resume(pipe->bcast_mmu);
-	else {
-		for (i = 0; i < pipe->num_mmu; i++)
-			lima_mmu_page_fault_resume(pipe->mmu[i]);
-	}
-
-	lima_vm_put(pipe->current_vm);
-	pipe->current_vm = NULL;
-	pipe->current_task = NULL;
-
-	lima_pm_idle(ldev);
+	lima_sched_pipe_abort(pipe);
	...
 }

@abort_unused@
identifier ldev, pipe;
@@
 static enum drm_gpu_sched_stat lima_sched_timedout_job(...)
 {
	...
-	struct lima_device *ldev = pipe->ldev;
	...
 }

@lost@
identifier pipe;
expression sched, bad;
@@
 static enum drm_gpu_sched_stat lima_sched_timedout_job(...)
 {
	struct lima_sched_pipe *pipe = ...;
 <+...
+	if (lima_device_is_lost(pipe->ldev))
+		return DRM_GPU_SCHED_STAT_ENODEV;
+
	drm_sched_stop(sched, bad);
 ...+>
 }

// Growing a heap is not waited for before the fences have signalled.

@recover@
identifier work, pipe, i;
@@
 static void lima_sched_recover_work(struct work_struct *work)
 {
	struct lima_sched_pipe *pipe =
		container_of(work, struct lima_sched_pipe, recover_work);
+	struct lima_sched_task *task = READ_ONCE(pipe->current_task);
	int i;
	...
-	if (pipe->task_recover(pipe))
+	if (task && pipe->task_recover(pipe, task))
		drm_sched_fault(&pipe->base);
 }

@free@
identifier job, task, pipe;
@@
 static void lima_sched_free_job(struct drm_sched_job *job)
 {
	...
	struct lima_sched_pipe *pipe = to_lima_pipe(job->sched);
	...
+	if (READ_ONCE(pipe->quiesced))
+		cancel_work_sync(&pipe->recover_work);
+
	dma_fence_put(task->fence);
	...
 }

// drm_sched_job_init() refuses when the device is being removed.

@refused@
identifier err, task, bos;
@@
 int lima_sched_task_init(...)
 {
 <+...
	err = drm_sched_job_init(...);
	if (err) {
+		while (--i >= 0)
+			drm_gem_object_put(&bos[i]->base.base);
		kfree(task->bos);
		return err;
	}
 ...+>
 }
