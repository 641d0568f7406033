// SPDX-License-Identifier: MIT

@no_wait@
@@
 struct nouveau_sched {
	...
	struct {
		struct {
			struct list_head head;
			spinlock_t lock;
		} list;
-		struct wait_queue_head wq;
	} job;
 };
