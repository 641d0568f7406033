// SPDX-License-Identifier: GPL-2.0-only

@scheds@
@@
 struct rocket_file_priv {
	...
	struct drm_sched_entity sched_entity;
+	struct drm_gpu_scheduler **scheds;
 };
