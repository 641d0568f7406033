// SPDX-License-Identifier: GPL-2.0-only OR MIT

@dependencies@
expression E;
@@
-&E.dependencies
+&E.s_fence->dependencies

@dependencies_of_orphan@
identifier job, count, fence, index;
iterator name xa_for_each;
statement S;
@@
 job_count_remaining_native_deps(struct pvr_job *job)
 {
	...
+	/* They go away one by one if the job never runs. */
+	rcu_read_lock();
	xa_for_each(&job->base.s_fence->dependencies, index, fence) S
+	rcu_read_unlock();

	return count;
 }

@discard@
@@
 const struct drm_sched_backend_ops pvr_queue_sched_ops = {
	.free_job = pvr_queue_free_job,
+	.discard_job = pvr_queue_discard_job,
 };
