// SPDX-License-Identifier: MIT

@tdr_job_member@
@@
 struct drm_gpu_scheduler {
	...
	bool				retired;
+	/**
+	 * @tdr_job: job that the timeout handler has taken from @pending_list, until
+	 * it is back there. Protected by @job_list_lock.
+	 */
+	struct drm_sched_job		*tdr_job;
	...
 };
