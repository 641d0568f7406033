// SPDX-License-Identifier: MIT

#include <linux/dma-fence-unwrap.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#include "sched_discard.h"
#include "sched_internal.h"
#include "sched_orphan.h"

/**
 * DOC: Jobs that never run
 *
 * A queued job whose entity is killed or whose device is gone will never run, but
 * its fence must not signal before the fences that the job depends on: memory
 * management waits for the last fence of a chain only, and takes it for all of
 * them. Those fences may belong to other devices and take their time, while
 * entity, scheduler and driver go away.
 *
 * So job and fence part. The job is discarded, see sched_discard.c. The &struct
 * drm_sched_fence stays behind as an orphan, which finishes by itself: it waits
 * for its predecessor in the entity, then for one dependency after the other,
 * then signals with the error that was set when it became an orphan. It needs
 * nothing but itself: the dependencies have been part of it all along, the
 * callback takes the place of what is of no use any more, and its scheduler is
 * drm_sched_dead.
 *
 * Callbacks are called under the lock of a fence, so all they do is to put the
 * orphan on drm_sched_ready. That is worked off by drm_sched_orphan_work, or by
 * whoever retires a device. Every orphan is looked at once per fence that it waits
 * for, however many entities and schedulers a chain of jobs crosses.
 */

/**
 * DOC: Locking of jobs that never run
 *
 * &drm_sched_entity.lock is held while an entity is stripped of its jobs. That is
 * done by the one who knows that the scheduler does not look at the queue: by
 * drm_sched_entity_kill() after &drm_sched_entity.entity_idle, by a retire when
 * &drm_gpu_scheduler.work_run_job is disabled for good, and by who pushes to an
 * empty queue. Meanwhile the entity stays with its scheduler, see
 * drm_sched_entity_move(). &drm_sched_entity.last_scheduled is the end of the chain of
 * predecessors.
 *
 * Jobs are discarded on a scheduler that is the caller's or has been pinned with
 * drm_sched_flush_begin(). drm_sched_entity_kill() pins it before the entity leaves
 * the run queue, since drm_sched_fini() does not find the jobs there any more: it
 * waits for that, and frees them.
 *
 * ``drm_sched_orphan_lock`` (mutex): one works off the list at a time, so that
 * nothing is under way when a retire finds it empty. Fences are signalled under
 * it, inside dma_fence_begin_signalling(): nothing is allocated, and nothing is
 * waited for. Whoever retires a device takes it inside &drm_sched_device.lock. All
 * other locks of the scheduler, and those of fences, nest inside it.
 *
 * ``drm_sched_ready_lock`` (spinlock, irq-safe): the list drm_sched_ready, and whether
 * somebody is going to work it off, so that nobody has to be woken. Innermost, nests
 * inside fence locks.
 */

/* What became of the fence's slab object: nothing. Debug options make locks grow. */
#if BITS_PER_LONG == 64 && !defined(CONFIG_DEBUG_SPINLOCK) && !defined(CONFIG_PREEMPT_RT)
static_assert(sizeof(struct drm_sched_fence) <= 192);
#endif

static DEFINE_MUTEX(drm_sched_orphan_lock);
static DEFINE_SPINLOCK(drm_sched_ready_lock);
static LIST_HEAD(drm_sched_ready);
static bool drm_sched_ready_attended;

static struct workqueue_struct *drm_sched_orphan_wq;

static void drm_sched_orphan_worker(struct work_struct *work)
{
	bool cookie = drm_sched_orphan_begin();

	drm_sched_orphan_finish_ready();
	drm_sched_orphan_end(cookie);
}

static DECLARE_WORK(drm_sched_orphan_work, drm_sched_orphan_worker);

/* An orphan can go on. Any context. */
static void drm_sched_orphan_ready(struct drm_sched_fence *s_fence)
{
	unsigned long flags;
	bool attended;

	spin_lock_irqsave(&drm_sched_ready_lock, flags);
	list_add_tail(&s_fence->cb.node, &drm_sched_ready);
	attended = drm_sched_ready_attended;
	spin_unlock_irqrestore(&drm_sched_ready_lock, flags);

	if (!attended)
		queue_work(drm_sched_orphan_wq, &drm_sched_orphan_work);
}

/* What an orphan has waited for has signalled. Any context, under the lock of @fence. */
static void drm_sched_orphan_wakeup(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	drm_sched_orphan_ready(container_of(cb, struct drm_sched_fence, cb));
	dma_fence_put(fence);
}

/* Consumes a reference to @fence. Return: false if there is nothing to wait for. */
static bool drm_sched_orphan_wait(struct drm_sched_fence *s_fence, struct dma_fence *fence)
{
	if (!fence)
		return false;

	if (!dma_fence_add_callback(fence, &s_fence->cb, drm_sched_orphan_wakeup))
		return true;

	dma_fence_put(fence);
	return false;
}

/* Wait for a dependency. Return: false if there is nothing to wait for. */
static bool drm_sched_orphan_depend(struct drm_sched_fence *s_fence, struct dma_fence *fence)
{
	struct drm_sched_fence *other = to_drm_sched_fence(fence);

	/* Its own entity: that is what predecessors are for. */
	if (fence->context == s_fence->scheduled.context ||
	    fence->context == s_fence->finished.context)
		return false;

	/*
	 * "Scheduled" was enough while the hardware kept the order. Now that
	 * this job does not reach it, only "finished" says that the memory is
	 * no longer in use. It is gone if it has signalled long ago.
	 */
	if (other && fence == &other->scheduled)
		fence = dma_fence_get_rcu(&other->finished);
	else
		dma_fence_get(fence);

	return drm_sched_orphan_wait(s_fence, fence);
}

/* Both fences, under their lock. */
static void drm_sched_orphan_signal(struct drm_sched_fence *s_fence, ktime_t now)
{
	dma_fence_signal_timestamp_locked(&s_fence->scheduled, now);
	dma_fence_signal_timestamp_locked(&s_fence->finished, now);
}

/*
 * Signal an orphan, or have it wait for one more fence. Containers are looked into:
 * they signal from an irq_work, long after the fences in them. @now: not later than that
 * of any job behind it.
 *
 * Return: true if it has signalled.
 */
static bool drm_sched_orphan_step(struct drm_sched_fence *s_fence, ktime_t now)
{
	struct dma_fence_unwrap cursor;
	struct dma_fence *dep, *fence;
	unsigned long index, flags;

	xa_for_each(&s_fence->dependencies, index, dep) {
		dma_fence_unwrap_for_each(fence, &cursor, dep) {
			if (drm_sched_orphan_depend(s_fence, fence)) {
				dma_fence_put(cursor.chain);
				return false;
			}
		}
		xa_erase(&s_fence->dependencies, index);
		dma_fence_put(dep);
	}

	spin_lock_irqsave(&s_fence->lock, flags);
	drm_sched_orphan_signal(s_fence, now);
	spin_unlock_irqrestore(&s_fence->lock, flags);
	dma_fence_put(&s_fence->finished);
	module_put(THIS_MODULE);

	return true;
}

/**
 * drm_sched_entity_strip - take jobs that will never run from an entity
 * @entity: entity, not locked, whose queue nobody else looks at
 * @orphans: the jobs, for drm_sched_orphan_launch()
 *
 * No more of them than stay in the cache until then.
 *
 * Return: false if there was none.
 */
bool drm_sched_entity_strip(struct drm_sched_entity *entity, struct drm_sched_orphans *orphans)
{
	struct drm_sched_job *job;
	struct dma_fence *last;

	INIT_LIST_HEAD(&orphans->jobs);
	orphans->count = 0;

	spin_lock(&entity->lock);
	last = rcu_dereference_protected(entity->last_scheduled,
					 lockdep_is_held(&entity->lock));
	orphans->prev = dma_fence_get(last);

	while (orphans->count < DRM_SCHED_BATCH && (job = drm_sched_entity_queue_peek(entity))) {
		drm_sched_fence_prefetch(job->s_fence);
		list_add_tail(&job->list, &orphans->jobs);
		orphans->count++;

		/* Only the last one is ever asked for. */
		if (orphans->count == DRM_SCHED_BATCH || !READ_ONCE(job->queue_node.next)) {
			rcu_assign_pointer(entity->last_scheduled,
					   dma_fence_get(&job->s_fence->finished));
			dma_fence_put(last);
			last = &job->s_fence->finished;

			/* Pairs with the barrier in drm_sched_entity_select_rq(). */
			smp_wmb();
		}

		drm_sched_entity_queue_pop(entity);
		job->entity = NULL;
	}
	spin_unlock(&entity->lock);

	if (!orphans->count)
		dma_fence_put(orphans->prev);
	return orphans->count;
}

/*
 * Part the fence of a job from it, and set it off behind @prev, the reference to which is
 * consumed. @now: the time if it may signal at once. Return: true if it has signalled.
 */
static bool drm_sched_orphan_set_off(struct drm_sched_fence *s_fence, struct dma_fence *prev,
				     int error, ktime_t now)
{
	bool idle = now && !prev && xa_empty(&s_fence->dependencies);
	unsigned long flags;

	/* From now on a deadline would be written where the callback is. */
	spin_lock_irqsave(&s_fence->lock, flags);
	set_bit(DRM_SCHED_FENCE_FLAG_ORPHAN_BIT, &s_fence->finished.flags);
	dma_fence_set_error(&s_fence->finished, error);
	WRITE_ONCE(s_fence->sched, &drm_sched_dead);
	if (idle)
		drm_sched_orphan_signal(s_fence, now);
	spin_unlock_irqrestore(&s_fence->lock, flags);

	if (idle)
		return true;

	__module_get(THIS_MODULE);
	dma_fence_get(&s_fence->finished);
	if (drm_sched_orphan_wait(s_fence, prev))
		return false;
	if (now)
		return drm_sched_orphan_step(s_fence, now);

	drm_sched_orphan_ready(s_fence);
	return false;
}

/**
 * drm_sched_orphan_launch - part jobs from their fences
 * @orphans: what drm_sched_entity_strip() took
 * @sched: their scheduler, which cannot go away
 * @signal: those that need not wait; the caller is inside drm_sched_orphan_begin()
 *
 * They finish with -ENODEV if the scheduler is retired, else with -ESRCH, each behind the
 * one before. The jobs are discarded. No driver callback is called from here, and
 * without @signal no fence callback.
 *
 * Return: how many have signalled.
 */
unsigned int drm_sched_orphan_launch(struct drm_sched_orphans *orphans,
				     struct drm_gpu_scheduler *sched, bool signal)
{
	int error = drm_sched_is_retired(sched) ? -ENODEV : -ESRCH;
	struct dma_fence *prev = orphans->prev;
	ktime_t now = signal ? ktime_get() : 0;
	struct drm_sched_job *job;
	unsigned int count = 0;

	list_for_each_entry(job, &orphans->jobs, list)
		drm_sched_fence_prefetch_waiter(job->s_fence);

	list_for_each_entry(job, &orphans->jobs, list) {
		if (prev && drm_sched_fence_is_done(prev)) {
			dma_fence_put(prev);
			prev = NULL;
		}
		if (drm_sched_orphan_set_off(job->s_fence, prev, error, now)) {
			count++;
			prev = NULL;
		} else {
			prev = dma_fence_get(&job->s_fence->finished);
		}
	}
	dma_fence_put(prev);

	if (WARN_ONCE(sched == &drm_sched_dead, "job pushed after drm_sched_fini(), it leaks\n"))
		return count;

	atomic_sub(orphans->count, sched->score);
	drm_sched_discard_jobs(sched, &orphans->jobs);
	wake_up_all(&sched->job_scheduled);

	return count;
}

/**
 * drm_sched_entity_discard - the jobs in the queue of an entity will never run
 * @entity: entity, not locked, whose queue nobody else looks at
 * @sched: its scheduler, which cannot go away
 *
 * No driver callback and no fence callback is called from here.
 */
void drm_sched_entity_discard(struct drm_sched_entity *entity, struct drm_gpu_scheduler *sched)
{
	struct drm_sched_orphans orphans;

	while (drm_sched_entity_strip(entity, &orphans))
		drm_sched_orphan_launch(&orphans, sched, false);
}

/**
 * drm_sched_entity_take - take an entity with jobs off its run queue
 * @rq: run queue of a scheduler that has stopped to run jobs
 *
 * The entity stays until drm_sched_entity_release().
 *
 * Return: an entity, or NULL if none is left.
 */
struct drm_sched_entity *drm_sched_entity_take(struct drm_sched_rq *rq)
{
	struct drm_sched_entity *entity = NULL;
	struct rb_node *rb;

	spin_lock(&rq->lock);
	rb = rb_first_cached(&rq->rb_tree_root);
	if (rb) {
		entity = rb_entry(rb, struct drm_sched_entity, rb_tree_node);
		rb_erase_cached(rb, &rq->rb_tree_root);
		RB_CLEAR_NODE(rb);
		/* Counted from what this run queue has got to, and it may go to another. */
		spin_lock(&entity->stats->lock);
		entity->stats->vruntime = 0;
		spin_unlock(&entity->stats->lock);
		reinit_completion(&entity->entity_idle);
	}
	spin_unlock(&rq->lock);

	return entity;
}

/**
 * drm_sched_entity_release - done with what drm_sched_entity_take() returned
 * @entity: entity, which may be gone after this
 */
void drm_sched_entity_release(struct drm_sched_entity *entity)
{
	complete_all(&entity->entity_idle);
}

/**
 * drm_sched_discard_queued - discard all that is queued on a dying scheduler
 * @sched: scheduler instance, &drm_gpu_scheduler.work_run_job is disabled
 */
void drm_sched_discard_queued(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_entity *entity;
	int i;

	drm_sched_set_retired(sched);
	WRITE_ONCE(sched->discard_at_once, true);

	for (i = DRM_SCHED_PRIORITY_KERNEL; i < sched->num_rqs; i++) {
		while ((entity = drm_sched_entity_take(sched->sched_rq[i]))) {
			drm_sched_entity_stop_waiting(entity);
			drm_sched_entity_discard(entity, sched);
			drm_sched_entity_release(entity);
		}
	}
}

/**
 * drm_sched_orphan_begin - enter the section in which orphans are signalled
 *
 * It ends with drm_sched_orphan_finish_ready(), and with drm_sched_orphan_end().
 *
 * Return: cookie for drm_sched_orphan_end().
 */
bool drm_sched_orphan_begin(void)
{
	mutex_lock(&drm_sched_orphan_lock);

	spin_lock_irq(&drm_sched_ready_lock);
	drm_sched_ready_attended = true;
	spin_unlock_irq(&drm_sched_ready_lock);

	return dma_fence_begin_signalling();
}

/**
 * drm_sched_orphan_finish_ready - signal those that no longer have to wait
 *
 * Return: how many have signalled.
 */
unsigned int drm_sched_orphan_finish_ready(void)
{
	struct drm_sched_fence *s_fence;
	unsigned int count = 0;

	do {
		spin_lock_irq(&drm_sched_ready_lock);
		s_fence = list_first_entry_or_null(&drm_sched_ready, struct drm_sched_fence,
						   cb.node);
		if (s_fence)
			list_del_init(&s_fence->cb.node);
		else
			drm_sched_ready_attended = false;
		spin_unlock_irq(&drm_sched_ready_lock);

		if (s_fence)
			count += drm_sched_orphan_step(s_fence, ktime_get());
	} while (s_fence);

	return count;
}

/**
 * drm_sched_orphan_end - leave the section in which orphans are signalled
 * @cookie: what drm_sched_orphan_begin() returned
 */
void drm_sched_orphan_end(bool cookie)
{
	dma_fence_end_signalling(cookie);
	mutex_unlock(&drm_sched_orphan_lock);
}

/**
 * drm_sched_fence_drop_dependencies - a job does not wait any more
 * @s_fence: its fence; nothing is done for an orphan, which still does
 */
void drm_sched_fence_drop_dependencies(struct drm_sched_fence *s_fence)
{
	struct dma_fence *fence;
	unsigned long index;

	if (drm_sched_fence_is_orphan(&s_fence->finished))
		return;

	/* Every job comes here, and most have waited for nothing. */
	if (xa_empty(&s_fence->dependencies))
		return;

	xa_for_each(&s_fence->dependencies, index, fence)
		dma_fence_put(fence);
	xa_destroy(&s_fence->dependencies);
}

/**
 * drm_sched_orphan_init - set up what orphans need
 *
 * Return: 0 or -ENOMEM.
 */
int drm_sched_orphan_init(void)
{
	/* Reclaim may wait for the fences that this workqueue signals. */
	drm_sched_orphan_wq = alloc_workqueue("drm_sched_orphan", WQ_MEM_RECLAIM | WQ_UNBOUND, 1);

	return drm_sched_orphan_wq ? 0 : -ENOMEM;
}

/**
 * drm_sched_orphan_exit - counterpart of drm_sched_orphan_init()
 */
void drm_sched_orphan_exit(void)
{
	destroy_workqueue(drm_sched_orphan_wq);
}
