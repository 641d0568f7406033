// SPDX-License-Identifier: GPL-2.0

@retire@
@@
 struct amdxdna_dev_ops aie2_ops = {
	.fini = aie2_fini,
+	.retire = aie2_retire,
 };
