// SPDX-License-Identifier: MIT

@include_unplug@
@@
 #include "xe_sched_job.h"
+#include "xe_unplug.h"

@unplug_ops@
@@
 struct drm_sched_backend_ops drm_sched_ops = {
	.free_job = execlist_job_free,
+	.cancel_job = xe_sched_job_cancel,
+	.discard_job = xe_sched_job_discard,
 };
