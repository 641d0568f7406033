// SPDX-License-Identifier: GPL-2.0

@retire@
identifier xdna;
@@
 static void amdxdna_remove(...)
 {
	...
+	if (xdna->dev_info->ops->retire)
+		xdna->dev_info->ops->retire(xdna);
+
	drm_dev_unplug(&xdna->ddev);
	...
 }
