// SPDX-License-Identifier: GPL-2.0
//
// one of: include include_first

@include@
@@
+#include <drm/drm_drv.h>
 #include <drm/drm_print.h>

@include_first depends on !include@
@@
 #include <linux/sizes.h>
+
+#include <drm/drm_drv.h>

// The device that is gone reads as all ones.

@gone_wait_ready@
identifier val;
expression reg;
@@
 wait_ready(...)
 {
 <+...
	readl_relaxed_poll_timeout_atomic(reg, val,
-		!(val & AS_STATUS_AS_ACTIVE),
+		!(val & AS_STATUS_AS_ACTIVE) || val == ~0u,
		...)
 ...+>
 }

@gone_irq@
identifier f = { panfrost_mmu_irq_handler, panfrost_mmu_irq_handler_thread };
identifier pfdev;
constant reg = { MMU_INT_STAT, MMU_INT_RAWSTAT };
@@
 f(...)
 {
 <+...
-	mmu_read(pfdev, reg)
+	panfrost_read_int(pfdev, reg)
 ...+>
 }

// Buffer objects and address spaces outlive the registers.

@flush_range@
identifier pfdev, mmu;
expression D;
@@
 panfrost_mmu_flush_range(struct panfrost_device *pfdev, struct panfrost_mmu *mmu, ...)
 {
+	int idx;
+
-	if (mmu->as < 0)
+	if (mmu->as < 0 || !drm_dev_enter(&pfdev->base, &idx))
		return;
	...
	pm_runtime_put_autosuspend(D);
+	drm_dev_exit(idx);
 }

@release_ctx@
identifier mmu, pfdev;
expression D;
@@
 panfrost_mmu_release_ctx(...)
 {
	...
	struct panfrost_device *pfdev = mmu->pfdev;
+	int idx;
 <+...
-	pm_runtime_get_noresume(D);
-	if (pm_runtime_active(D))
-		panfrost_mmu_disable(pfdev, mmu->as);
-	pm_runtime_put_autosuspend(D);
+	if (drm_dev_enter(&pfdev->base, &idx)) {
+		pm_runtime_get_noresume(pfdev->base.dev);
+		if (pm_runtime_active(pfdev->base.dev))
+			panfrost_mmu_disable(pfdev, mmu->as);
+		pm_runtime_put_autosuspend(pfdev->base.dev);
+		drm_dev_exit(idx);
+	}
 ...+>
 }
