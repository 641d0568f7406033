// SPDX-License-Identifier: GPL-2.0+
//
// Without runtime PM the device is always awake, which pm_runtime_get_if_active() says.

@no_put@
identifier v3d;
@@
 void v3d_exit_active(struct v3d_dev *v3d, ...)
 {
-	v3d_pm_runtime_put(v3d);
	...
 }

@no_put_awake@
identifier awake, v3d;
@@
-	if (awake > 0)
-		v3d_pm_runtime_put(v3d);
