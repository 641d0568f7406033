/* SPDX-License-Identifier: MIT */

#ifndef _DRM_UNPLUG_DEBUG_H_
#define _DRM_UNPLUG_DEBUG_H_

#include <linux/lockdep.h>
#include <linux/types.h>

#include <drm/drm_device.h>

struct notifier_block;

#ifdef CONFIG_LOCKDEP
bool __drm_dev_is_entered(struct drm_device *dev);
#else
static inline bool __drm_dev_is_entered(struct drm_device *dev)
{
	return true;
}
#endif

/**
 * drm_dev_assert_entered - assert that a device cannot be unplugged right now
 * @dev: DRM device
 *
 * For functions that access what goes away with the device, registers above all.
 * With lockdep this warns, once per place, unless the caller
 *
 * * is inside drm_dev_enter() and drm_dev_exit(), or
 * * holds the lock of the parent device, as probe and remove do: who unbinds the
 *   device does not race with it, and shuts it down after drm_dev_unplug().
 *
 * Sections belong to a task: work that is queued from a section is not in it,
 * and an interrupt handler sees the section of the task that it interrupts, so it
 * needs its own. A section of another device is taken for one of @dev.
 *
 * Does nothing without lockdep, and after lockdep has reported something.
 */
#define drm_dev_assert_entered(dev) \
	lockdep_assert_once(__drm_dev_is_entered(dev))

/**
 * drm_dev_set_unplug_first - declare that a device is unplugged before its fences
 * @dev: DRM device, not registered yet
 *
 * For drivers that call drm_dev_unplug() while fences of the device have not
 * signalled. Sections between drm_dev_enter() and drm_dev_exit() must not wait for
 * such fences then, since the unplug waits for the sections. With lockdep, whoever
 * waits in a section of @dev is reported: by dma_fence_wait(),
 * dma_fence_wait_timeout() and dma_fence_wait_any_timeout() with a timeout other
 * than zero, dma_resv_wait_timeout(), the wait ioctls of &drm_syncobj and
 * drm_sched_entity_flush(); directly, or for a lock that others hold while they
 * wait. Waits that are built from callbacks are not seen.
 *
 * It also turns off the check of ``CONFIG_DRM_DEBUG_UNPLUG`` for @dev.
 *
 * New drivers have no need for this: they call drm_sched_fini_device() first.
 */
static inline void drm_dev_set_unplug_first(struct drm_device *dev)
{
	WRITE_ONCE(dev->unplug_first, true);
}

#ifdef CONFIG_DRM_DEBUG_UNPLUG
int drm_unplug_check_register(struct notifier_block *nb);
void drm_unplug_check_unregister(struct notifier_block *nb);
#endif

#endif
