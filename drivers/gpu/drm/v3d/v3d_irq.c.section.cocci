// SPDX-License-Identifier: GPL-2.0+

@overflow@
identifier work, v3d, dev;
@@
 v3d_overflow_mem_work(struct work_struct *work)
 {
	...
	struct drm_device *dev = &v3d->drm;
+	CLASS(v3d_section, section)(dev);
	...
 }

@core_irq@
identifier v3d, arg;
@@
 v3d_irq(int irq, void *arg)
 {
	...
	struct v3d_dev *v3d = arg;
+	CLASS(v3d_section, section)(&v3d->drm);
	...
 }

@hub_irq@
identifier v3d, arg;
@@
 v3d_hub_irq(int irq, void *arg)
 {
	...
	struct v3d_dev *v3d = arg;
+	CLASS(v3d_section, section)(&v3d->drm);
	...
 }
