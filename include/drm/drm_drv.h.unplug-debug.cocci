// SPDX-License-Identifier: MIT

@include_debug@
@@
 #include <drm/drm_device.h>
+#include <drm/drm_unplug_debug.h>
