// SPDX-License-Identifier: GPL-2.0

@include@
@@
+#include <drm/drm_drv.h>
 #include <drm/drm_file.h>

@include_managed@
@@
 #include <drm/drm_gem_shmem_helper.h>
+#include <drm/drm_managed.h>

@managed@
identifier perfcnt;
expression D;
@@
 int panfrost_perfcnt_init(struct panfrost_device *pfdev)
 {
 <+...
-	perfcnt = devm_kzalloc(D, sizeof(*perfcnt), GFP_KERNEL);
+	perfcnt = drmm_kzalloc(&pfdev->base, sizeof(*perfcnt), GFP_KERNEL);
 ...+>
 }

@ioctls@
identifier f = { panfrost_ioctl_perfcnt_enable, panfrost_ioctl_perfcnt_dump };
identifier dev, perfcnt;
@@
 int f(struct drm_device *dev, ...)
 {
	...
	int ret;
+	int idx;
	...
+	if (!drm_dev_enter(dev, &idx))
+		return -ENODEV;
+
	mutex_lock(&perfcnt->lock);
	...
	mutex_unlock(&perfcnt->lock);
+	drm_dev_exit(idx);
	...
 }

@perfcnt_disable@
identifier map, perfcnt, pfdev;
@@
 panfrost_perfcnt_disable_locked(struct panfrost_device *pfdev, ...)
 {
	...
	struct iosys_map map = ...;
+	int idx;
	...
-	gpu_write(pfdev, GPU_PRFCNT_JM_EN, 0x0);
-	gpu_write(pfdev, GPU_PRFCNT_SHADER_EN, 0x0);
-	gpu_write(pfdev, GPU_PRFCNT_MMU_L2_EN, 0x0);
-	gpu_write(pfdev, GPU_PRFCNT_TILER_EN, 0);
-	gpu_write(pfdev, GPU_PERFCNT_CFG,
-		  GPU_PERFCNT_CFG_MODE(GPU_PERFCNT_CFG_MODE_OFF));
+	if (drm_dev_enter(&pfdev->base, &idx)) {
+		panfrost_perfcnt_fini(pfdev);
+		drm_dev_exit(idx);
+	}
	...
-	panfrost_mmu_as_put(pfdev, perfcnt->mapping->mmu);
+	if (perfcnt->mapping->mmu->as >= 0)
+		panfrost_mmu_as_put(pfdev, perfcnt->mapping->mmu);
	...
 }
