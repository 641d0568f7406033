// SPDX-License-Identifier: GPL-2.0

@include_compat@
@@
 #include <linux/types.h>
+
+#include "../drm_sched_test_compat.h"
