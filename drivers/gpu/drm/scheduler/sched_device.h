/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_DEVICE_H_
#define _DRM_SCHED_DEVICE_H_

struct drm_gpu_scheduler;

void drm_sched_device_gone(struct drm_gpu_scheduler *sched);

#endif
