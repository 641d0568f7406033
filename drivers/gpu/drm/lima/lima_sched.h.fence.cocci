// SPDX-License-Identifier: GPL-2.0 OR MIT

@no_lock@
@@
 struct lima_sched_pipe {
	...
-	spinlock_t fence_lock;
	...
 };

@no_slab_init@
@@
-int lima_sched_slab_init(void);

@no_slab_fini@
@@
-void lima_sched_slab_fini(void);
