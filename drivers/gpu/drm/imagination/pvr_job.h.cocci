// SPDX-License-Identifier: GPL-2.0-only OR MIT

@include@
@@
 #include <linux/types.h>
+#include <linux/workqueue.h>

@free_work@
@@
 struct pvr_job {
	...
	struct kref ref_count;
+
+	/** @free_work: Drops the scheduler's references. */
+	struct work_struct free_work;
	...
 };
