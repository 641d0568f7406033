// SPDX-License-Identifier: GPL-2.0

@timestamp@
identifier ddev, pfdev, param, ret;
@@
 static int panfrost_ioctl_get_param(struct drm_device *ddev, ...)
 {
	...
	int ret;
+	int idx;
 <+...
+	if (!drm_dev_enter(ddev, &idx))
+		return -ENODEV;
	ret = panfrost_ioctl_query_timestamp(pfdev, &param->value);
+	drm_dev_exit(idx);
 ...+>
 }
