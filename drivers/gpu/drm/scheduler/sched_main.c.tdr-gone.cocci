// SPDX-License-Identifier: MIT
//
// The driver says in its timeout handler that the device is gone.

@gone@
identifier sched, job, status;
@@
 static void drm_sched_job_timedout(...)
 {
 <+...
+	/* Who is about to retire the whole device does it in his time. */
+	if (status == DRM_GPU_SCHED_STAT_ENODEV && !drm_sched_device_gone(sched))
+		status = DRM_GPU_SCHED_STAT_NO_HANG;
+
	if (drm_sched_tdr_left_job(sched, job, status))
		drm_sched_job_reinsert_on_false_timeout(sched, job);
 ...+>
 }

@include_device@
@@
+#include "sched_device.h"
 #include "sched_internal.h"
