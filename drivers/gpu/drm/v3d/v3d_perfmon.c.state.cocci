// SPDX-License-Identifier: GPL-2.0+
//
// A global perfmon starts to count when it is set.

@perfmon_global_idx@
identifier perfmon;
iterator name scoped_guard;
@@
 v3d_perfmon_set_global_ioctl(...)
 {
	...
-	struct v3d_perfmon *perfmon;
+	struct v3d_perfmon *perfmon;
+	int idx;
	...
 }
