// SPDX-License-Identifier: GPL-2.0

@protos_jm@
@@
 struct panfrost_jm_ctx { ... };
+
+void panfrost_jm_lost(struct panfrost_device *pfdev);
+void panfrost_jm_quiesce(struct panfrost_device *pfdev);
