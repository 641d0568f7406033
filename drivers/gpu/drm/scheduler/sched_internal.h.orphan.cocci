// SPDX-License-Identifier: MIT
//
// one of: declare_run_free declare_run_free_first

@include_orphan@
@@
 #include "sched_dead.h"
+#include "sched_discard.h"
+#include "sched_orphan.h"

@declare_run_free@
@@
 struct drm_sched_entity_stats { ... };
+
+void drm_sched_run_free_queue(struct drm_gpu_scheduler *sched);

@declare_run_free_first depends on !declare_run_free@
@@
+void drm_sched_run_free_queue(struct drm_gpu_scheduler *sched);
+
 static inline struct drm_sched_job *drm_sched_entity_node_job(...)
 {
	...
 }
