// SPDX-License-Identifier: GPL-2.0
/*
 * Races of drm_sched_fini_device() against everything that may come while it
 * runs: pushers, interrupts, timeouts, closing files, foreign fences, destroyed
 * schedulers, other callers. What a window can be forced open for is in the other
 * tests; here the timing is random, and what is checked after each round are the
 * guarantees. Two CPUs are needed to see much.
 */

#include <kunit/test.h>

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "drm_sched_mock_hw.h"

static unsigned int rounds = 20;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "rounds of each race (default 20)");

#define RACE_RINGS	2
#define RACE_FILES	4
#define RACE_THREADS	8

struct race;

/**
 * struct race_pusher - who submits jobs
 * @race: the round
 * @entity: where to
 * @depend: what some of them wait for, or NULL
 */
struct race_pusher {
	struct race		*race;
	struct mock_entity	*entity;
	struct dma_fence	*depend;
};

/**
 * struct race - one round
 * @test: the running test
 * @hw: the device, new in each round
 * @sched: its rings
 * @entity: files, some per ring
 * @foreign: fences of another device
 * @pusher: who pushes to @entity
 * @call: the threads
 * @calls: how many
 * @stop: they come to an end
 */
struct race {
	struct kunit		*test;
	struct mock_hw		*hw;
	struct mock_sched	*sched[RACE_RINGS];
	struct mock_entity	*entity[RACE_FILES];
	struct dma_fence	*foreign[RACE_FILES];
	struct race_pusher	pusher[RACE_FILES];
	struct mock_call	*call[RACE_THREADS];
	int			calls;
	bool			stop;
};

static void race_delay(void)
{
	udelay(get_random_u32_below(100));
}

static struct race *race_begin(struct kunit *test, const struct drm_sched_init_args *args)
{
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, race);
	race->test = test;
	race->hw = mock_hw_new(test);

	for (i = 0; i < RACE_RINGS; i++)
		race->sched[i] = mock_sched_new_args(race->hw, args);
	for (i = 0; i < RACE_FILES; i++) {
		race->entity[i] = mock_entity_new(race->hw, race->sched[i % RACE_RINGS]);
		race->foreign[i] = mock_fence_new(race->hw);
		KUNIT_ASSERT_NOT_NULL(test, race->foreign[i]);
	}

	return race;
}

static void race_thread(struct race *race, int (*fn)(void *), void *arg)
{
	race->call[race->calls++] = mock_call_start(race->test, fn, arg);
}

/* Ends the threads and checks what has to hold however the round went. */
static void race_end(struct race *race)
{
	struct kunit *test = race->test;
	struct mock_hw *hw = race->hw;
	struct mock_task *task;
	int pushed = 0;
	int i;

	WRITE_ONCE(race->stop, true);
	for (i = 0; i < race->calls; i++)
		KUNIT_ASSERT_TRUE(test, mock_call_returned(race->call[i], MOCK_TIMEOUT));
	for (i = 0; i < RACE_FILES; i++) {
		mock_fence_signal(race->foreign[i], 0);
		dma_fence_put(race->foreign[i]);
	}

	list_for_each_entry(task, &hw->tasks, link) {
		if (!task->finished)
			continue;
		pushed++;
		KUNIT_ASSERT_TRUE(test, mock_task_wait(task));
	}
	KUNIT_ASSERT_TRUE(test, mock_hw_freed(hw, pushed));

	list_for_each_entry(task, &hw->tasks, link) {
		int status = task->finished ? mock_fence_status(task->finished) : 0;

		KUNIT_EXPECT_EQ(test, atomic_read(&task->freed), !!task->finished);
		KUNIT_EXPECT_TRUE(test, status == 0 || status == -ENODEV || status == -ECANCELED ||
				  status == -ESRCH);
		if (task->finished && !atomic_read(&task->ran))
			KUNIT_EXPECT_NE(test, status, 0);
	}

	for (i = 0; i < RACE_RINGS; i++) {
		if (race->sched[i])
			KUNIT_EXPECT_EQ(test, atomic_read(&race->sched[i]->base.credit_count), 0);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->bad_context), 0);

	mock_hw_fini(hw);
}

static void race_fini(struct race *race)
{
	KUNIT_EXPECT_EQ(race->test, drm_sched_fini_device(race->hw->dev), 0);
	WRITE_ONCE(race->hw->stopped, true);
}

/* Pushes until it is told that the device is gone, and a little longer. */
static int race_push(void *data)
{
	struct race_pusher *pusher = data;
	struct mock_task *task, *spare = NULL;
	int i;

	for (i = 0; i < 200 && !READ_ONCE(pusher->race->stop); i++) {
		task = mock_task_new(pusher->race->hw, pusher->entity);
		if (IS_ERR(task))
			break;
		if (!spare) {
			spare = task;
			continue;
		}
		if (pusher->depend && i % 8 == 7)
			mock_task_depend(task, pusher->depend);
		mock_task_arm(task);
		mock_task_push(task);
		if (i % 16 == 15)
			cond_resched();
	}

	/* Initialised before the device went, pushed after. */
	if (spare) {
		mock_task_arm(spare);
		mock_task_push(spare);
	}

	return 0;
}

/* Completes what runs, with interrupts off as a handler would. */
static int race_interrupts(void *data)
{
	struct race *race = data;
	struct mock_hw *hw = race->hw;

	while (!READ_ONCE(race->stop)) {
		struct mock_task *task;

		spin_lock(&hw->tasks_lock);
		list_for_each_entry_reverse(task, &hw->tasks, link) {
			if (READ_ONCE(task->fence) && get_random_u32_below(2))
				mock_task_complete(task, 0);
		}
		spin_unlock(&hw->tasks_lock);
		schedule_timeout_uninterruptible(1);
	}

	return 0;
}

static void race_start_pushers(struct race *race, bool depend)
{
	struct race_pusher *pusher = race->pusher;
	int i;

	for (i = 0; i < RACE_FILES; i++) {
		pusher[i].race = race;
		pusher[i].entity = race->entity[i];
		pusher[i].depend = depend ? race->foreign[i] : NULL;
		race_thread(race, race_push, &pusher[i]);
	}
}

static void race_pushers(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 4 };
	struct race *race;
	int i;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, &args);
		race_start_pushers(race, false);
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(race->hw, 2));
		race_delay();
		race_fini(race);
		race_end(race);
	}
}

static void race_pushers_and_interrupts(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 4 };
	struct race *race;
	int i;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, &args);
		race_thread(race, race_interrupts, race);
		race_start_pushers(race, false);
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(race->hw, 8));
		race_delay();
		race_fini(race);
		race_end(race);
	}
}

static enum drm_gpu_sched_stat race_timedout(struct mock_hw *hw, struct drm_sched_job *job)
{
	struct mock_sched *sched;

	switch (get_random_u32_below(3)) {
	case 0:
		return DRM_GPU_SCHED_STAT_NO_HANG;
	case 1:
		return DRM_GPU_SCHED_STAT_ENODEV;
	}

	sched = container_of(job->sched, struct mock_sched, base);
	drm_sched_stop(&sched->base, job);
	drm_sched_resubmit_jobs(&sched->base);
	drm_sched_start(&sched->base, 0);

	return DRM_GPU_SCHED_STAT_RESET;
}

static void race_timeouts(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 4, .timeout = 1 };
	struct race *race;
	int i;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, &args);
		race->hw->timedout = race_timedout;
		race_thread(race, race_interrupts, race);
		race_start_pushers(race, false);
		KUNIT_EXPECT_TRUE(test, wait_event_timeout(race->hw->waitq,
							   atomic_read(&race->hw->timeouts),
							   MOCK_TIMEOUT));
		race_delay();
		race_fini(race);
		race_end(race);
	}
}

/* The device is gone: interrupt handlers say so, timeout handlers find out. */
static int race_fault(void *data)
{
	struct race *race = data;

	while (!READ_ONCE(race->stop)) {
		drm_sched_fault_device(race->hw->dev);
		race_delay();
		cond_resched();
	}

	return 0;
}

static enum drm_gpu_sched_stat race_gone(struct mock_hw *hw, struct drm_sched_job *job)
{
	return get_random_u32_below(4) ? DRM_GPU_SCHED_STAT_ENODEV : DRM_GPU_SCHED_STAT_NO_HANG;
}

static int race_wait(void *data)
{
	struct race *race = data;

	race_delay();
	return drm_sched_wait_device(race->hw->dev, get_random_u32_below(3)) < 0;
}

static void race_faults_and_waits(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 4 };
	struct race *race;
	int i, waiter;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, &args);
		race->hw->timedout = race_gone;
		race_thread(race, race_interrupts, race);
		race_start_pushers(race, false);
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(race->hw, 2));
		race_thread(race, race_fault, race);
		waiter = race->calls;
		race_thread(race, race_wait, race);
		race_delay();
		race_fini(race);
		race_end(race);
		KUNIT_EXPECT_EQ(test, race->call[waiter]->ret, 0);
	}
}

static int race_close(void *data)
{
	struct race *race = data;
	int i;

	for (i = 0; i < RACE_FILES; i++) {
		race_delay();
		mock_entity_free(race->entity[i]);
	}

	return 0;
}

static void race_closing_files(struct kunit *test)
{
	struct race *race;
	int i, k;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, NULL);
		for (k = 0; k < 64; k++) {
			bool depends = k >= 32 && k % 8 < RACE_FILES;

			mock_task_submit_after(race->hw, race->entity[k % RACE_FILES],
					       depends ? race->foreign[k % RACE_FILES] : NULL);
		}
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(race->hw, RACE_RINGS));
		race_thread(race, race_close, race);
		race_delay();
		race_fini(race);
		race_end(race);
	}
}

static int race_signal(void *data)
{
	struct race *race = data;
	int i;

	for (i = 0; i < RACE_FILES; i++) {
		race_delay();
		mock_fence_signal(race->foreign[i], 0);
	}

	return 0;
}

static void race_foreign_fences(struct kunit *test)
{
	struct race *race;
	int i;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, NULL);
		race_start_pushers(race, true);
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(race->hw, 2));
		race_thread(race, race_signal, race);
		race_delay();
		race_fini(race);
		race_end(race);
	}
}

static int race_call(void *data)
{
	struct race *race = data;

	race_delay();
	return drm_sched_fini_device(race->hw->dev);
}

/* And one of the rings is destroyed meanwhile. */
static void race_callers(struct kunit *test)
{
	struct race *race;
	int i, k;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, NULL);
		for (k = 0; k < 64; k++)
			mock_task_submit(race->hw, race->entity[k % RACE_FILES]);
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(race->hw, RACE_RINGS));

		for (k = 0; k < 3; k++)
			race_thread(race, race_call, race);
		race_delay();
		race_fini(race);
		mock_sched_free(race->sched[0]);
		race->sched[0] = NULL;
		for (k = 0; k < 3; k++) {
			KUNIT_ASSERT_TRUE(test, mock_call_returned(race->call[k], MOCK_TIMEOUT));
			KUNIT_EXPECT_EQ(test, race->call[k]->ret, 0);
		}
		race_end(race);
	}
}

static int race_destroy(void *data)
{
	struct race *race = data;

	race_delay();
	mock_sched_free(race->sched[0]);
	race->sched[0] = NULL;

	return 0;
}

/* A queue of a firmware scheduler goes away together with its ring. */
static void race_destroyed_scheduler(struct kunit *test)
{
	struct race *race;
	int i, k;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, NULL);
		for (k = 0; k < 32; k++)
			mock_task_submit(race->hw, race->entity[1 + 2 * (k % 2)]);
		mock_entity_free(race->entity[0]);
		mock_entity_free(race->entity[2]);
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(race->hw, 1));

		race_thread(race, race_destroy, race);
		race_delay();
		race_fini(race);
		race_end(race);
	}
}

/* Files are closed while their rings are destroyed, without a word about the device. */
static void race_closing_files_and_destruction(struct kunit *test)
{
	struct race *race;
	int i, k;

	for (i = 0; i < rounds; i++) {
		race = race_begin(test, NULL);
		for (k = 0; k < 32; k++)
			mock_task_submit_after(race->hw, race->entity[k % RACE_FILES],
					       race->foreign[k % RACE_FILES]);
		race_thread(race, race_close, race);
		for (k = 0; k < RACE_RINGS; k++) {
			race_delay();
			mock_sched_free(race->sched[k]);
			race->sched[k] = NULL;
		}
		race_end(race);
	}
}

static struct kunit_case drm_sched_device_race_tests[] = {
	KUNIT_CASE_SLOW(race_pushers),
	KUNIT_CASE_SLOW(race_pushers_and_interrupts),
	KUNIT_CASE_SLOW(race_timeouts),
	KUNIT_CASE_SLOW(race_faults_and_waits),
	KUNIT_CASE_SLOW(race_closing_files),
	KUNIT_CASE_SLOW(race_foreign_fences),
	KUNIT_CASE_SLOW(race_callers),
	KUNIT_CASE_SLOW(race_destroyed_scheduler),
	KUNIT_CASE_SLOW(race_closing_files_and_destruction),
	{}
};

static struct kunit_suite drm_sched_device_race_suite = {
	.name = "drm_sched_device_race",
	.test_cases = drm_sched_device_race_tests,
};

kunit_test_suite(drm_sched_device_race_suite);
