// SPDX-License-Identifier: GPL-2.0-only

@section@
@@
-msm_ioctl_vm_bind
+msm_vm_bind_ioctl
 (struct drm_device *dev, void *data, struct drm_file *file) { ... }

@add_job@
identifier job, dev;
expression E;
@@
 vm_bind_job_create(struct drm_device *dev, ...)
 {
	<+...
	job->vm = E;
+	msm_unplug_add_job(dev);
	...+>
 }

@del_job@
identifier job, vm;
@@
 msm_vma_job_free(...)
 {
	...
	wake_up(&vm->prealloc_throttle.wait);
+	msm_unplug_del_job(vm->base.drm);
	...
	kfree(job);
 }

@discard@
@@
 const struct drm_sched_backend_ops msm_vm_bind_ops = {
	.free_job = msm_vma_job_free,
+	.discard_job = msm_vma_job_discard,
 };
