// SPDX-License-Identifier: GPL-2.0 OR MIT

@recover@
identifier pipe, ip, task;
@@
-static int lima_gp_task_recover(struct lima_sched_pipe *pipe)
+static int lima_gp_task_recover(struct lima_sched_pipe *pipe, struct lima_sched_task *task)
 {
	struct lima_ip *ip = pipe->processor[0];
-	struct lima_sched_task *task = pipe->current_task;
	...
 }

// The device that is gone reads as all ones.

@gone@
identifier state;
@@
 lima_gp_irq_handler(...)
 {
	...
-	if (!state)
+	if (!state || state == ~0u)
		return IRQ_NONE;
	...
 }
