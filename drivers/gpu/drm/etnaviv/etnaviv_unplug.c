// SPDX-License-Identifier: GPL-2.0

#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/pm_runtime.h>
#include <linux/workqueue.h>

#include <drm/drm_device.h>

#include "etnaviv_gem.h"
#include "etnaviv_gpu.h"
#include "etnaviv_sched.h"
#include "etnaviv_unplug.h"
#include "state_hi.xml.h"

/**
 * DOC: Removal
 *
 * A DRM device has several cores, each a platform device with a driver and a
 * scheduler of its own. Whether the DRM device is unbound or one of the cores, all
 * of it comes to etnaviv_unbind(). Files that are open keep the &struct drm_device,
 * with it &struct etnaviv_drm_private and each &struct etnaviv_gpu. A binding that
 * follows makes new ones.
 */

/* Some frames: what is worth to be finished when the device is unbound. */
#define ETNAVIV_DRAIN_MS	50

/* One core after the other, from @i = 0 on; those that could not be initialised have no jobs. */
static struct etnaviv_gpu *etnaviv_next_gpu(struct etnaviv_drm_private *priv, unsigned int *i)
{
	while (*i < ETNA_MAX_PIPES) {
		struct etnaviv_gpu *gpu = priv->gpu[(*i)++];

		if (gpu)
			return gpu;
	}

	return NULL;
}

static void etnaviv_submit_free_later(struct kref *kref)
{
	struct etnaviv_gem_submit *submit =
		container_of(kref, struct etnaviv_gem_submit, refcount);
	struct etnaviv_gpu *gpu = submit->gpu;

	kref_init(kref);
	if (llist_add(&submit->put_node, &gpu->put_list))
		schedule_work(&gpu->put_work);
}

/**
 * etnaviv_submit_put_later - drop a reference where fences wait for the caller
 * @submit: what it is a reference to
 *
 * To free a submit is to free imported buffer objects, which takes the lock of a
 * reservation. Whoever holds that may wait for a fence of the same core.
 */
void etnaviv_submit_put_later(struct etnaviv_gem_submit *submit)
{
	kref_put(&submit->refcount, etnaviv_submit_free_later);
}

/**
 * etnaviv_put_worker - do what etnaviv_submit_put_later() did not
 * @work: &etnaviv_gpu.put_work, which nothing that signals fences waits for
 */
void etnaviv_put_worker(struct work_struct *work)
{
	struct etnaviv_gpu *gpu = container_of(work, struct etnaviv_gpu, put_work);
	struct etnaviv_gem_submit *submit, *next;

	llist_for_each_entry_safe(submit, next, llist_del_all(&gpu->put_list), put_node)
		etnaviv_submit_put(submit);
}

/* One that is gone reads as all ones, idle as well as reset. */
static bool etnaviv_gpu_answers(struct etnaviv_gpu *gpu)
{
	return gpu_read(gpu, VIVS_HI_CHIP_IDENTITY) != ~0u;
}

/**
 * etnaviv_gpu_is_lost - ask in a timeout handler whether a core is gone
 * @gpu: core that is awake
 *
 * If it comes back, its interrupts would find fences that have been freed.
 *
 * Return: true if it is.
 */
bool etnaviv_gpu_is_lost(struct etnaviv_gpu *gpu)
{
	if (etnaviv_gpu_answers(gpu))
		return false;

	if (!drm_sched_stop_device(gpu->dev)) {
		disable_irq(gpu->irq);
		disable_work_sync(&gpu->sync_point_work);
		etnaviv_gpu_drop_events(gpu);
		drm_sched_fini_device(gpu->dev);
	}

	return true;
}

/**
 * etnaviv_drain - let the cores finish what they run, if they can
 * @priv: device that is being removed
 *
 * No more jobs are run on return.
 */
void etnaviv_drain(struct etnaviv_drm_private *priv)
{
	unsigned long deadline;
	struct etnaviv_gpu *gpu;
	unsigned int i = 0;
	int awake;

	/* All of them first: jobs that finish let those of other cores run. */
	while ((gpu = etnaviv_next_gpu(priv, &i)))
		drm_sched_stop_device(gpu->dev);

	i = 0;
	deadline = jiffies + msecs_to_jiffies(ETNAVIV_DRAIN_MS);
	while ((gpu = etnaviv_next_gpu(priv, &i))) {
		/* Events keep the core awake. */
		awake = pm_runtime_get_if_active(gpu->dev);
		if (awake && time_before(jiffies, deadline) && etnaviv_gpu_answers(gpu))
			drm_sched_wait_device(gpu->dev, deadline - jiffies);
		if (awake > 0)
			pm_runtime_put_autosuspend(gpu->dev);
	}
}

/**
 * etnaviv_gpu_drop_events - do without events that do not come any more
 * @gpu: core that has been reset, or is gone
 *
 * Called when no job can be run, and neither the interrupt handler nor
 * &etnaviv_gpu.sync_point_work.
 */
void etnaviv_gpu_drop_events(struct etnaviv_gpu *gpu)
{
	struct etnaviv_event *event;
	unsigned int i;

	for_each_set_bit(i, gpu->event_bitmap, ETNA_NR_EVENTS) {
		event = &gpu->event[i];
		event->fence = NULL;
		if (event->sync_point)
			etnaviv_submit_put_later(event->submit);
		event->sync_point = NULL;
		clear_bit(i, gpu->event_bitmap);
		complete(&gpu->event_free);
		pm_runtime_put_autosuspend(gpu->dev);
	}
}

static void etnaviv_gpu_quiesce(struct etnaviv_gpu *gpu)
{
	int awake;

	devm_free_irq(gpu->dev, gpu->irq, gpu);
	/* It starts the front end again. */
	cancel_work_sync(&gpu->sync_point_work);

	/* One that sleeps does no DMA. */
	awake = pm_runtime_get_if_active(gpu->dev);
	if (awake && etnaviv_gpu_answers(gpu)) {
		mutex_lock(&gpu->lock);
		etnaviv_hw_reset(gpu);
		mutex_unlock(&gpu->lock);
	}

	etnaviv_gpu_drop_events(gpu);
	if (awake > 0)
		pm_runtime_put_autosuspend(gpu->dev);
}

/**
 * etnaviv_quiesce - make the cores forget their jobs
 * @priv: device that is being removed, its schedulers have been stopped
 *
 * On return there is no DMA, whether the cores are still there or not, and nobody
 * follows &etnaviv_event.fence any more.
 */
void etnaviv_quiesce(struct etnaviv_drm_private *priv)
{
	struct etnaviv_gpu *gpu;
	unsigned int i = 0;

	while ((gpu = etnaviv_next_gpu(priv, &i)))
		etnaviv_gpu_quiesce(gpu);
}

/**
 * etnaviv_retire - finish all jobs
 * @priv: device that is being removed, its cores have been quiesced
 */
void etnaviv_retire(struct etnaviv_drm_private *priv)
{
	struct etnaviv_gpu *gpu;
	unsigned int i = 0;

	while ((gpu = etnaviv_next_gpu(priv, &i)))
		drm_sched_fini_device(gpu->dev);
}

/**
 * etnaviv_gpu_release - last reference to the device is gone
 * @drm: the device, which was unbound long ago, or failed to probe
 * @data: one of its cores
 */
void etnaviv_gpu_release(struct drm_device *drm, void *data)
{
	struct etnaviv_gpu *gpu = data;

	flush_work(&gpu->put_work);
	etnaviv_sched_fini(gpu);
	xa_destroy(&gpu->user_fences);

	if (gpu->mmu_context)
		etnaviv_iommu_context_put(gpu->mmu_context);
	etnaviv_cmdbuf_free(&gpu->buffer);

	mutex_destroy(&gpu->lock);
	mutex_destroy(&gpu->sched_lock);
	put_device(gpu->dev);
}

/**
 * etnaviv_release - last reference to the device is gone, all cores are released
 * @drm: the device
 * @unused: for drmm_add_action_or_reset()
 */
void etnaviv_release(struct drm_device *drm, void *unused)
{
	struct etnaviv_drm_private *priv = drm->dev_private;

	if (priv->flop_reset_data_ppu)
		etnaviv_cmdbuf_free(priv->flop_reset_data_ppu);
	kfree(priv->flop_reset_data_ppu);

	etnaviv_iommu_global_fini(priv);
	etnaviv_cmdbuf_suballoc_destroy(priv->cmdbuf_suballoc);

	xa_destroy(&priv->active_contexts);
	mutex_destroy(&priv->gem_lock);
}
