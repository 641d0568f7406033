// SPDX-License-Identifier: GPL-2.0

@never_ran@
identifier job;
@@
 static void mock_sched_free_job(...)
 {
	...
-	dma_fence_put(&job->hw_fence);
+	if (dma_fence_was_initialized(&job->hw_fence))
+		dma_fence_put(&job->hw_fence);
	...
 }
