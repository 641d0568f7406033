// SPDX-License-Identifier: GPL-2.0

@retire_prototype@
@@
-void aie2_hwctx_suspend(struct amdxdna_client *client);
+void aie2_hwctx_suspend(struct amdxdna_client *client);
+void aie2_retire(struct amdxdna_dev *xdna);
