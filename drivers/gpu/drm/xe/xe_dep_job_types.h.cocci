// SPDX-License-Identifier: MIT

@discard_op@
@@
 struct xe_dep_job_ops {
	...
	void (*free_job)(struct xe_dep_job *job);
+	/** @discard_job: Drop what @run_job would have consumed */
+	void (*discard_job)(struct xe_dep_job *job);
 };
