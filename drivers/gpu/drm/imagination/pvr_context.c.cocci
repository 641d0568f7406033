// SPDX-License-Identifier: GPL-2.0-only OR MIT

@create@
identifier pvr_dev, ctx;
@@
 pvr_context_create(...)
 {
	<+...
	ctx->pvr_dev = pvr_dev;
+	pvr_gpu_get(pvr_dev);
	...+>
 }

@create_failed@
identifier ctx, err;
@@
 pvr_context_create(...)
 {
	<+...
+	pvr_gpu_put(pvr_dev);
	kfree(ctx);
	return err;
	...+>
 }

@release@
identifier pvr_dev, ctx;
@@
 pvr_context_release(...)
 {
	...
	struct pvr_device *pvr_dev = ctx->pvr_dev;
	...
	kfree(ctx);
+	pvr_gpu_put(pvr_dev);
 }
