// SPDX-License-Identifier: GPL-2.0+
//
// The scheduler puts the job back.

@no_skip@
expression job;
@@
-	v3d_sched_skip_reset(job);
-	return DRM_GPU_SCHED_STAT_NOMINAL;
+	return DRM_GPU_SCHED_STAT_NO_HANG;

@no_skip_function@
@@
-static void v3d_sched_skip_reset(...)
-{
-	...
-}
