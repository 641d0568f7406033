// SPDX-License-Identifier: GPL-2.0-only

@discard_work@
@@
 struct msm_gem_submit {
	...
	struct drm_gpuvm *vm;
+
+	/* For what its retirement would do, if it never runs. */
+	struct kthread_work discard_work;
+
	...
 };
