// SPDX-License-Identifier: GPL-2.0 or MIT
//
// The operations are there as well if drm_sched_init() has failed.

@fini_if_initialised@
identifier queue;
@@
 static void group_free_queue(...)
 {
	<+...
-	if (queue->scheduler.ops)
+	if (drm_sched_wqueue_ready(&queue->scheduler))
		drm_sched_fini(&queue->scheduler);
	...+>
 }
