// SPDX-License-Identifier: GPL-2.0-only

@discard@
@@
 const struct drm_sched_backend_ops msm_sched_ops = {
	.free_job = msm_job_free,
+	.discard_job = msm_job_discard,
 };
