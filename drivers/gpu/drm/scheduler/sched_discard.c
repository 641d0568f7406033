// SPDX-License-Identifier: MIT

#include <drm/gpu_scheduler.h>

#include "sched_discard.h"
#include "sched_internal.h"
#include "sched_orphan.h"

/**
 * DOC: How jobs that never run are freed
 *
 * A job that has been parted from its fence is on &drm_gpu_scheduler.discarded_list, and
 * freed by &drm_gpu_scheduler.work_free_job as any other, with
 * &drm_sched_backend_ops.discard_job right before &drm_sched_backend_ops.free_job.
 *
 * As long as the device works, that is once its finished fence has signalled. What the job
 * depends on is on the hardware until then, or about to get there, and may use what the
 * job owns: buffers, or the job itself. So a job of a killed entity is kept on
 * &drm_gpu_scheduler.killed_list, with a callback on its fence; likewise if the timeout
 * handler of its scheduler has found the device gone, while others still run jobs.
 *
 * There is no such reason when the whole device is retired, as nothing of it runs, and
 * nobody waits for other devices: all of them are freed, and none is kept from then on.
 * drm_sched_fini() does the same, since the scheduler ends. Who destroys one scheduler of
 * a device that works sees to it that jobs of others do not use those of this one.
 *
 * &drm_gpu_scheduler.job_list_lock protects both lists. The callback is called under the
 * lock of a fence, which nests inside it, so it can but put the job on
 * &drm_gpu_scheduler.killed_done.
 */

/* A killed job may be freed. Any context, under the lock of @fence. */
static void drm_sched_killed_done(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct drm_sched_job *job = container_of(cb, struct drm_sched_job, cb);
	struct drm_gpu_scheduler *sched = job->sched;

	/* Somebody may free the job now. drm_sched_fini() waits for a grace period. */
	if (llist_add(&job->killed_node, &sched->killed_done))
		drm_sched_run_free_queue(sched);
}

/**
 * drm_sched_discard_jobs - jobs that never run are to be freed
 * @sched: their scheduler, which cannot go away
 * @jobs: &drm_sched_job.list, parted from their fences, on no other list
 */
void drm_sched_discard_jobs(struct drm_gpu_scheduler *sched, struct list_head *jobs)
{
	struct drm_sched_job *job, *next;

	spin_lock(&sched->job_list_lock);
	/* Whoever sets it comes later to free those that are kept. */
	if (!READ_ONCE(sched->discard_at_once)) {
		list_for_each_entry_safe(job, next, jobs, list) {
			if (!dma_fence_add_callback(&job->s_fence->finished, &job->cb,
						    drm_sched_killed_done))
				list_move_tail(&job->list, &sched->killed_list);
		}
	}
	list_splice_tail(jobs, &sched->discarded_list);
	spin_unlock(&sched->job_list_lock);

	/* The lists are looked at without a lock by who has been queued after a pause. */
	smp_mb();
	drm_sched_run_free_queue(sched);
}

/**
 * drm_sched_free_later - have a finished job freed that is on no list
 * @sched: scheduler instance
 * @job: job that has run
 */
void drm_sched_free_later(struct drm_gpu_scheduler *sched, struct drm_sched_job *job)
{
	spin_lock(&sched->job_list_lock);
	list_add(&job->list, &sched->discarded_list);
	spin_unlock(&sched->job_list_lock);

	/* As above */
	smp_mb();
	drm_sched_run_free_queue(sched);
}

/**
 * drm_sched_release_killed - do not wait for the fences of killed jobs
 * @sched: scheduler instance, with &drm_gpu_scheduler.discard_at_once
 *
 * Whoever calls it sees to it that &drm_gpu_scheduler.work_free_job runs afterwards, or
 * calls drm_sched_free_discarded().
 */
void drm_sched_release_killed(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_job *job, *next;

	spin_lock(&sched->job_list_lock);
	list_for_each_entry_safe(job, next, &sched->killed_list, list) {
		/* Otherwise it is on the list of those that are done. */
		if (dma_fence_remove_callback(&job->s_fence->finished, &job->cb))
			list_move_tail(&job->list, &sched->discarded_list);
	}
	spin_unlock(&sched->job_list_lock);
}

static void drm_sched_collect_killed(struct drm_gpu_scheduler *sched)
{
	struct llist_node *done = llist_reverse_order(llist_del_all(&sched->killed_done));
	struct drm_sched_job *job, *next;

	/* With the lock they have arrived on the list that they are taken from. */
	spin_lock(&sched->job_list_lock);
	llist_for_each_entry_safe(job, next, done, killed_node)
		list_move_tail(&job->list, &sched->discarded_list);
	spin_unlock(&sched->job_list_lock);
}

/**
 * drm_sched_free_discarded - free a job that is on no other list
 * @sched: scheduler instance
 *
 * Called where free_job() is called, and by drm_sched_fini().
 *
 * Return: false if there was none.
 */
bool drm_sched_free_discarded(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_job *job;

	if (!llist_empty(&sched->killed_done))
		drm_sched_collect_killed(sched);

	/* Who adds one queues &drm_gpu_scheduler.work_free_job afterwards. */
	if (data_race(list_empty(&sched->discarded_list)))
		return false;

	spin_lock(&sched->job_list_lock);
	job = list_first_entry_or_null(&sched->discarded_list, struct drm_sched_job, list);
	if (job)
		list_del_init(&job->list);
	spin_unlock(&sched->job_list_lock);

	if (!job)
		return false;

	if (sched->ops->discard_job && drm_sched_fence_is_orphan(&job->s_fence->finished))
		sched->ops->discard_job(job);
	sched->ops->free_job(job);

	return true;
}

/**
 * drm_sched_discard_fini - free all jobs that a dying scheduler can still free
 * @sched: scheduler instance; its run queues have been finished and its work items
 *	are disabled
 *
 * What is queued when the run queues are finished has been discarded.
 */
void drm_sched_discard_fini(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_job *job, *tmp;

	drm_sched_release_killed(sched);
	while (drm_sched_free_discarded(sched))
		;

	list_for_each_entry_safe(job, tmp, &sched->pending_list, list) {
		if (!drm_sched_fence_is_done(&job->s_fence->finished))
			continue;

		/* Somebody may still be looking for jobs that run. */
		spin_lock(&sched->job_list_lock);
		list_del_init(&job->list);
		spin_unlock(&sched->job_list_lock);

		sched->ops->free_job(job);
	}
}
