// SPDX-License-Identifier: GPL-2.0

@include_compat@
@@
 #include <drm/gpu_scheduler.h>
+
+#include "drm_sched_test_compat.h"
