// SPDX-License-Identifier: MIT

@include_device@
@@
 #include "sched_dead.h"
+#include "sched_device.h"
