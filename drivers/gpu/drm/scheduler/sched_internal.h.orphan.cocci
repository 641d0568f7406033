// SPDX-License-Identifier: MIT

@include_orphan@
@@
 #include "sched_dead.h"
+#include "sched_orphan.h"

@declare_run_free@
@@
 #include "sched_orphan.h"
+
+void drm_sched_run_free_queue(struct drm_gpu_scheduler *sched);
