// SPDX-License-Identifier: MIT

@cancel_remaining@
identifier sched;
statement S;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
	...
+	if (sched->ops->cancel_job)
+		drm_sched_cancel_remaining_jobs(sched);
+
	if (sched->own_submit_wq) S
	...
 }
