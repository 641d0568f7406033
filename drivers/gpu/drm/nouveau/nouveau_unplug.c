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
 *
 * Those of the kernel are known anyway.
 */
void
nouveau_unplug_add_channel(struct nouveau_channel *chan)
{
	struct nouveau_drm *drm = chan->cli->drm;

	if (chan->cli == &drm->client)
		return;

	mutex_lock(&drm->channels.lock);
	list_add_tail(&chan->entry, &drm->channels.list);
	if (drm->channels.closed)
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

static bool
nouveau_unplug_is_present(struct nouveau_drm *drm)
{
	struct device *dev = drm->dev->dev;

	return !dev_is_pci(dev) || pci_device_is_present(to_pci_dev(dev));
}

/* No pushbuf is taken any more. One that is on its way may still come. */
static void
nouveau_unplug_close(struct nouveau_drm *drm)
{
	mutex_lock(&drm->channels.lock);
	WRITE_ONCE(drm->channels.closed, true);
	mutex_unlock(&drm->channels.lock);
}

/* Return: the youngest fence of a channel, or NULL if that is idle. */
static struct dma_fence *
nouveau_unplug_last_fence(struct nouveau_channel *chan)
{
	struct nouveau_fence_chan *fctx = chan->fence;
	struct nouveau_fence *last;

	guard(spinlock_irqsave)(&fctx->lock);

	if (list_empty(&fctx->pending))
		return NULL;

	last = list_last_entry(&fctx->pending, struct nouveau_fence, head);
	if (dma_fence_test_signaled_flag(&last->base))
		return NULL;

	return dma_fence_get(&last->base);
}

/* Return: the youngest fence of a channel of a user that is not idle, or NULL. */
static struct dma_fence *
nouveau_unplug_busy(struct nouveau_drm *drm)
{
	struct nouveau_channel *chan;
	struct dma_fence *fence;

	guard(mutex)(&drm->channels.lock);

	list_for_each_entry(chan, &drm->channels.list, entry) {
		fence = nouveau_unplug_last_fence(chan);
		if (fence)
			return fence;
	}

	return NULL;
}

/* Consumes a reference to @fence. Return: true if it has signalled until @end. */
static bool
nouveau_unplug_wait(struct dma_fence *fence, unsigned long end)
{
	long left = end - jiffies;
	bool done;

	if (left > 0)
		dma_fence_wait_timeout(fence, false, left);
	done = dma_fence_is_signaled(fence);
	dma_fence_put(fence);

	return done;
}

/* Let the hardware finish what it has from users. */
static void
nouveau_unplug_drain(struct nouveau_drm *drm)
{
	unsigned long end = jiffies + msecs_to_jiffies(NOUVEAU_DRAIN_MS);
	struct dma_fence *fence;

	while ((fence = nouveau_unplug_busy(drm))) {
		if (!nouveau_unplug_wait(fence, end))
			return;
	}
}

static void
nouveau_unplug_kill(struct nouveau_drm *drm)
{
	struct nouveau_channel *chan;

	mutex_lock(&drm->channels.lock);
	list_for_each_entry(chan, &drm->channels.list, entry)
		nouveau_channel_kill(chan);
	mutex_unlock(&drm->channels.lock);
}

/*
 * The kernel's own channels have yet to rescue what is in the memory of the device. They may
 * get more to do at any time, so look whether they finish what they have now.
 */
static void
nouveau_unplug_kernel(struct nouveau_drm *drm)
{
	bool present = nouveau_unplug_is_present(drm);
	unsigned long end = jiffies + msecs_to_jiffies(NOUVEAU_DRAIN_MS);
	struct nouveau_channel *chans[] = { drm->channel, drm->cechan };
	struct dma_fence *fence;
	int i;

	for (i = 0; i < ARRAY_SIZE(chans); i++) {
		if (!chans[i])
			continue;

		fence = present ? nouveau_unplug_last_fence(chans[i]) : NULL;
		if (!present || (fence && !nouveau_unplug_wait(fence, end)))
			nouveau_channel_kill(chans[i]);
	}
}

/**
 * nouveau_unplug_jobs - finish all jobs, and all other work in channels
 * @drm: device that is being removed
 *
 * Users submit nothing any more on return, and whatever they had has signalled.
 */
void
nouveau_unplug_jobs(struct nouveau_drm *drm)
{
	struct device *dev = drm->dev->dev;

	nouveau_unplug_close(drm);
	drm_sched_stop_device(dev);

	if (nouveau_unplug_is_present(drm))
		nouveau_unplug_drain(drm);

	nouveau_unplug_kill(drm);
	drm_sched_fini_device(dev);
	nouveau_unplug_kernel(drm);
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
 * The core's ioctls may wait for anything, and are not waited for. GEM_CPU_PREP does
 * nothing but wait.
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

	if (nr < DRM_COMMAND_BASE || nr >= DRM_COMMAND_END ||
	    nr == DRM_COMMAND_BASE + DRM_NOUVEAU_GEM_CPU_PREP)
		return drm_ioctl(file, cmd, arg);

	if (!drm_dev_enter(file_priv->minor->dev, &idx))
		return -ENODEV;

	ret = drm_ioctl(file, cmd, arg);
	drm_dev_exit(idx);

	return ret;
}
