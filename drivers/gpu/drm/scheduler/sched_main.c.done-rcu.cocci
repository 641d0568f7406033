// SPDX-License-Identifier: MIT

@fini_grace@
identifier sched;
statement S;
@@
 void drm_sched_fini(struct drm_gpu_scheduler *sched)
 {
	...
+	/* Whoever has signalled the last fence may still be in drm_sched_job_done(). */
+	synchronize_rcu();
+
	if (sched->own_submit_wq) S
	...
 }
