// SPDX-License-Identifier: GPL-2.0
//
// The device that is gone reads as all ones.

@gone_submit@
typedef u32;
identifier pfdev, js;
@@
 panfrost_job_hw_submit(...)
 {
	...
	u32 cfg;
+	u32 next;
	...
-	if (WARN_ON(job_read(pfdev, JS_COMMAND_NEXT(js)))) {
+	next = job_read(pfdev, JS_COMMAND_NEXT(js));
+	if (next == ~0u || WARN_ON(next)) {
+		pm_runtime_put_autosuspend(pfdev->base.dev);
		return;
	}
	...
 }
