// SPDX-License-Identifier: MIT

#include <linux/export.h>
#include <linux/notifier.h>

#include <drm/drm_device.h>
#include <drm/drm_unplug_debug.h>

#include "drm_unplug_internal.h"

/* The core does not know who makes fences. They know the core. */
static BLOCKING_NOTIFIER_HEAD(drm_unplug_checks);

/**
 * drm_unplug_check_register - be asked whether a device may be unplugged
 * @nb: called at the beginning of drm_dev_unplug(), with the &struct drm_device
 *
 * For those who signal fences on behalf of drivers, to warn of fences of the device
 * that have not signalled. Only with ``CONFIG_DRM_DEBUG_UNPLUG``.
 *
 * Return: 0, or -EEXIST.
 */
int drm_unplug_check_register(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&drm_unplug_checks, nb);
}
EXPORT_SYMBOL(drm_unplug_check_register);

/**
 * drm_unplug_check_unregister - counterpart of drm_unplug_check_register()
 * @nb: what was registered
 */
void drm_unplug_check_unregister(struct notifier_block *nb)
{
	blocking_notifier_chain_unregister(&drm_unplug_checks, nb);
}
EXPORT_SYMBOL(drm_unplug_check_unregister);

/**
 * drm_unplug_check - a device is about to be unplugged
 * @dev: DRM device
 */
void drm_unplug_check(struct drm_device *dev)
{
	if (!READ_ONCE(dev->unplug_first))
		blocking_notifier_call_chain(&drm_unplug_checks, 0, dev);
}
