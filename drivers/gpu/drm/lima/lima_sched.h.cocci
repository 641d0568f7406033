// SPDX-License-Identifier: GPL-2.0 OR MIT

@quiesced@
typedef bool;
@@
 struct lima_sched_pipe {
	...
	bool error;
+	bool quiesced;
	...
-	int (*task_recover)(struct lima_sched_pipe *pipe);
+	int (*task_recover)(struct lima_sched_pipe *pipe, struct lima_sched_task *task);
	...
 };
