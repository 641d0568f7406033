/* SPDX-License-Identifier: MIT */

#ifndef _DRM_UNPLUG_INTERNAL_H_
#define _DRM_UNPLUG_INTERNAL_H_

struct drm_device;
struct srcu_struct;

extern struct srcu_struct drm_unplug_srcu;

#ifdef CONFIG_LOCKDEP
void drm_unplug_lockdep_init(void);
int drm_unplug_lockdep_enter(struct drm_device *dev, int idx);
int drm_unplug_lockdep_exit(int idx);
#else
static inline void drm_unplug_lockdep_init(void) {}

static inline int drm_unplug_lockdep_enter(struct drm_device *dev, int idx)
{
	return idx;
}

static inline int drm_unplug_lockdep_exit(int idx)
{
	return idx;
}
#endif

#ifdef CONFIG_DRM_DEBUG_UNPLUG
void drm_unplug_check(struct drm_device *dev);
#else
static inline void drm_unplug_check(struct drm_device *dev) {}
#endif

#endif
