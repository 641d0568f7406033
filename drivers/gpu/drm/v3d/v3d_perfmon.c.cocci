// SPDX-License-Identifier: GPL-2.0+
//
// one of: perfmon_locked_idx perfmon_stop_idx
//
// Files and their perfmons outlive the device.

@perfmon_idx@
@@
 v3d_perfmon_start(...)
 {
+	int idx;
+
	...
 }

@perfmon_locked_idx@
identifier f = {v3d_perfmon_capture_locked, v3d_perfmon_stop_locked};
@@
 f(...)
 {
+	int idx;
+
	...
 }

@perfmon_stop_idx@
identifier i;
@@
 v3d_perfmon_stop(...)
 {
	unsigned int i;
+	int idx;
	...
 }

@perfmon_enter@
expression v3d;
iterator name scoped_guard;
@@
-pm_runtime_get_if_active(v3d->drm.dev)
+v3d_enter_if_active(v3d, &idx)

@perfmon_exit@
expression v3d;
iterator name scoped_guard;
@@
-v3d_pm_runtime_put(v3d);
+v3d_exit_active(v3d, idx);
