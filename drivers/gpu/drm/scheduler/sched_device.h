/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_DEVICE_H_
#define _DRM_SCHED_DEVICE_H_

#include <linux/types.h>

struct drm_gpu_scheduler;

bool drm_sched_device_gone(struct drm_gpu_scheduler *sched);

#endif
