// SPDX-License-Identifier: MIT

@closed@
identifier chan;
@@
 nouveau_gem_ioctl_pushbuf(...)
 {
	<+...
-	if (unlikely(atomic_read(&chan->killed)))
+	if (unlikely(atomic_read(&chan->killed) || READ_ONCE(drm->channels.closed)))
		return nouveau_abi16_put(abi16, -ENODEV);
	...+>
 }

@sync_section@
identifier dev, ret, nvbo;
@@
 nouveau_gem_ioctl_cpu_prep(struct drm_device *dev, ...)
 {
	...
	int ret;
+	int idx;
	...
-	nouveau_bo_sync_for_cpu(nvbo);
+	if (drm_dev_enter(dev, &idx)) {
+		nouveau_bo_sync_for_cpu(nvbo);
+		drm_dev_exit(idx);
+	} else {
+		ret = -ENODEV;
+	}
	...
 }
