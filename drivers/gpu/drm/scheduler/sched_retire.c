// SPDX-License-Identifier: MIT

#include <linux/dma-fence-unwrap.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#include "sched_internal.h"
#include "sched_retire.h"

/**
 * DOC: Retiring jobs
 *
 * How the jobs of a scheduler are finished that has been stopped for good; what
 * stops it and in which order is in sched_device.c.
 *
 * A running job (on &drm_gpu_scheduler.pending_list, or held by the timeout
 * handler) is finished through its hardware fence. A queued job is popped from
 * its entity and its scheduled and finished fences are signalled; run_job() is
 * not called. Both end on the pending list, from where free_job() is called as
 * for any other finished job.
 *
 * An entity whose next job still depends on an unsignalled fence is left alone
 * with a callback on that fence. The callback puts it on drm_sched_ready, which
 * is worked off until it is empty: by the retire itself as long as it goes on,
 * later by drm_sched_retire_work. Each entity is looked at once, and once more
 * per dependency that signals, however many schedulers a chain of jobs crosses.
 * Jobs pushed to a retired scheduler take the same road.
 */

/**
 * DOC: Locking of a retire
 *
 * ``drm_sched_retire_lock`` (mutex): one retire at a time. It is the only thing
 * that pops jobs of retired schedulers, which makes it the single consumer that
 * &drm_sched_entity.job_queue wants. Held from the first to the last signalled
 * fence, all of it inside dma_fence_begin_signalling(): nothing is allocated,
 * nothing is waited for, and no driver callback runs but &cancel_job. Taken
 * outside of every other lock of the scheduler.
 *
 * ``drm_sched_ready_lock`` (spinlock, irq-safe): the list drm_sched_ready and
 * &drm_sched_entity.retire_link. Nests inside fence locks and
 * &drm_sched_entity.lock. A stopped entity is never put on the list.
 *
 * &drm_sched_entity.entity_idle is not complete while a retire looks at an
 * entity, as it is while &drm_gpu_scheduler.work_run_job does. It is reinitialised
 * under the lock under which the entity was found: &drm_sched_rq.lock or
 * drm_sched_ready_lock. drm_sched_entity_kill() first makes the entity
 * unfindable for both, then waits for the completion.
 */

static DEFINE_MUTEX(drm_sched_retire_lock);
static DEFINE_SPINLOCK(drm_sched_ready_lock);
static LIST_HEAD(drm_sched_ready);

static struct workqueue_struct *drm_sched_retire_wq;

static void drm_sched_retire_worker(struct work_struct *work)
{
	struct drm_sched_retire_stats stats = {};
	bool cookie;

	cookie = drm_sched_retire_begin();
	drm_sched_retire_ready(&stats);
	drm_sched_retire_end(cookie);
}

static DECLARE_WORK(drm_sched_retire_work, drm_sched_retire_worker);

/**
 * drm_sched_retire_begin - enter the section in which fences are signalled
 *
 * Return: cookie for drm_sched_retire_end().
 */
bool drm_sched_retire_begin(void)
{
	mutex_lock(&drm_sched_retire_lock);

	return dma_fence_begin_signalling();
}

/**
 * drm_sched_retire_end - leave the section in which fences are signalled
 * @cookie: what drm_sched_retire_begin() returned
 */
void drm_sched_retire_end(bool cookie)
{
	dma_fence_end_signalling(cookie);
	mutex_unlock(&drm_sched_retire_lock);
}

/* The flag alone: &dma_fence_ops.signaled could ask hardware that is gone. */
static bool drm_sched_fence_is_done(struct dma_fence *fence)
{
	return test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
}

/*
 * Signal a hardware fence unless it is. Taking the lock also waits for an
 * interrupt handler that signals it right now, callbacks included.
 */
static void drm_sched_retire_hw_fence(struct dma_fence *fence)
{
	unsigned long flags;

	dma_fence_lock_irqsave(fence, flags);
	if (!drm_sched_fence_is_done(fence)) {
		dma_fence_set_error(fence, -ENODEV);
		dma_fence_signal_locked(fence);
	}
	dma_fence_unlock_irqrestore(fence, flags);
}

/* Finish one job that run_job() was called for. Return: false if it was finished. */
static bool drm_sched_retire_running(struct drm_sched_job *job)
{
	struct drm_gpu_scheduler *sched = job->sched;
	struct drm_sched_fence *s_fence = job->s_fence;

	if (drm_sched_fence_is_done(&s_fence->finished))
		return false;

	if (sched->ops->cancel_job)
		sched->ops->cancel_job(job);

	if (s_fence->parent)
		drm_sched_retire_hw_fence(s_fence->parent);

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
	struct drm_sched_job *job, *held;
	LIST_HEAD(jobs);

	spin_lock(&sched->job_list_lock);
	list_splice_init(&sched->pending_list, &jobs);
	held = sched->tdr_job;
	spin_unlock(&sched->job_list_lock);

	/* The oldest, and only there if the caller is its timeout handler. */
	if (held && drm_sched_retire_running(held))
		stats->running++;

	list_for_each_entry(job, &jobs, list) {
		if (drm_sched_retire_running(job))
			stats->running++;
	}

	spin_lock(&sched->job_list_lock);
	list_splice(&jobs, &sched->pending_list);
	spin_unlock(&sched->job_list_lock);

	drm_sched_run_free_queue(sched);
}

/* A dependency has signalled. Any context, under the lock of @fence. */
static void drm_sched_retire_wakeup(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	drm_sched_retire_queue(container_of(cb, struct drm_sched_entity, cb));
}

/*
 * Take back the callback of an entity, whoever installed it; it is not running
 * on return. It is drm_sched_retire_wakeup(), which leaves &dependency alone, or
 * what the scheduler had installed before it was retired, which clears it.
 */
static void drm_sched_retire_disarm(struct drm_sched_entity *entity)
{
	struct dma_fence *fence;

	rcu_read_lock();
	fence = READ_ONCE(entity->dependency);
	if (fence)
		fence = dma_fence_get_rcu(fence);
	rcu_read_unlock();
	if (!fence)
		return;

	dma_fence_remove_callback(fence, &entity->cb);
	if (entity->dependency) {
		dma_fence_put(entity->dependency);
		entity->dependency = NULL;
	}
	dma_fence_put(fence);
}

/* Wait for one fence. Return: false if there is nothing to wait for. */
static bool drm_sched_retire_arm(struct drm_sched_entity *entity, struct dma_fence *fence)
{
	struct drm_sched_fence *s_fence = to_drm_sched_fence(fence);

	/* The queue keeps the order within an entity. */
	if (fence->context == entity->fence_context ||
	    fence->context == entity->fence_context + 1)
		return false;

	/*
	 * "Scheduled" was enough while the hardware kept the order. Now that
	 * this job does not reach it, only "finished" says that its memory is
	 * no longer in use. It is gone if it has signalled long ago.
	 */
	if (s_fence && fence == &s_fence->scheduled)
		fence = dma_fence_get_rcu(&s_fence->finished);
	else
		dma_fence_get(fence);
	if (!fence)
		return false;

	entity->dependency = fence;
	if (!dma_fence_add_callback(fence, &entity->cb, drm_sched_retire_wakeup))
		return true;

	entity->dependency = NULL;
	dma_fence_put(fence);
	return false;
}

/*
 * Does the next job of an entity have to wait? If so the entity comes back by
 * drm_sched_retire_wakeup(). Containers are looked into: they signal from an
 * irq_work, long after the fences in them.
 */
static bool drm_sched_retire_blocked(struct drm_sched_entity *entity, struct drm_sched_job *job)
{
	struct dma_fence_unwrap cursor;
	struct dma_fence *dep, *fence;
	unsigned long index;

	/* A fence from prepare_job() is the driver's own and is not waited for. */
	drm_sched_retire_disarm(entity);

	xa_for_each(&job->dependencies, index, dep) {
		dma_fence_unwrap_for_each(fence, &cursor, dep) {
			if (drm_sched_retire_arm(entity, fence)) {
				dma_fence_put(cursor.chain);
				return true;
			}
		}
	}

	return false;
}

/* Finish one job that will never run. */
static void drm_sched_retire_queued(struct drm_sched_entity *entity, struct drm_sched_job *job)
{
	struct drm_sched_fence *s_fence = job->s_fence;

	dma_fence_put(rcu_dereference_check(entity->last_scheduled, true));
	rcu_assign_pointer(entity->last_scheduled, dma_fence_get(&s_fence->finished));

	/* Pairs with the barrier in drm_sched_entity_select_rq(). */
	smp_wmb();

	drm_sched_entity_queue_pop(entity);
	job->entity = NULL;

	drm_sched_fence_scheduled(s_fence, NULL);
	drm_sched_fence_finished(s_fence, -ENODEV);
}

/* Finish all jobs of an entity up to the first that has to wait. */
static void drm_sched_retire_entity(struct drm_sched_entity *entity,
				    struct drm_sched_retire_stats *stats)
{
	struct drm_gpu_scheduler *sched;
	struct drm_sched_job *job;
	unsigned int count = 0;
	LIST_HEAD(jobs);

	spin_lock(&entity->lock);
	sched = entity->rq->sched;
	spin_unlock(&entity->lock);

	while ((job = drm_sched_entity_queue_peek(entity))) {
		if (drm_sched_retire_blocked(entity, job))
			break;

		drm_sched_retire_queued(entity, job);
		list_add_tail(&job->list, &jobs);
		count++;
	}

	/* The entity may be gone after this. */
	complete_all(&entity->entity_idle);

	if (!count || WARN_ONCE(sched == &drm_sched_dead,
				"job outlived its scheduler, it leaks\n"))
		return;

	stats->queued += count;
	atomic_sub(count, sched->score);

	spin_lock(&sched->job_list_lock);
	list_splice_tail(&jobs, &sched->pending_list);
	spin_unlock(&sched->job_list_lock);

	drm_sched_run_free_queue(sched);
	wake_up_all(&sched->job_scheduled);
}

static struct drm_sched_entity *drm_sched_retire_take(struct drm_sched_rq *rq)
{
	struct drm_sched_entity *entity = NULL;
	struct rb_node *rb;

	spin_lock(&rq->lock);
	rb = rb_first_cached(&rq->rb_tree_root);
	if (rb) {
		entity = rb_entry(rb, struct drm_sched_entity, rb_tree_node);
		rb_erase_cached(rb, &rq->rb_tree_root);
		RB_CLEAR_NODE(rb);
		reinit_completion(&entity->entity_idle);
	}
	spin_unlock(&rq->lock);

	return entity;
}

/**
 * drm_sched_retire_entities - finish what is queued on a scheduler
 * @sched: scheduler instance, marked as retired
 * @stats: queued jobs are added
 *
 * All of it, but for entities whose next job has to wait. Those come back through
 * drm_sched_retire_ready().
 */
void drm_sched_retire_entities(struct drm_gpu_scheduler *sched,
			       struct drm_sched_retire_stats *stats)
{
	struct drm_sched_entity *entity;
	int i;

	for (i = DRM_SCHED_PRIORITY_KERNEL; i < sched->num_rqs; i++) {
		while ((entity = drm_sched_retire_take(sched->sched_rq[i])))
			drm_sched_retire_entity(entity, stats);
	}

	/* For those who wait for a job that went away with its entity. */
	wake_up_all(&sched->job_scheduled);
}

/**
 * drm_sched_retire_ready - finish what no longer has to wait
 * @stats: queued jobs are added
 */
void drm_sched_retire_ready(struct drm_sched_retire_stats *stats)
{
	struct drm_sched_entity *entity;

	do {
		spin_lock_irq(&drm_sched_ready_lock);
		entity = list_first_entry_or_null(&drm_sched_ready, struct drm_sched_entity,
						  retire_link);
		if (entity) {
			list_del_init(&entity->retire_link);
			reinit_completion(&entity->entity_idle);
		}
		spin_unlock_irq(&drm_sched_ready_lock);

		if (entity)
			drm_sched_retire_entity(entity, stats);
	} while (entity);
}

/**
 * drm_sched_retire_waiting - count the jobs that are left
 * @sched: scheduler instance, retired
 *
 * Return: the number of jobs that wait for other devices.
 */
unsigned int drm_sched_retire_waiting(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_entity *entity;
	unsigned int count = 0;
	int i;

	for (i = DRM_SCHED_PRIORITY_KERNEL; i < sched->num_rqs; i++) {
		struct drm_sched_rq *rq = sched->sched_rq[i];

		spin_lock(&rq->lock);
		list_for_each_entry(entity, &rq->entities, list)
			count += spsc_queue_count(&entity->job_queue);
		spin_unlock(&rq->lock);
	}

	return count;
}

/**
 * drm_sched_retire_queue - have the jobs of an entity retired
 * @entity: entity on a retired scheduler
 *
 * Any context. No driver callback and no fence callback runs in it.
 */
void drm_sched_retire_queue(struct drm_sched_entity *entity)
{
	unsigned long flags;

	spin_lock_irqsave(&drm_sched_ready_lock, flags);
	if (!READ_ONCE(entity->stopped) && list_empty(&entity->retire_link))
		list_add_tail(&entity->retire_link, &drm_sched_ready);
	spin_unlock_irqrestore(&drm_sched_ready_lock, flags);

	queue_work(drm_sched_retire_wq, &drm_sched_retire_work);
}

/**
 * drm_sched_retire_forget - an entity is about to be killed
 * @entity: entity, already stopped
 *
 * No retire will find @entity from now on. One that has found it is seen by its
 * &drm_sched_entity.entity_idle.
 */
void drm_sched_retire_forget(struct drm_sched_entity *entity)
{
	spin_lock_irq(&drm_sched_ready_lock);
	list_del_init(&entity->retire_link);
	spin_unlock_irq(&drm_sched_ready_lock);
}

/**
 * drm_sched_retire_fini - free what a retire has finished
 * @sched: scheduler instance that is being destroyed; its run queues have been
 *	finished and &drm_gpu_scheduler.work_free_job is disabled
 *
 * Waits for a retire that still knows @sched. The next one does not find it.
 */
void drm_sched_retire_fini(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_job *job, *tmp;

	if (drm_sched_is_retired(sched)) {
		mutex_lock(&drm_sched_retire_lock);
		mutex_unlock(&drm_sched_retire_lock);
	}

	list_for_each_entry_safe(job, tmp, &sched->pending_list, list) {
		if (!drm_sched_fence_is_done(&job->s_fence->finished))
			continue;

		list_del_init(&job->list);
		sched->ops->free_job(job);
	}
}

/**
 * drm_sched_retire_init - set up what retires need
 *
 * Return: 0 or -ENOMEM.
 */
int drm_sched_retire_init(void)
{
	/* Reclaim may wait for the fences that this workqueue signals. */
	drm_sched_retire_wq = alloc_workqueue("drm_sched_retire", WQ_MEM_RECLAIM | WQ_UNBOUND, 1);

	return drm_sched_retire_wq ? 0 : -ENOMEM;
}

/**
 * drm_sched_retire_exit - counterpart of drm_sched_retire_init()
 */
void drm_sched_retire_exit(void)
{
	destroy_workqueue(drm_sched_retire_wq);
}
