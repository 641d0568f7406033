/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_TDR_H_
#define _DRM_SCHED_TDR_H_

#include <drm/gpu_scheduler.h>

void drm_sched_tdr_give_back(struct drm_gpu_scheduler *sched, struct drm_sched_job *job);
bool drm_sched_tdr_left_job(struct drm_gpu_scheduler *sched, struct drm_sched_job *job,
			    enum drm_gpu_sched_stat status);

#endif
