// SPDX-License-Identifier: MIT
//
// Names of fences that have signalled are asked for, and their scheduler may be gone.

@timeline_name@
identifier f, fence;
@@
 static const char *drm_sched_fence_get_timeline_name(struct dma_fence *f)
 {
	struct drm_sched_fence *fence = to_drm_sched_fence(f);
-	return (const char *)fence->sched->name;
+	const char *name = "signaled-timeline";
+
+	/* drm_sched_fini() waits for a grace period after the last fence. */
+	rcu_read_lock();
+	if (!drm_sched_fence_is_done(f))
+		name = READ_ONCE(fence->sched)->name;
+	rcu_read_unlock();
+
+	return name;
 }
