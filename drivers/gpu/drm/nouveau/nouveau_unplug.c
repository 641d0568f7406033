// SPDX-License-Identifier: MIT

#include <linux/jiffies.h>
#include <linux/pci.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/gpu_scheduler.h>

#include "nouveau_drv.h"
#include "nouveau_abi16.h"
#include "nouveau_chan.h"
#include "nouveau_fence.h"

/* As for a job: what takes longer counts as hung. */
#define NOUVEAU_DRAIN_MS	10000

/**
 * nouveau_unplug_add_channel - have a removal know of a channel
 * @chan: channel that can emit fences
 */
void
nouveau_unplug_add_channel(struct nouveau_channel *chan)
{
	struct nouveau_drm *drm = chan->cli->drm;

	mutex_lock(&drm->channels.lock);
	list_add_tail(&chan->entry, &drm->channels.list);
	if (drm->channels.killed)
		nouveau_channel_kill(chan);
	mutex_unlock(&drm->channels.lock);
}

/**
 * nouveau_unplug_del_channel - counterpart of nouveau_unplug_add_channel()
 * @chan: channel, also one that was never added
 */
void
nouveau_unplug_del_channel(struct nouveau_channel *chan)
{
	struct nouveau_drm *drm = chan->cli->drm;

	mutex_lock(&drm->channels.lock);
	list_del_init(&chan->entry);
	mutex_unlock(&drm->channels.lock);
}

/* Return: the youngest fence of a channel that is not idle, or NULL. */
static struct dma_fence *
nouveau_unplug_busy(struct nouveau_drm *drm)
{
	struct nouveau_fence_chan *fctx;
	struct nouveau_channel *chan;
	struct nouveau_fence *last;

	guard(mutex)(&drm->channels.lock);

	list_for_each_entry(chan, &drm->channels.list, entry) {
		fctx = chan->fence;
		guard(spinlock_irqsave)(&fctx->lock);

		if (list_empty(&fctx->pending))
			continue;

		last = list_last_entry(&fctx->pending, struct nouveau_fence, head);
		if (!dma_fence_test_signaled_flag(&last->base))
			return dma_fence_get(&last->base);
	}

	return NULL;
}

/* Let the hardware finish what it has. Return: true if it has nothing any more. */
static bool
nouveau_unplug_drain(struct nouveau_drm *drm)
{
	unsigned long end = jiffies + msecs_to_jiffies(NOUVEAU_DRAIN_MS);
	struct dma_fence *fence;

	while ((fence = nouveau_unplug_busy(drm))) {
		long left = end - jiffies;

		if (left > 0)
			dma_fence_wait_timeout(fence, false, left);
		dma_fence_put(fence);

		if (left <= 0)
			return false;
	}

	return true;
}

/* The kernel's own channels have yet to rescue what is in the memory of the device. */
static void
nouveau_unplug_kill(struct nouveau_drm *drm, bool all)
{
	struct nouveau_channel *chan;

	mutex_lock(&drm->channels.lock);
	drm->channels.killed = true;
	list_for_each_entry(chan, &drm->channels.list, entry) {
		if (all || chan->cli != &drm->client)
			nouveau_channel_kill(chan);
	}
	mutex_unlock(&drm->channels.lock);
}

/**
 * nouveau_unplug_jobs - finish all jobs, and all other work in channels
 * @drm: device that is being removed
 *
 * Nothing is submitted any more on return, and whatever was has signalled.
 */
void
nouveau_unplug_jobs(struct nouveau_drm *drm)
{
	struct device *dev = drm->dev->dev;
	bool idle = false;

	drm_sched_stop_device(dev);

	if (!dev_is_pci(dev) || pci_device_is_present(to_pci_dev(dev)))
		idle = nouveau_unplug_drain(drm);

	nouveau_unplug_kill(drm, !idle);
	drm_sched_fini_device(dev);
}

/**
 * nouveau_unplug_nvif_ioctl - nouveau_abi16_ioctl() for a client that stays
 * @file_priv: open file
 * @user: argument of the ioctl
 * @size: its size
 *
 * Clients are freed when the device is removed, which waits for who uses one.
 *
 * Return: 0 on success, a negative error code otherwise.
 */
int
nouveau_unplug_nvif_ioctl(struct drm_file *file_priv, void __user *user, u32 size)
{
	int idx, ret;

	if (!drm_dev_enter(file_priv->minor->dev, &idx))
		return -ENODEV;

	ret = nouveau_abi16_ioctl(file_priv, user, size);
	drm_dev_exit(idx);

	return ret;
}

/**
 * nouveau_unplug_drm_ioctl - drm_ioctl() for a client that stays
 * @file: open file
 * @cmd: number of the ioctl
 * @arg: its argument
 *
 * The core's ioctls may wait for anything, and are not waited for.
 *
 * Return: what drm_ioctl() returns, or -ENODEV.
 */
long
nouveau_unplug_drm_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct drm_file *file_priv = file->private_data;
	unsigned int nr = _IOC_NR(cmd);
	long ret;
	int idx;

	if (nr < DRM_COMMAND_BASE || nr >= DRM_COMMAND_END)
		return drm_ioctl(file, cmd, arg);

	if (!drm_dev_enter(file_priv->minor->dev, &idx))
		return -ENODEV;

	ret = drm_ioctl(file, cmd, arg);
	drm_dev_exit(idx);

	return ret;
}
