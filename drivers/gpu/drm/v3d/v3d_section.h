/* SPDX-License-Identifier: GPL-2.0+ */

#ifndef _V3D_SECTION_H_
#define _V3D_SECTION_H_

#include <linux/cleanup.h>
#include <linux/io.h>

#include <drm/drm_drv.h>
#include <drm/drm_unplug_debug.h>

/**
 * struct v3d_section - where registers may be accessed
 * @entered: false if the device has been unplugged
 * @idx: for drm_dev_exit()
 */
struct v3d_section {
	bool entered;
	int idx;
};

static inline struct v3d_section v3d_section_enter(struct drm_device *drm)
{
	struct v3d_section section = {};

	section.entered = drm_dev_enter(drm, &section.idx);

	return section;
}

static inline void v3d_section_exit(struct v3d_section section)
{
	if (section.entered)
		drm_dev_exit(section.idx);
}

/*
 * To the end of the block. What remove() stops before the unplug - interrupt
 * handlers, work, the callbacks of the schedulers - does not have to ask whether
 * it has been entered.
 */
DEFINE_CLASS(v3d_section, struct v3d_section, v3d_section_exit(_T),
	     v3d_section_enter(drm), struct drm_device *drm)

#define v3d_readl(addr) ({				\
	drm_dev_assert_entered(&v3d->drm);		\
	readl(addr);					\
})

#define v3d_writel(val, addr) ({			\
	drm_dev_assert_entered(&v3d->drm);		\
	writel(val, addr);				\
})

#endif
