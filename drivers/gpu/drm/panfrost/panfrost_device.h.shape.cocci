// SPDX-License-Identifier: GPL-2.0
//
// The DRM device has the memory, as from Linux 7.3 on.

@embed@
@@
 struct panfrost_device {
+	struct drm_device base;
	struct device *dev;
	...
 };
