// SPDX-License-Identifier: GPL-2.0-only

// A fence may outlive the device and the module.

@own_lock@
identifier core;
@@
-&core->fence_lock
+NULL

@no_lock_init@
@@
 int rocket_job_init(...)
 {
	...
-	spin_lock_init(...);
	...
 }

// One reference was lost with every job.

@group@
identifier core;
iterator name scoped_guard;
@@
 static void rocket_job_handle_irq(struct rocket_core *core)
 {
 <+...
-	iommu_group_get(core->dev)
+	core->iommu_group
 ...+>
 }

@not_created@
identifier core;
@@
 int rocket_job_init(struct rocket_core *core)
 {
 <+...
-	drm_sched_fini(&core->sched);
-
-	destroy_workqueue(core->reset.wq);
+	destroy_workqueue(core->reset.wq);
+	core->reset.wq = NULL;
 ...+>
 }

@fini@
identifier core;
@@
 void rocket_job_fini(struct rocket_core *core)
 {
	...
	destroy_workqueue(core->reset.wq);
+	core->reset.wq = NULL;
 }

// Which cores there are is up to chance.

@open@
identifier rocket_priv, rdev, scheds, core, ret;
@@
 int rocket_job_open(struct rocket_file_priv *rocket_priv)
 {
	struct rocket_device *rdev = rocket_priv->rdev;
	struct drm_gpu_scheduler **scheds = kmalloc_objs(*scheds,
-							 rdev->num_cores);
+							 rdev->max_cores);
	unsigned int core;
+	unsigned int num = 0;
	int ret;
-	for (core = 0; core < rdev->num_cores; core++)
-		scheds[core] = &rdev->cores[core].sched;
+	if (!scheds)
+		return -ENOMEM;
+
+	for (core = 0; core < rdev->max_cores; core++) {
+		if (rocket_core_is_up(&rdev->cores[core]))
+			scheds[num++] = &rdev->cores[core].sched;
+	}
	ret = drm_sched_entity_init(&rocket_priv->sched_entity,
				    DRM_SCHED_PRIORITY_NORMAL,
				    scheds,
-				    rdev->num_cores, NULL);
+				    num, NULL);
	...
 }

@open_failed@
identifier rocket_priv, scheds, ret;
@@
 int rocket_job_open(struct rocket_file_priv *rocket_priv)
 {
 <+...
	ret = drm_sched_entity_init(&rocket_priv->sched_entity, DRM_SCHED_PRIORITY_NORMAL, scheds,
				    ...);
-	if (WARN_ON(ret))
-		return ret;
+	if (ret) {
+		kfree(scheds);
+		return ret;
+	}
+	rocket_priv->scheds = scheds;
 ...+>
 }

@close@
identifier rocket_priv, entity;
@@
 void rocket_job_close(struct rocket_file_priv *rocket_priv)
 {
	...
-	kfree(entity->sched_list);
	drm_sched_entity_destroy(entity);
+	kfree(rocket_priv->scheds);
 }

@submit@
identifier args, dev, file, jobs, i, ret;
@@
 int rocket_ioctl_submit(struct drm_device *dev, void *data, struct drm_file *file)
 {
	...
	int ret = 0;
 <+...
-	for (i = 0; i < args->job_count; i++)
-		rocket_ioctl_submit_job(dev, file, &jobs[i]);
+	for (i = 0; i < args->job_count && !ret; i++)
+		ret = rocket_ioctl_submit_job(dev, file, &jobs[i]);
 ...+>
 }

// A core that is gone has every status bit set, and its jobs would time out one by one.

@gone@
typedef u32;
identifier raw_status, core;
@@
 rocket_job_irq_handler(...)
 {
	...
	u32 raw_status = rocket_pc_readl(core, ...);
+
+	if (raw_status == ~0u)
+		return IRQ_NONE;
	...
 }

@lost@
identifier core;
expression E;
@@
 static enum drm_gpu_sched_stat rocket_job_timedout(...)
 {
	...
	struct rocket_core *core = E;
+
+	if (rocket_core_is_lost(core))
+		return DRM_GPU_SCHED_STAT_ENODEV;
	...
 }
