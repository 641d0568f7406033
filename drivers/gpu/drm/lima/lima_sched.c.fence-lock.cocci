// SPDX-License-Identifier: GPL-2.0 OR MIT
//
// A fence may outlive the device and the module.

@own_lock@
identifier pipe;
@@
-&pipe->fence_lock
+NULL

@no_lock_init@
@@
 int lima_sched_pipe_init(...)
 {
 <+...
-	spin_lock_init(NULL);
 ...+>
 }
