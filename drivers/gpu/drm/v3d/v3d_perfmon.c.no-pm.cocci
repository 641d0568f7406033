// SPDX-License-Identifier: GPL-2.0+
//
// Files and their perfmons outlive the device.

@perfmon_stop@
identifier v3d, perfmon, i;
@@
 void v3d_perfmon_stop(struct v3d_dev *v3d, struct v3d_perfmon *perfmon, ...)
 {
	unsigned int i;
+	int idx;
	...
-	if (perfmon != v3d->active_perfmon) {
+	if (perfmon != v3d->active_perfmon || !v3d_enter_if_active(v3d, &idx)) {
		...
	}
	...
	v3d->active_perfmon = NULL;
+	v3d_exit_active(v3d, idx);
	...
 }
