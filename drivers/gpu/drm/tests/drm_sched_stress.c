// SPDX-License-Identifier: GPL-2.0
/*
 * A random mix of everything that can happen to schedulers and their devices, in
 * rounds, each with a seed of its own. Two devices use fences of each other, both
 * are unplugged and bound again; and after each round every job, fence and callback
 * is accounted for.
 *
 * Does nothing unless drm_sched_stress.seconds=N is on the kernel command line.
 * What one sees are lines that begin with "@ ". See "Stress" in
 * Documentation/gpu/drm-sched-device-tests.rst.
 */

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include <drm/drm_drv.h>

#include "drm_sched_stress.h"

/* Its __sched is a name in gpu_scheduler.h. */
#include <linux/sched/debug.h>

static unsigned int seconds;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "for how long (default 0: not at all)");

static unsigned long long seed = 1;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "seed of all random numbers (default 1)");

static int only = -1;
module_param_named(round, only, int, 0444);
MODULE_PARM_DESC(round, "repeat this round (default -1: one after the other)");

static unsigned int limit = 30;
module_param(limit, uint, 0444);
MODULE_PARM_DESC(limit, "seconds after which something that waits is said to hang (default 30)");

#define STRESS_MAX_BINDINGS	3
#define STRESS_SAID		10

static const char * const stress_names[] = {
	[STRESS_BINDINGS] = "bindings",
	[STRESS_REBINDS] = "rebinds",
	[STRESS_SCHEDULERS] = "schedulers",
	[STRESS_FILES] = "files",
	[STRESS_JOBS] = "jobs",
	[STRESS_JOBS_ABORTED] = "jobs_aborted",
	[STRESS_DEPENDENCIES] = "dependencies",
	[STRESS_DEPENDENCIES_ON_OTHER_DEVICE] = "dependencies_on_other_device",
	[STRESS_DEPENDENCIES_ON_ARRAYS] = "dependencies_on_arrays",
	[STRESS_DEPENDENCIES_ON_CHAINS] = "dependencies_on_chains",
	[STRESS_DEPENDENCIES_ON_FOREIGN] = "dependencies_on_foreign",
	[STRESS_PREPARE_FENCES] = "prepare_fences",
	[STRESS_RUN_JOB] = "run_job",
	[STRESS_RESUBMITTED] = "resubmitted",
	[STRESS_COMPLETED] = "completed",
	[STRESS_COMPLETED_WITH_ERROR] = "completed_with_error",
	[STRESS_TIMEOUTS] = "timeouts",
	[STRESS_FAULTS] = "faults",
	[STRESS_STAT_NO_HANG] = "stat_no_hang",
	[STRESS_STAT_RESET] = "stat_reset",
	[STRESS_STAT_ENODEV] = "stat_enodev",
	[STRESS_RESETS] = "resets",
	[STRESS_RESET_WORKS] = "reset_works",
	[STRESS_CANCELLED] = "cancelled",
	[STRESS_DISCARDED] = "discarded",
	[STRESS_KILLS] = "kills",
	[STRESS_FLUSHES] = "flushes",
	[STRESS_CLOSES] = "closes",
	[STRESS_WAITS] = "waits",
	[STRESS_FOREIGN_SIGNALLED] = "foreign_signalled",
	[STRESS_STOP_CALLS] = "stop_calls",
	[STRESS_WAIT_CALLS] = "wait_calls",
	[STRESS_FINI_CALLS] = "fini_calls",
	[STRESS_FINI_IN_HANDLER] = "fini_in_handler",
	[STRESS_BUSY] = "busy",
	[STRESS_UNPLUGS] = "unplugs",
	[STRESS_RINGS_OUTLIVED] = "rings_outlived",
	[STRESS_RINGS_GONE_WITH_JOB] = "rings_gone_with_job",
	[STRESS_ENODEV_JOBS] = "enodev_jobs",
	[STRESS_ESRCH_JOBS] = "esrch_jobs",
	[STRESS_LATE_FINISHERS] = "late_finishers",
};

static const char * const stress_objects[] = {
	[STRESS_LIVE_JOB] = "jobs",
	[STRESS_LIVE_FENCE] = "hardware and foreign fences",
	[STRESS_LIVE_RING] = "schedulers",
	[STRESS_LIVE_GPU] = "devices",
	[STRESS_LIVE_ENTITY] = "entities",
};

atomic_long_t stress_count[STRESS_NUM_EVENTS];
atomic_t stress_live[STRESS_NUM_OBJECTS];
struct stress_round *stress_now;
bool stress_failed;

/**
 * stress_violation - something is not as it should be
 * @round: the round
 * @format: what
 *
 * It is the last round then.
 */
void stress_violation(struct stress_round *round, const char *format, ...)
{
	static atomic_t said;
	struct va_format vaf;
	va_list args;

	WRITE_ONCE(stress_failed, true);
	if (atomic_inc_return(&said) > STRESS_SAID)
		return;

	va_start(args, format);
	vaf.fmt = format;
	vaf.va = &args;
	pr_notice("@ violation seed=%llu round=%u what: %pV\n", seed, round->number, &vaf);
	va_end(args);
}

static int stress_thread(void *data)
{
	struct stress_actor *actor = data;

	actor->fn(actor);
	WRITE_ONCE(actor->doing, "nothing");
	complete_all(&actor->done);

	return 0;
}

/**
 * stress_start - start a thread
 * @round: the round
 * @name: what it is
 * @fn: what it does
 * @arg: argument of @fn
 * @rnd: where its random numbers come from
 *
 * Return: the thread, for stress_join(); NULL if there is none.
 */
struct stress_actor *stress_start(struct stress_round *round, const char *name,
				  void (*fn)(struct stress_actor *actor), void *arg,
				  struct stress_rnd *rnd)
{
	unsigned int i = atomic_inc_return(&round->num_actors) - 1;
	struct stress_rnd fork = stress_fork(rnd);
	struct stress_actor *actor;
	struct task_struct *task;

	if (WARN_ON_ONCE(i >= STRESS_ACTORS))
		return NULL;

	actor = &round->actor[i];
	actor->round = round;
	actor->name = name;
	actor->fn = fn;
	actor->arg = arg;
	actor->doing = "start";
	actor->rnd = fork;
	init_completion(&actor->done);

	task = kthread_create(stress_thread, actor, "stress-%s", name);
	if (IS_ERR(task))
		return NULL;

	get_task_struct(task);
	/* Pairs with the acquire in stress_say_hung(). */
	smp_store_release(&actor->task, task);
	wake_up_process(task);

	return actor;
}

/* Nothing is certain any more, but most of it is as it has been for seconds. */
static void stress_say_scheduler(struct stress_task *task)
{
	struct drm_sched_job *job = READ_ONCE(task->job);
	struct drm_gpu_scheduler *sched;

	if (!job)
		return;

	sched = job->sched;
	pr_notice("@ hung listed=%d pending=%d discarded=%d handled=%d paused=%d halted=%d retired=%d busy: free %#x run %#x timeout %#x credits=%d\n",
		  !list_empty(&job->list), !list_empty(&sched->pending_list),
		  !list_empty(&sched->discarded_list), sched->tdr_job == job, sched->pause_submit,
		  sched->halted, sched->retired, work_busy(&sched->work_free_job),
		  work_busy(&sched->work_run_job), work_busy(&sched->work_tdr.work),
		  atomic_read(&sched->credit_count));
}

/* Who waits, in what, and for which job. */
static void stress_say_hung(struct stress_round *round)
{
	unsigned int i, num = min(atomic_read(&round->num_actors), STRESS_ACTORS), said = 0;
	struct stress_task *task;

	for (i = 0; i < num; i++) {
		struct stress_actor *actor = &round->actor[i];

		/* Pairs with the release in stress_start(). */
		if (!smp_load_acquire(&actor->task) || completion_done(&actor->done))
			continue;
		pr_notice("@ hung thread=%u name=%s doing: %s\n", i, actor->name,
			  READ_ONCE(actor->doing));
		sched_show_task(actor->task);
	}

	for (i = 0; i < STRESS_NUM_OBJECTS; i++)
		pr_notice("@ hung left=%d what: %s\n", atomic_read(&stress_live[i]),
			  stress_objects[i]);

	guard(spinlock)(&round->lock);
	list_for_each_entry(task, &round->tasks, link) {
		bool finished = dma_fence_is_signaled(task->finished);

		if ((finished && atomic_read(&task->freed)) || said++ >= STRESS_SAID)
			continue;
		pr_notice("@ hung entity=%u seqno=%llu finished=%d error=%d ran=%d freed=%d discarded=%d how=%d foreign=%d cross=%d pushed=%d hardware=%d\n",
			  task->entity, task->finished->seqno, finished, task->finished->error,
			  atomic_read(&task->ran),
			  atomic_read(&task->freed), atomic_read(&task->discarded), task->how,
			  task->foreign, task->cross, READ_ONCE(task->pushed),
			  task->hw ? dma_fence_get_status(task->hw) : -1);
		stress_say_scheduler(task);
	}
}

static void stress_hangs(struct stress_round *round, const char *what)
{
	bool again = READ_ONCE(stress_failed);

	stress_violation(round, "%s hangs", what);
	if (!again)
		stress_say_hung(round);
}

/**
 * stress_join - wait for the end of a thread
 * @actor: the thread
 */
void stress_join(struct stress_actor *actor)
{
	if (wait_for_completion_timeout(&actor->done, limit * HZ))
		return;

	stress_hangs(actor->round, actor->name);
	/* Nothing of it can be let go. */
	wait_for_completion(&actor->done);
}

static unsigned int stress_open_files(struct stress_round *round, struct stress_gpu *gpu,
				      struct stress_rnd *rnd, struct stress_file **file,
				      struct stress_actor **client)
{
	unsigned int i, k, num = 1 + stress_below(rnd, STRESS_MAX_FILES), clients = 0;

	for (i = 0; i < num; i++) {
		file[i] = stress_open(gpu, rnd);
		for (k = stress_below(rnd, 2); file[i] && k < 2; k++)
			client[clients++] = stress_start(round, "client", stress_client, file[i],
							 rnd);
	}

	return clients;
}

/* Binds one device, lets it be used, unplugs it; some times. */
static void stress_director(struct stress_actor *actor)
{
	struct stress_file *file[STRESS_MAX_BINDINGS][STRESS_MAX_FILES] = {};
	struct stress_actor *client[STRESS_MAX_BINDINGS * STRESS_MAX_FILES * 2] = {};
	struct platform_device *pdev = actor->arg;
	struct stress_round *round = actor->round;
	unsigned int i, k, clients = 0;
	unsigned int bindings = 1 + stress_below(&actor->rnd, STRESS_MAX_BINDINGS);

	for (i = 0; i < bindings && !READ_ONCE(stress_failed); i++) {
		struct stress_gpu *gpu;

		round->bind_rnd[pdev->id] = stress_fork(&actor->rnd);
		actor->doing = "bind";
		if (device_attach(&pdev->dev) != 1) {
			stress_violation(round, "the driver cannot be bound");
			break;
		}
		if (i)
			stress_event(STRESS_REBINDS);

		gpu = platform_get_drvdata(pdev);
		drm_dev_get(&gpu->drm);
		atomic_set(&gpu->ops_left, 8 + stress_below(&actor->rnd, 300));
		actor->doing = "open files";
		clients += stress_open_files(round, gpu, &actor->rnd, file[i], client + clients);

		actor->doing = "wait for operations";
		wait_event_timeout(gpu->waitq, atomic_read(&gpu->ops_left) <= 0, HZ / 50);
		fsleep(stress_below(&actor->rnd, 300));

		actor->doing = "unbind";
		device_release_driver(&pdev->dev);
		drm_dev_put(&gpu->drm);
	}

	actor->doing = "wait for clients";
	for (i = 0; i < clients; i++) {
		if (client[i])
			stress_join(client[i]);
	}

	actor->doing = "close files";
	for (i = 0; i < STRESS_MAX_BINDINGS; i++) {
		for (k = 0; k < STRESS_MAX_FILES; k++) {
			if (file[i][k])
				stress_close(file[i][k]);
		}
	}
}

static void stress_forget_recent(struct stress_round *round)
{
	unsigned int i;

	for (i = 0; i < STRESS_RECENT; i++) {
		dma_fence_put(round->recent[i].fence);
		round->recent[i].fence = NULL;
	}
}

/* Signal what nobody has signalled so far, in any order. */
static void stress_signal_foreign(struct stress_round *round)
{
	struct stress_task *task;
	unsigned int i;

	list_for_each_entry(task, &round->tasks, link) {
		if (!dma_fence_is_signaled(task->finished))
			stress_event(STRESS_LATE_FINISHERS);
	}

	for (i = 0; i < STRESS_FENCES; i++) {
		stress_fence_signal(round->foreign[i], 0);
		dma_fence_put(round->foreign[i]);
	}
}

static bool stress_error_is_good(struct stress_task *task)
{
	int error = task->finished->error;

	/* Who has run has the result of the hardware, if there is one. */
	if (!atomic_read(&task->ran))
		return error == -ENODEV || error == -ESRCH;
	if (task->touched || task->guilty)
		return !error || error == -EIO || error == -ENODEV || error == -ECANCELED ||
		       error == -ETIME;

	return error == (task->won ? task->result : -ENODEV);
}

static void stress_check_task(struct stress_round *round, struct stress_task *task)
{
	unsigned int freed = atomic_read(&task->freed), ran = atomic_read(&task->ran);
	unsigned int discarded = atomic_read(&task->discarded);
	struct dma_fence *finished = task->finished;
	struct drm_sched_fence *s_fence = container_of(finished, typeof(*s_fence), finished);

	if (!dma_fence_is_signaled(&s_fence->scheduled))
		stress_violation(round, "entity %u seqno %llu is not scheduled, but finished",
				 task->entity, finished->seqno);
	else if (task->scheduled_order > task->finished_order)
		stress_violation(round, "entity %u seqno %llu is scheduled after it has finished",
				 task->entity, finished->seqno);
	if (freed != 1)
		stress_violation(round, "entity %u seqno %llu: %u calls of free_job()",
				 task->entity, finished->seqno, freed);
	if (task->discards && discarded != !ran)
		stress_violation(round, "entity %u seqno %llu: ran %u discarded %u", task->entity,
				 finished->seqno, ran, discarded);
	if (!stress_error_is_good(task))
		stress_violation(round, "entity %u seqno %llu: error %d ran %u how %d result %d %d",
				 task->entity, finished->seqno, finished->error, ran, task->how,
				 task->won, task->result);
	if (finished->error == -ENODEV)
		stress_event(STRESS_ENODEV_JOBS);
	if (finished->error == -ESRCH)
		stress_event(STRESS_ESRCH_JOBS);
}

/* Fences, finished or scheduled, of which somebody has a reference besides. */
static unsigned int stress_held(struct stress_round *round, bool scheduled)
{
	struct stress_task *task;
	struct dma_fence *fence;
	unsigned int held = 0;

	list_for_each_entry(task, &round->tasks, link) {
		fence = task->finished;
		if (scheduled)
			fence = &container_of(fence, struct drm_sched_fence, finished)->scheduled;
		held += kref_read(&fence->refcount) != 1;
	}

	return held;
}

/* Something that nobody tells of. */
#define stress_until(cond) ({						\
	unsigned long __end = jiffies + limit * HZ;			\
	bool __cond;							\
									\
	while (!(__cond = (cond)) && time_before(jiffies, __end))	\
		schedule_timeout_uninterruptible(1);			\
	__cond;								\
})

static void stress_check_leaks(struct stress_round *round)
{
	unsigned int i;

	if (!stress_until(!stress_held(round, false)))
		stress_violation(round, "%u finished fences are still referenced",
				 stress_held(round, false));
	if (!stress_until(!stress_held(round, true)))
		stress_violation(round, "%u scheduled fences are still referenced",
				 stress_held(round, true));

	for (i = 0; i < STRESS_GPUS; i++) {
		if (drm_sched_fini_device(&round->pdev[i]->dev) != -ENODEV)
			stress_violation(round, "the device is still registered");
	}
}

static void stress_free_tasks(struct stress_round *round)
{
	struct stress_task *task, *tmp;
	unsigned int i;

	list_for_each_entry_safe(task, tmp, &round->tasks, link) {
		dma_fence_put(task->finished);
		dma_fence_put(task->hw);
		kfree(task);
	}

	for (i = 0; i < STRESS_NUM_OBJECTS; i++) {
		if (!stress_until(!atomic_read(&stress_live[i])))
			stress_violation(round, "%d %s are left", atomic_read(&stress_live[i]),
					 stress_objects[i]);
	}
	stress_say_fences();
}

/* Return: false if something hangs, so that nothing can be freed. */
static bool stress_check(struct stress_round *round)
{
	struct stress_task *task;

	list_for_each_entry(task, &round->tasks, link) {
		if (dma_fence_wait_timeout(task->finished, false, limit * HZ) <= 0) {
			stress_hangs(round, "a finished fence");
			return false;
		}
	}
	if (!wait_event_timeout(round->waitq,
				atomic_read(&round->frees) >= atomic_read(&round->pushed),
				limit * HZ)) {
		stress_hangs(round, "free_job()");
		return false;
	}

	/* The callbacks set the order under the lock, "finished" is visible before. */
	list_for_each_entry(task, &round->tasks, link) {
		if (!stress_until(READ_ONCE(task->finished_order) &&
				  READ_ONCE(task->scheduled_order))) {
			stress_hangs(round, "a callback");
			return false;
		}
	}
	list_for_each_entry(task, &round->tasks, link) {
		dma_fence_put(task->wait_on);
		task->wait_on = NULL;
		stress_check_task(round, task);
	}
	stress_check_leaks(round);

	return true;
}

static bool stress_run(struct stress_round *round)
{
	struct stress_actor *director[STRESS_GPUS], *signaller;
	unsigned int i;

	for (i = 0; i < STRESS_FENCES; i++) {
		round->foreign[i] = stress_fence_new(dma_fence_context_alloc(1), 1, NULL);
		if (!round->foreign[i])
			return false;
	}

	signaller = stress_start(round, "signaller", stress_signaller, NULL, &round->rnd);
	for (i = 0; i < round->num_gpus; i++)
		director[i] = stress_start(round, "director", stress_director, round->pdev[i],
					   &round->rnd);

	for (i = 0; i < round->num_gpus; i++) {
		if (!wait_for_completion_timeout(&director[i]->done, 2 * limit * HZ)) {
			stress_hangs(round, "a device");
			return false;
		}
	}
	WRITE_ONCE(round->stop, true);
	stress_join(signaller);

	stress_signal_foreign(round);
	stress_forget_recent(round);

	return stress_check(round);
}

static struct stress_round *stress_round_new(unsigned int number, struct platform_device **pdev)
{
	struct stress_round *round = kvzalloc_obj(*round);

	if (!round)
		return NULL;

	round->number = number;
	round->rnd.state = stress_mix(seed + stress_mix(number + 1));
	round->num_gpus = stress_once_in(&round->rnd, 4) ? 1 : STRESS_GPUS;
	round->late = stress_once_in(&round->rnd, 4);
	memcpy(round->pdev, pdev, sizeof(round->pdev));
	spin_lock_init(&round->lock);
	spin_lock_init(&round->hw_lock);
	INIT_LIST_HEAD(&round->tasks);
	init_waitqueue_head(&round->waitq);

	return round;
}

static void stress_round_free(struct stress_round *round)
{
	unsigned int i;

	stress_free_tasks(round);
	for (i = 0; i < atomic_read(&round->num_actors); i++) {
		if (round->actor[i].task)
			put_task_struct(round->actor[i].task);
	}
	/* Fences use &stress_round.hw_lock until a grace period after they have signalled. */
	rcu_barrier();
	kvfree(round);
}

/* Not in jiffies: an emulated CPU that gets little time of a real one loses ticks. */
static void stress_say(unsigned int rounds, time64_t start, const char *what)
{
	pr_notice("@ %s seed=%llu rounds=%u seconds=%lld jobs=%ld failed=%d\n", what, seed, rounds,
		  ktime_get_seconds() - start, atomic_long_read(&stress_count[STRESS_JOBS]),
		  READ_ONCE(stress_failed));
}

static void stress_rounds(struct platform_device **pdev)
{
	time64_t start = ktime_get_seconds(), end = start + seconds, next = start + 10;
	unsigned int number = 0, i;

	stress_say(0, start, "begin");
	while (!READ_ONCE(stress_failed) && ktime_get_seconds() < end) {
		struct stress_round *round;

		round = stress_round_new(only >= 0 ? only : number, pdev);
		if (!round)
			break;
		stress_now = round;
		number++;
		/* What hangs is left as it is. */
		if (stress_run(round))
			stress_round_free(round);

		if (ktime_get_seconds() > next) {
			stress_say(number, start, "progress");
			next = ktime_get_seconds() + 10;
		}
	}

	for (i = 0; i < STRESS_NUM_EVENTS; i++)
		pr_notice("@ count event=%s number=%ld\n", stress_names[i],
			  atomic_long_read(&stress_count[i]));
	stress_say(number, start, "end");
}

static int __init stress_init(void)
{
	struct platform_device *pdev[STRESS_GPUS];
	unsigned int i;
	int ret;

	if (!seconds)
		return 0;

	ret = stress_wq_init();
	if (ret)
		return ret;
	ret = platform_driver_register(&stress_driver);
	if (ret)
		return ret;
	for (i = 0; i < STRESS_GPUS; i++) {
		pdev[i] = platform_device_register_simple("drm-sched-stress", i, NULL, 0);
		if (IS_ERR(pdev[i]))
			return PTR_ERR(pdev[i]);
	}

	stress_rounds(pdev);

	return 0;
}
late_initcall(stress_init);

MODULE_DESCRIPTION("Random mix of everything for the hot-unplug of DRM scheduler devices");
MODULE_LICENSE("GPL");
