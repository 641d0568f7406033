// SPDX-License-Identifier: MIT

@discard@
@@
 static void xe_dep_scheduler_free_job(struct drm_sched_job *drm_job)
 {
	...
 }
+
+static void xe_dep_scheduler_discard_job(struct drm_sched_job *drm_job)
+{
+	struct xe_dep_job *dep_job = container_of(drm_job, typeof(*dep_job), drm);
+
+	dep_job->ops->discard_job(dep_job);
+}

@discard_op@
@@
 struct drm_sched_backend_ops sched_ops = {
	.free_job = xe_dep_scheduler_free_job,
+	.discard_job = xe_dep_scheduler_discard_job,
 };
