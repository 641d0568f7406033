// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of drm_sched_wait_device(), the orderly removal of a device that works.
 */

#include <kunit/test.h>

#include <linux/delay.h>

#include "drm_sched_mock_hw.h"

/* Short enough for a timer that is exact to the tick. */
#define WAIT_TIME	(HZ / 4)

/**
 * struct wait_call - a call of drm_sched_wait_device() in a thread of its own
 * @call: the thread
 * @dev: first argument
 * @timeout: second argument
 * @left: what it returned
 */
struct wait_call {
	struct mock_call	*call;
	struct device		*dev;
	long			timeout;
	long			left;
};

static int wait_device(void *data)
{
	struct wait_call *wait = data;

	wait->left = drm_sched_wait_device(wait->dev, wait->timeout);
	return 0;
}

/* Start to wait, and be waiting. */
static struct wait_call *wait_start(struct kunit *test, long timeout)
{
	struct wait_call *wait = kunit_kzalloc(test, sizeof(*wait), GFP_KERNEL);
	struct mock_hw *hw = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, wait);
	wait->dev = hw->dev;
	wait->timeout = timeout;
	wait->call = mock_call_start(test, wait_device, wait);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(wait->call, MOCK_GRACE));

	return wait;
}

static struct mock_sched *wait_sched_new(struct mock_hw *hw, u32 running)
{
	struct drm_sched_init_args args = { .credit_limit = running };

	return mock_sched_new_args(hw, &args);
}

/* What runs ends well, what is queued does not run any more. */
static void wait_for_what_runs(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, wait_sched_new(hw, 2));
	struct mock_task *running[2], *queued;
	struct wait_call *wait;
	int i;

	for (i = 0; i < ARRAY_SIZE(running); i++)
		running[i] = mock_task_submit(hw, entity);
	queued = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, ARRAY_SIZE(running)));

	wait = wait_start(test, MAX_SCHEDULE_TIMEOUT);
	WRITE_ONCE(hw->stopped, true);
	mock_task_complete(running[0], 0);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(wait->call, MOCK_GRACE));
	mock_task_complete(running[1], -EIO);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(wait->call, MOCK_TIMEOUT));
	KUNIT_EXPECT_GT(test, wait->left, 0);

	KUNIT_EXPECT_EQ(test, mock_fence_status(running[0]->finished), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(running[1]->finished), -EIO);
	KUNIT_EXPECT_EQ(test, mock_fence_status(queued->finished), -EINPROGRESS);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(queued, 0);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
}

/* Rings may finish in any order, and the jobs of one as well. */
static void wait_in_any_order(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity[2];
	struct wait_call *wait;
	struct mock_task *task[4];
	int i;

	for (i = 0; i < ARRAY_SIZE(entity); i++)
		entity[i] = mock_entity_new(hw, wait_sched_new(hw, 2));
	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, entity[i / 2]);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, ARRAY_SIZE(task)));

	wait = wait_start(test, MAX_SCHEDULE_TIMEOUT);
	for (i = ARRAY_SIZE(task) - 1; i >= 0; i--) {
		KUNIT_EXPECT_FALSE(test, mock_call_returned(wait->call, MOCK_GRACE));
		mock_task_complete(task[i], 0);
	}
	KUNIT_ASSERT_TRUE(test, mock_call_returned(wait->call, MOCK_TIMEOUT));
	KUNIT_EXPECT_GT(test, wait->left, 0);
	for (i = 0; i < ARRAY_SIZE(task); i++)
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), 0);
}

/* It is not waited for ever, nor for less than was asked. */
static void wait_too_short(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, wait_sched_new(hw, 2));
	struct mock_task *task[2];
	unsigned long start;

	task[0] = mock_task_submit(hw, entity);
	task[1] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));

	start = jiffies;
	KUNIT_EXPECT_EQ(test, drm_sched_wait_device(hw->dev, 0), 0);
	if (MOCK_EXACT)
		KUNIT_EXPECT_LE(test, jiffies - start, 1UL);
	KUNIT_EXPECT_EQ(test, drm_sched_wait_device(hw->dev, WAIT_TIME), 0);
	KUNIT_EXPECT_GE(test, jiffies - start, (unsigned long)WAIT_TIME);
	if (MOCK_EXACT)
		KUNIT_EXPECT_LE(test, jiffies - start, WAIT_TIME + 2UL);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task[0], 1);
	mock_expect_retired(task[1], 1);
	KUNIT_EXPECT_GT(test, drm_sched_wait_device(hw->dev, 0), 0L);
}

/* As of a driver that has waited for something else before. */
static void wait_no_time_left(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_task *task = mock_task_submit(hw, mock_entity_new(hw, mock_sched_new(hw)));

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_wait_device(hw->dev, 0), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_wait_device(hw->dev, -HZ), 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 1);
	KUNIT_EXPECT_GT(test, drm_sched_wait_device(hw->dev, -HZ), 0);
}

/* Who says that the device is gone ends the wait. */
static void wait_until_retired(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_task *task = mock_task_submit(hw, mock_entity_new(hw, mock_sched_new(hw)));
	struct wait_call *wait;

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	wait = wait_start(test, MAX_SCHEDULE_TIMEOUT);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(wait->call, MOCK_TIMEOUT));
	KUNIT_EXPECT_GT(test, wait->left, 0);
	mock_expect_retired(task, 1);
}

static int wait_sched_fini(void *sched)
{
	drm_sched_fini(sched);
	return 0;
}

/* Who destroys one of the schedulers does not wait for slow hardware. */
static void wait_does_not_hold_schedulers(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = kunit_kzalloc(test, sizeof(*sched), GFP_KERNEL);
	struct wait_call *wait;
	struct mock_entity *entity;
	struct mock_call *fini;
	struct mock_task *task;

	KUNIT_ASSERT_NOT_NULL(test, sched);
	KUNIT_ASSERT_EQ(test, mock_sched_init(hw, sched, hw->dev, NULL), 0);
	entity = mock_entity_new(hw, sched);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	wait = wait_start(test, MAX_SCHEDULE_TIMEOUT);
	/* Its job is not finished yet, says the device's driver, who must know. */
	fini = mock_call_start(test, wait_sched_fini, &sched->base);
	KUNIT_EXPECT_TRUE(test, mock_until(!READ_ONCE(sched->base.device)));

	mock_task_complete(task, 0);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(fini, MOCK_TIMEOUT));
	KUNIT_ASSERT_TRUE(test, mock_call_returned(wait->call, MOCK_TIMEOUT));
	mock_entity_free(entity);
}

/* Without a call to stop before: waiting stops. And nothing to wait for is no wait. */
static void wait_stops(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = MOCK_HANG };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task;

	KUNIT_EXPECT_EQ(test, drm_sched_wait_device(hw->dev, WAIT_TIME), (long)WAIT_TIME);
	WRITE_ONCE(hw->stopped, true);
	task = mock_task_submit(hw, entity);
	drm_sched_fault_device(hw->dev);
	flush_work(&sched->base.work_run_job);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_wait_device(hw->dev, WAIT_TIME), (long)WAIT_TIME);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 0);
}

static void wait_in_run_job(struct mock_hw *hw)
{
	KUNIT_EXPECT_EQ(hw->test, drm_sched_wait_device(hw->dev, WAIT_TIME), (long)-EDEADLK);
}

static void wait_wrong_caller(struct kunit *test)
{
	struct mock_hw *other = mock_hw_new(test);
	struct mock_hw *hw = test->priv;
	struct mock_task *task;

	KUNIT_EXPECT_EQ(test, drm_sched_wait_device(other->dev, WAIT_TIME), (long)-ENODEV);
	mock_hw_fini(other);

	hw->in_run = wait_in_run_job;
	task = mock_task_submit(hw, mock_entity_new(hw, mock_sched_new(hw)));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_task_complete(task, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(task));
}

static int wait_destroy(void *sched)
{
	mock_sched_free(sched);
	return 0;
}

/* Who waits looks for jobs under this lock, while drm_sched_fini() takes them from the list. */
static void wait_looks_while_fini_frees(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = wait_sched_new(hw, 2);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *tasks[2];
	struct mock_call *call;
	int i, ms, freed;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");

	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		tasks[i] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, ARRAY_SIZE(tasks)));
	/* Finished, and left to drm_sched_fini(). */
	drm_sched_wqueue_stop(&sched->base);
	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		mock_task_complete(tasks[i], 0);

	mock_gate_arm(&hw->free_gate);
	call = mock_call_start(test, wait_destroy, sched);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));

	spin_lock(&sched->base.job_list_lock);
	mock_gate_open(&hw->free_gate);
	for (ms = 0; ms < 50 && atomic_read(&hw->frees) < 2; ms++)
		mdelay(1);
	freed = atomic_read(&hw->frees);
	spin_unlock(&sched->base.job_list_lock);

	KUNIT_EXPECT_EQ(test, freed, 1);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
	mock_expect_freed_once(hw);
}

static struct kunit_case drm_sched_wait_tests[] = {
	KUNIT_CASE(wait_for_what_runs),
	KUNIT_CASE(wait_in_any_order),
	KUNIT_CASE(wait_too_short),
	KUNIT_CASE(wait_no_time_left),
	KUNIT_CASE(wait_until_retired),
	KUNIT_CASE(wait_does_not_hold_schedulers),
	KUNIT_CASE(wait_stops),
	KUNIT_CASE(wait_wrong_caller),
	KUNIT_CASE(wait_looks_while_fini_frees),
	{}
};

static struct kunit_suite drm_sched_wait_suite = {
	.name = "drm_sched_device_wait",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_wait_tests,
};

kunit_test_suite(drm_sched_wait_suite);
