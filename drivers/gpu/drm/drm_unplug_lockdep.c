// SPDX-License-Identifier: MIT

#include <linux/bits.h>
#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/dma-fence-block.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/moduleparam.h>
#include <linux/srcu.h>
#include <linux/string.h>

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_unplug_debug.h>

#include "drm_unplug_internal.h"

/**
 * DOC: What lockdep knows
 *
 * drm_dev_unplug() waits for everyone inside drm_dev_enter(). A section may
 * allocate memory, reclaim may wait for a fence, so a section may have to wait for
 * any fence, of any device (see "DMA fence cross-driver contract"). Hence whoever
 * signals fences must not wait for sections: a device is retired, so that all its
 * fences have signalled, and then unplugged.
 *
 * This order is taught to lockdep when the DRM core is initialised. A driver that
 * calls drm_dev_unplug() between dma_fence_begin_signalling() and
 * dma_fence_end_signalling() is reported the first time it does so, however idle
 * the device is. drm_sched_fini_device() is annotated by itself. Lockdep only
 * knows orders: a driver without annotations which unplugs first and signals later
 * is found by ``CONFIG_DRM_DEBUG_UNPLUG``.
 *
 * A driver that has to unplug first says so with drm_dev_set_unplug_first(). Its
 * sections must not wait for fences then, and a wait in one of them is reported
 * the first time it is reached, whether the fence has signalled or not. To find out
 * whether a driver has such waits, ``drm.unplug_first=NAME`` on the kernel command
 * line has the same effect on the sections of all devices of the driver NAME. The
 * lock class is one of its own, between whoever blocks on a fence
 * (dma_fence_might_block()) and the sections of such devices, so that other drivers
 * are not affected.
 */

/* Held inside the sections of devices that are unplugged before they are retired. */
static struct lockdep_map drm_unplug_first_map =
	STATIC_LOCKDEP_MAP_INIT("drm_unplug_first_map", &drm_unplug_first_map);

static char *drm_unplug_first_driver;
module_param_named(unplug_first, drm_unplug_first_driver, charp, 0400);
MODULE_PARM_DESC(unplug_first, "driver whose drm_dev_enter() sections are checked for fence waits (lockdep only)");

/* What drm_dev_enter() returns, if the section holds the map. SRCU uses the low bits. */
#define DRM_UNPLUG_FIRST_SECTION	BIT(30)

/**
 * drm_unplug_lockdep_init - teach lockdep the order of fences and unplug
 */
void drm_unplug_lockdep_init(void)
{
	struct dma_fence *fence = dma_fence_get_stub();
	int idx;

	/* Sections may wait for fences. */
	idx = srcu_read_lock(&drm_unplug_srcu);
	dma_fence_wait(fence, false);
	srcu_read_unlock(&drm_unplug_srcu, idx);
	dma_fence_put(fence);

	/* Those of devices whose fences wait for the unplug may not, in whatever context. */
	lock_map_acquire(&dma_fence_block_map);
	lock_map_sync(&drm_unplug_first_map);
	lock_map_release(&dma_fence_block_map);
}

static bool drm_unplug_first(struct drm_device *dev)
{
	return READ_ONCE(dev->unplug_first) ||
	       (drm_unplug_first_driver && !strcmp(dev->driver->name, drm_unplug_first_driver));
}

/**
 * drm_unplug_lockdep_enter - drm_dev_enter() has entered a section
 * @dev: DRM device
 * @idx: what srcu_read_lock() returned
 *
 * Return: what drm_dev_exit() is to be given.
 */
int drm_unplug_lockdep_enter(struct drm_device *dev, int idx)
{
	if (!drm_unplug_first(dev))
		return idx;

	lock_map_acquire_read(&drm_unplug_first_map);

	return idx | DRM_UNPLUG_FIRST_SECTION;
}

/**
 * drm_unplug_lockdep_exit - drm_dev_exit() leaves a section
 * @idx: what drm_unplug_lockdep_enter() returned
 *
 * Return: what srcu_read_unlock() is to be given.
 */
int drm_unplug_lockdep_exit(int idx)
{
	if (idx & DRM_UNPLUG_FIRST_SECTION)
		lock_map_release(&drm_unplug_first_map);

	return idx & ~DRM_UNPLUG_FIRST_SECTION;
}

/**
 * __drm_dev_is_entered - implementation of drm_dev_assert_entered()
 * @dev: DRM device
 *
 * Return: false if it is certain that the caller is in no section and does not
 * hold the lock of the parent device.
 */
bool __drm_dev_is_entered(struct drm_device *dev)
{
	return srcu_read_lock_held(&drm_unplug_srcu) ||
	       (dev->dev && lockdep_is_held(&dev->dev->mutex) != LOCK_STATE_NOT_HELD);
}
EXPORT_SYMBOL(__drm_dev_is_entered);
