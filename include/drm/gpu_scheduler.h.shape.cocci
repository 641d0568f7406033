// SPDX-License-Identifier: MIT
//
// Entry points as from Linux 7.3 on.

@add_entity_prototype@
typedef ktime_t;
@@
-void drm_sched_rq_add_entity(struct drm_sched_rq *rq,
-			     struct drm_sched_entity *entity);
+struct drm_gpu_scheduler *
+drm_sched_rq_add_entity(struct drm_sched_entity *entity, ktime_t ts);

@kill_prototype@
@@
-void drm_sched_entity_fini(struct drm_sched_entity *entity);
+void drm_sched_entity_kill(struct drm_sched_entity *entity);
+void drm_sched_entity_fini(struct drm_sched_entity *entity);

@compat@
@@
 struct drm_gpu_scheduler { ... };
+
+#include <drm/drm_sched_compat.h>
