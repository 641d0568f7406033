// SPDX-License-Identifier: GPL-2.0-only OR MIT

@gpu_fini_linkage@
@@
-static void
+void
 pvr_device_gpu_fini(struct pvr_device *pvr_dev) { ... }

@fini@
identifier pvr_dev;
@@
 pvr_device_fini(struct pvr_device *pvr_dev)
 {
	...
-	pvr_device_gpu_fini(pvr_dev);
+	pvr_unplug_fini(pvr_dev);
 }
