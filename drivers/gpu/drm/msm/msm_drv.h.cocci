// SPDX-License-Identifier: GPL-2.0-only

@jobs@
typedef bool;
typedef atomic_t;
@@
 struct msm_drm_private {
	...
	bool has_cached_coherent;
+
+	/** @jobs: number of jobs of the GPU and of VM_BIND, see msm_unplug_wait() */
+	atomic_t jobs;
	...
 };
