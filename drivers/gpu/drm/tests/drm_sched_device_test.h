/* SPDX-License-Identifier: GPL-2.0 */

#ifndef _DRM_SCHED_DEVICE_TEST_H_
#define _DRM_SCHED_DEVICE_TEST_H_

#include <drm/gpu_scheduler.h>

/* For mock_call_start(). */
static inline int mock_stop_device(void *dev)
{
	return drm_sched_stop_device(dev);
}

static inline int mock_fini_device(void *dev)
{
	return drm_sched_fini_device(dev);
}

#endif
