// SPDX-License-Identifier: MIT

#include <linux/moduleparam.h>

#include <drm/drm_drv.h>

#include "drm_unplug_race.h"

/**
 * DOC: Ioctls that were faster than the unplug
 *
 * drm_ioctl() returns -ENODEV once the device has been unplugged. An ioctl that
 * passed this check just before runs while the device goes away, or long after if
 * it had to sleep, and whatever it uses has to be there or has to be known to be
 * gone. In tests that hardly ever happens.
 *
 * With ``drm.unplug_race=1`` on the kernel command line, or
 * ``echo 1 > /sys/module/drm/parameters/unplug_race``, all ioctls run as if they had
 * passed the check in time, however late they come. What they may not do then: touch
 * the device, wait for something that never comes, use memory that is gone. They
 * may succeed, or fail with an error that tells user space that something is wrong;
 * -ENODEV is the best one.
 *
 * The parameter is there if ``CONFIG_DRM_DEBUG_UNPLUG`` is set. To use it taints the
 * kernel.
 */

static bool drm_unplug_race;
module_param_named_unsafe(unplug_race, drm_unplug_race, bool, 0600);
MODULE_PARM_DESC(unplug_race, "run ioctls after the unplug as if they had begun before (testing only)");

/**
 * drm_ioctl_is_too_late - has the device been unplugged before the ioctl?
 * @dev: the device
 *
 * Return: true if the ioctl has to return -ENODEV.
 */
bool drm_ioctl_is_too_late(struct drm_device *dev)
{
	return drm_dev_is_unplugged(dev) && !READ_ONCE(drm_unplug_race);
}
