// SPDX-License-Identifier: GPL-2.0
//
// one of: protos_jm protos_job

@protos_jm@
@@
 struct panfrost_jm_ctx { ... };
+
+void panfrost_jm_lost(struct panfrost_device *pfdev);
+void panfrost_jm_quiesce(struct panfrost_device *pfdev);

@protos_job depends on !protos_jm@
@@
 struct panfrost_job { ... };
+
+void panfrost_jm_lost(struct panfrost_device *pfdev);
+void panfrost_jm_quiesce(struct panfrost_device *pfdev);
