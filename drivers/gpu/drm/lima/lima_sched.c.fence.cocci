// SPDX-License-Identifier: GPL-2.0 OR MIT
//
// A fence may outlive the device and the module.

@no_slab@
@@
-static struct kmem_cache *lima_fence_slab;

@no_slab_refcnt@
@@
-static int lima_fence_slab_refcnt;

@no_slab_init@
@@
-int lima_sched_slab_init(void)
-{
-	...
-}

@no_slab_fini@
@@
-void lima_sched_slab_fini(void)
-{
-	...
-}

@no_release_rcu@
@@
-static void lima_fence_release_rcu(...)
-{
-	...
-}

@no_release@
@@
-static void lima_fence_release(...)
-{
-	...
-}

@no_release_op@
identifier ops;
@@
 static const struct dma_fence_ops ops = {
	...,
-	.release = lima_fence_release,
 };

@plain_fence@
identifier fence;
@@
-fence = kmem_cache_zalloc(lima_fence_slab, GFP_KERNEL);
+fence = kzalloc_obj(*fence);
