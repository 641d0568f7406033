// SPDX-License-Identifier: MIT
//
// An entity that has been destroyed has no run queue any more.

@release_first@
typedef ktime_t;
identifier adev, entity;
@@
 static ktime_t amdgpu_ctx_fini_entity(...)
 {
	...
+	amdgpu_xcp_release_sched(adev, entity);
	drm_sched_entity_destroy(&entity->entity);
	...
-	amdgpu_xcp_release_sched(adev, entity);
	...
 }
