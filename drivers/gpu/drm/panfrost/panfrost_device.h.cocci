// SPDX-License-Identifier: GPL-2.0

@protos_panfrost@
typedef bool, u32;
@@
 struct panfrost_file_priv { ... };
+
+/* panfrost_unplug.c */
+u32 panfrost_read_int(struct panfrost_device *pfdev, u32 reg);
+bool panfrost_is_lost(struct panfrost_device *pfdev);
+void panfrost_drain(struct panfrost_device *pfdev);
+void panfrost_quiesce(struct panfrost_device *pfdev);
+void panfrost_irq_fini(struct panfrost_device *pfdev);
