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
+		/** @channels.list: List of &struct nouveau_channel. */
+		struct list_head list;
+
+		/** @channels.killed: Channels are dead from the beginning. */
+		bool killed;
+	} channels;
	...
 };
