// SPDX-License-Identifier: GPL-2.0+
//
// one of: flush_lost flush_all_lost

@flush_lost@
@@
 v3d_mmu_flush_all_locked(struct v3d_dev *v3d)
 {
	int ret;
+
+	if (!v3d_answers(v3d))
+		return -ENODEV;
	...
 }

@flush_all_lost depends on !flush_lost@
@@
 v3d_mmu_flush_all(struct v3d_dev *v3d)
 {
	int ret;
+
+	if (!v3d_answers(v3d))
+		return -ENODEV;
	...
 }
