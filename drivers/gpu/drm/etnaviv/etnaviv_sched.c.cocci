// SPDX-License-Identifier: GPL-2.0
//
// A core that is gone makes no progress, and resets at once.

@sched_unplug_include@
@@
 #include "etnaviv_sched.h"
+#include "etnaviv_unplug.h"

@lost@
identifier gpu;
expression fence;
@@
 etnaviv_sched_timedout_job(...)
 {
	...
	struct etnaviv_gpu *gpu = submit->gpu;
	...
	if (dma_fence_is_signaled(fence))
		\(return DRM_GPU_SCHED_STAT_NO_HANG;\|goto out_no_timeout;\)
+
+	if (etnaviv_gpu_is_lost(gpu))
+		return DRM_GPU_SCHED_STAT_ENODEV;
	...
 }
