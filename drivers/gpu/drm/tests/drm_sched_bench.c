// SPDX-License-Identifier: GPL-2.0

#include <linux/completion.h>
#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

/**
 * DOC: Benchmark
 *
 * How long it takes to finish all jobs of a device that is going away, compared
 * with the way there is without drm_sched_fini_device(), and with a bare loop that
 * signals as many fences and does nothing else.
 *
 * Runs once at boot if ``drm_sched_bench.rounds`` is set. In each round everything is
 * measured once, beginning with another method each time, so that whatever disturbs
 * the machine disturbs all of them. Each measurement is one line on the console,
 * ``@ bench key=value ...``, with times in nanoseconds:
 *
 * ``call``
 *	until the call returned
 * ``fence``
 *	until the last finished fence had called its callback; of jobs behind a foreign
 *	fence, from when that was signalled
 * ``free``
 *	until the last call of free_job() returned
 * ``first``
 *	until a thread ran that waited for the first fence, if there was one
 *
 * The methods:
 *
 * ``bare``
 *	dma_fence_signal() for as many fences as there are jobs, in the order in which they
 *	were allocated. Each is a finished fence in a &struct drm_sched_fence of its own, with
 *	its own lock and one callback.
 * ``least``
 *	The same, with the fences that belong to it. A finished fence is signalled by the
 *	callback of a hardware fence for the running half of the jobs, and behind the scheduled
 *	fence for the other half, one scheduler and one entity after the other: nothing that
 *	finishes such jobs can do less.
 * ``device``
 *	drm_sched_fini_device()
 * ``upstream``
 *	drm_sched_entity_fini() for every entity and drm_sched_fini() for every scheduler,
 *	with a driver that has cancel_job(). As the latter waits for a grace period that was not
 *	waited for before, grace periods should be expedited (``rcupdate.rcu_expedited=1``).
 *
 * free_job() only counts, unless the method is called ``device-free`` or ``upstream-free``:
 * then it does what every driver does, drm_sched_job_cleanup() and kfree().
 */

static unsigned int rounds;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "How often everything is measured; 0: not at all");

static unsigned int jobs[16] = { 100, 1000, 10000 };
static unsigned int num_jobs = 3;
module_param_array(jobs, uint, &num_jobs, 0444);
MODULE_PARM_DESC(jobs, "Numbers of jobs that run, and of jobs that are queued behind them");

static unsigned int scheds[16] = { 1, 4, 64 };
static unsigned int num_scheds = 3;
module_param_array(scheds, uint, &num_scheds, 0444);
MODULE_PARM_DESC(scheds, "Numbers of schedulers; 1 has one entity, more have four each");

static unsigned int chain = 4096;
module_param(chain, uint, 0444);
MODULE_PARM_DESC(chain, "Length of chains of jobs that depend on each other");

static unsigned int chain_scheds[16] = { 2, 16, 64, 256 };
static unsigned int num_chain_scheds = 4;
module_param_array(chain_scheds, uint, &num_chain_scheds, 0444);
MODULE_PARM_DESC(chain_scheds, "Numbers of schedulers that a chain crosses");

static char *only;
module_param_named(part, only, charp, 0444);
MODULE_PARM_DESC(part, "Only this: retire, first, blocked or chain (default: all of them)");

static bool poweroff;
module_param(poweroff, bool, 0444);
MODULE_PARM_DESC(poweroff, "Power the machine off at the end");

#define BENCH_LIMIT	(600 * HZ)

/* With more jobs the first one does not come later. */
#define BENCH_FIRST_LIMIT	10000

/**
 * enum bench_part - what the jobs do when they are finished
 * @BENCH_RETIRE: one half runs, the other is queued
 * @BENCH_FIRST: the same, and a thread waits for the first
 * @BENCH_BLOCKED: all of them wait for a foreign fence
 * @BENCH_CHAIN: the first runs, each of the others waits for the one before
 */
enum bench_part {
	BENCH_RETIRE,
	BENCH_FIRST,
	BENCH_BLOCKED,
	BENCH_CHAIN,
};

static const char * const bench_part_names[] = { "retire", "first", "blocked", "chain" };

enum bench_method {
	BENCH_BARE,
	BENCH_LEAST,
	BENCH_DEVICE,
	BENCH_DEVICE_FREE,
	BENCH_UPSTREAM,
	BENCH_UPSTREAM_FREE,
	BENCH_METHODS
};

static const char * const bench_method_names[] = {
	"bare", "least", "device", "device-free", "upstream", "upstream-free"
};

/**
 * struct bench_waiter - who is told that a job has finished
 * @cb: callback of @fence
 * @fence: the finished fence, with a reference
 */
struct bench_waiter {
	struct dma_fence_cb	cb;
	struct dma_fence	*fence;
};

/**
 * struct bench_job - the driver's job
 * @base: the scheduler's part
 * @fence: the hardware fence with a reference, once the job runs
 */
struct bench_job {
	struct drm_sched_job	base;
	struct dma_fence	*fence;
};

/**
 * struct bench_hw_fence - a hardware fence without a job
 * @base: the fence
 * @cb: its callback, which signals @finished
 * @finished: the fence of the job
 */
struct bench_hw_fence {
	struct dma_fence	base;
	struct dma_fence_cb	cb;
	struct dma_fence	*finished;
};

/**
 * struct bench - one measurement
 * @part: what the jobs do
 * @method: how they are finished
 * @jobs: how many there are
 * @running: how many of them run
 * @waiters: for each job; in the order of submission
 * @job: each job, %NULL for methods that have none or free them
 * @order: of the fences without jobs, as a scheduler has to signal them
 * @left: fences that have not called their callback
 * @unfreed: jobs that free_job() has not been called for
 * @unstarted: jobs that have still to be run
 * @finished: the last fence has
 * @freed: the last job has
 * @started: the last job has
 * @when: when @finished was
 * @freed_at: when @freed was
 * @foreign: the foreign fence
 * @dev: the device
 * @sched: its schedulers
 * @entity: the entities
 * @scheds: how many schedulers there are
 * @entities: how many entities
 * @lock: of hardware fences
 */
struct bench {
	enum bench_part			part;
	enum bench_method		method;
	unsigned int			jobs;
	unsigned int			running;
	struct bench_waiter		*waiters;
	struct bench_job		**job;
	unsigned int			*order;
	atomic_t			left;
	atomic_t			unfreed;
	atomic_t			unstarted;
	struct completion		finished;
	struct completion		freed;
	struct completion		started;
	ktime_t				when;
	ktime_t				freed_at;
	struct dma_fence		*foreign;
	struct device			*dev;
	struct drm_gpu_scheduler	*sched;
	struct drm_sched_entity		*entity;
	unsigned int			scheds;
	unsigned int			entities;
	spinlock_t			lock; /* of hardware fences */
};

/* The one that is being measured. */
static struct bench bench;
static struct kmem_cache *bench_fences;

static const char *bench_fence_name(struct dma_fence *fence)
{
	return "bench";
}

static void bench_fence_free(struct dma_fence *fence)
{
	kmem_cache_free(bench_fences, container_of(fence, struct drm_sched_fence, finished));
}

/* With a release, as those of the scheduler: signalling leaves &dma_fence.ops alone. */
static const struct dma_fence_ops bench_finished_ops = {
	.get_driver_name = bench_fence_name,
	.get_timeline_name = bench_fence_name,
	.release = bench_fence_free,
};

static const struct dma_fence_ops bench_hw_ops = {
	.get_driver_name = bench_fence_name,
	.get_timeline_name = bench_fence_name,
};

static void bench_finished(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	if (atomic_dec_and_test(&bench.left)) {
		bench.when = ktime_get();
		complete(&bench.finished);
	}
}

static void bench_watch(unsigned int index, struct dma_fence *finished)
{
	struct bench_waiter *waiter = &bench.waiters[index];

	waiter->fence = dma_fence_get(finished);
	dma_fence_add_callback(finished, &waiter->cb, bench_finished);
}

static struct dma_fence *bench_run_job(struct drm_sched_job *base)
{
	struct bench_job *job = container_of(base, struct bench_job, base);
	struct dma_fence *fence = kzalloc_obj(*fence);

	if (!fence)
		return ERR_PTR(-ENOMEM);

	dma_fence_init(fence, &bench_hw_ops, &bench.lock,
		       base->s_fence->finished.context, base->s_fence->finished.seqno);
	job->fence = dma_fence_get(fence);
	if (atomic_dec_and_test(&bench.unstarted))
		complete(&bench.started);

	return fence;
}

static enum drm_gpu_sched_stat bench_timedout_job(struct drm_sched_job *job)
{
	return DRM_GPU_SCHED_STAT_NO_HANG;
}

static void bench_cancel_job(struct drm_sched_job *base)
{
	struct dma_fence *fence = container_of(base, struct bench_job, base)->fence;
	unsigned long flags;

	dma_fence_lock_irqsave(fence, flags);
	if (!dma_fence_is_signaled_locked(fence)) {
		dma_fence_set_error(fence, -ECANCELED);
		dma_fence_signal_locked(fence);
	}
	dma_fence_unlock_irqrestore(fence, flags);
}

static void bench_job_destroy(struct bench_job *job)
{
	dma_fence_put(job->fence);
	drm_sched_job_cleanup(&job->base);
	kfree(job);
}

static void bench_count_freed(void)
{
	if (atomic_dec_and_test(&bench.unfreed)) {
		bench.freed_at = ktime_get();
		complete(&bench.freed);
	}
}

static void bench_free_nothing(struct drm_sched_job *job)
{
	bench_count_freed();
}

static void bench_free_job(struct drm_sched_job *job)
{
	bench_job_destroy(container_of(job, struct bench_job, base));
	bench_count_freed();
}

static const struct drm_sched_backend_ops bench_ops[BENCH_METHODS] = {
	[BENCH_DEVICE] = {
		.run_job = bench_run_job,
		.timedout_job = bench_timedout_job,
		.free_job = bench_free_nothing,
	},
	[BENCH_DEVICE_FREE] = {
		.run_job = bench_run_job,
		.timedout_job = bench_timedout_job,
		.free_job = bench_free_job,
	},
	[BENCH_UPSTREAM] = {
		.run_job = bench_run_job,
		.timedout_job = bench_timedout_job,
		.free_job = bench_free_nothing,
		.cancel_job = bench_cancel_job,
	},
	[BENCH_UPSTREAM_FREE] = {
		.run_job = bench_run_job,
		.timedout_job = bench_timedout_job,
		.free_job = bench_free_job,
		.cancel_job = bench_cancel_job,
	},
};

static bool bench_frees(enum bench_method method)
{
	return method == BENCH_DEVICE_FREE || method == BENCH_UPSTREAM_FREE;
}

static bool bench_has_jobs(enum bench_method method)
{
	return method > BENCH_LEAST;
}

/* The callback of a hardware fence, reduced to what nobody can do without. */
static void bench_hw_done(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	dma_fence_signal(container_of(cb, struct bench_hw_fence, cb)->finished);
}

static struct drm_sched_fence *bench_fence_new(unsigned int seqno)
{
	struct drm_sched_fence *fence = kmem_cache_zalloc(bench_fences, GFP_KERNEL);
	static u64 context;

	if (!fence)
		return NULL;

	if (!context)
		context = dma_fence_context_alloc(2);
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->scheduled, &bench_finished_ops, &fence->lock, context, seqno);
	dma_fence_init(&fence->finished, &bench_finished_ops, &fence->lock, context + 1, seqno);

	return fence;
}

/* What runs of one scheduler after the other, then what is queued of one entity after the other. */
static void bench_setup_order(void)
{
	unsigned int rows = bench.jobs / bench.entities, running = bench.running / bench.entities;
	unsigned int each = bench.entities / bench.scheds;
	unsigned int *next = bench.order;
	unsigned int first, row, column;

	for (first = 0; first < bench.entities; first += each) {
		for (row = 0; row < running; row++) {
			for (column = first; column < first + each; column++)
				*next++ = row * bench.entities + column;
		}
	}
	for (column = 0; column < bench.entities; column++) {
		for (row = running; row < rows; row++)
			*next++ = row * bench.entities + column;
	}
}

/* Fences as those of jobs, and nothing else. */
static int bench_setup_fences(void)
{
	unsigned int i;

	if (bench.method == BENCH_LEAST)
		bench_setup_order();

	for (i = 0; i < bench.jobs; i++) {
		struct drm_sched_fence *fence = bench_fence_new(i + 1);
		struct bench_hw_fence *hw;

		if (!fence)
			return -ENOMEM;
		bench_watch(i, &fence->finished);
		dma_fence_put(&fence->finished);

		if (bench.method == BENCH_BARE || i >= bench.running)
			continue;

		hw = kzalloc_obj(*hw);
		if (!hw)
			return -ENOMEM;
		dma_fence_init(&hw->base, &bench_hw_ops, &bench.lock, fence->finished.context,
			       i + 1);
		hw->finished = &fence->finished;
		dma_fence_add_callback(&hw->base, &hw->cb, bench_hw_done);
		dma_fence_signal(&fence->scheduled);
		fence->parent = &hw->base;
	}

	return 0;
}

static int bench_setup_scheds(void)
{
	struct drm_sched_init_args args = {
		.ops = &bench_ops[bench.method],
		.num_rqs = DRM_SCHED_PRIORITY_COUNT,
		.credit_limit = max(bench.running / bench.scheds, 1),
		.timeout = BENCH_LIMIT,
		.name = "bench",
		.dev = bench.dev,
	};
	unsigned int each = bench.entities / bench.scheds, i;
	int ret;

	for (i = 0; i < bench.scheds; i++) {
		ret = drm_sched_init(&bench.sched[i], &args);
		if (ret)
			return ret;
	}

	for (i = 0; i < bench.entities; i++) {
		struct drm_gpu_scheduler *sched = &bench.sched[i / each];

		ret = drm_sched_entity_init(&bench.entity[i], DRM_SCHED_PRIORITY_NORMAL, &sched, 1,
					    NULL);
		if (ret)
			return ret;
	}

	return 0;
}

/* The fence that a job has to wait for. */
static struct dma_fence *bench_dependency(unsigned int index)
{
	if (bench.part == BENCH_BLOCKED)
		return dma_fence_get(bench.foreign);
	if (bench.part == BENCH_CHAIN && index)
		return dma_fence_get(bench.waiters[index - 1].fence);
	return NULL;
}

static int bench_setup_jobs(void)
{
	unsigned int i;
	int ret;

	ret = bench_setup_scheds();
	if (ret)
		return ret;

	for (i = 0; i < bench.jobs; i++) {
		struct bench_job *job = kzalloc_obj(*job);
		unsigned int entity = i % bench.entities;

		if (!job)
			return -ENOMEM;
		/* Backwards: schedulers are retired in the order in which they were made. */
		if (bench.part == BENCH_CHAIN)
			entity = bench.entities - 1 - entity;
		ret = drm_sched_job_init(&job->base, &bench.entity[entity], 1, NULL, 1);
		if (ret)
			return ret;
		ret = drm_sched_job_add_dependency(&job->base, bench_dependency(i));
		if (ret)
			return ret;
		if (!bench_frees(bench.method))
			bench.job[i] = job;

		drm_sched_job_arm(&job->base);
		bench_watch(i, &job->base.s_fence->finished);
		drm_sched_entity_push_job(&job->base);
	}

	if (bench.running && !wait_for_completion_timeout(&bench.started, BENCH_LIMIT))
		return -ETIMEDOUT;
	for (i = 0; i < bench.scheds; i++)
		flush_work(&bench.sched[i].work_run_job);

	return 0;
}

/* Profiles tell the methods apart by these functions. */
static noinline void bench_signal_bare(void)
{
	unsigned int i;

	for (i = 0; i < bench.jobs; i++)
		dma_fence_signal(bench.waiters[i].fence);
}

static noinline void bench_signal_least(void)
{
	struct drm_sched_fence *fence;
	unsigned long flags;
	unsigned int n, i;

	for (n = 0; n < bench.jobs; n++) {
		i = bench.order[n];
		fence = container_of(bench.waiters[i].fence, struct drm_sched_fence, finished);
		if (i < bench.running) {
			dma_fence_lock_irqsave(fence->parent, flags);
			dma_fence_set_error(fence->parent, -ENODEV);
			dma_fence_signal_locked(fence->parent);
			dma_fence_unlock_irqrestore(fence->parent, flags);
		} else {
			dma_fence_signal(&fence->scheduled);
			dma_fence_set_error(&fence->finished, -ENODEV);
			dma_fence_signal(&fence->finished);
		}
	}
}

static noinline void bench_upstream(void)
{
	unsigned int i;

	for (i = 0; i < bench.entities; i++)
		drm_sched_entity_fini(&bench.entity[i]);
	for (i = 0; i < bench.scheds; i++)
		drm_sched_fini(&bench.sched[i]);
}

static void bench_call(void)
{
	switch (bench.method) {
	case BENCH_BARE:
		bench_signal_bare();
		break;
	case BENCH_LEAST:
		bench_signal_least();
		break;
#ifdef CONFIG_DRM_SCHED_BENCH_DEVICE
	case BENCH_DEVICE:
	case BENCH_DEVICE_FREE:
		drm_sched_fini_device(bench.dev);
		break;
#endif
	default:
		bench_upstream();
	}
}

/**
 * struct bench_thread - a thread that waits for a fence
 * @fence: the fence
 * @waits: it is about to
 * @when: when it went on
 * @done: it has
 */
struct bench_thread {
	struct dma_fence	*fence;
	struct completion	waits;
	ktime_t			when;
	struct completion	done;
};

static int bench_wait_first(void *data)
{
	struct bench_thread *thread = data;

	complete(&thread->waits);
	dma_fence_wait(thread->fence, false);
	thread->when = ktime_get();
	complete(&thread->done);

	return 0;
}

static int bench_start_thread(struct bench_thread *thread)
{
	struct task_struct *task;

	thread->fence = bench.waiters[0].fence;
	init_completion(&thread->waits);
	init_completion(&thread->done);
	task = kthread_run(bench_wait_first, thread, "bench-first");
	if (IS_ERR(task))
		return PTR_ERR(task);

	wait_for_completion(&thread->waits);
	while (READ_ONCE(task->__state) != TASK_UNINTERRUPTIBLE)
		schedule_timeout_uninterruptible(1);

	return 0;
}

/* Return: 0 if all went as it should and there is a result. */
static int bench_measure(unsigned int round)
{
	struct bench_thread thread = {};
	ktime_t start, call, foreign = 0;
	int ret;

	if (bench.part == BENCH_FIRST) {
		ret = bench_start_thread(&thread);
		if (ret)
			return ret;
	}

	start = ktime_get();
	bench_call();
	call = ktime_get();

	if (bench_has_jobs(bench.method) && IS_ENABLED(CONFIG_DRM_SCHED_BENCH_DEVICE) &&
	    !wait_for_completion_timeout(&bench.freed, BENCH_LIMIT))
		return -ETIMEDOUT;
	if (bench.part == BENCH_BLOCKED && bench.method != BENCH_BARE) {
		foreign = ktime_get();
		dma_fence_signal(bench.foreign);
	}
	if (!wait_for_completion_timeout(&bench.finished, BENCH_LIMIT))
		return -ETIMEDOUT;
	if (bench_has_jobs(bench.method) && !IS_ENABLED(CONFIG_DRM_SCHED_BENCH_DEVICE) &&
	    !wait_for_completion_timeout(&bench.freed, BENCH_LIMIT))
		return -ETIMEDOUT;
	if (bench.part == BENCH_FIRST)
		wait_for_completion(&thread.done);

	pr_notice("@ bench part=%s jobs=%u entities=%u scheds=%u round=%u method=%s call=%lld fence=%lld free=%lld first=%lld\n",
		  bench_part_names[bench.part], bench.jobs, bench.entities, bench.scheds, round,
		  bench_method_names[bench.method], ktime_to_ns(ktime_sub(call, start)),
		  ktime_to_ns(ktime_sub(bench.when, foreign ?: start)),
		  bench_has_jobs(bench.method) ? ktime_to_ns(ktime_sub(bench.freed_at, start)) : 0,
		  bench.part == BENCH_FIRST ? ktime_to_ns(ktime_sub(thread.when, start)) : 0);

	return 0;
}

/* Nothing is cleaned up after an error: whoever measures looks for the cause. */
static void bench_clean_up(void)
{
	unsigned int i;

	if (bench.method == BENCH_DEVICE || bench.method == BENCH_DEVICE_FREE) {
		for (i = 0; i < bench.entities; i++)
			drm_sched_entity_fini(&bench.entity[i]);
		for (i = 0; i < bench.scheds; i++)
			drm_sched_fini(&bench.sched[i]);
	}

	for (i = 0; i < bench.jobs; i++) {
		struct dma_fence *fence = bench.waiters[i].fence;
		struct drm_sched_fence *own = container_of(fence, typeof(*own), finished);

		if (!bench_has_jobs(bench.method))
			dma_fence_put(own->parent);
		dma_fence_put(fence);
		if (bench.job[i])
			bench_job_destroy(bench.job[i]);
	}
	dma_fence_put(bench.foreign);

	/* Hardware fences use &bench.lock, and memory is to be there for the next one. */
	rcu_barrier();
}

static int bench_alloc(void)
{
	bench.waiters = kvcalloc(bench.jobs, sizeof(*bench.waiters), GFP_KERNEL);
	bench.job = kvcalloc(bench.jobs, sizeof(*bench.job), GFP_KERNEL);
	bench.order = kvcalloc(bench.jobs, sizeof(*bench.order), GFP_KERNEL);
	bench.sched = kvcalloc(bench.scheds, sizeof(*bench.sched), GFP_KERNEL);
	bench.entity = kvcalloc(bench.entities, sizeof(*bench.entity), GFP_KERNEL);
	if (!bench.waiters || !bench.job || !bench.order || !bench.sched || !bench.entity)
		return -ENOMEM;

	if (bench.part == BENCH_BLOCKED) {
		bench.foreign = kzalloc_obj(*bench.foreign);
		if (!bench.foreign)
			return -ENOMEM;
		dma_fence_init(bench.foreign, &bench_hw_ops, NULL, dma_fence_context_alloc(1), 1);
	}

	return 0;
}

static void bench_free(void)
{
	kvfree(bench.entity);
	kvfree(bench.sched);
	kvfree(bench.order);
	kvfree(bench.job);
	kvfree(bench.waiters);
}

static int bench_one(struct device *dev, enum bench_part part, enum bench_method method,
		     unsigned int count, unsigned int schedulers, unsigned int round)
{
	int ret;

	memset(&bench, 0, sizeof(bench));
	bench.part = part;
	bench.method = method;
	bench.dev = dev;
	bench.scheds = schedulers;
	bench.entities = schedulers == 1 || part == BENCH_CHAIN ? schedulers : 4 * schedulers;
	bench.jobs = count;
	if (part == BENCH_CHAIN) {
		bench.running = 1;
	} else if (part == BENCH_BLOCKED) {
		bench.jobs = roundup(count, bench.entities);
	} else {
		bench.jobs = roundup(2 * count, 2 * bench.entities);
		bench.running = bench.jobs / 2;
	}

	spin_lock_init(&bench.lock);
	init_completion(&bench.finished);
	init_completion(&bench.freed);
	init_completion(&bench.started);
	atomic_set(&bench.left, bench.jobs);
	atomic_set(&bench.unfreed, bench.jobs);
	atomic_set(&bench.unstarted, bench.running);

	ret = bench_alloc();
	if (!ret)
		ret = bench_has_jobs(method) ? bench_setup_jobs() : bench_setup_fences();
	if (!ret)
		ret = bench_measure(round);
	if (ret) {
		pr_err("@ error part=%s jobs=%u scheds=%u method=%s ret=%d\n",
		       bench_part_names[part], bench.jobs, schedulers, bench_method_names[method],
		       ret);
		return ret;
	}
	bench_clean_up();
	bench_free();

	return 0;
}

static bool bench_applies(enum bench_part part, enum bench_method method)
{
	if (!IS_ENABLED(CONFIG_DRM_SCHED_BENCH_DEVICE) &&
	    (method == BENCH_DEVICE || method == BENCH_DEVICE_FREE))
		return false;

	return part == BENCH_RETIRE || (!bench_frees(method) && method != BENCH_LEAST);
}

/* All rounds of one line of the table. */
static int bench_row(struct device *dev, enum bench_part part, unsigned int count,
		     unsigned int schedulers)
{
	unsigned int round, i;
	int ret = 0;

	if (only && strcmp(only, bench_part_names[part]))
		return 0;

	for (round = 0; round < rounds && !ret; round++) {
		for (i = 0; i < BENCH_METHODS && !ret; i++) {
			enum bench_method method = (round + i) % BENCH_METHODS;

			if (bench_applies(part, method))
				ret = bench_one(dev, part, method, count, schedulers, round);
		}
	}

	return ret;
}

static int bench_all(struct device *dev)
{
	unsigned int i, j;
	int ret = 0;

	for (j = 0; j < num_jobs && !ret; j++) {
		for (i = 0; i < num_scheds && !ret; i++) {
			ret = bench_row(dev, BENCH_RETIRE, jobs[j], scheds[i]);
			if (!ret && jobs[j] <= BENCH_FIRST_LIMIT)
				ret = bench_row(dev, BENCH_FIRST, jobs[j], scheds[i]);
			if (!ret)
				ret = bench_row(dev, BENCH_BLOCKED, jobs[j], scheds[i]);
		}
	}
	for (i = 0; i < num_chain_scheds && chain && !ret; i++)
		ret = bench_row(dev, BENCH_CHAIN, chain, chain_scheds[i]);

	return ret;
}

static int __init bench_init(void)
{
	struct device *dev;
	int ret;

	if (!rounds)
		return 0;

	bench_fences = kmem_cache_create("bench_fence", sizeof(struct drm_sched_fence), 0,
					 SLAB_HWCACHE_ALIGN, NULL);
	if (!bench_fences)
		return -ENOMEM;

	dev = root_device_register("drm_sched_bench");
	if (IS_ERR(dev)) {
		kmem_cache_destroy(bench_fences);
		return PTR_ERR(dev);
	}

	ret = bench_all(dev);
	pr_notice("@ end ret=%d rounds=%u cpus=%u\n", ret, rounds, num_online_cpus());

	if (!ret) {
		root_device_unregister(dev);
		kmem_cache_destroy(bench_fences);
	}
	if (poweroff)
		kernel_power_off();

	return ret;
}
late_initcall(bench_init);

MODULE_DESCRIPTION("Benchmark of the hot-unplug of DRM scheduler devices");
MODULE_LICENSE("GPL");
