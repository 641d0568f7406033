// SPDX-License-Identifier: GPL-2.0-only

@section@
@@
-int msm_ioctl_gem_submit(struct drm_device *dev, void *data, struct drm_file *file)
+int msm_gem_submit_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
 { ... }

@add_job@
identifier submit;
expression E;
@@
 submit_create(...)
 {
	<+...
	submit->dev = E;
+	msm_unplug_add_job(E);
	...+>
 }

@del_job@
identifier submit;
@@
 void __msm_gem_submit_destroy(...)
 {
	...
+	msm_unplug_del_job(submit->dev);
	kfree(submit);
 }
