/* SPDX-License-Identifier: MIT */

#ifndef _DRM_UNPLUG_RACE_H_
#define _DRM_UNPLUG_RACE_H_

#include <drm/drm_drv.h>

#ifdef CONFIG_DRM_DEBUG_UNPLUG
bool drm_ioctl_is_too_late(struct drm_device *dev);
#else
static inline bool drm_ioctl_is_too_late(struct drm_device *dev)
{
	return drm_dev_is_unplugged(dev);
}
#endif

#endif
