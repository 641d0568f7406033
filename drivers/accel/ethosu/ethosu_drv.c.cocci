// SPDX-License-Identifier: GPL-2.0-only or MIT

@include@
@@
 #include <linux/genalloc.h>
+#include <linux/interrupt.h>

@remove@
identifier pdev, ethosudev;
@@
 static void ethosu_remove(struct platform_device *pdev)
 {
	...
-	drm_dev_unregister(&ethosudev->base);
-	ethosu_job_fini(ethosudev);
+	ethosu_drain(ethosudev);
+	ethosu_quiesce(ethosudev);
+	drm_sched_fini_device(&pdev->dev);
+	drm_dev_unplug(&ethosudev->base);
+	ethosu_power_off(&pdev->dev);
	...
 }

// An ioctl that wakes up a device which is gone must not take a second.

@reset@
identifier ethosudev, reg;
@@
 static int ethosu_reset(struct ethosu_device *ethosudev)
 {
	...
	u32 reg;
+
+	if (!ethosu_answers(ethosudev))
+		return -ENODEV;
	...
 }

// Whoever waits for a fence of another device must not keep drm_dev_unplug() waiting.

@bo_wait@
identifier ddev, ret, cookie;
@@
 static int ethosu_ioctl_bo_wait(struct drm_device *ddev, ...)
 {
 <+...
-	if (!drm_dev_enter(ddev, &cookie))
-		return -ENODEV;
-
-	ret = drm_gem_dma_resv_wait(
+	return drm_gem_dma_resv_wait(
		...);
-
-	drm_dev_exit(cookie);
-	return ret;
 ...+>
 }

@bo_wait_no_cookie@
identifier ddev;
@@
 static int ethosu_ioctl_bo_wait(struct drm_device *ddev, ...)
 {
	...
-	int cookie;
	...
 }

@bo_wait_no_ret@
identifier ddev;
@@
 static int ethosu_ioctl_bo_wait(struct drm_device *ddev, ...)
 {
	...
-	int ret;
	...
 }
