/* SPDX-License-Identifier: MIT */

#ifndef _DRM_UNPLUG_DEBUG_H_
#define _DRM_UNPLUG_DEBUG_H_

#include <linux/lockdep.h>
#include <linux/types.h>

struct drm_device;
struct notifier_block;

#ifdef CONFIG_LOCKDEP
bool __drm_dev_is_entered(struct drm_device *dev);
void drm_dev_set_unplug_first(struct drm_device *dev);
#else
static inline bool __drm_dev_is_entered(struct drm_device *dev)
{
	return true;
}

static inline void drm_dev_set_unplug_first(struct drm_device *dev) {}
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

#ifdef CONFIG_DRM_DEBUG_UNPLUG
int drm_unplug_check_register(struct notifier_block *nb);
void drm_unplug_check_unregister(struct notifier_block *nb);
#endif

#endif
