/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_DISCARD_H_
#define _DRM_SCHED_DISCARD_H_

#include <linux/types.h>

struct drm_gpu_scheduler;
struct drm_sched_job;
struct list_head;

void drm_sched_discard_jobs(struct drm_gpu_scheduler *sched, struct list_head *jobs);
void drm_sched_free_later(struct drm_gpu_scheduler *sched, struct drm_sched_job *job);
void drm_sched_release_killed(struct drm_gpu_scheduler *sched);
bool drm_sched_free_discarded(struct drm_gpu_scheduler *sched);
void drm_sched_discard_fini(struct drm_gpu_scheduler *sched);

#endif
