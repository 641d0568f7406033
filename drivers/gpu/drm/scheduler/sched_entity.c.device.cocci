// SPDX-License-Identifier: MIT
//
// Hooks of drm_sched_stop_device() and drm_sched_fini_device().

@entity_init_link@
identifier entity;
@@
 int drm_sched_entity_init(struct drm_sched_entity *entity, ...)
 {
	...
	INIT_LIST_HEAD(&entity->list);
+	INIT_LIST_HEAD(&entity->retire_link);
	...
 }

@kill_forget@
identifier entity;
@@
 void drm_sched_entity_kill(struct drm_sched_entity *entity)
 {
	...
	spin_unlock(&entity->lock);
+
+	if (drm_sched_entity_is_retired(entity))
+		drm_sched_retire_forget(entity);
	wait_for_completion(&entity->entity_idle);
	...
 }

@push_gate@
identifier sched, sched_job, entity;
@@
 void drm_sched_entity_push_job(struct drm_sched_job *sched_job)
 {
 <...
	sched = drm_sched_rq_add_entity(entity, ...);
-	if (sched)
+	if (sched && !drm_sched_retire_push(sched, entity))
		drm_sched_wakeup(sched);
 ...>
 }
