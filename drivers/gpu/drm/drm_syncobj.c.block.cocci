// SPDX-License-Identifier: MIT

@include_block@
@@
+#include <linux/dma-fence-block.h>
 #include <linux/dma-fence-unwrap.h>

@wait_timeout@
identifier timeout, points;
@@
 drm_syncobj_array_wait_timeout(..., signed long timeout, ...)
 {
	...
+	if (timeout)
+		dma_fence_might_block();
+
	points = kmalloc_array(...);
	...
 }
