// SPDX-License-Identifier: GPL-2.0

/**
 * DOC: Counting
 *
 * How many instructions the scheduler takes for a job, and how many bytes.
 *
 * Time is no measure for a few instructions. Under QEMU with -icount shift=0 the
 * time stamp counter of the one CPU advances by one with every instruction, and
 * by more only when the CPU is idle. So nothing here ever waits when there is
 * nothing to run: the thread of the test plays application and interrupt handler
 * at once, and when it waits, the worker of the scheduler has work.
 *
 * What is counted is all that happens until COUNT_JOBS jobs have gone their way,
 * switches between the two threads and the work of the mock driver included. The
 * latter is what any driver does: it allocates the job and a hardware fence, which
 * the interrupt handler signals, and frees the job. A timeout is armed.
 *
 * The timer interrupts one round in a few dozen, so that the median of COUNT_ROUNDS
 * rounds is free of it and of what it brings along, such as RCU callbacks. The mean
 * has it all.
 *
 * It uses nothing of the scheduler that the kernel has not had all along.
 */

#include <kunit/device.h>
#include <kunit/test.h>

#include <linux/completion.h>
#include <linux/dma-fence.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/timex.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#define COUNT_JOBS	16
#define COUNT_ROUNDS	401
#define COUNT_WARM_UP	50
#define COUNT_ENTITIES	4

enum count_stage {
	COUNT_SUBMIT,
	COUNT_RUN,
	COUNT_DONE,
	COUNT_FREE,
	COUNT_TOTAL,
	COUNT_STAGES,
};

static const char * const count_stages[] = { "submit", "run", "done", "free", "total" };

/**
 * struct count_case - a way to submit jobs
 * @name: its name
 * @burst: how many jobs are pushed before one runs
 * @entities: to how many entities they go, by turns
 * @dependency: each job waits for a fence, which signals when the scheduler waits for it
 * @callback: somebody waits for the finished fence
 */
struct count_case {
	const char	*name;
	unsigned int	burst;
	unsigned int	entities;
	bool		dependency;
	bool		callback;
};

/**
 * struct count_hw - a ring that does nothing
 * @sched: the scheduler
 * @entities: the entities
 * @lock: lock of all fences
 * @context: context of the hardware fences
 * @dependencies: context of those that jobs wait for
 * @seqno: the last hardware fence
 * @waited: the last dependency
 * @running: the hardware fences of a burst
 * @runs: how many there are
 * @called: calls of the callback
 * @ran: once for each job that has run
 * @freed: once for each job that has been freed
 * @counts: of each round, by stage
 */
struct count_hw {
	struct drm_gpu_scheduler sched;
	struct drm_sched_entity	entities[COUNT_ENTITIES];
	spinlock_t		lock; /* of all fences */
	u64			context;
	u64			dependencies;
	u64			seqno;
	u64			waited;
	struct dma_fence	*running[COUNT_JOBS];
	unsigned int		runs;
	unsigned int		called;
	struct completion	ran;
	struct completion	freed;
	u64			counts[COUNT_STAGES][COUNT_ROUNDS];
};

struct count_job {
	struct drm_sched_job	base;
	struct count_hw		*hw;
	struct dma_fence	*dependency;
	struct dma_fence	*finished;
	struct dma_fence_cb	cb;
};

static const char *count_fence_name(struct dma_fence *fence)
{
	return "count";
}

static const struct dma_fence_ops count_fence_ops = {
	.get_driver_name = count_fence_name,
	.get_timeline_name = count_fence_name,
};

static struct dma_fence *count_run_job(struct drm_sched_job *base)
{
	struct count_hw *hw = container_of(base, struct count_job, base)->hw;
	struct dma_fence *fence = kzalloc_obj(*fence);

	if (!fence)
		return ERR_PTR(-ENOMEM);

	dma_fence_init(fence, &count_fence_ops, &hw->lock, hw->context, ++hw->seqno);
	hw->running[hw->runs++] = dma_fence_get(fence);
	complete(&hw->ran);

	return fence;
}

static void count_free_job(struct drm_sched_job *base)
{
	struct count_job *job = container_of(base, struct count_job, base);
	struct count_hw *hw = job->hw;

	drm_sched_job_cleanup(base);
	kfree(job);
	complete(&hw->freed);
}

static enum drm_gpu_sched_stat count_timedout_job(struct drm_sched_job *base)
{
	return DRM_GPU_SCHED_STAT_RESET;
}

static const struct drm_sched_backend_ops count_ops = {
	.run_job = count_run_job,
	.timedout_job = count_timedout_job,
	.free_job = count_free_job,
};

static void count_called(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	container_of(cb, struct count_job, cb)->hw->called++;
}

static struct dma_fence *count_dependency(struct kunit *test, struct count_hw *hw)
{
	struct dma_fence *fence = kzalloc_obj(*fence);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_fence_init(fence, &count_fence_ops, &hw->lock, hw->dependencies, ++hw->waited);

	return fence;
}

static struct count_job *count_job_new(struct kunit *test, struct count_hw *hw)
{
	struct count_job *job = kzalloc_obj(*job);

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->hw = hw;

	return job;
}

static void count_submit(struct kunit *test, const struct count_case *how, unsigned int number,
			 struct dma_fence **dependency)
{
	struct count_hw *hw = test->priv;
	struct count_job *job = count_job_new(test, hw);
	struct drm_sched_entity *entity = &hw->entities[number % how->entities];

	KUNIT_ASSERT_EQ(test, drm_sched_job_init(&job->base, entity, 1, hw, 1), 0);
	if (how->dependency) {
		*dependency = count_dependency(test, hw);
		KUNIT_ASSERT_EQ(test, 0, drm_sched_job_add_dependency(&job->base,
								      dma_fence_get(*dependency)));
	}
	drm_sched_job_arm(&job->base);
	if (how->callback)
		KUNIT_ASSERT_EQ(test, 0, dma_fence_add_callback(&job->base.s_fence->finished,
								&job->cb, count_called));
	drm_sched_entity_push_job(&job->base);
}

static void count_round(struct kunit *test, const struct count_case *how, u64 *counts)
{
	struct count_hw *hw = test->priv;
	struct dma_fence *dependency;
	unsigned int done, i;
	u64 time[COUNT_TOTAL + 1];

	for (done = 0; done < COUNT_JOBS; done += how->burst) {
		hw->runs = 0;

		time[COUNT_SUBMIT] = get_cycles();
		for (i = 0; i < how->burst; i++)
			count_submit(test, how, done + i, &dependency);

		time[COUNT_RUN] = get_cycles();
		if (how->dependency) {
			/* The scheduler finds that it has to wait. */
			flush_workqueue(hw->sched.submit_wq);
			dma_fence_signal(dependency);
			dma_fence_put(dependency);
		}
		for (i = 0; i < how->burst; i++)
			wait_for_completion(&hw->ran);

		time[COUNT_DONE] = get_cycles();
		for (i = 0; i < how->burst; i++) {
			dma_fence_signal(hw->running[i]);
			dma_fence_put(hw->running[i]);
		}

		time[COUNT_FREE] = get_cycles();
		for (i = 0; i < how->burst; i++)
			wait_for_completion(&hw->freed);
		time[COUNT_TOTAL] = get_cycles();

		for (i = 0; i < COUNT_TOTAL; i++)
			counts[i] += time[i + 1] - time[i];
		counts[COUNT_TOTAL] += time[COUNT_TOTAL] - time[COUNT_SUBMIT];
	}
}

static int count_compare(const void *a, const void *b)
{
	return cmp_int(*(const u64 *)a, *(const u64 *)b);
}

/* The medians go into the log in thousandths of an instruction per job. */
static void count_report(struct kunit *test, const char *name, enum count_stage stage)
{
	struct count_hw *hw = test->priv;
	u64 *counts = hw->counts[stage];
	u64 sum = 0;
	int i;

	for (i = 0; i < COUNT_ROUNDS; i++)
		sum += counts[i];
	sort(counts, COUNT_ROUNDS, sizeof(*counts), count_compare, NULL);
	kunit_info(test, "count case=%s stage=%s median=%llu mean=%llu least=%llu", name,
		   count_stages[stage], counts[COUNT_ROUNDS / 2] * 1000 / COUNT_JOBS,
		   div_u64(sum * 1000, COUNT_ROUNDS * COUNT_JOBS), counts[0] * 1000 / COUNT_JOBS);
}

static void count_rounds(struct kunit *test, const struct count_case *how)
{
	struct count_hw *hw = test->priv;
	int stage, round;

	for (round = -COUNT_WARM_UP; round < COUNT_ROUNDS; round++) {
		u64 counts[COUNT_STAGES] = {};

		count_round(test, how, counts);
		for (stage = 0; round >= 0 && stage < COUNT_STAGES; stage++)
			hw->counts[stage][round] = counts[stage];
	}

	for (stage = 0; stage < COUNT_STAGES; stage++)
		count_report(test, how->name, stage);
}

static const struct count_case count_cases[] = {
	{ .name = "idle", .burst = 1, .entities = 1 },
	{ .name = "burst", .burst = COUNT_JOBS, .entities = 1 },
	{ .name = "entities", .burst = COUNT_JOBS, .entities = COUNT_ENTITIES },
	{ .name = "dependency", .burst = 1, .entities = 1, .dependency = true },
	{ .name = "callback", .burst = 1, .entities = 1, .callback = true },
};

KUNIT_ARRAY_PARAM_DESC(count, count_cases, name);

static void jobs(struct kunit *test)
{
	const struct count_case *how = test->param_value;
	struct count_hw *hw = test->priv;

	count_rounds(test, how);
	KUNIT_EXPECT_EQ(test, hw->seqno, COUNT_JOBS * (COUNT_ROUNDS + COUNT_WARM_UP));
	KUNIT_EXPECT_EQ(test, hw->called, how->callback ? hw->seqno : 0);
}

/* drm_sched_job_init() and drm_sched_job_cleanup() of jobs that are not armed */
static void init_alone(struct kunit *test)
{
	struct count_hw *hw = test->priv;
	struct count_job *job[COUNT_JOBS];
	int round, i;

	for (i = 0; i < COUNT_JOBS; i++)
		job[i] = count_job_new(test, hw);

	for (round = -COUNT_WARM_UP; round < COUNT_ROUNDS; round++) {
		u64 start, init, cleanup;

		start = get_cycles();
		for (i = 0; i < COUNT_JOBS; i++)
			drm_sched_job_init(&job[i]->base, &hw->entities[0], 1, hw, 1);
		init = get_cycles();
		for (i = 0; i < COUNT_JOBS; i++)
			drm_sched_job_cleanup(&job[i]->base);
		cleanup = get_cycles();
		if (round < 0)
			continue;
		hw->counts[COUNT_SUBMIT][round] = init - start;
		hw->counts[COUNT_FREE][round] = cleanup - init;
		hw->counts[COUNT_TOTAL][round] = cleanup - start;
	}

	count_report(test, "init", COUNT_SUBMIT);
	count_report(test, "init", COUNT_FREE);
	count_report(test, "init", COUNT_TOTAL);
	for (i = 0; i < COUNT_JOBS; i++)
		kfree(job[i]);
}

static noinline u64 count_loop(unsigned long passes)
{
	u64 start = get_cycles();

	/* Two instructions each */
	asm volatile("1: dec %0\n\tjnz 1b" : "+r" (passes) : : "cc");

	return get_cycles() - start;
}

/* The time stamp counter counts instructions: any other figure here would be wrong. */
static void counter(struct kunit *test)
{
	unsigned long flags;
	u64 few, many;

	count_loop(1);
	local_irq_save(flags);
	few = count_loop(100);
	many = count_loop(10100);
	local_irq_restore(flags);

	KUNIT_EXPECT_EQ(test, many - few, 2 * 10000);
	kunit_info(test, "count reading=%llu", few - 2 * 100);
}

static void sizes(struct kunit *test)
{
	struct count_hw *hw = test->priv;
	struct count_job *job = count_job_new(test, hw);

	KUNIT_ASSERT_EQ(test, drm_sched_job_init(&job->base, &hw->entities[0], 1, hw, 1), 0);
	kunit_info(test, "count size=drm_sched_job bytes=%zu", sizeof(struct drm_sched_job));
	kunit_info(test, "count size=drm_sched_fence bytes=%zu", sizeof(struct drm_sched_fence));
	kunit_info(test, "count size=drm_sched_fence(slab) bytes=%zu", ksize(job->base.s_fence));
	kunit_info(test, "count size=drm_sched_entity bytes=%zu", sizeof(struct drm_sched_entity));
	kunit_info(test, "count size=drm_sched_rq bytes=%zu", sizeof(struct drm_sched_rq));
	kunit_info(test, "count size=drm_gpu_scheduler bytes=%zu",
		   sizeof(struct drm_gpu_scheduler));
	drm_sched_job_cleanup(&job->base);
	kfree(job);
}

static int count_init(struct kunit *test)
{
	struct count_hw *hw = kunit_kzalloc(test, sizeof(*hw), GFP_KERNEL);
	struct drm_sched_init_args args = {
		.ops = &count_ops,
		.num_rqs = DRM_SCHED_PRIORITY_COUNT,
		.credit_limit = COUNT_JOBS,
		.timeout = 10 * HZ,
		.name = "count",
	};
	struct drm_gpu_scheduler *sched;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, hw);
	test->priv = hw;
	sched = &hw->sched;
	spin_lock_init(&hw->lock);
	init_completion(&hw->ran);
	init_completion(&hw->freed);
	hw->context = dma_fence_context_alloc(2);
	hw->dependencies = hw->context + 1;

	args.dev = kunit_device_register(test, "count");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, args.dev);
	KUNIT_ASSERT_EQ(test, drm_sched_init(sched, &args), 0);
	for (i = 0; i < COUNT_ENTITIES; i++)
		KUNIT_ASSERT_EQ(test, 0, drm_sched_entity_init(&hw->entities[i],
							       DRM_SCHED_PRIORITY_NORMAL,
							       &sched, 1, NULL));

	return 0;
}

static void count_exit(struct kunit *test)
{
	struct count_hw *hw = test->priv;
	int i;

	for (i = 0; i < COUNT_ENTITIES; i++)
		drm_sched_entity_destroy(&hw->entities[i]);
	drm_sched_fini(&hw->sched);
}

static struct kunit_case count_tests[] = {
	KUNIT_CASE(counter),
	KUNIT_CASE(sizes),
	KUNIT_CASE_PARAM(jobs, count_gen_params),
	KUNIT_CASE(init_alone),
	{}
};

static struct kunit_suite count_suite = {
	.name = "drm_sched_submit",
	.init = count_init,
	.exit = count_exit,
	.test_cases = count_tests,
};

kunit_test_suite(count_suite);

MODULE_DESCRIPTION("Count of the instructions that the DRM scheduler takes for a job");
MODULE_LICENSE("GPL");
