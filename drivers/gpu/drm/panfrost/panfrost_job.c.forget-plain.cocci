// SPDX-License-Identifier: GPL-2.0

@no_request@
identifier job;
@@
 static void panfrost_jm_forget(...)
 {
 <+...
-	job->requirements & PANFROST_JD_REQ_CYCLE_COUNT || job->is_profiled
+	job->is_profiled
 ...+>
 }
