// SPDX-License-Identifier: GPL-2.0

@reset_awake@
identifier pfdev, cookie;
@@
 panfrost_reset(struct panfrost_device *pfdev, ...)
 {
	...
	if (!atomic_read(&pfdev->reset.pending))
		return;
+
+	/* The jobs let go of the device half-way. */
+	pm_runtime_get_noresume(pfdev->base.dev);
	... when any
	dma_fence_end_signalling(cookie);
+
+	pm_runtime_put_autosuspend(pfdev->base.dev);
 }
