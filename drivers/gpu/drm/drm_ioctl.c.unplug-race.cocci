// SPDX-License-Identifier: MIT

@late_core@
expression dev;
@@
 long drm_ioctl_kernel(...)
 {
	...
-	if (drm_dev_is_unplugged(dev))
+	if (drm_ioctl_is_too_late(dev))
		return -ENODEV;
	...
 }

@late_ioctl@
expression dev;
@@
 long drm_ioctl(...)
 {
	...
-	if (drm_dev_is_unplugged(dev))
+	if (drm_ioctl_is_too_late(dev))
		return -ENODEV;
	...
 }

@include_race@
@@
 #include "drm_internal.h"
+#include "drm_unplug_race.h"
