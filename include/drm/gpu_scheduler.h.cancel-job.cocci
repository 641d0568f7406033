// SPDX-License-Identifier: MIT

@cancel_op@
@@
 struct drm_sched_backend_ops {
	...
	void (*free_job)(struct drm_sched_job *sched_job);
+
+	/**
+	 * @cancel_job: Called for a job that has been run and has not finished when
+	 * the scheduler is destroyed, or its device is gone. Signals its hardware
+	 * fence with an error, and does not free the job.
+	 */
+	void (*cancel_job)(struct drm_sched_job *sched_job);
	...
 };
