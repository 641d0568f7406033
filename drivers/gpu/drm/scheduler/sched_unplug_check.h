/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_UNPLUG_CHECK_H_
#define _DRM_SCHED_UNPLUG_CHECK_H_

#ifdef CONFIG_DRM_DEBUG_UNPLUG
int drm_sched_unplug_check_init(void);
void drm_sched_unplug_check_exit(void);
#else
static inline int drm_sched_unplug_check_init(void)
{
	return 0;
}

static inline void drm_sched_unplug_check_exit(void) {}
#endif

#endif
