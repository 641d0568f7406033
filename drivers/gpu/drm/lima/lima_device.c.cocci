// SPDX-License-Identifier: GPL-2.0 OR MIT

@include@
@@
 #include <linux/platform_device.h>
+#include <linux/pm_runtime.h>
+
+#include <drm/drm_managed.h>

@include_regs@
@@
 #include "lima_vm.h"
+#include "lima_regs.h"

// Schedulers are used until the last file is closed.

@managed_gp@
identifier dev;
@@
-static void lima_fini_gp_pipe(struct lima_device *dev)
+static void lima_fini_gp_pipe(struct drm_device *drm, void *unused)
 {
+	struct lima_device *dev = to_lima_dev(drm);
	struct lima_sched_pipe *pipe = dev->pipe + lima_pipe_gp;
-	lima_gp_pipe_fini(dev);
	lima_sched_pipe_fini(pipe);
+
+	guard(mutex)(&lima_task_slabs_lock);
+	lima_gp_pipe_fini(dev);
 }

@managed_pp@
identifier dev;
@@
-static void lima_fini_pp_pipe(struct lima_device *dev)
+static void lima_fini_pp_pipe(struct drm_device *drm, void *unused)
 {
+	struct lima_device *dev = to_lima_dev(drm);
	struct lima_sched_pipe *pipe = dev->pipe + lima_pipe_pp;
-	lima_pp_pipe_fini(dev);
	lima_sched_pipe_fini(pipe);
+
+	guard(mutex)(&lima_task_slabs_lock);
+	lima_pp_pipe_fini(dev);
 }

@lock_gp@
expression err;
@@
+	mutex_lock(&lima_task_slabs_lock);
	err = lima_gp_pipe_init(...);
+	mutex_unlock(&lima_task_slabs_lock);

@lock_pp@
expression err;
@@
+	mutex_lock(&lima_task_slabs_lock);
	err = lima_pp_pipe_init(...);
+	mutex_unlock(&lima_task_slabs_lock);

@init_gp@
identifier ldev, err, out;
@@
 int lima_device_init(struct lima_device *ldev)
 {
 <+...
	err = lima_init_gp_pipe(ldev);
	if (err)
		goto out;
+	err = drmm_add_action_or_reset(&ldev->base, lima_fini_gp_pipe, NULL);
+	if (err)
+		goto out;
 ...+>
 }

@init_pp@
identifier ldev, err, unwind_gp;
identifier init_gp.out;
@@
 int lima_device_init(struct lima_device *ldev)
 {
 <+...
(
	err = lima_init_pp_pipe(ldev);
	if (err)
-		goto unwind_gp;
+		goto out;
+	err = drmm_add_action_or_reset(&ldev->base, lima_fini_pp_pipe, NULL);
+	if (err)
+		goto out;
|
-unwind_gp:
-	lima_fini_gp_pipe(ldev);
)
 ...+>
 }

@fini@
identifier ldev;
@@
 void lima_device_fini(struct lima_device *ldev)
 {
	...
-	lima_fini_pp_pipe(ldev);
-	lima_fini_gp_pipe(ldev);
+	for (i = 0; i < lima_pipe_num; i++)
+		cancel_work_sync(&ldev->pipe[i].recover_work);
	...
 }
