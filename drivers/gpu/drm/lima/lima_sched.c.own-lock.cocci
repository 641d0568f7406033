// SPDX-License-Identifier: GPL-2.0 OR MIT
//
// A fence may outlive the device and the module.

@fence_member@
@@
 struct lima_fence {
	struct dma_fence base;
	struct lima_sched_pipe *pipe;
+	spinlock_t lock;
 };

@own_lock@
identifier pipe, fence;
@@
 lima_fence_create(struct lima_sched_pipe *pipe)
 {
	...
+	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &lima_fence_ops,
-		       &pipe->fence_lock,
+		       &fence->lock,
		       ...);
	...
 }

@no_lock_init@
identifier pipe;
@@
-	spin_lock_init(&pipe->fence_lock);
