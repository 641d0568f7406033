// SPDX-License-Identifier: GPL-2.0-only OR MIT

@no_device_fini@
@@
-void pvr_queue_device_fini(struct pvr_device *pvr_dev);

@reset_node@
@@
 struct pvr_queue {
	...
	struct list_head node;
+
+	/** @reset_node: Used to add the queue to &pvr_device.reset_queues. */
+	struct list_head reset_node;
	...
 };
