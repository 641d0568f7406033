// SPDX-License-Identifier: MIT

@cancel_order@
identifier sched, job, tmp;
iterator name list_for_each_entry_safe_reverse, list_for_each_entry_safe;
statement S;
@@
 static void drm_sched_cancel_remaining_jobs(struct drm_gpu_scheduler *sched)
 {
	...
-	list_for_each_entry_safe_reverse(job, tmp, &sched->pending_list, list)
+	list_for_each_entry_safe(job, tmp, &sched->pending_list, list)
	S
 }
