// SPDX-License-Identifier: MIT
//
// one of: declare_stop_waiting declare_stop_waiting_first

@declare_stop_waiting@
@@
 struct drm_sched_entity_stats { ... };
+
+void drm_sched_entity_stop_waiting(struct drm_sched_entity *entity);

@declare_stop_waiting_first depends on !declare_stop_waiting@
@@
+void drm_sched_entity_stop_waiting(struct drm_sched_entity *entity);
+
 static inline struct drm_sched_job *drm_sched_entity_node_job(...)
 {
	...
 }
