// SPDX-License-Identifier: GPL-2.0
/*
 * The user space of drm_sched_stress: files with entities, jobs that depend on
 * whatever there is, waiters, and who closes files at any time.
 */

#include <linux/delay.h>
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "drm_sched_stress.h"

/* What a new dependency is, and what it depends on itself. */
struct stress_dep {
	struct dma_fence	*fence;
	bool			foreign;
	bool			cross;
};

static struct dma_fence *stress_pick_foreign(struct stress_round *round, struct stress_rnd *rnd)
{
	guard(spinlock)(&round->lock);

	return dma_fence_get(round->foreign[stress_below(rnd, STRESS_FENCES)]);
}

/* A fence of any job, on any device: "finished" or "scheduled". */
static struct dma_fence *stress_pick_recent(struct stress_gpu *gpu, struct stress_rnd *rnd,
					    struct stress_dep *dep)
{
	struct stress_round *round = gpu->round;
	struct drm_sched_fence *s_fence;
	struct stress_recent *recent;

	guard(spinlock)(&round->lock);

	recent = &round->recent[stress_below(rnd, STRESS_RECENT)];
	if (!recent->fence)
		return NULL;

	dep->foreign |= recent->foreign;
	dep->cross |= recent->cross;
	if (recent->gpu != gpu->id) {
		dep->cross = true;
		stress_event(STRESS_DEPENDENCIES_ON_OTHER_DEVICE);
	}
	if (stress_below(rnd, 4))
		return dma_fence_get(recent->fence);

	s_fence = container_of(recent->fence, struct drm_sched_fence, finished);
	return dma_fence_get(&s_fence->scheduled);
}

static struct dma_fence *stress_pick(struct stress_gpu *gpu, struct stress_rnd *rnd,
				     struct stress_dep *dep)
{
	if (stress_below(rnd, 40))
		return stress_pick_recent(gpu, rnd, dep);

	stress_event(STRESS_DEPENDENCIES_ON_FOREIGN);
	dep->foreign = true;
	return stress_pick_foreign(gpu->round, rnd);
}

static void stress_put_all(struct dma_fence **fences, unsigned int num)
{
	while (num--)
		dma_fence_put(fences[num]);
	kfree(fences);
}

static struct dma_fence *stress_pick_array(struct stress_gpu *gpu, struct stress_rnd *rnd,
					   struct stress_dep *dep)
{
	unsigned int i, num = 0, wanted = 2 + stress_below(rnd, 3);
	struct dma_fence **fences = kzalloc_objs(*fences, wanted);
	struct dma_fence_array *array;

	if (!fences)
		return NULL;

	for (i = 0; i < wanted; i++) {
		fences[num] = stress_pick(gpu, rnd, dep);
		num += !!fences[num];
	}

	array = num ? dma_fence_array_create(num, fences, dma_fence_context_alloc(1), 1) : NULL;
	if (!array) {
		stress_put_all(fences, num);
		return NULL;
	}

	stress_event(STRESS_DEPENDENCIES_ON_ARRAYS);
	return &array->base;
}

static struct dma_fence *stress_pick_chain(struct stress_gpu *gpu, struct stress_rnd *rnd,
					   struct stress_dep *dep)
{
	unsigned int i, wanted = 2 + stress_below(rnd, 3);
	struct dma_fence *fence, *last = NULL;
	struct dma_fence_chain *chain;

	for (i = 0; i < wanted; i++) {
		fence = stress_pick(gpu, rnd, dep);
		if (!fence)
			continue;

		chain = dma_fence_chain_alloc();
		if (!chain) {
			dma_fence_put(fence);
			break;
		}
		dma_fence_chain_init(chain, last, fence, i + 1);
		last = &chain->base;
	}

	if (last)
		stress_event(STRESS_DEPENDENCIES_ON_CHAINS);
	return last;
}

static void stress_depend(struct stress_gpu *gpu, struct stress_task *task,
			  struct drm_sched_job *job, struct stress_rnd *rnd)
{
	unsigned int i, num = stress_once_in(rnd, 4) ? stress_below(rnd, 4) : 0;
	struct stress_dep dep = {};
	struct dma_fence *fence;

	for (i = 0; i < num; i++) {
		switch (stress_below(rnd, 8)) {
		case 0:
			fence = stress_pick_array(gpu, rnd, &dep);
			break;
		case 1:
			fence = stress_pick_chain(gpu, rnd, &dep);
			break;
		default:
			fence = stress_pick(gpu, rnd, &dep);
		}
		if (fence && !drm_sched_job_add_dependency(job, fence))
			stress_event(STRESS_DEPENDENCIES);
	}

	task->foreign = dep.foreign;
	task->cross = dep.cross;

	/* Is not waited for when the device goes. */
	if (stress_once_in(rnd, 8)) {
		struct stress_dep none = {};

		task->wait_on = stress_pick(gpu, rnd, &none);
	}
}

static void stress_scheduled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct stress_task *task = container_of(cb, struct stress_task, scheduled_cb);

	WRITE_ONCE(task->scheduled_order, atomic_inc_return(&task->round->order));
}

static void stress_finished(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct stress_task *task = container_of(cb, struct stress_task, finished_cb);
	struct dma_fence *before = task->before ? task->before->finished : NULL;

	/* Its callbacks may still be running. */
	if (before && !test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &before->flags))
		stress_violation(task->round, "entity %u: seqno %llu finished before %llu",
				 task->entity, fence->seqno, before->seqno);

	WRITE_ONCE(task->finished_order, atomic_inc_return(&task->round->order));
}

static void stress_publish(struct stress_task *task, struct stress_gpu *gpu)
{
	struct stress_round *round = task->round;
	struct stress_recent *recent;
	struct dma_fence *old;

	scoped_guard(spinlock, &round->lock) {
		list_add_tail(&task->link, &round->tasks);
		recent = &round->recent[round->num_recent++ % STRESS_RECENT];
		old = recent->fence;
		recent->fence = dma_fence_get(task->finished);
		recent->gpu = gpu->id;
		recent->foreign = task->foreign;
		recent->cross = task->cross;
	}
	dma_fence_put(old);
}

static struct stress_task *stress_task_new(struct stress_round *round, struct stress_gpu *gpu,
					   struct stress_rnd *rnd)
{
	struct stress_task *task = kzalloc_obj(*task);

	if (!task)
		return NULL;

	task->round = round;
	task->gpu = gpu;
	task->discards = !!gpu->ops->discard_job;
	INIT_LIST_HEAD(&task->link);
	INIT_LIST_HEAD(&task->running);
	switch (stress_below(rnd, 64)) {
	case 0 ... 3:
		task->how = STRESS_FAILS;
		break;
	case 4:
		task->how = STRESS_HANGS;
		break;
	case 5:
		task->how = STRESS_REFUSED;
		break;
	case 6:
		task->how = STRESS_IMMEDIATE;
		break;
	case 7:
		task->how = STRESS_SIGNALLED;
		break;
	default:
		task->how = STRESS_COMPLETES;
	}
	task->delay = stress_once_in(rnd, 4) ? stress_below(rnd, 16) : 0;

	return task;
}

static void stress_arm_and_push(struct stress_gpu *gpu, struct stress_entity *entity,
				struct stress_task *task, struct drm_sched_job *job)
{
	struct drm_sched_fence *s_fence;

	guard(mutex)(&entity->lock);

	drm_sched_job_arm(job);
	s_fence = job->s_fence;
	task->finished = dma_fence_get(&s_fence->finished);
	task->entity = entity->id;
	task->job = job;
	task->guilty = entity->base.guilty;
	task->before = entity->last;
	entity->last = task;
	/* It follows the jobs before. */
	entity->foreign |= task->foreign;
	entity->cross |= task->cross;
	task->foreign = entity->foreign;
	task->cross = entity->cross;

	dma_fence_add_callback(&s_fence->scheduled, &task->scheduled_cb, stress_scheduled);
	dma_fence_add_callback(&s_fence->finished, &task->finished_cb, stress_finished);
	stress_publish(task, gpu);

	drm_sched_entity_push_job(job);
	/* Pairs with the acquire in stress_expect(). */
	smp_store_release(&task->pushed, true);
}

static void stress_submit(struct stress_gpu *gpu, struct stress_entity *entity,
			  struct stress_rnd *rnd)
{
	struct stress_round *round = gpu->round;
	struct stress_task *task = stress_task_new(round, gpu, rnd);
	struct stress_job *job = kzalloc_obj(*job);
	u32 credits = 1 + stress_below(rnd, min(gpu->credit_limit, 4));

	if (!task || !job ||
	    drm_sched_job_init(&job->base, &entity->base, credits, gpu, 1 + entity->id)) {
		kfree(task);
		kfree(job);
		return;
	}

	atomic_inc(&stress_live[STRESS_LIVE_JOB]);
	job->task = task;
	stress_depend(gpu, task, &job->base, rnd);

	if (stress_once_in(rnd, 32)) {
		drm_sched_job_cleanup(&job->base);
		dma_fence_put(task->wait_on);
		kfree(task);
		kfree(job);
		atomic_dec(&stress_live[STRESS_LIVE_JOB]);
		stress_event(STRESS_JOBS_ABORTED);
		return;
	}

	if (stress_once_in(rnd, 8))
		udelay(stress_below(rnd, 100));
	job->own = entity->own;
	if (job->own)
		stress_ring_get(job->own);
	atomic_inc(&round->pushed);
	stress_event(STRESS_JOBS);
	stress_arm_and_push(gpu, entity, task, &job->base);
}

static void stress_wait(struct stress_actor *actor, struct stress_gpu *gpu)
{
	struct stress_round *round = actor->round;
	struct stress_recent recent;

	scoped_guard(spinlock, &round->lock) {
		recent = round->recent[stress_below(&actor->rnd, STRESS_RECENT)];
		dma_fence_get(recent.fence);
	}
	if (!recent.fence)
		return;

	/* The unplug of this device, or of the other, ends that. */
	actor->doing = recent.foreign ? "wait for a while" : "wait";
	stress_event(STRESS_WAITS);
	dma_fence_wait_timeout(recent.fence, false, recent.foreign ? 2 : MAX_SCHEDULE_TIMEOUT);
	dma_fence_put(recent.fence);
}

/* Jobs that are just being killed are nobody's. */
static void stress_kill_begin(struct stress_gpu *gpu)
{
	atomic_inc(&gpu->killing);
	atomic_inc(&gpu->killed);
	/* Pairs with the barriers in stress_remove(). */
	smp_mb__after_atomic();
}

static void stress_kill_end(struct stress_gpu *gpu)
{
	/* Pairs with the barriers in stress_remove(). */
	smp_mb__before_atomic();
	atomic_dec(&gpu->killing);
}

static struct stress_entity *stress_entity_new(struct stress_file *file, struct stress_rnd *rnd)
{
	struct stress_entity *entity = kzalloc_obj(*entity);
	struct stress_gpu *gpu = file->gpu;
	unsigned int first, i;
	int ret;

	if (!entity)
		return NULL;

	mutex_init(&entity->lock);
	entity->id = atomic_inc_return(&gpu->round->entities);
	if (gpu->per_file) {
		entity->own = stress_ring_new(gpu, rnd);
		/* The device has been retired. */
		if (IS_ERR(entity->own)) {
			kfree(entity);
			return NULL;
		}
		drm_dev_get(&gpu->drm);
		entity->own->own = true;
		entity->list[0] = &entity->own->base;
		entity->num = 1;
	} else {
		first = stress_below(rnd, gpu->num_rings);
		entity->num = stress_once_in(rnd, 2) ? 1 : 1 + stress_below(rnd, gpu->num_rings);
		for (i = 0; i < entity->num; i++)
			entity->list[i] = &gpu->ring[(first + i) % gpu->num_rings]->base;
	}

	ret = drm_sched_entity_init(&entity->base, stress_below(rnd, DRM_SCHED_PRIORITY_COUNT),
				    entity->list, entity->num,
				    stress_once_in(rnd, 2) ? &entity->guilty : NULL);
	if (ret) {
		if (entity->own)
			stress_ring_put(entity->own);
		kfree(entity);
		return NULL;
	}

	atomic_inc(&stress_live[STRESS_LIVE_ENTITY]);
	return entity;
}

static void stress_open_entities(struct stress_file *file, struct stress_rnd *rnd)
{
	unsigned int i;

	guard(rwsem_write)(&file->sem);

	for (i = 0; i < STRESS_ENTITIES; i++) {
		if (!file->entity[i])
			file->entity[i] = stress_entity_new(file, rnd);
	}
}

/**
 * stress_open - open a file
 * @gpu: the device
 * @rnd: random numbers for the plan
 *
 * Return: the file, NULL if out of memory.
 */
struct stress_file *stress_open(struct stress_gpu *gpu, struct stress_rnd *rnd)
{
	struct stress_file *file = kzalloc_obj(*file);

	if (!file)
		return NULL;

	drm_dev_get(&gpu->drm);
	file->gpu = gpu;
	init_rwsem(&file->sem);
	stress_open_entities(file, rnd);
	stress_event(STRESS_FILES);

	return file;
}

static void stress_entity_free(struct stress_gpu *gpu, struct stress_entity *entity)
{
	stress_kill_begin(gpu);
	drm_sched_entity_fini(&entity->base);
	stress_kill_end(gpu);
	if (entity->own)
		stress_ring_put(entity->own);
	mutex_destroy(&entity->lock);
	kfree(entity);
	atomic_dec(&stress_live[STRESS_LIVE_ENTITY]);
}

static void stress_close_entities(struct stress_file *file)
{
	struct stress_entity *entity[STRESS_ENTITIES];
	unsigned int i;

	scoped_guard(rwsem_write, &file->sem) {
		memcpy(entity, file->entity, sizeof(entity));
		memset(file->entity, 0, sizeof(entity));
	}

	stress_event(STRESS_CLOSES);
	for (i = 0; i < STRESS_ENTITIES; i++) {
		if (entity[i])
			stress_entity_free(file->gpu, entity[i]);
	}
}

/**
 * stress_close - close a file that nobody uses any more
 * @file: the file
 */
void stress_close(struct stress_file *file)
{
	struct stress_gpu *gpu = file->gpu;

	stress_close_entities(file);
	kfree(file);
	drm_dev_put(&gpu->drm);
}

/* In drm_dev_enter(), as an ioctl. */
static void stress_ioctl(struct stress_actor *actor, struct stress_file *file)
{
	struct stress_gpu *gpu = file->gpu;
	struct stress_entity *entity;

	guard(rwsem_read)(&file->sem);

	entity = file->entity[stress_below(&actor->rnd, STRESS_ENTITIES)];
	if (!entity)
		return;

	switch (stress_below(&actor->rnd, 256)) {
	case 0:
		stress_event(STRESS_FAULTS);
		drm_sched_fault_device(gpu->drm.dev);
		break;
	case 1:
		drm_sched_entity_set_priority(&entity->base,
					      stress_below(&actor->rnd, DRM_SCHED_PRIORITY_COUNT));
		break;
	case 2:
		stress_event(STRESS_KILLS);
		WRITE_ONCE(entity->killed, true);
		stress_kill_begin(gpu);
		drm_sched_entity_kill(&entity->base);
		stress_kill_end(gpu);
		break;
	default:
		/* Most do not go on when they have been killed. */
		if (!READ_ONCE(entity->killed) || stress_once_in(&actor->rnd, 64))
			stress_submit(gpu, entity, &actor->rnd);
	}
}

static void stress_flush(struct stress_actor *actor, struct stress_file *file)
{
	struct stress_entity *entity;

	guard(rwsem_read)(&file->sem);

	entity = file->entity[stress_below(&actor->rnd, STRESS_ENTITIES)];
	if (entity) {
		stress_event(STRESS_FLUSHES);
		drm_sched_entity_flush(&entity->base, 0);
	}
}

/* The device is gone, and says so. */
static void stress_try_gone(struct stress_actor *actor, struct stress_file *file)
{
	struct stress_entity *entity;
	struct drm_sched_job job;
	int ret;

	guard(rwsem_read)(&file->sem);

	entity = file->entity[stress_below(&actor->rnd, STRESS_ENTITIES)];
	/* Other schedulers of an entity may have been destroyed. */
	if (!entity || entity->num > 1)
		return;

	ret = drm_sched_job_init(&job, &entity->base, 1, actor, 1);
	if (ret != -ENODEV)
		stress_violation(actor->round, "drm_sched_job_init() after the unplug returns %d",
				 ret);
	if (!ret)
		drm_sched_job_cleanup(&job);
}

/**
 * stress_client - a thread of a process
 * @actor: the thread; its argument is a file, which others use as well
 */
void stress_client(struct stress_actor *actor)
{
	unsigned int i, ops = 16 + stress_below(&actor->rnd, 200);
	struct stress_file *file = actor->arg;
	struct stress_gpu *gpu = file->gpu;
	int idx;

	for (i = 0; i < ops && !READ_ONCE(stress_failed); i++) {
		if (stress_once_in(&actor->rnd, 64)) {
			actor->doing = "flush";
			stress_flush(actor, file);
		}

		if (!drm_dev_enter(&gpu->drm, &idx)) {
			actor->doing = "after the unplug";
			stress_try_gone(actor, file);
			break;
		}
		if (stress_once_in(&actor->rnd, 16)) {
			stress_wait(actor, gpu);
		} else if (stress_once_in(&actor->rnd, 256)) {
			actor->doing = "close and open";
			stress_close_entities(file);
			stress_open_entities(file, &actor->rnd);
		} else {
			actor->doing = "ioctl";
			stress_ioctl(actor, file);
		}
		drm_dev_exit(idx);

		if (atomic_dec_and_test(&gpu->ops_left))
			wake_up_all(&gpu->waitq);
		if (stress_once_in(&actor->rnd, 8))
			fsleep(stress_below(&actor->rnd, 500));
	}

	if (stress_once_in(&actor->rnd, 2)) {
		actor->doing = "close";
		stress_close_entities(file);
	}
}

/**
 * stress_signaller - another driver, and its hardware
 * @actor: the thread
 *
 * The last fences signal when everything else has come to its end.
 */
void stress_signaller(struct stress_actor *actor)
{
	struct stress_round *round = actor->round;
	struct dma_fence *fence, *old;
	unsigned int i;

	while (!READ_ONCE(round->stop)) {
		i = stress_below(&actor->rnd, STRESS_FENCES - round->late);
		fence = stress_fence_new(dma_fence_context_alloc(1), 1, NULL);
		if (!fence)
			return;

		scoped_guard(spinlock, &round->lock) {
			old = round->foreign[i];
			round->foreign[i] = fence;
		}
		stress_event(STRESS_FOREIGN_SIGNALLED);
		stress_fence_signal(old, stress_once_in(&actor->rnd, 4) ? -EIO : 0);
		dma_fence_put(old);
		fsleep(100 + stress_below(&actor->rnd, 2000));
	}
}
