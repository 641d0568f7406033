// SPDX-License-Identifier: MIT
//
// An entity that has been destroyed has no run queue any more.

@not_last@
typedef ktime_t;
identifier adev, entity;
@@
 static ktime_t amdgpu_ctx_fini_entity(...)
 {
	...
-	amdgpu_xcp_release_sched(adev, entity);
	...
 }

@release_destroy@
identifier ctx, i, j;
@@
 static void amdgpu_ctx_do_release(...)
 {
 <+...
+	amdgpu_xcp_release_sched(ctx->mgr->adev, ctx->entities[i][j]);
	drm_sched_entity_destroy(&ctx->entities[i][j]->entity);
 ...+>
 }

@release_fini@
identifier ctx, e, i, j, mgr;
@@
 void amdgpu_ctx_mgr_entity_fini(struct amdgpu_ctx_mgr *mgr)
 {
 <+...
	e = &ctx->entities[i][j]->entity;
+	amdgpu_xcp_release_sched(mgr->adev, ctx->entities[i][j]);
	drm_sched_entity_fini(e);
 ...+>
 }
