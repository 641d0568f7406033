// SPDX-License-Identifier: MIT

@compat_init@
@@
 #include <drm/drm_sched_compat.h>
+#include <drm/drm_sched_compat_init.h>
