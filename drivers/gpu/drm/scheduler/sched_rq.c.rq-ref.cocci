// SPDX-License-Identifier: MIT
//
// Run queues outlive their scheduler for as long as entities point to them.

@rq_ref_init@
identifier sched, rq;
@@
 void drm_sched_rq_init(struct drm_gpu_scheduler *sched, struct drm_sched_rq *rq)
 {
+	kref_init(&rq->ref);
	...
 }
