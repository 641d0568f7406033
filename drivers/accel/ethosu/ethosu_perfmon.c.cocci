// SPDX-License-Identifier: GPL-2.0-only OR MIT

@include@
@@
+#include <drm/drm_drv.h>
 #include <drm/drm_file.h>

@values_idx@
identifier ret;
@@
 int ethosu_ioctl_perfmon_get_values(...)
 {
	...
	int ret = 0;
+	int idx;
	...
 }

@values_enter@
identifier dev, ret, perfmon;
@@
 int ethosu_ioctl_perfmon_get_values(struct drm_device *dev, ...)
 {
 <+...
+	if (!drm_dev_enter(dev, &idx)) {
+		ethosu_perfmon_put(perfmon);
+		return -ENODEV;
+	}
	ret = pm_runtime_resume_and_get(dev->dev);
	if (ret) {
+		drm_dev_exit(idx);
		ethosu_perfmon_put(perfmon);
		return ret;
	}
 ...+>
 }

@values_exit@
identifier dev;
@@
 int ethosu_ioctl_perfmon_get_values(struct drm_device *dev, ...)
 {
	...
	pm_runtime_put_autosuspend(dev->dev);
+	drm_dev_exit(idx);
	...
 }
