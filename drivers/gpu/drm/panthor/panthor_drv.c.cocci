// SPDX-License-Identifier: GPL-2.0 or MIT

@remove@
identifier ptdev;
@@
 static void panthor_remove(...)
 {
	...
+	/* It stops and starts schedulers. */
+	disable_work_sync(&ptdev->reset.work);
	panthor_device_unplug(ptdev);
 }

// A group comes with schedulers, and is made of what panthor_fw_unplug() takes away.

@group_create_cookie@
identifier ret;
@@
 panthor_ioctl_group_create(...)
 {
	...
	int ret;
+	int cookie;
	...
 }

@group_create_exit@
identifier queue_args, ret;
@@
 panthor_ioctl_group_create(...)
 {
	<+...
	kvfree(queue_args);
+
+out_dev_exit:
+	drm_dev_exit(cookie);
	return ret;
	...+>
 }

@group_create_enter@
identifier ret, ddev;
@@
 panthor_ioctl_group_create(struct drm_device *ddev, ...)
 {
	<+...
+	if (!drm_dev_enter(ddev, &cookie))
+		return -ENODEV;
	ret = PANTHOR_UOBJ_GET_ARRAY(...);
	if (ret)
-		return ret;
+		goto out_dev_exit;
	...+>
 }
