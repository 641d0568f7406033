// SPDX-License-Identifier: GPL-2.0

@include_block@
@@
 #include <linux/dma-fence.h>
+#include <linux/dma-fence-block.h>

@wait_timeout@
identifier fence, intr, timeout;
@@
 dma_fence_wait_timeout(struct dma_fence *fence, bool intr, signed long timeout)
 {
	...
	__dma_fence_might_wait();
+	if (timeout)
+		dma_fence_might_block();
	...
 }

@wait_any@
identifier timeout, cb;
@@
 dma_fence_wait_any_timeout(..., signed long timeout, ...)
 {
	...
+	dma_fence_might_block();
+
	cb = \(kzalloc_objs\|kcalloc\)(...);
	...
 }
