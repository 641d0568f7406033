// SPDX-License-Identifier: MIT

@include_fini@
@@
+#include "sched_fini.h"
 #include "sched_internal.h"

@fini_exit@
@@
 static void __exit drm_sched_fence_slab_fini(void)
 {
+	drm_sched_fini_exit();
	...
 }
