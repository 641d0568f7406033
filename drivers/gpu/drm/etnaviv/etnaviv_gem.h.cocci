// SPDX-License-Identifier: GPL-2.0

@llist_include@
@@
 #include <linux/dma-resv.h>
+#include <linux/llist.h>

@put_node@
@@
 struct etnaviv_gem_submit {
	...
	struct kref refcount;
+	struct llist_node put_node;
	...
 };
