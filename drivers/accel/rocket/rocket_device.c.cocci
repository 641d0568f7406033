// SPDX-License-Identifier: GPL-2.0-only

@include@
@@
 #include <drm/drm_drv.h>
+#include <drm/drm_managed.h>

@managed_cores@
identifier rdev, num_cores;
expression dev;
@@
 struct rocket_device *rocket_device_init(...)
 {
 <+...
-	rdev->cores = devm_kcalloc(dev, num_cores, sizeof(*rdev->cores), GFP_KERNEL);
+	rdev->cores = drmm_kcalloc(&rdev->ddev, num_cores, sizeof(*rdev->cores), GFP_KERNEL);
 ...+>
 }

@managed_lock@
identifier rdev, err;
expression dev;
@@
 struct rocket_device *rocket_device_init(...)
 {
 <+...
-	err = devm_mutex_init(dev, &rdev->sched_lock);
+	err = drmm_mutex_init(&rdev->ddev, &rdev->sched_lock);
	if (err)
		return ERR_PTR(-ENOMEM);
+	err = drmm_add_action_or_reset(&rdev->ddev, rocket_cores_release, NULL);
+	if (err)
+		return ERR_PTR(err);
 ...+>
 }

@unplug@
identifier rdev;
@@
 void rocket_device_fini(struct rocket_device *rdev)
 {
	...
-	drm_dev_unregister(&rdev->ddev);
+	drm_dev_unplug(&rdev->ddev);
 }
