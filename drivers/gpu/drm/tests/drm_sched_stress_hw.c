// SPDX-License-Identifier: GPL-2.0
/*
 * The driver of drm_sched_stress, and its hardware. A ring completes its jobs in
 * order, from an interrupt, until it meets one that hangs or until it is dead.
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/irqflags.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>

#include "drm_sched_stress.h"

static const char *stress_fence_name(struct dma_fence *fence)
{
	return "stress";
}

/**
 * struct stress_fence - a hardware fence, or one of another driver
 * @base: the fence
 * @link: in stress_fences, until it is freed
 * @lock: its own, where a fence has none in it
 */
struct stress_fence {
	struct dma_fence	base;
	struct list_head	link;
	spinlock_t		lock; /* its own */
};

#ifndef stress_own_lock
static spinlock_t *stress_own_lock(struct stress_fence *fence)
{
	return NULL;
}
#endif

static LIST_HEAD(stress_fences);
static DEFINE_SPINLOCK(stress_fences_lock);

static void stress_fence_release(struct dma_fence *fence)
{
	scoped_guard(spinlock_irqsave, &stress_fences_lock)
		list_del(&container_of(fence, struct stress_fence, base)->link);
	atomic_dec(&stress_live[STRESS_LIVE_FENCE]);
	dma_fence_free(fence);
}

static const struct dma_fence_ops stress_fence_ops = {
	.get_driver_name = stress_fence_name,
	.get_timeline_name = stress_fence_name,
	.release = stress_fence_release,
};

static void stress_fence_init(struct dma_fence *fence, u64 context, u64 seqno, spinlock_t *lock)
{
	struct stress_fence *own = container_of(fence, struct stress_fence, base);

	spin_lock_init(&own->lock);
	dma_fence_init(fence, &stress_fence_ops, lock ?: stress_own_lock(own), context, seqno);
	atomic_inc(&stress_live[STRESS_LIVE_FENCE]);
	guard(spinlock_irqsave)(&stress_fences_lock);
	list_add_tail(&own->link, &stress_fences);
}

static struct dma_fence *stress_fence_alloc(void)
{
	struct stress_fence *fence = kzalloc_obj(*fence);

	return fence ? &fence->base : NULL;
}

/**
 * stress_say_fences - say which fences there still are
 */
void stress_say_fences(void)
{
	struct stress_fence *fence;

	guard(spinlock_irqsave)(&stress_fences_lock);
	list_for_each_entry(fence, &stress_fences, link)
		pr_notice("@ left fence=%llu:%llu references=%u flags=%#lx error=%d\n",
			  fence->base.context, fence->base.seqno, kref_read(&fence->base.refcount),
			  fence->base.flags, fence->base.error);
}

/**
 * stress_fence_new - make a fence
 * @context: its context
 * @seqno: its seqno
 * @lock: its lock, NULL for one of its own
 *
 * Return: a fence with one reference, NULL if out of memory.
 */
struct dma_fence *stress_fence_new(u64 context, u64 seqno, spinlock_t *lock)
{
	struct dma_fence *fence = stress_fence_alloc();

	if (fence)
		stress_fence_init(fence, context, seqno, lock);

	return fence;
}

/**
 * stress_fence_signal - signal a fence
 * @fence: the fence
 * @error: 0 or error
 *
 * Return: false if it had signalled.
 */
bool stress_fence_signal(struct dma_fence *fence, int error)
{
	unsigned long flags;
	bool first;

	dma_fence_lock_irqsave(fence, flags);
	first = !test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
	if (first) {
		if (error)
			dma_fence_set_error(fence, error);
		dma_fence_signal_locked(fence);
	}
	dma_fence_unlock_irqrestore(fence, flags);

	return first;
}

static struct stress_ring *to_stress_ring(struct drm_gpu_scheduler *sched)
{
	return container_of(sched, struct stress_ring, base);
}

static struct stress_task *to_stress_task(struct drm_sched_job *job)
{
	return container_of(job, struct stress_job, base)->task;
}

/* A callback begins. Not when @retiring: that is when the last cancel_job() is called. */
static void stress_enter(struct stress_ring *ring, const char *what, bool retiring)
{
	struct stress_gpu *gpu = ring->gpu;

	atomic_inc(&gpu->busy);
	if (READ_ONCE(gpu->stopped))
		stress_violation(gpu->round, "%s() after the device was stopped", what);
	if (!retiring && READ_ONCE(ring->base.retired))
		stress_violation(gpu->round, "%s() of a scheduler that is retired", what);
}

static void stress_exit(struct stress_ring *ring)
{
	atomic_dec(&ring->gpu->busy);
}

/* No callback but those of the caller may be running, or begin. */
static void stress_stopped(struct stress_gpu *gpu, int own)
{
	int busy;

	WRITE_ONCE(gpu->stopped, true);
	/* Whoever comes sees it, or is seen. */
	smp_mb();
	busy = atomic_read(&gpu->busy);
	if (busy != own)
		stress_violation(gpu->round, "%d callbacks still running after the stop",
				 busy - own);
}

static struct dma_fence *stress_prepare_job(struct drm_sched_job *job,
					    struct drm_sched_entity *entity)
{
	struct stress_ring *ring = to_stress_ring(job->sched);
	struct dma_fence *fence;

	stress_enter(ring, "prepare_job", false);
	fence = xchg(&to_stress_task(job)->wait_on, NULL);
	if (fence)
		stress_event(STRESS_PREPARE_FENCES);
	stress_exit(ring);

	return fence;
}

static void stress_irq_start(struct stress_ring *ring)
{
	lockdep_assert_held(&ring->lock);

	hrtimer_start(&ring->irq, ns_to_ktime((5 + stress_below(&ring->rnd, 200)) * NSEC_PER_USEC),
		      HRTIMER_MODE_REL);
}

/* The hardware takes over. Return: what run_job() returns. */
static struct dma_fence *stress_submit_hw(struct stress_ring *ring, struct stress_task *task,
					  struct dma_fence *fence)
{
	bool first = atomic_inc_return(&task->ran) == 1;
	struct dma_fence *old;

	guard(spinlock_irqsave)(&ring->lock);

	old = task->hw;
	task->hw = NULL;
	task->won = false;
	dma_fence_put(old);

	/* With others before it the order would be wrong. */
	if (first && !ring->resetting && list_empty(&ring->running)) {
		task->won = true;
		switch (task->how) {
		case STRESS_REFUSED:
			task->result = -EIO;
			kfree(fence);
			return ERR_PTR(-EIO);
		case STRESS_IMMEDIATE:
			task->result = 0;
			kfree(fence);
			return NULL;
		case STRESS_SIGNALLED:
			task->result = 0;
			stress_fence_init(fence, ring->context, ++ring->seqno, NULL);
			dma_fence_signal(fence);
			return fence;
		default:
			task->won = false;
		}
	}

	stress_fence_init(fence, ring->context, ++ring->seqno,
			  ring->inline_lock ? NULL : &task->round->hw_lock);
	task->hw = dma_fence_get(fence);
	list_add_tail(&task->running, &ring->running);
	if (!ring->dead)
		stress_irq_start(ring);

	return fence;
}

static struct dma_fence *stress_run_job(struct drm_sched_job *job)
{
	struct stress_ring *ring = to_stress_ring(job->sched);
	struct stress_task *task = to_stress_task(job);
	struct dma_fence *fence;

	stress_enter(ring, "run_job", false);
	stress_event(atomic_read(&task->ran) ? STRESS_RESUBMITTED : STRESS_RUN_JOB);
	fence = stress_fence_alloc();
	if (fence)
		fence = stress_submit_hw(ring, task, fence);
	else
		fence = ERR_PTR(-ENOMEM);
	stress_exit(ring);

	return fence;
}

static void stress_complete(struct stress_task *task, int error)
{
	if (stress_fence_signal(task->hw, error)) {
		task->won = true;
		task->result = error;
		stress_event(error ? STRESS_COMPLETED_WITH_ERROR : STRESS_COMPLETED);
	}
	list_del_init(&task->running);
}

/* An interrupt, or with PREEMPT_RT a thread, as the handler of an interrupt is one there. */
static enum hrtimer_restart stress_irq(struct hrtimer *timer)
{
	struct stress_ring *ring = container_of(timer, struct stress_ring, irq);
	struct stress_gpu *gpu = ring->gpu;
	struct stress_task *task, *tmp;

	guard(spinlock_irqsave)(&ring->lock);

	if (ring->dead)
		return HRTIMER_NORESTART;

	list_for_each_entry_safe(task, tmp, &ring->running, running) {
		if (task->how == STRESS_HANGS || (task->delay && task->delay--))
			break;
		stress_complete(task, task->how == STRESS_FAILS ? -EIO : 0);
	}

	if (stress_once_in(&ring->rnd, 256)) {
		stress_event(STRESS_FAULTS);
		drm_sched_fault(&ring->base);
	}
	if (gpu->reset_all && stress_once_in(&ring->rnd, 256))
		queue_work(gpu->timeout_wq, &gpu->reset_work);

	if (!list_empty(&ring->running))
		stress_irq_start(ring);

	return HRTIMER_NORESTART;
}

static void stress_ring_die(struct stress_ring *ring)
{
	guard(spinlock_irqsave)(&ring->lock);
	ring->dead = true;
}

/* What is on the pending list now may end up with another error. */
static void stress_reset_touch(struct stress_ring *ring)
{
	struct drm_sched_job *job;

	guard(spinlock)(&ring->base.job_list_lock);
	list_for_each_entry(job, &ring->base.pending_list, list)
		to_stress_task(job)->touched = true;
}

/* The hardware forgets what it runs. */
static void stress_reset_hw(struct stress_ring *ring)
{
	struct stress_task *task, *tmp;

	guard(spinlock_irqsave)(&ring->lock);
	ring->resetting = true;
	list_for_each_entry_safe(task, tmp, &ring->running, running)
		list_del_init(&task->running);
}

static void stress_reset_done(struct stress_ring *ring)
{
	guard(spinlock_irqsave)(&ring->lock);
	ring->resetting = false;
}

/* The job that hangs gets its result from the driver. */
static void stress_reset_guilty(struct stress_ring *ring, struct stress_task *task)
{
	guard(spinlock_irqsave)(&ring->lock);
	task->touched = true;
	if (list_first_entry_or_null(&ring->running, struct stress_task, running) == task &&
	    stress_once_in(&ring->rnd, 2))
		stress_complete(task, -ETIME);
}

static void stress_reset(struct stress_gpu *gpu, struct stress_ring **rings, unsigned int num,
			 struct drm_sched_job *bad, struct stress_rnd *rnd)
{
	static const int errors[] = { 0, -ECANCELED, -ETIME };
	int error = errors[stress_below(rnd, ARRAY_SIZE(errors))];
	bool resubmit = stress_once_in(rnd, 2);
	unsigned int i;

	stress_event(STRESS_RESETS);
	if (bad)
		stress_reset_guilty(to_stress_ring(bad->sched), to_stress_task(bad));

	for (i = 0; i < num; i++) {
		drm_sched_stop(&rings[i]->base, bad);
		stress_reset_touch(rings[i]);
	}

	if (bad && stress_once_in(rnd, 2))
		drm_sched_increase_karma(bad);
	for (i = 0; i < num; i++)
		stress_reset_hw(rings[i]);

	for (i = 0; i < num; i++) {
		if (resubmit)
			drm_sched_resubmit_jobs(&rings[i]->base);
		stress_reset_done(rings[i]);
		drm_sched_start(&rings[i]->base, error);
	}
}

static void stress_reset_worker(struct work_struct *work)
{
	struct stress_gpu *gpu = container_of(work, struct stress_gpu, reset_work);

	if (READ_ONCE(gpu->gone))
		return;

	stress_event(STRESS_RESET_WORKS);
	stress_reset(gpu, gpu->ring, gpu->num_rings, NULL, &gpu->reset_rnd);
}

static void stress_call_count(struct stress_gpu *gpu, const char *what, long ret, int allowed)
{
	if (ret == -EBUSY)
		stress_event(STRESS_BUSY);
	if (ret < 0 && ret != allowed)
		stress_violation(gpu->round, "%s returns %ld", what, ret);
}

/* The handler finds out by itself, and does what remove() would do. */
static void stress_fini_in_handler(struct stress_gpu *gpu, bool stop)
{
	int ret;

	stress_event(STRESS_FINI_IN_HANDLER);
	WRITE_ONCE(gpu->gone, true);
	if (gpu->reset_all)
		disable_work(&gpu->reset_work);

	ret = stop ? drm_sched_stop_device(gpu->drm.dev) : drm_sched_fini_device(gpu->drm.dev);
	stress_call_count(gpu, "a call from a timeout handler", ret, -EBUSY);
	if (!ret && !stop)
		stress_stopped(gpu, 1);
}

static enum drm_gpu_sched_stat stress_timeout(struct stress_ring *ring, struct drm_sched_job *job)
{
	struct stress_gpu *gpu = ring->gpu;
	struct stress_rnd rnd;

	scoped_guard(spinlock_irqsave, &ring->lock)
		rnd = stress_fork(&ring->rnd);

	if (stress_once_in(&rnd, 24)) {
		stress_fini_in_handler(gpu, stress_once_in(&rnd, 3));
		return stress_once_in(&rnd, 2) ? DRM_GPU_SCHED_STAT_ENODEV :
						 DRM_GPU_SCHED_STAT_NO_HANG;
	}
	if (stress_once_in(&rnd, READ_ONCE(gpu->gone) ? 1 : 16))
		return DRM_GPU_SCHED_STAT_ENODEV;
	if (stress_once_in(&rnd, 3))
		return DRM_GPU_SCHED_STAT_NO_HANG;

	if (gpu->reset_all && !ring->own)
		stress_reset(gpu, gpu->ring, gpu->num_rings, job, &rnd);
	else
		stress_reset(gpu, &ring, 1, job, &rnd);

	return DRM_GPU_SCHED_STAT_RESET;
}

static enum drm_gpu_sched_stat stress_timedout_job(struct drm_sched_job *job)
{
	struct stress_ring *ring = to_stress_ring(job->sched);
	enum drm_gpu_sched_stat stat;

	stress_enter(ring, "timedout_job", false);
	stress_event(STRESS_TIMEOUTS);
	stat = stress_timeout(ring, job);
	stress_event(stat == DRM_GPU_SCHED_STAT_NO_HANG ? STRESS_STAT_NO_HANG :
		     stat == DRM_GPU_SCHED_STAT_RESET ? STRESS_STAT_RESET : STRESS_STAT_ENODEV);
	stress_exit(ring);

	return stat;
}

static void stress_cancel_job(struct drm_sched_job *job)
{
	struct stress_ring *ring = to_stress_ring(job->sched);
	struct stress_task *task = to_stress_task(job);

	stress_enter(ring, "cancel_job", true);
	stress_event(STRESS_CANCELLED);
	if (task->hw)
		stress_fence_signal(task->hw, -ENODEV);
	stress_exit(ring);
}

static void stress_discard_job(struct drm_sched_job *job)
{
	stress_event(STRESS_DISCARDED);
	atomic_inc(&to_stress_task(job)->discarded);
}

static void stress_free_job(struct drm_sched_job *base)
{
	struct stress_job *job = container_of(base, struct stress_job, base);
	struct stress_ring *own = job->own;
	struct stress_task *task = job->task;
	struct stress_round *round = task->round;

	might_sleep();

	if (atomic_inc_return(&task->freed) != 1)
		stress_violation(round, "free_job() twice");

	WRITE_ONCE(task->job, NULL);
	drm_sched_job_cleanup(base);
	kfree(job);
	if (own)
		stress_ring_put(own);
	atomic_dec(&stress_live[STRESS_LIVE_JOB]);
	atomic_inc(&round->frees);
	wake_up_all(&round->waitq);
}

/* What differs: with fences of the driver's own, with cancel_job(), with discard_job() */
static const struct drm_sched_backend_ops stress_ops[] = {
	{
		.prepare_job = stress_prepare_job,
		.run_job = stress_run_job,
		.timedout_job = stress_timedout_job,
		.free_job = stress_free_job,
		.discard_job = stress_discard_job,
	}, {
		.run_job = stress_run_job,
		.timedout_job = stress_timedout_job,
		.free_job = stress_free_job,
	}, {
		.prepare_job = stress_prepare_job,
		.run_job = stress_run_job,
		.timedout_job = stress_timedout_job,
		.free_job = stress_free_job,
		.cancel_job = stress_cancel_job,
		.discard_job = stress_discard_job,
	},
};

/**
 * stress_ring_new - create a ring
 * @gpu: the device
 * @rnd: random numbers for the plan
 *
 * Return: a ring with one reference, an error pointer with what drm_sched_init()
 * returned.
 */
struct stress_ring *stress_ring_new(struct stress_gpu *gpu, struct stress_rnd *rnd)
{
	struct drm_sched_init_args args = {
		.ops = gpu->ops,
		.submit_wq = gpu->submit_wq,
		.timeout_wq = gpu->timeout_wq,
		.num_rqs = DRM_SCHED_PRIORITY_COUNT,
		.credit_limit = gpu->credit_limit,
		.hang_limit = stress_below(rnd, 2),
		.timeout = gpu->timeout,
		.score = gpu->share_score ? &gpu->score : NULL,
		.name = "stress-ring",
		.dev = gpu->drm.dev,
	};
	struct stress_ring *ring = kzalloc_obj(*ring);
	int ret;

	if (!ring)
		return ERR_PTR(-ENOMEM);

	kref_init(&ring->ref);
	ring->gpu = gpu;
	spin_lock_init(&ring->lock);
	INIT_LIST_HEAD(&ring->running);
	hrtimer_setup(&ring->irq, stress_irq, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	ring->context = dma_fence_context_alloc(1);
	ring->inline_lock = stress_once_in(rnd, 2);
	ring->rnd = stress_fork(rnd);

	ret = drm_sched_init(&ring->base, &args);
	if (ret) {
		kfree(ring);
		return ERR_PTR(ret);
	}

	stress_event(STRESS_SCHEDULERS);
	atomic_inc(&stress_live[STRESS_LIVE_RING]);

	return ring;
}

static void stress_ring_release(struct kref *ref)
{
	struct stress_ring *ring = container_of(ref, struct stress_ring, ref);
	struct stress_task *task, *tmp;

	stress_ring_die(ring);
	hrtimer_cancel(&ring->irq);
	drm_sched_fini(&ring->base);

	if (atomic_read(&ring->base.credit_count))
		stress_violation(ring->gpu->round, "%d credits are left",
				 atomic_read(&ring->base.credit_count));
	list_for_each_entry_safe(task, tmp, &ring->running, running)
		list_del_init(&task->running);
	kfree(ring);
	atomic_dec(&stress_live[STRESS_LIVE_RING]);
}

/**
 * stress_ring_get - take a reference
 * @ring: the ring of a file
 */
void stress_ring_get(struct stress_ring *ring)
{
	kref_get(&ring->ref);
}

/**
 * stress_ring_put - drop a reference
 * @ring: the ring of a file
 *
 * With the last one the scheduler goes.
 */
void stress_ring_put(struct stress_ring *ring)
{
	struct stress_gpu *gpu = ring->gpu;

	if (!kref_put(&ring->ref, stress_ring_release))
		return;

	if (current_work())
		stress_event(STRESS_RINGS_GONE_WITH_JOB);
	drm_dev_put(&gpu->drm);
}

static void stress_gpu_reap(struct stress_gpu *gpu)
{
	unsigned int i;

	for (i = 0; i < gpu->num_rings; i++)
		kref_put(&gpu->ring[i]->ref, stress_ring_release);
	gpu->num_rings = 0;
}

static void stress_gpu_release(struct drm_device *drm, void *data)
{
	stress_gpu_reap(container_of(drm, struct stress_gpu, drm));
	atomic_dec(&stress_live[STRESS_LIVE_GPU]);
}

static const struct file_operations stress_fops = {
	.owner = THIS_MODULE,
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
};

static const struct drm_driver stress_drm_driver = {
	.driver_features = DRIVER_GEM | DRIVER_SYNCOBJ,
	.name = "stress",
	.desc = "stress",
	.fops = &stress_fops,
};

/* Of each device: they stay, since their work items may drop the device. */
static struct workqueue_struct *stress_wq[STRESS_GPUS][STRESS_WQS];

/**
 * stress_wq_init - create workqueues for schedulers to share
 *
 * Return: 0 or -ENOMEM.
 */
int stress_wq_init(void)
{
	unsigned int i;

	for (i = 0; i < STRESS_GPUS; i++) {
		struct workqueue_struct **wq = stress_wq[i];

		wq[STRESS_WQ_SUBMIT] = alloc_ordered_workqueue("stress-submit", WQ_MEM_RECLAIM);
		wq[STRESS_WQ_TIMEOUT] = alloc_ordered_workqueue("stress-timeout", WQ_MEM_RECLAIM);
		wq[STRESS_WQ_UNBOUND] = alloc_workqueue("stress-unbound",
							WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
		if (!wq[STRESS_WQ_SUBMIT] || !wq[STRESS_WQ_TIMEOUT] || !wq[STRESS_WQ_UNBOUND])
			return -ENOMEM;
	}

	return 0;
}

static void stress_gpu_plan(struct stress_gpu *gpu)
{
	static const long timeouts[] = { MAX_SCHEDULE_TIMEOUT, 1, 2, 5 };
	struct stress_rnd *rnd = &gpu->rnd;

	gpu->credit_limit = 1 + stress_below(rnd, stress_once_in(rnd, 2) ? 4 : 64);
	gpu->timeout = timeouts[stress_below(rnd, ARRAY_SIZE(timeouts))];
	gpu->ops = &stress_ops[stress_below(rnd, ARRAY_SIZE(stress_ops))];
	gpu->share_score = stress_once_in(rnd, 4);
	gpu->per_file = stress_once_in(rnd, 4);
	gpu->outlived = stress_once_in(rnd, 2);
	gpu->reset_all = stress_once_in(rnd, 2);
	/* Few most of the time: rounds take less. */
	gpu->num_rings = 1 + stress_below(rnd, stress_below(rnd, 4) ? 3 : STRESS_RINGS);
	/* No matter which, or one for all, but whoever resets all rings must be alone. */
	if (stress_below(rnd, 4))
		gpu->submit_wq = stress_wq[gpu->id][stress_below(rnd, STRESS_WQS)];
	if (gpu->reset_all)
		gpu->timeout_wq = stress_wq[gpu->id][STRESS_WQ_TIMEOUT];
	else if (stress_once_in(rnd, 2))
		gpu->timeout_wq = stress_wq[gpu->id][stress_below(rnd, STRESS_WQS)];
}

static int stress_probe(struct platform_device *pdev)
{
	struct stress_gpu *gpu;
	unsigned int i, num;
	int ret;

	/* The rounds have not begun yet. */
	if (!stress_now)
		return -ENODEV;

	gpu = devm_drm_dev_alloc(&pdev->dev, &stress_drm_driver, struct stress_gpu, drm);
	if (IS_ERR(gpu))
		return PTR_ERR(gpu);

	gpu->round = stress_now;
	gpu->id = pdev->id;
	gpu->rnd = stress_fork(&gpu->round->bind_rnd[gpu->id]);
	gpu->reset_rnd = stress_fork(&gpu->rnd);
	INIT_WORK(&gpu->reset_work, stress_reset_worker);
	init_waitqueue_head(&gpu->waitq);

	atomic_inc(&stress_live[STRESS_LIVE_GPU]);
	stress_gpu_plan(gpu);
	num = gpu->num_rings;
	gpu->num_rings = 0;
	ret = drmm_add_action_or_reset(&gpu->drm, stress_gpu_release, NULL);
	if (ret)
		return ret;

	for (i = 0; i < num; i++) {
		gpu->ring[i] = stress_ring_new(gpu, &gpu->rnd);
		if (IS_ERR(gpu->ring[i]))
			return PTR_ERR(gpu->ring[i]);
		gpu->num_rings++;
	}

	stress_event(STRESS_BINDINGS);
	platform_set_drvdata(pdev, gpu);

	return 0;
}

static void stress_call_stop(struct stress_gpu *gpu)
{
	stress_event(STRESS_STOP_CALLS);
	stress_call_count(gpu, "drm_sched_stop_device()", drm_sched_stop_device(gpu->drm.dev), 0);
}

static void stress_call_wait(struct stress_gpu *gpu, long timeout)
{
	stress_event(STRESS_WAIT_CALLS);
	stress_call_count(gpu, "drm_sched_wait_device()",
			  drm_sched_wait_device(gpu->drm.dev, timeout), 0);
}

static void stress_call_fini(struct stress_gpu *gpu)
{
	stress_event(STRESS_FINI_CALLS);
	stress_call_count(gpu, "drm_sched_fini_device()", drm_sched_fini_device(gpu->drm.dev), 0);
}

/* One of several who notice that the device is gone. */
static void stress_caller(struct stress_actor *actor)
{
	struct stress_gpu *gpu = actor->arg;
	unsigned int i;

	for (i = stress_below(&actor->rnd, 3); i < 3; i++) {
		fsleep(stress_below(&actor->rnd, 200));
		switch (stress_below(&actor->rnd, 6)) {
		case 0:
			actor->doing = "fault";
			stress_event(STRESS_FAULTS);
			drm_sched_fault_device(gpu->drm.dev);
			break;
		case 1:
			actor->doing = "stop";
			stress_call_stop(gpu);
			break;
		case 2:
			actor->doing = "wait";
			stress_call_wait(gpu, stress_below(&actor->rnd, 3));
			break;
		default:
			actor->doing = "fini";
			stress_call_fini(gpu);
		}
	}
}

static void stress_quiesce(struct stress_gpu *gpu)
{
	unsigned int i;

	for (i = 0; i < gpu->num_rings; i++) {
		stress_ring_die(gpu->ring[i]);
		hrtimer_cancel(&gpu->ring[i]->irq);
	}
}

/*
 * What has been pushed by now, and depends on nobody else, has to be finished soon;
 * unless somebody else has retired the device already, and it was pushed after that, or
 * it may depend on what is just about to be pushed.
 */
static bool stress_expect(struct stress_gpu *gpu)
{
	struct stress_task *task;
	bool retired = true, pushed = true;
	unsigned int i;

	guard(spinlock)(&gpu->round->lock);

	list_for_each_entry(task, &gpu->round->tasks, link) {
		/* Pairs with the release in stress_arm_and_push(). */
		if (!smp_load_acquire(&task->pushed))
			pushed = false;
		else if (task->gpu == gpu)
			task->must = !task->foreign && !task->cross;
	}
	for (i = 0; i < gpu->num_rings; i++)
		retired &= READ_ONCE(gpu->ring[i]->base.retired);

	return pushed && !retired;
}

static void stress_expect_finished(struct stress_gpu *gpu)
{
	struct stress_task *task;

	guard(spinlock)(&gpu->round->lock);

	list_for_each_entry(task, &gpu->round->tasks, link) {
		if (task->gpu != gpu || !task->must || dma_fence_is_signaled(task->finished))
			continue;

		stress_violation(gpu->round, "entity %u seqno %llu not finished: ran %d freed %d",
				 task->entity, task->finished->seqno, atomic_read(&task->ran),
				 atomic_read(&task->freed));
		return;
	}
}

static void stress_remove(struct platform_device *pdev)
{
	struct stress_actor *caller[STRESS_CALLERS] = {};
	struct stress_gpu *gpu = platform_get_drvdata(pdev);
	struct stress_rnd *rnd = &gpu->rnd;
	bool surprise = stress_once_in(rnd, 2);
	unsigned int i, callers = 0;
	int killed;
	bool first;

	if (surprise)
		WRITE_ONCE(gpu->gone, true);
	if (surprise && stress_once_in(rnd, 3)) {
		stress_event(STRESS_FAULTS);
		drm_sched_fault_device(&pdev->dev);
	}
	if (gpu->reset_all)
		disable_work_sync(&gpu->reset_work);

	if (stress_once_in(rnd, 2))
		callers = stress_below(rnd, STRESS_CALLERS + 1);
	for (i = 0; i < callers; i++)
		caller[i] = stress_start(gpu->round, "caller", stress_caller, gpu, rnd);

	if (!surprise) {
		stress_call_stop(gpu);
		if (stress_once_in(rnd, 2))
			stress_call_wait(gpu, stress_below(rnd, 4));
		stress_quiesce(gpu);
	}

	first = stress_expect(gpu);
	killed = atomic_read(&gpu->killed);
	/* Whoever kills an entity now has been counted, or finds nothing in its queue. */
	smp_mb();
	first &= !atomic_read(&gpu->killing);
	stress_call_fini(gpu);
	stress_stopped(gpu, 0);
	/* See above. */
	smp_mb();
	if (first && atomic_read(&gpu->killed) == killed)
		stress_expect_finished(gpu);

	drm_dev_unplug(&gpu->drm);
	stress_event(STRESS_UNPLUGS);

	for (i = 0; i < callers; i++) {
		if (caller[i])
			stress_join(caller[i]);
	}

	if (gpu->outlived) {
		stress_event(STRESS_RINGS_OUTLIVED);
		stress_gpu_reap(gpu);
	}
}

struct platform_driver stress_driver = {
	.probe = stress_probe,
	.remove = stress_remove,
	.driver.name = "drm-sched-stress",
	.driver.suppress_bind_attrs = true,
};
