// SPDX-License-Identifier: MIT

#include <drm/gpu_scheduler.h>

#include "sched_internal.h"
#include "sched_orphan.h"
#include "sched_retire.h"

/**
 * DOC: Retiring a scheduler
 *
 * How the jobs of a scheduler are finished that has been stopped for good; what
 * stops it and in which order is in sched_device.c.
 *
 * A running job (on &drm_gpu_scheduler.pending_list, or held by the timeout
 * handler) is finished through its hardware fence, and then freed as any other
 * finished job. Queued jobs will never run and become orphans, see sched_orphan.c;
 * those that have nothing to wait for finish on the spot.
 */

/*
 * Signal a hardware fence unless it is. Taking the lock also waits for an
 * interrupt handler that signals it right now, callbacks included.
 */
static void drm_sched_retire_hw_fence(struct dma_fence *fence, ktime_t now)
{
	unsigned long flags;

	dma_fence_lock_irqsave(fence, flags);
	if (!drm_sched_fence_is_done(fence)) {
		dma_fence_set_error(fence, -ENODEV);
		dma_fence_signal_timestamp_locked(fence, now);
	}
	dma_fence_unlock_irqrestore(fence, flags);
}

/* Finish one job that run_job() was called for. Return: false if it was finished. */
static bool drm_sched_retire_running(struct drm_sched_job *job, ktime_t now)
{
	struct drm_gpu_scheduler *sched = job->sched;
	struct drm_sched_fence *s_fence = job->s_fence;

	if (drm_sched_fence_is_done(&s_fence->finished))
		return false;

	if (sched->ops->cancel_job) {
		sched->ops->cancel_job(job);
		now = ktime_get();
	}

	if (s_fence->parent)
		drm_sched_retire_hw_fence(s_fence->parent, now);

	/*
	 * After a reset that was cut short there is no callback on the hardware
	 * fence, or no hardware fence. drm_sched_stop() has taken the credits
	 * back already in that case.
	 */
	if (!drm_sched_fence_is_done(&s_fence->finished)) {
		atomic_dec(sched->score);
		drm_sched_fence_scheduled(s_fence, NULL);
		drm_sched_fence_finished(s_fence, -ENODEV);
	}

	return true;
}

/*
 * Finish the jobs of a list, oldest first. Jobs, their fences, their hardware fences and who
 * waits for them are all over the memory, so see to it that they are there before they are
 * looked at. Return: how many had not finished.
 */
static unsigned int drm_sched_retire_list(struct list_head *jobs)
{
	struct drm_sched_job *job = list_first_entry(jobs, struct drm_sched_job, list);
	struct drm_sched_job *batch[DRM_SCHED_BATCH];
	unsigned int i, count, running = 0;
	ktime_t now;

	do {
		for (count = 0; count < DRM_SCHED_BATCH && !list_entry_is_head(job, jobs, list);
		     job = list_next_entry(job, list)) {
			drm_sched_fence_prefetch(job->s_fence);
			prefetchw(&job->cb);
			batch[count++] = job;
		}
		for (i = 0; i < count; i++) {
			prefetchw(batch[i]->s_fence->parent);
			drm_sched_fence_prefetch_waiter(batch[i]->s_fence);
		}
		now = ktime_get();
		for (i = 0; i < count; i++)
			running += drm_sched_retire_running(batch[i], now);
	} while (count);

	return running;
}

/**
 * drm_sched_retire_pending - finish what is on the hardware
 * @sched: scheduler instance, stopped
 * @stats: running jobs are added
 *
 * The list is taken away as a whole: a job that is on no list cannot be freed, so
 * &drm_gpu_scheduler.work_free_job, which may be in the middle of a slow
 * free_job(), does not have to be waited for.
 */
void drm_sched_retire_pending(struct drm_gpu_scheduler *sched,
			      struct drm_sched_retire_stats *stats)
{
	struct drm_sched_job *held;
	LIST_HEAD(jobs);

	spin_lock(&sched->job_list_lock);
	list_splice_init(&sched->pending_list, &jobs);
	held = sched->tdr_job;
	spin_unlock(&sched->job_list_lock);

	/* The oldest, and only there if the caller is its timeout handler. */
	if (held && drm_sched_retire_running(held, ktime_get()))
		stats->running++;

	stats->running += drm_sched_retire_list(&jobs);

	spin_lock(&sched->job_list_lock);
	list_splice(&jobs, &sched->pending_list);
	spin_unlock(&sched->job_list_lock);
}

/**
 * drm_sched_running_fence - find a job that is on the hardware
 * @sched: scheduler instance, stopped
 *
 * Context: any that does not run in an interrupt.
 *
 * Return: the finished fence of the youngest, with a reference, or NULL.
 */
struct dma_fence *drm_sched_running_fence(struct drm_gpu_scheduler *sched)
{
	struct dma_fence *fence = NULL;
	struct drm_sched_job *job;

	spin_lock(&sched->job_list_lock);
	list_for_each_entry_reverse(job, &sched->pending_list, list) {
		if (drm_sched_fence_is_done(&job->s_fence->finished))
			continue;
		fence = dma_fence_get(&job->s_fence->finished);
		break;
	}
	spin_unlock(&sched->job_list_lock);

	return fence;
}

/**
 * drm_sched_retire_queued - finish what is queued
 * @sched: scheduler instance, marked as retired
 * @stats: queued and finished jobs are added
 *
 * Inside drm_sched_orphan_begin() and drm_sched_orphan_end(). Who comes too late to
 * be found here has seen the mark.
 */
void drm_sched_retire_queued(struct drm_gpu_scheduler *sched,
			     struct drm_sched_retire_stats *stats)
{
	struct drm_sched_orphans orphans;
	struct drm_sched_entity *entity;
	int i;

	for (i = DRM_SCHED_PRIORITY_KERNEL; i < sched->num_rqs; i++) {
		while ((entity = drm_sched_entity_take(sched->sched_rq[i]))) {
			/* For a fence of prepare_job(), which another device need not mind. */
			drm_sched_entity_stop_waiting(entity);
			while (drm_sched_entity_strip(entity, &orphans)) {
				stats->queued += orphans.count;
				stats->finished += drm_sched_orphan_launch(&orphans, sched, true);
			}
			drm_sched_entity_release(entity);
		}
	}
}
