// SPDX-License-Identifier: GPL-2.0
//
// A spurious timeout does not lose the job.

@spurious@
identifier job;
@@
 panfrost_job_timedout(...)
 {
 <+...
	if (dma_fence_is_signaled(job->done_fence)) {
		...
-		return DRM_GPU_SCHED_STAT_NOMINAL;
+		return DRM_GPU_SCHED_STAT_NO_HANG;
	}
 ...+>
 }
