// SPDX-License-Identifier: MIT

@channels@
typedef bool;
@@
 struct nouveau_drm {
	...
	struct mutex clients_lock;
+
+	struct {
+		/** @channels.lock: Protects the other members. */
+		struct mutex lock;
+
+		/** @channels.list: List of &struct nouveau_channel, without the kernel's. */
+		struct list_head list;
+
+		/** @channels.closed: No pushbufs, and channels are dead from the beginning. */
+		bool closed;
+	} channels;
	...
 };
