// SPDX-License-Identifier: MIT

@include_internal@
@@
 #include <drm/gpu_scheduler.h>
+
+#include "sched_internal.h"

@deadline_lock@
identifier f, fence, flags;
@@
 static void drm_sched_fence_set_deadline_finished(struct dma_fence *f, ...)
 {
	<+...
(
-	spin_lock_irqsave(&fence->lock, flags);
+	dma_fence_lock_irqsave(f, flags);
|
-	spin_unlock_irqrestore(&fence->lock, flags);
+	dma_fence_unlock_irqrestore(f, flags);
)
	...+>
 }
