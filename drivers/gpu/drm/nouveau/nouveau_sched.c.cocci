// SPDX-License-Identifier: MIT

@no_wake@
expression E;
@@
 nouveau_job_done(...)
 {
	<...
-	wake_up(E);
	...>
 }

@no_wq@
identifier sched;
@@
-	init_waitqueue_head(&sched->job.wq);

@no_list_empty@
typedef bool;
@@
-static bool nouveau_sched_job_list_empty(struct nouveau_sched *sched) { ... }

@flush@
expression wq, condition;
identifier entity;
@@
 nouveau_sched_fini(...)
 {
	<...
-	wait_event(wq, condition);
+	drm_sched_entity_flush(entity, MAX_SCHEDULE_TIMEOUT);
	drm_sched_entity_fini(entity);
	...>
 }
