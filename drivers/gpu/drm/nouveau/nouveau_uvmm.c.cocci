// SPDX-License-Identifier: MIT

@sync@
identifier ret;
symbol job;
@@
 nouveau_uvmm_vm_bind(...)
 {
	<+...
(
+	nouveau_uvmm_bind_job_get(job);
	ret = nouveau_job_submit(&job->base);
|
+	/* Its fence also waits for what jobs before it depend on, if the device is removed. */
+	if (job->base.sync)
+		wait_for_completion_interruptible(&job->complete);
+	nouveau_uvmm_bind_job_put(job);
+
	return 0;
|
	nouveau_job_fini(&job->base);
+	nouveau_uvmm_bind_job_put(job);
)
	...+>
 }
