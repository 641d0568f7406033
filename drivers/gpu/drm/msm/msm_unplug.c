// SPDX-License-Identifier: GPL-2.0-only

#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/pm_runtime.h>
#include <linux/timer.h>
#include <linux/wait_bit.h>

#include <drm/drm_drv.h>
#include <drm/gpu_scheduler.h>

#include "msm_drv.h"
#include "msm_fence.h"
#include "msm_gem.h"
#include "msm_gpu.h"

/* As for a suspend. */
#define MSM_DRAIN_MS	1000

/**
 * msm_unplug_add_job - count a job
 * @dev: the drm device
 *
 * Jobs use what is torn down when the device is unbound.
 */
void msm_unplug_add_job(struct drm_device *dev)
{
	struct msm_drm_private *priv = dev->dev_private;

	atomic_inc(&priv->jobs);
}

/**
 * msm_unplug_del_job - counterpart of msm_unplug_add_job()
 * @dev: the drm device
 */
void msm_unplug_del_job(struct drm_device *dev)
{
	struct msm_drm_private *priv = dev->dev_private;

	if (atomic_dec_and_test(&priv->jobs))
		wake_up_var(&priv->jobs);
}

static void msm_unplug_retire_work(struct kthread_work *work)
{
	struct msm_gem_submit *submit = container_of(work, struct msm_gem_submit, discard_work);

	msm_submit_retire(submit);
	msm_gem_submit_put(submit);
}

/**
 * msm_unplug_discard - drop what a submit that will never run has pinned
 * @submit: the submit, which is about to be freed by the scheduler
 *
 * The rest is dropped where that of submits that have run is, since it takes
 * reservation locks.
 */
void msm_unplug_discard(struct msm_gem_submit *submit)
{
	int i;

	mutex_lock(&submit->dev->gem_lru_mutex);
	for (i = 0; i < submit->nr_bos; i++)
		msm_gem_unpin_active(submit->bos[i].obj);
	submit->bos_pinned = false;
	mutex_unlock(&submit->dev->gem_lru_mutex);

	msm_gem_submit_get(submit);
	kthread_init_work(&submit->discard_work, msm_unplug_retire_work);
	kthread_queue_work(submit->gpu->worker, &submit->discard_work);
}

/* As recover_worker(), but nothing is replayed. */
static void msm_unplug_reset(struct msm_gpu *gpu)
{
	disable_irq(gpu->irq);
	kthread_cancel_work_sync(&gpu->recover_work);

	mutex_lock(&gpu->lock);
	pm_runtime_get_sync(&gpu->pdev->dev);
	gpu->funcs->recover(gpu);
	pm_runtime_put(&gpu->pdev->dev);
	mutex_unlock(&gpu->lock);
}

/**
 * msm_unplug_jobs - finish all jobs
 * @dev: the drm device, which is being unbound
 */
void msm_unplug_jobs(struct drm_device *dev)
{
	struct msm_drm_private *priv = dev->dev_private;
	struct msm_gpu *gpu = priv->gpu_pdev ? dev_to_gpu(&priv->gpu_pdev->dev) : NULL;
	bool idle;
	int i;

	if (!gpu)
		return;

	idle = drm_sched_wait_device(dev->dev, msecs_to_jiffies(MSM_DRAIN_MS)) > 0;

	timer_shutdown_sync(&gpu->hangcheck_timer);
	if (!idle)
		msm_unplug_reset(gpu);

	drm_sched_fini_device(dev->dev);

	/* The GPU will not write it any more. */
	for (i = 0; i < gpu->nr_rings; i++)
		gpu->rb[i]->memptrs->fence = gpu->rb[i]->fctx->last_fence;

	msm_gpu_retire(gpu);
	kthread_flush_worker(gpu->worker);
}

/**
 * msm_unplug_wait - wait until all jobs have been freed
 * @dev: the drm device, which is unplugged
 */
void msm_unplug_wait(struct drm_device *dev)
{
	struct msm_drm_private *priv = dev->dev_private;

	wait_var_event(&priv->jobs, !atomic_read(&priv->jobs));
}

int msm_ioctl_gem_submit(struct drm_device *dev, void *data, struct drm_file *file)
{
	int idx, ret;

	if (!drm_dev_enter(dev, &idx))
		return -ENODEV;

	ret = msm_gem_submit_ioctl(dev, data, file);
	drm_dev_exit(idx);

	return ret;
}

int msm_ioctl_vm_bind(struct drm_device *dev, void *data, struct drm_file *file)
{
	int idx, ret;

	if (!drm_dev_enter(dev, &idx))
		return -ENODEV;

	ret = msm_vm_bind_ioctl(dev, data, file);
	drm_dev_exit(idx);

	return ret;
}
