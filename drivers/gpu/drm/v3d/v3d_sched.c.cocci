// SPDX-License-Identifier: GPL-2.0+
//
// A device that is gone makes no progress, and cannot be reset.

@lost_cl@
typedef u32;
identifier v3d, ctca, ctra;
expression job;
@@
 v3d_cl_job_timedout(...)
 {
	...
	struct v3d_dev *v3d = job->v3d;
	u32 ctca = V3D_CORE_READ(0, ...);
	u32 ctra = V3D_CORE_READ(0, ...);
+
+	if (v3d_is_lost(v3d))
+		return DRM_GPU_SCHED_STAT_ENODEV;
	...
 }

@lost_csd@
typedef u32;
identifier v3d, batches;
expression job;
@@
 v3d_csd_job_timedout(...)
 {
	...
	struct v3d_dev *v3d = job->base.v3d;
	u32 batches = V3D_CORE_READ(0, ...);
+
+	if (v3d_is_lost(v3d))
+		return DRM_GPU_SCHED_STAT_ENODEV;
	...
 }

@lost_tfu@
identifier fn = {v3d_tfu_job_timedout, v3d_generic_job_timedout};
identifier job;
expression sched_job;
@@
 fn(...)
 {
	...
	struct v3d_job *job = to_v3d_job(sched_job);
	...
+	if (v3d_is_lost(job->v3d))
+		return DRM_GPU_SCHED_STAT_ENODEV;
+
	return v3d_gpu_reset_for_timeout(...);
 }
