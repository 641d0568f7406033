// SPDX-License-Identifier: MIT

@include_check@
@@
 #include "sched_internal.h"
+#include "sched_unplug_check.h"

@check_init@
@@
 static int __init drm_sched_fence_slab_init(void)
 {
	...
+	if (drm_sched_unplug_check_init()) {
+		drm_sched_orphan_exit();
+		kmem_cache_destroy(sched_fence_slab);
+		return -ENOMEM;
+	}
+
	return 0;
 }

@check_exit@
@@
 static void __exit drm_sched_fence_slab_fini(void)
 {
+	drm_sched_unplug_check_exit();
	...
 }
