// SPDX-License-Identifier: GPL-2.0

@cycles@
identifier pfdev, job, subslot;
expression js;
@@
 panfrost_job_hw_submit(...)
 {
	...
	subslot = panfrost_enqueue_job(pfdev, js, job);
+	job->is_profiled = pfdev->profile_mode;
+	if (job->requirements & PANFROST_JD_REQ_CYCLE_COUNT || job->is_profiled)
+		panfrost_cycle_counter_get(pfdev);
+	if (job->is_profiled) {
+		job->start_time = ktime_get();
+		job->start_cycles = panfrost_cycle_counter_read(pfdev);
+	}
	if (!atomic_read(&pfdev->reset.pending)) {
-		job->is_profiled = pfdev->profile_mode;
-		if (job->requirements & PANFROST_JD_REQ_CYCLE_COUNT ||
-		    job->is_profiled)
-			panfrost_cycle_counter_get(pfdev);
-
-		if (job->is_profiled) {
-			...
-		}
		...
	}
	...
 }
