// SPDX-License-Identifier: GPL-2.0 OR MIT

@no_slab_init@
identifier err;
@@
 static int lima_pdev_probe(...)
 {
	...
-	err = lima_sched_slab_init();
-	if (err)
-		return err;
	...
 }

@no_slab_fini@
@@
-lima_sched_slab_fini();
