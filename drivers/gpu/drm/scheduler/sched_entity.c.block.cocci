// SPDX-License-Identifier: MIT
// one of: include_block include_block_kthread

@include_block@
@@
+#include <linux/dma-fence-block.h>
 #include <linux/export.h>

@include_block_kthread depends on !include_block@
@@
+#include <linux/dma-fence-block.h>
 #include <linux/kthread.h>

@flush@
identifier entity, timeout, sched;
@@
 long drm_sched_entity_flush(struct drm_sched_entity *entity, long timeout)
 {
	...
+	dma_fence_might_block();
+
	sched = drm_sched_flush_begin(entity);
	...
 }
