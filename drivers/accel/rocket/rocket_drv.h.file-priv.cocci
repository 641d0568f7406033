// SPDX-License-Identifier: GPL-2.0-only

@ref@
@@
 struct rocket_file_priv {
+	/* The file, and its buffer objects */
+	struct kref ref;
	struct rocket_device *rdev;
	...
 };
