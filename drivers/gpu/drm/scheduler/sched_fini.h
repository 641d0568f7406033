/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_FINI_H_
#define _DRM_SCHED_FINI_H_

struct drm_gpu_scheduler;
struct work_struct;

void drm_sched_work_may_wait(struct work_struct *work);
int drm_sched_fini_prepare(struct drm_gpu_scheduler *sched);
void drm_sched_fini_works(struct drm_gpu_scheduler *sched);
void drm_sched_fini_wq(struct drm_gpu_scheduler *sched);
void drm_sched_fini_exit(void);

#endif
