/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_DEVICE_H_
#define _DRM_SCHED_DEVICE_H_

struct drm_gpu_scheduler;

int drm_sched_device_add(struct drm_gpu_scheduler *sched);
void drm_sched_device_del(struct drm_gpu_scheduler *sched);

#endif
