// SPDX-License-Identifier: MIT

@unplug_first@
@@
 struct drm_device {
	...
	bool unplugged;
+
+	/**
+	 * @unplug_first:
+	 *
+	 * The device is unplugged before its fences have signalled. See
+	 * drm_dev_set_unplug_first().
+	 */
+	bool unplug_first;
	...
 };
