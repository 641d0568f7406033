// SPDX-License-Identifier: GPL-2.0 OR MIT

@spurious@
identifier task;
@@
 static enum drm_gpu_sched_stat lima_sched_timedout_job(...)
 {
 <+...
	if (dma_fence_is_signaled(task->fence)) {
		...
-		return \(DRM_GPU_SCHED_STAT_RESET\|DRM_GPU_SCHED_STAT_NOMINAL\);
+		return DRM_GPU_SCHED_STAT_NO_HANG;
	}
 ...+>
 }
