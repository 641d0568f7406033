// SPDX-License-Identifier: MIT
//
// What is in the memory of a device that is gone cannot be moved.

@no_device@
identifier xe, ret;
@@
 void xe_bo_pci_dev_remove_all(struct xe_device *xe)
 {
 <...
-	drm_WARN_ON(&xe->drm, ret);
+	drm_WARN_ON(&xe->drm, ret && ret != -ENODEV);
 ...>
 }
