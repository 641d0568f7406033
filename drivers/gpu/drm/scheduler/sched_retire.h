/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_RETIRE_H_
#define _DRM_SCHED_RETIRE_H_

#include <linux/types.h>

struct dma_fence;
struct drm_gpu_scheduler;

/**
 * struct drm_sched_retire_stats - what a retire found
 * @schedulers: schedulers retired
 * @running: jobs that were on the hardware
 * @queued: jobs that were in entity queues
 * @finished: jobs of those that did not have to wait for another device, and any that had
 *	waited elsewhere until now
 */
struct drm_sched_retire_stats {
	unsigned int schedulers;
	unsigned int running;
	unsigned int queued;
	unsigned int finished;
};

void drm_sched_retire_pending(struct drm_gpu_scheduler *sched,
			      struct drm_sched_retire_stats *stats);
struct dma_fence *drm_sched_running_fence(struct drm_gpu_scheduler *sched);
void drm_sched_retire_queued(struct drm_gpu_scheduler *sched,
			     struct drm_sched_retire_stats *stats);

#endif
