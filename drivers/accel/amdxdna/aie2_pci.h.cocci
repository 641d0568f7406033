// SPDX-License-Identifier: GPL-2.0

@retire_prototype@
@@
-void aie2_hwctx_suspend(struct amdxdna_client *client);
+void aie2_hwctx_suspend(struct amdxdna_client *client);
+void aie2_retire(struct amdxdna_dev *xdna);
+int aie2_job_error(struct amdxdna_sched_job *job);

@retired@
@@
 struct amdxdna_dev_hdl {
	...
	unsigned long last_signal_ts;
+	bool				retired;
	...
 };
