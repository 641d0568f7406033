// SPDX-License-Identifier: GPL-2.0-only OR MIT

@no_lock@
@@
 struct ethosu_device {
	...
-	spinlock_t fence_lock;
	...
 };

@include@
@@
 #include <linux/bits.h>
+#include <linux/io.h>
