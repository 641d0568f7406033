/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_RETIRE_H_
#define _DRM_SCHED_RETIRE_H_

#include <linux/types.h>

#include "sched_dead.h"

struct drm_gpu_scheduler;
struct drm_sched_entity;

/**
 * struct drm_sched_retire_stats - what a retire found
 * @schedulers: schedulers retired
 * @running: jobs that were on the hardware
 * @queued: jobs that were in entity queues and have been finished
 * @waiting: jobs left in entity queues because of another device's fence
 */
struct drm_sched_retire_stats {
	unsigned int schedulers;
	unsigned int running;
	unsigned int queued;
	unsigned int waiting;
};

bool drm_sched_retire_begin(void);
void drm_sched_retire_end(bool cookie);
void drm_sched_retire_pending(struct drm_gpu_scheduler *sched,
			      struct drm_sched_retire_stats *stats);
void drm_sched_retire_entities(struct drm_gpu_scheduler *sched,
			       struct drm_sched_retire_stats *stats);
void drm_sched_retire_ready(struct drm_sched_retire_stats *stats);
unsigned int drm_sched_retire_waiting(struct drm_gpu_scheduler *sched);

void drm_sched_retire_queue(struct drm_sched_entity *entity);
void drm_sched_retire_forget(struct drm_sched_entity *entity);
void drm_sched_retire_fini(struct drm_gpu_scheduler *sched);

/* Is the scheduler retired, so that a push must not wake it? */
static inline bool drm_sched_retire_push(struct drm_gpu_scheduler *sched,
					 struct drm_sched_entity *entity)
{
	if (likely(!drm_sched_is_retired(sched)))
		return false;

	drm_sched_retire_queue(entity);
	return true;
}

int drm_sched_retire_init(void);
void drm_sched_retire_exit(void);

#endif
