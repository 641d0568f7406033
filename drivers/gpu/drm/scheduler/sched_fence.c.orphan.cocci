// SPDX-License-Identifier: MIT

@no_deadline@
identifier f, flags;
@@
 static void drm_sched_fence_set_deadline_finished(struct dma_fence *f, ...)
 {
	...
	dma_fence_lock_irqsave(f, flags);
+
+	/* Its place has been taken, and nobody could hurry. */
+	if (drm_sched_fence_is_orphan(f)) {
+		dma_fence_unlock_irqrestore(f, flags);
+		return;
+	}
	...
 }

@slab_init@
@@
 static int __init drm_sched_fence_slab_init(void)
 {
	...
+	if (drm_sched_orphan_init()) {
+		kmem_cache_destroy(sched_fence_slab);
+		return -ENOMEM;
+	}
+
	return 0;
 }

@slab_fini@
@@
 static void __exit drm_sched_fence_slab_fini(void)
 {
+	drm_sched_orphan_exit();
	rcu_barrier();
	...
 }
