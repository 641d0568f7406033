// SPDX-License-Identifier: GPL-2.0
//
// one of: gpu_include gpu_include_first
// one of: remove_locks remove_plain

@gpu_include@
@@
+#include <drm/drm_managed.h>
 #include <drm/drm_print.h>

@gpu_include_first depends on !gpu_include@
@@
+#include <drm/drm_managed.h>
+
 #include "etnaviv_cmdbuf.h"

@gpu_unplug_include@
@@
 #include "etnaviv_sched.h"
+#include "etnaviv_unplug.h"

@hw_reset@
@@
-static int etnaviv_hw_reset(struct etnaviv_gpu *gpu)
+int etnaviv_hw_reset(struct etnaviv_gpu *gpu)
 { ... }

@no_stale_events@
identifier i, rpm_count, nr_events, events, gpu;
@@
 static int event_alloc(struct etnaviv_gpu *gpu, unsigned nr_events, unsigned int *events)
 {
 <+...
	for (i = 0; i < rpm_count; i++)
		pm_runtime_put_autosuspend(gpu->dev);
+	for (i = 0; i < nr_events; i++)
+		clear_bit(events[i], gpu->event_bitmap);
 ...+>
 }

@no_put@
identifier gpu;
@@
 etnaviv_gpu_submit(...)
 {
 <+...
-	pm_runtime_put_noidle(gpu->dev);
 ...+>
 }

@put_later@
identifier event;
@@
 static void sync_point_worker(...)
 {
 <+...
-	etnaviv_submit_put(event->submit);
+	etnaviv_submit_put_later(event->submit);
 ...+>
 }

@recover_hang@
iterator name for_each_set_bit;
identifier gpu, i;
@@
 void etnaviv_gpu_recover_hang(struct etnaviv_gem_submit *submit)
 {
	...
-	unsigned int i;
	...
+	disable_work_sync(&gpu->sync_point_work);
	mutex_lock(&gpu->lock);
	etnaviv_hw_reset(gpu);
+	synchronize_irq(gpu->irq);
-	spin_lock(&gpu->event_spinlock);
-	for_each_set_bit(i, gpu->event_bitmap, ETNA_NR_EVENTS)
-		event_free(gpu, i);
-	spin_unlock(&gpu->event_spinlock);
+	etnaviv_gpu_drop_events(gpu);
	...
	mutex_unlock(&gpu->lock);
+	enable_work(&gpu->sync_point_work);
	...
 }

@gone@
identifier intr;
@@
 irq_handler(int irq, void *data)
 {
	...
	u32 intr = gpu_read(gpu, VIVS_HI_INTR_ACKNOWLEDGE);
+
+	/* A core that is gone. */
+	if (intr == ~0u)
+		return IRQ_NONE;
	...
 }

@bind_core@
identifier dev, master, data, drm, gpu, ret;
@@
+static int etnaviv_gpu_claim(struct platform_device *pdev, struct drm_device *drm);
+
 static int etnaviv_gpu_bind(struct device *dev, struct device *master, void *data)
 {
	struct drm_device *drm = data;
	...
-	struct etnaviv_gpu *gpu = dev_get_drvdata(dev);
-	int ret;
+	struct etnaviv_gpu *gpu;
+	int ret;
+
+	ret = etnaviv_gpu_claim(to_platform_device(dev), drm);
+	if (ret)
+		return ret;
+	gpu = dev_get_drvdata(dev);
	...
-	spin_lock_init(&gpu->fence_spinlock);
	...
-	init_waitqueue_head(&gpu->fence_event);
+	INIT_WORK(&gpu->put_work, etnaviv_put_worker);
+	init_waitqueue_head(&gpu->fence_event);
+
+	/* Names of the scheduler and of its fences are the name of the device. */
+	get_device(dev);
+	ret = drmm_add_action_or_reset(drm, etnaviv_gpu_release, gpu);
+	if (ret)
+		goto out_workqueue;
	...
 }

@unbind_core@
identifier gpu;
@@
 static void etnaviv_gpu_unbind(...)
 {
	...
-	etnaviv_sched_fini(gpu);
	...
-	if (gpu->mmu_context)
-		etnaviv_iommu_context_put(gpu->mmu_context);
-	etnaviv_cmdbuf_free(&gpu->buffer);
-	etnaviv_iommu_global_fini(gpu);
-	gpu->drm = NULL;
-	xa_destroy(&gpu->user_fences);
	...
 }

@claim@
identifier pdev, dev, gpu, err;
@@
-static int etnaviv_gpu_platform_probe(struct platform_device *pdev)
+static int etnaviv_gpu_claim(struct platform_device *pdev, struct drm_device *drm)
 {
	...
-	gpu = devm_kzalloc(dev, sizeof(*gpu), GFP_KERNEL);
+	gpu = drmm_kzalloc(drm, sizeof(*gpu), GFP_KERNEL);
	...
-	pm_runtime_enable(...);
-	err = component_add(...);
-	if (err < 0) { ... }
-	return 0;
+	return devm_pm_runtime_enable(dev);
 }

@remove_locks@
identifier pdev, gpu;
@@
 static void etnaviv_gpu_platform_remove(struct platform_device *pdev)
 {
-	struct etnaviv_gpu *gpu = dev_get_drvdata(&pdev->dev);
	component_del(...);
-	pm_runtime_disable(&pdev->dev);
-	mutex_destroy(&gpu->lock);
-	mutex_destroy(&gpu->sched_lock);
 }

@remove_plain depends on !remove_locks@
identifier pdev;
@@
 static void etnaviv_gpu_platform_remove(struct platform_device *pdev)
 {
	component_del(...);
-	pm_runtime_disable(&pdev->dev);
 }

@probe@
identifier pdev;
@@
+static int etnaviv_gpu_platform_probe(struct platform_device *pdev)
+{
+	return component_add(&pdev->dev, &gpu_ops);
+}
+
 static void etnaviv_gpu_platform_remove(struct platform_device *pdev)
 {
	...
 }
