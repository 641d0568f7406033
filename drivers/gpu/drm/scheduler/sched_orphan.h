/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_ORPHAN_H_
#define _DRM_SCHED_ORPHAN_H_

#include <linux/prefetch.h>

#include <drm/gpu_scheduler.h>

/* Of &drm_sched_fence.finished: the fence no longer belongs to a job. */
#define DRM_SCHED_FENCE_FLAG_ORPHAN_BIT	(DMA_FENCE_FLAG_USER_BITS + 2)

/* So many jobs and their fences are looked at together: half of a first level cache. */
#define DRM_SCHED_BATCH	32

/**
 * struct drm_sched_orphans - jobs of an entity that are parted from their fences
 * @jobs: &drm_sched_job.list, oldest first
 * @prev: fence that the first of them follows, with a reference
 * @count: how many
 */
struct drm_sched_orphans {
	struct list_head	jobs;
	struct dma_fence	*prev;
	unsigned int		count;
};

/* Has a fence signalled? The flag alone: ->signaled() could ask hardware that is gone. */
static inline bool drm_sched_fence_is_done(struct dma_fence *fence)
{
	return test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
}

static inline bool drm_sched_fence_is_orphan(struct dma_fence *finished)
{
	return test_bit(DRM_SCHED_FENCE_FLAG_ORPHAN_BIT, &finished->flags);
}

bool drm_sched_entity_strip(struct drm_sched_entity *entity, struct drm_sched_orphans *orphans);
unsigned int drm_sched_orphan_launch(struct drm_sched_orphans *orphans,
				     struct drm_gpu_scheduler *sched, bool signal);

/* It is going to be signalled: all of it will be written to. */
static inline void drm_sched_fence_prefetch(struct drm_sched_fence *s_fence)
{
	prefetchw(&s_fence->scheduled.flags);
	prefetchw(&s_fence->finished.flags);
	prefetchw(&s_fence->lock);
}

/* And its first callback called. */
static inline void drm_sched_fence_prefetch_waiter(struct drm_sched_fence *s_fence)
{
	/* If it has signalled this is a time, which does no harm. */
	prefetchw(data_race(s_fence->finished.cb_list.next));
}

void drm_sched_entity_discard(struct drm_sched_entity *entity, struct drm_gpu_scheduler *sched);

struct drm_sched_entity *drm_sched_entity_take(struct drm_sched_rq *rq);
void drm_sched_entity_release(struct drm_sched_entity *entity);
void drm_sched_discard_queued(struct drm_gpu_scheduler *sched);

bool drm_sched_orphan_begin(void);
unsigned int drm_sched_orphan_finish_ready(void);
void drm_sched_orphan_end(bool cookie);

void drm_sched_fence_drop_dependencies(struct drm_sched_fence *s_fence);

int drm_sched_orphan_init(void);
void drm_sched_orphan_exit(void);

#endif
