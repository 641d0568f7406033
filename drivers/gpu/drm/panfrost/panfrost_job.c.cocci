// SPDX-License-Identifier: GPL-2.0

@managed_include@
@@
 #include <drm/gpu_scheduler.h>
+#include <drm/drm_managed.h>

// The device that is gone reads as all ones.

@gone_irq_rawstat@
identifier f = { panfrost_jm_handle_irq, panfrost_jm_handle_irqs, panfrost_job_handle_irq, panfrost_job_handle_irqs };
identifier pfdev;
@@
 f(...)
 {
 <+...
-	job_read(pfdev, JOB_INT_RAWSTAT)
+	panfrost_read_int(pfdev, JOB_INT_RAWSTAT)
 ...+>
 }

@gone_irq_stat@
identifier f = { panfrost_jm_irq_handler, panfrost_job_irq_handler };
identifier pfdev;
@@
 f(...)
 {
 <+...
-	job_read(pfdev, JOB_INT_STAT)
+	panfrost_read_int(pfdev, JOB_INT_STAT)
 ...+>
 }

@gone_timeout@
identifier pfdev;
expression E;
@@
 panfrost_job_timedout(...)
 {
	...
	struct panfrost_device *pfdev = E;
	...
+	if (panfrost_is_lost(pfdev))
+		return DRM_GPU_SCHED_STAT_ENODEV;
+
	dev_err(...);
	...
 }

// Whoever makes the hardware forget its jobs needs this, not only a reset.

@forget@
identifier pfdev, i, j;
@@
 panfrost_reset(struct panfrost_device *pfdev, ...)
 {
	...
-	spin_lock(&pfdev->js->job_lock);
-	for (i = 0; i < NUM_JOB_SLOTS; i++) {
-		for (j = 0; ...; j++) {
-			...
-		}
-	}
-	memset(pfdev->jobs, 0, sizeof(pfdev->jobs));
-	spin_unlock(&pfdev->js->job_lock);
+	panfrost_jm_forget(pfdev);
	...
 }

@forget_unused@
@@
 panfrost_reset(...)
 {
	...
-	unsigned int j;
	...
 }

// Schedulers are used until the last file is closed.

@managed_slots@
identifier f = { panfrost_jm_init, panfrost_job_init };
identifier pfdev, js;
expression D;
@@
 int f(struct panfrost_device *pfdev)
 {
 <+...
-	js = devm_kzalloc(D, sizeof(*js), GFP_KERNEL)
+	js = drmm_kzalloc(&pfdev->base, sizeof(*js), GFP_KERNEL)
 ...+>
 }

@managed_fini@
identifier f = { panfrost_jm_init, panfrost_job_init };
identifier start = { panfrost_jm_reset_interrupts, panfrost_job_enable_interrupts };
identifier pfdev;
@@
 int f(struct panfrost_device *pfdev)
 {
	...
+	ret = drmm_add_action_or_reset(&pfdev->base, panfrost_jm_release, NULL);
+	if (ret)
+		return ret;
+
	start(pfdev);
	...
 }

@fini@
identifier f = { panfrost_jm_fini, panfrost_job_fini };
identifier pfdev, js, j;
@@
 void f(struct panfrost_device *pfdev)
 {
-	struct panfrost_job_slot *js = pfdev->js;
-	int j;
-
	job_write(...);
-
-	for (j = 0; j < NUM_JOB_SLOTS; j++) {
-		drm_sched_fini(&js->queue[j].sched);
-	}
-
	cancel_work_sync(&pfdev->reset.work);
-	destroy_workqueue(pfdev->reset.wq);
 }

@release@
identifier f = { panfrost_jm_init, panfrost_job_init };
identifier pfdev;
@@
+/* The last reference to the device is gone, or it failed to probe. */
+static void panfrost_jm_release(struct drm_device *dev, void *unused)
+{
+	struct panfrost_device *pfdev = to_panfrost_device(dev);
+	int j;
+
+	for (j = 0; j < NUM_JOB_SLOTS; j++)
+		drm_sched_fini(&pfdev->js->queue[j].sched);
+
+	destroy_workqueue(pfdev->reset.wq);
+}
+
 int f(struct panfrost_device *pfdev)
 {
	...
 }
