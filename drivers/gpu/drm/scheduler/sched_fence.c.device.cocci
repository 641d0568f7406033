// SPDX-License-Identifier: MIT
@slab_init@
@@
 static int __init drm_sched_fence_slab_init(void)
 {
	...
-	return 0;
+	return drm_sched_retire_init();
 }

@slab_fini@
@@
 static void __exit drm_sched_fence_slab_fini(void)
 {
+	drm_sched_retire_exit();
	rcu_barrier();
	...
 }
