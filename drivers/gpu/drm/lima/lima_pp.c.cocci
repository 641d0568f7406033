// SPDX-License-Identifier: GPL-2.0 OR MIT

// The task may be freed as soon as it is done.

@bcast_once@
identifier frame, pipe;
@@
 lima_pp_bcast_irq_handler(...)
 {
	...
-	struct drm_lima_m450_pp_frame *frame;
+	struct lima_sched_task *task = READ_ONCE(pipe->current_task);
+	struct drm_lima_m450_pp_frame *frame;
	...
-	if (!pipe->current_task)
+	if (!task)
		return IRQ_NONE;
-	frame = pipe->current_task->frame;
+	frame = task->frame;
	...
 }

@bcast_done@
identifier pipe;
@@
 lima_pp_bcast_irq_handler(...)
 {
 <+...
-	if (atomic_dec_and_test(&pipe->task))
-		lima_sched_pipe_task_done(pipe);
+	if (atomic_dec_and_test(&pipe->task)) {
+		lima_sched_pipe_task_done(pipe);
+		break;
+	}
 ...+>
 }

// The device that is gone reads as all ones.

@gone@
identifier state;
@@
 lima_pp_irq_handler(...)
 {
	...
-	if (!state)
+	if (!state || state == ~0u)
		return IRQ_NONE;
	...
 }

@gone_bcast@
identifier state;
@@
 lima_pp_bcast_irq_handler(...)
 {
 <+...
	state = pp_read(LIMA_PP_INT_STATUS);
+	if (state == ~0u)
+		return IRQ_NONE;
 ...+>
 }
