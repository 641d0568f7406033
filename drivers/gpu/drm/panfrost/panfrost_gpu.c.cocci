// SPDX-License-Identifier: GPL-2.0
//
// one of: include include_first

@include@
@@
+#include <drm/drm_drv.h>
 #include <drm/drm_print.h>

@include_first depends on !include@
@@
 #include <linux/pm_runtime.h>
+
+#include <drm/drm_drv.h>

@gone_irq@
identifier pfdev;
@@
 panfrost_gpu_irq_handler(...)
 {
 <+...
-	gpu_read(pfdev, GPU_INT_STAT)
+	panfrost_read_int(pfdev, GPU_INT_STAT)
 ...+>
 }

@late_flush@
typedef u32;
@@
 panfrost_gpu_get_latest_flush_id(struct panfrost_device *pfdev)
 {
-	u32 flush_id;
+	u32 flush_id = 0;
+	int idx;
+
+	if (!drm_dev_enter(&pfdev->base, &idx))
+		return 0;
	...
	if (panfrost_has_hw_feature(pfdev, HW_FEATURE_FLUSH_REDUCTION)) {
		if (pm_runtime_get_if_in_use(...)) {
			...
-			return flush_id;
		}
	}
+	drm_dev_exit(idx);
-	return 0;
+	return flush_id;
 }
