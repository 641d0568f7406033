// SPDX-License-Identifier: MIT

@fini_definition@
identifier arg;
@@
-static void vf_migration_fini(void *arg)
+/**
+ * xe_gt_sriov_vf_migration_fini() - No recovery runs on return, or will ever run
+ * @arg: the &xe_gt
+ */
+void xe_gt_sriov_vf_migration_fini(void *arg)
 {
	...
 }

@fini_use@
@@
-vf_migration_fini
+xe_gt_sriov_vf_migration_fini
