// SPDX-License-Identifier: GPL-2.0-only

@no_lock@
@@
 struct rocket_core {
	...
-	spinlock_t fence_lock;
	...
 };
