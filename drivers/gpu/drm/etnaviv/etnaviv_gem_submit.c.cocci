// SPDX-License-Identifier: GPL-2.0

@submit_include@
@@
+#include <drm/drm_drv.h>
 #include <drm/drm_file.h>

@submit_enter@
identifier dev, pid, ret;
@@
 int etnaviv_ioctl_gem_submit(struct drm_device *dev, ...)
 {
	...
	struct pid *pid = get_pid(...);
	...
	int ret;
+	int idx;
	...
+	if (!drm_dev_enter(dev, &idx)) {
+		put_pid(pid);
+		ret = -ENODEV;
+		goto err_submit_cmds;
+	}
+
	ww_acquire_init(...);
	...
	ww_acquire_fini(...);
+	drm_dev_exit(idx);
	...
 }
