// SPDX-License-Identifier: MIT

@remove@
identifier drm;
@@
 void nouveau_drm_device_remove(struct nouveau_drm *drm)
 {
	...
+	nouveau_unplug_jobs(drm);
	drm_dev_unplug(drm->dev);
	...
 }

@init_channels@
identifier drm;
@@
 nouveau_drm_device_new(...)
 {
	<+...
	mutex_init(&drm->client_mutex);
+	mutex_init(&drm->channels.lock);
+	INIT_LIST_HEAD(&drm->channels.list);
	...+>
 }

@destroy_channels@
identifier drm;
@@
 nouveau_drm_device_del(...)
 {
	<+...
	mutex_destroy(&drm->client_mutex);
+	mutex_destroy(&drm->channels.lock);
	...+>
 }

@ioctl_sections@
@@
 nouveau_drm_ioctl(...)
 {
	<+...
(
-	nouveau_abi16_ioctl
+	nouveau_unplug_nvif_ioctl
|
-	drm_ioctl
+	nouveau_unplug_drm_ioctl
)
	(...)
	...+>
 }
