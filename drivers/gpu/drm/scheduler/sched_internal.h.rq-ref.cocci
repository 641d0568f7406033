// SPDX-License-Identifier: MIT

@include_dead@
@@
 #include <linux/spinlock.h>
+
+#include "sched_dead.h"
