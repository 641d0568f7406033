/* SPDX-License-Identifier: MIT */

#ifndef _XE_UNPLUG_H_
#define _XE_UNPLUG_H_

#include <linux/types.h>

struct drm_sched_job;
struct xe_device;

bool xe_device_is_lost(struct xe_device *xe);
void xe_device_retire(struct xe_device *xe);

void xe_sched_job_cancel(struct drm_sched_job *drm_job);
void xe_sched_job_discard(struct drm_sched_job *drm_job);

#endif
