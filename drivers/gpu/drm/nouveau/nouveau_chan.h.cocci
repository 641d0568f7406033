// SPDX-License-Identifier: MIT

@channel_entry@
@@
 struct nouveau_channel {
	...
	atomic_t killed;
+	struct list_head entry;
 };
