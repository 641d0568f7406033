// SPDX-License-Identifier: GPL-2.0-only OR MIT

@lost@
typedef bool;
@@
 struct pvr_device {
	...
	bool lost;
+
+	/** @lost_work: Finishes all jobs and unplugs the DRM device once @lost is set. */
+	struct work_struct lost_work;
+
+	/** @no_reset: %true if the device is being removed; protected by @reset_sem. */
+	bool no_reset;
+
+	/** @reset_queues: Queues that a reset has stopped; protected by @reset_sem. */
+	struct list_head reset_queues;
+
+	/** @powered: %true between the power-on and the power-off sequence. */
+	bool powered;
+
+	/**
+	 * @gpu_ref: Users of the memory of the firmware: the binding, open files, contexts.
+	 */
+	struct kref gpu_ref;
	...
 };
