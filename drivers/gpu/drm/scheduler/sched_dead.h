/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_DEAD_H_
#define _DRM_SCHED_DEAD_H_

#include <linux/kref.h>
#include <linux/rcupdate.h>

#include <drm/gpu_scheduler.h>

extern struct drm_gpu_scheduler drm_sched_dead;

void drm_sched_set_retired(struct drm_gpu_scheduler *sched);
void drm_sched_rq_fini(struct drm_sched_rq *rq);
void drm_sched_rq_release(struct kref *ref);

void drm_sched_entity_move(struct drm_sched_entity *entity, struct drm_sched_rq *rq);
bool drm_sched_entity_has_moved(struct drm_sched_entity *entity, struct drm_gpu_scheduler *sched);

struct drm_gpu_scheduler *drm_sched_flush_begin(struct drm_sched_entity *entity);
void drm_sched_flush_end(struct drm_gpu_scheduler *sched);
void drm_sched_flush_wait(struct drm_gpu_scheduler *sched);

/* Get a run queue; NULL stays NULL. */
static inline struct drm_sched_rq *drm_sched_rq_get(struct drm_sched_rq *rq)
{
	if (rq)
		kref_get(&rq->ref);

	return rq;
}

/* Put a run queue; NULL is ignored. */
static inline void drm_sched_rq_put(struct drm_sched_rq *rq)
{
	if (rq)
		kref_put(&rq->ref, drm_sched_rq_release);
}

/* Will the scheduler never run a job again? */
static inline bool drm_sched_is_retired(struct drm_gpu_scheduler *sched)
{
	return READ_ONCE(sched->retired);
}

/* Has the scheduler been destroyed? */
static inline bool drm_sched_rq_is_dead(struct drm_sched_rq *rq)
{
	return rq && READ_ONCE(rq->sched) == &drm_sched_dead;
}

bool drm_sched_entity_may_move(struct drm_sched_entity *entity);

/*
 * The same for the scheduler that an entity is on, and all others it may use. Part of
 * every submission, so it asks the run queue, which needs no protection.
 */
static inline bool drm_sched_entity_is_retired(struct drm_sched_entity *entity)
{
	struct drm_sched_rq *rq = READ_ONCE(entity->rq);

	return rq && unlikely(READ_ONCE(rq->retired)) && !drm_sched_entity_may_move(entity);
}

#endif
