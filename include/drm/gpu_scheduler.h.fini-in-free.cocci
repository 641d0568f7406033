// SPDX-License-Identifier: MIT

@destroyed_member@
typedef bool;
@@
 struct drm_gpu_scheduler {
	...
	struct list_head		discarded_list;
+	/**
+	 * @destroyed: set by drm_sched_fini() when @work_free_job calls it; on the stack
+	 * of that, NULL when it does not run
+	 */
+	bool				*destroyed;
+	/** @dead_wq: with which to leave @submit_wq behind, if @own_submit_wq */
+	struct drm_sched_dead_wq	*dead_wq;
	...
 };
