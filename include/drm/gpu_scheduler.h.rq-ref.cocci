// SPDX-License-Identifier: MIT
//
// Run queues outlive their scheduler for as long as entities point to them.

@rq_ref@
@@
 struct drm_sched_rq {
+	/** @ref: held by the scheduler and by every entity on the run queue */
+	struct kref			ref;
+	/** @rcu: readers may still look at @sched */
+	struct rcu_head			rcu;
+	/** @retired: &drm_gpu_scheduler.retired */
+	bool				retired;
	...
 };

@sched_retired@
@@
 struct drm_gpu_scheduler {
	...
	struct device			*dev;
+	/** @retired: no job will ever run again, see drm_sched_fini_device() */
+	bool				retired;
+	/** @flushers: who flushes or kills an entity of it, drm_sched_fini() waits for them */
+	atomic_t			flushers;
 };
