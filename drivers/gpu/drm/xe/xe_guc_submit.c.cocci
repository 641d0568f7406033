// SPDX-License-Identifier: MIT

@include_unplug@
@@
+#include "xe_unplug.h"
 #include "xe_vm.h"

@unplug_ops@
@@
 struct drm_sched_backend_ops drm_sched_ops = {
	.timedout_job = guc_exec_queue_timedout_job,
+	.cancel_job = xe_sched_job_cancel,
+	.discard_job = xe_sched_job_discard,
 };
