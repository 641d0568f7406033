// SPDX-License-Identifier: GPL-2.0 or MIT
//
// A reset that has timed out does not keep others from being issued.

@forget_reset@
identifier timedout;
typedef bool;
@@
 int panthor_gpu_soft_reset(...)
 {
	<+...
	if (...)
		timedout = true;
-	else
-		ptdev->gpu->pending_reqs &= ~GPU_IRQ_RESET_COMPLETED;
+	ptdev->gpu->pending_reqs &= ~GPU_IRQ_RESET_COMPLETED;
	...+>
 }
