// SPDX-License-Identifier: GPL-2.0-only OR MIT

@include@
@@
+#include <drm/drm_drv.h>
 #include <drm/drm_file.h>

@include_managed@
@@
 #include <drm/drm_gem_dma_helper.h>
+#include <drm/drm_managed.h>

// A fence may outlive the device.

@own_lock@
identifier dev;
@@
-&dev->fence_lock
+NULL

@no_lock_init@
@@
 int ethosu_job_init(...)
 {
	...
-	spin_lock_init(...);
	...
 }

// The scheduler is used until the last file is closed.

@managed_mutex@
identifier edev, dev;
@@
 int ethosu_job_init(struct ethosu_device *edev)
 {
	...
-	ret = devm_mutex_init(dev, &edev->sched_lock);
+	ret = drmm_mutex_init(&edev->base, &edev->sched_lock);
	...
 }

@managed_action@
identifier edev, ret;
@@
 int ethosu_job_init(struct ethosu_device *edev)
 {
	...
-	return 0;
+	return drmm_add_action_or_reset(&edev->base, ethosu_job_fini, NULL);
	...
 }

@no_unwind@
identifier edev, ret, err_sched;
@@
 int ethosu_job_init(struct ethosu_device *edev)
 {
 <+...
(
	if (ret) {
		dev_err(...);
-		goto err_sched;
+		return ret;
	}
|
-err_sched:
-	drm_sched_fini(&edev->sched);
-	return ret;
)
 ...+>
 }

@no_fini@
@@
-void ethosu_job_fini(...)
-{
-	...
-}

@managed_fini@
@@
+static void ethosu_job_fini(struct drm_device *drm, void *unused)
+{
+	drm_sched_fini(&to_ethosu_device(drm)->sched);
+}
+
 int ethosu_job_init(...)
 {
	...
 }

// A job keeps the device awake from here on.

@push_idx@
identifier ret;
@@
 static int ethosu_job_push(struct ethosu_job *job)
 {
	...
	int ret;
+	int idx;
	...
 }

@push_enter@
identifier job, ret, out;
statement S;
@@
 static int ethosu_job_push(struct ethosu_job *job)
 {
	...
+	if (!drm_dev_enter(&job->dev->base, &idx)) {
+		ret = -ENODEV;
+		goto out;
+	}
	ret = pm_runtime_resume_and_get(...);
	if (!ret) S
+	drm_dev_exit(idx);
 out:
	...
 }

// One that is gone is always busy, and where it got to is no index.

@lost@
identifier dev, running, job;
@@
 static enum drm_gpu_sched_stat ethosu_job_timedout(...)
 {
	...
	struct ethosu_device *dev = job->dev;
	...
	running = FIELD_GET(...);
+
+	if (ethosu_job_is_lost(dev))
+		return DRM_GPU_SCHED_STAT_ENODEV;
	...
 }
