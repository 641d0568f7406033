// SPDX-License-Identifier: GPL-2.0

@include_block@
@@
 #include <linux/dma-fence-array.h>
+#include <linux/dma-fence-block.h>

@wait_timeout@
identifier obj, usage, intr, timeout, cursor;
@@
 long dma_resv_wait_timeout(struct dma_resv *obj, enum dma_resv_usage usage,
			    bool intr, unsigned long timeout)
 {
	...
+	if (timeout)
+		dma_fence_might_block();
+
	dma_resv_iter_begin(&cursor, obj, usage);
	...
 }
