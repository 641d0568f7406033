/* SPDX-License-Identifier: MIT */

#ifndef _DRM_GPU_SCHEDULER_INTERNAL_H_
#define _DRM_GPU_SCHEDULER_INTERNAL_H_

#include <linux/spinlock.h>

#include <drm/gpu_scheduler.h>

/* Only for kernels whose scheduler has no such header. */

static inline struct drm_sched_job *drm_sched_entity_node_job(struct spsc_node *node)
{
	return node ? container_of(node, struct drm_sched_job, queue_node) : NULL;
}

/* The oldest job in the queue of an entity, or NULL. */
static inline struct drm_sched_job *drm_sched_entity_queue_peek(struct drm_sched_entity *entity)
{
	return drm_sched_entity_node_job(spsc_queue_peek(&entity->job_queue));
}

/* The same, and take it from there. */
static inline struct drm_sched_job *drm_sched_entity_queue_pop(struct drm_sched_entity *entity)
{
	return drm_sched_entity_node_job(spsc_queue_pop(&entity->job_queue));
}

#endif
