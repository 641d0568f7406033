// SPDX-License-Identifier: GPL-2.0

@retire_op@
@@
 struct amdxdna_dev_ops {
	...
	void (*fini)(struct amdxdna_dev *xdna);
+	void (*retire)(struct amdxdna_dev *xdna);
	...
 };
