// SPDX-License-Identifier: MIT

#include <linux/slab.h>
#include <linux/wait_bit.h>

#include <drm/gpu_scheduler.h>

#include "sched_internal.h"

/**
 * DOC: Entities without a scheduler
 *
 * Entities belong to open files, so they outlive the device and often the
 * &struct drm_gpu_scheduler as well. What they point to is the run queue, and
 * that is reference counted: by the scheduler and by every entity on it. When
 * drm_sched_fini() destroys the scheduler, its run queues are handed to
 * drm_sched_dead, a scheduler that has no hardware, never runs a job and is
 * never destroyed. Whatever is still called on such an entity - flush, kill,
 * fini, a dependency callback - finds valid memory and nothing to do.
 *
 * Code that follows &drm_sched_rq.sched without holding &drm_sched_rq.lock and
 * without being part of the scheduler (its work items, its callbacks) must be an
 * RCU reader; drm_sched_fini() waits for a grace period before it returns.
 * drm_sched_job_arm() and drm_sched_entity_push_job() are no such readers: that no
 * job is submitted to a scheduler while it is being destroyed is up to the driver.
 */

static const struct drm_sched_backend_ops drm_sched_dead_ops = {};

struct drm_gpu_scheduler drm_sched_dead = {
	.ops = &drm_sched_dead_ops,
	.name = "dead",
	.timeout = MAX_SCHEDULE_TIMEOUT,
	.score = &drm_sched_dead._score,
	.pending_list = LIST_HEAD_INIT(drm_sched_dead.pending_list),
	.job_list_lock = __SPIN_LOCK_UNLOCKED(drm_sched_dead.job_list_lock),
	.job_scheduled = __WAIT_QUEUE_HEAD_INITIALIZER(drm_sched_dead.job_scheduled),
	.pause_submit = true,
	.retired = true,
};

/**
 * drm_sched_rq_release - last reference to a run queue is gone
 * @ref: &drm_sched_rq.ref
 */
void drm_sched_rq_release(struct kref *ref)
{
	struct drm_sched_rq *rq = container_of(ref, typeof(*rq), ref);

	kfree_rcu(rq, rcu);
}

/**
 * drm_sched_set_retired - the scheduler will never run a job again
 * @sched: scheduler instance
 */
void drm_sched_set_retired(struct drm_gpu_scheduler *sched)
{
	int i;

	WRITE_ONCE(sched->retired, true);

	for (i = DRM_SCHED_PRIORITY_KERNEL; i < sched->num_rqs; i++)
		WRITE_ONCE(sched->sched_rq[i]->retired, true);
}

/**
 * drm_sched_rq_fini - take a run queue from its scheduler
 * @rq: run queue
 *
 * Detaches all entities, hands @rq to drm_sched_dead and drops the scheduler's
 * reference.
 */
void drm_sched_rq_fini(struct drm_sched_rq *rq)
{
	struct drm_sched_entity *entity, *tmp;

	spin_lock(&rq->lock);
	list_for_each_entry_safe(entity, tmp, &rq->entities, list) {
		list_del_init(&entity->list);
		RB_CLEAR_NODE(&entity->rb_tree_node);
		atomic_dec(rq->sched->score);
	}
	rq->rb_tree_root = RB_ROOT_CACHED;
	rq->head_prio = DRM_SCHED_PRIORITY_INVALID;
	WRITE_ONCE(rq->sched, &drm_sched_dead);
	spin_unlock(&rq->lock);

	drm_sched_rq_put(rq);
}

/* RCU reader. An entity may have no run queue, if its scheduler never had one. */
static struct drm_gpu_scheduler *drm_sched_entity_scheduler(struct drm_sched_entity *entity)
{
	struct drm_sched_rq *rq = READ_ONCE(entity->rq);

	return rq ? READ_ONCE(rq->sched) : &drm_sched_dead;
}

/**
 * drm_sched_entity_may_move - look for another scheduler of an entity
 * @entity: scheduler entity whose scheduler has been retired
 *
 * An entity that can use several schedulers survives the removal of one of their
 * devices: drm_sched_entity_select_rq() moves it when what it had there is finished.
 * It does not survive that its scheduler is destroyed: the others may be gone, too.
 *
 * Return: true if it can use one that runs jobs.
 */
bool drm_sched_entity_may_move(struct drm_sched_entity *entity)
{
	struct drm_gpu_scheduler *sched;
	unsigned int i;

	guard(spinlock)(&entity->lock);

	if (!entity->sched_list || drm_sched_rq_is_dead(entity->rq))
		return false;

	for (i = 0; i < entity->num_sched_list; i++) {
		sched = entity->sched_list[i];
		if (sched->ready && !drm_sched_is_retired(sched))
			return true;
	}

	return false;
}

/**
 * drm_sched_entity_move - give an entity without jobs to another scheduler
 * @entity: scheduler entity, locked
 * @rq: run queue of that scheduler
 *
 * Not if it was killed, and not while its jobs are taken from it: whoever does that looks
 * at the queue once more, and must not find a job of another scheduler. An entity that
 * is on no run queue is not taken; one that has been taken is not idle. What is pushed
 * meanwhile goes where the entity was.
 */
void drm_sched_entity_move(struct drm_sched_entity *entity, struct drm_sched_rq *rq)
{
	struct drm_sched_rq *old = entity->rq;

	lockdep_assert_held(&entity->lock);

	drm_sched_rq_remove_entity(old, entity);
	if (entity->stopped || !completion_done(&entity->entity_idle))
		return;

	WRITE_ONCE(entity->rq, drm_sched_rq_get(rq));

	/* Who flushes the entity sleeps where nobody will wake him up. */
	guard(rcu)();
	if (old)
		wake_up_all(&READ_ONCE(old->sched)->job_scheduled);
	drm_sched_rq_put(old);
}

/**
 * drm_sched_entity_has_moved - does an entity belong to another scheduler by now
 * @entity: scheduler entity
 * @sched: scheduler that it was on
 *
 * Return: true if there is no point in waiting for @sched any more.
 */
bool drm_sched_entity_has_moved(struct drm_sched_entity *entity, struct drm_gpu_scheduler *sched)
{
	guard(rcu)();

	return drm_sched_entity_scheduler(entity) != sched;
}

/**
 * drm_sched_flush_begin - pin the scheduler of an entity for a flush or a kill
 * @entity: scheduler entity
 *
 * Return: the scheduler, which may be used until drm_sched_flush_end().
 */
struct drm_gpu_scheduler *drm_sched_flush_begin(struct drm_sched_entity *entity)
{
	struct drm_gpu_scheduler *sched;

	guard(rcu)();
	sched = drm_sched_entity_scheduler(entity);
	atomic_inc(&sched->flushers);

	return sched;
}

/**
 * drm_sched_flush_end - unpin what drm_sched_flush_begin() returned
 * @sched: scheduler instance
 */
void drm_sched_flush_end(struct drm_gpu_scheduler *sched)
{
	if (atomic_dec_and_test(&sched->flushers))
		wake_up_var(&sched->flushers);
}

/**
 * drm_sched_flush_wait - wait until nobody flushes any more
 * @sched: dying scheduler, whose run queues have been finished
 *
 * With its run queue finished an entity is idle, so a sleeper only has to look; it
 * has been woken. To be called after a grace period: who has not pinned the
 * scheduler by then never will.
 */
void drm_sched_flush_wait(struct drm_gpu_scheduler *sched)
{
	/* What they have left is looked at without a lock. */
	wait_var_event(&sched->flushers, !atomic_read_acquire(&sched->flushers));
}
