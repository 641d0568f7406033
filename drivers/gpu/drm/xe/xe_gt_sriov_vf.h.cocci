// SPDX-License-Identifier: MIT

@fini_prototype@
typedef bool;
@@
-bool xe_gt_sriov_vf_recovery_pending(struct xe_gt *gt);
+bool xe_gt_sriov_vf_recovery_pending(struct xe_gt *gt);
+void xe_gt_sriov_vf_migration_fini(void *arg);
