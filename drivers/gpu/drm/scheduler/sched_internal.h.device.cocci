// SPDX-License-Identifier: MIT

@include_registry@
@@
 #include "sched_dead.h"
+#include "sched_registry.h"
