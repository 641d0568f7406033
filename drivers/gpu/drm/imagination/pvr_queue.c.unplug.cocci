// SPDX-License-Identifier: GPL-2.0-only OR MIT

@lost@
identifier pvr_dev, queue;
@@
 pvr_queue_timedout_job(...)
 {
	...
	struct pvr_device *pvr_dev = queue->ctx->pvr_dev;
	...
+	if (pvr_dev->lost)
+		return DRM_GPU_SCHED_STAT_ENODEV;
+
	dev_err(...);
	...
 }

@shared_wq@
identifier pvr_dev;
@@
 pvr_queue_device_init(struct pvr_device *pvr_dev)
 {
	...
-	pvr_dev->sched_wq = alloc_workqueue(...);
-	if (!pvr_dev->sched_wq)
-		return -ENOMEM;
+	pvr_dev->sched_wq = pvr_sched_wq;
	...
 }

@no_device_fini@
@@
-void pvr_queue_device_fini(struct pvr_device *pvr_dev) { ... }
