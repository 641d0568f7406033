// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the timeout handler that finds its device gone, and of
 * drm_sched_fault_device().
 */

#include <kunit/test.h>

#include <linux/completion.h>
#include <linux/hrtimer.h>

#include "drm_sched_device_test.h"
#include "drm_sched_mock_hw.h"

#define TDR_RUNNING	5
#define TDR_QUEUED	3

static enum drm_gpu_sched_stat tdr_gone(struct mock_hw *hw, struct drm_sched_job *job)
{
	return DRM_GPU_SCHED_STAT_ENODEV;
}

/* The timeout may expire early where time is real: a gate holds it until all jobs are there. */
static struct mock_sched *tdr_sched_new(struct mock_hw *hw)
{
	struct drm_sched_init_args args = { .timeout = MOCK_HANG, .credit_limit = TDR_RUNNING };

	return mock_sched_new_args(hw, &args);
}

/* Finished within a tick, where ticks can be told. */
static void tdr_expect_at(struct mock_task *task, unsigned long when)
{
	if (!MOCK_EXACT)
		return;

	KUNIT_EXPECT_GE(task->hw->test, task->when, when);
	KUNIT_EXPECT_LE(task->hw->test, task->when, when + 1);
}

/* One timeout finishes all that is on a scheduler, and queued for it. */
static void tdr_one_timeout(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = tdr_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[TDR_RUNNING + TDR_QUEUED];
	unsigned long start = jiffies;
	int i;

	hw->timedout = tdr_gone;
	mock_gate_arm(&hw->tdr_gate);
	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, TDR_RUNNING));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(task[ARRAY_SIZE(task) - 1]));

	for (i = 0; i < ARRAY_SIZE(task); i++) {
		mock_expect_retired(task[i], i < TDR_RUNNING);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
		tdr_expect_at(task[i], hw->expired);
	}
	KUNIT_EXPECT_GE(test, hw->expired - start, (unsigned long)MOCK_HANG);
	if (MOCK_EXACT)
		KUNIT_EXPECT_LT(test, hw->expired - start, 2UL * MOCK_HANG);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), 1);
	KUNIT_EXPECT_PTR_EQ(test, mock_task_new(hw, entity), ERR_PTR(-ENODEV));
}

struct tdr_interrupt {
	struct hrtimer		timer;
	struct device		*dev;
	struct completion	done;
};

static enum hrtimer_restart tdr_interrupt(struct hrtimer *timer)
{
	struct tdr_interrupt *irq = container_of(timer, struct tdr_interrupt, timer);

	drm_sched_fault_device(irq->dev);
	drm_sched_fault_device(irq->dev);
	complete(&irq->done);

	return HRTIMER_NORESTART;
}

/* An interrupt handler says that the device does not answer: nobody waits for a timeout. */
static void tdr_fault_device(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct tdr_interrupt irq = { .dev = hw->dev };
	struct mock_hw *other = mock_hw_new(test);
	struct mock_sched *idle = tdr_sched_new(hw);
	struct mock_task *task[3], *untouched;
	struct mock_entity *other_entity;
	unsigned long start;
	int i;

	hw->timedout = tdr_gone;
	other->timedout = tdr_gone;
	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, mock_entity_new(hw, tdr_sched_new(hw)));
	other_entity = mock_entity_new(other, mock_sched_new(other));
	untouched = mock_task_submit(other, other_entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, ARRAY_SIZE(task)));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(other, 1));

	start = jiffies;
	init_completion(&irq.done);
	hrtimer_setup_on_stack(&irq.timer, tdr_interrupt, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	hrtimer_start(&irq.timer, 0, HRTIMER_MODE_REL_HARD);
	wait_for_completion(&irq.done);
	hrtimer_cancel(&irq.timer);
	destroy_hrtimer_on_stack(&irq.timer);

	for (i = 0; i < ARRAY_SIZE(task); i++) {
		KUNIT_ASSERT_TRUE(test, mock_task_wait(task[i]));
		mock_expect_retired(task[i], 1);
		tdr_expect_at(task[i], start);
	}
	mock_expect_freed_once(hw);

	/* A scheduler that had nothing to do, and another device, take no notice. */
	flush_delayed_work(&idle->base.work_tdr);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), (int)ARRAY_SIZE(task));
	KUNIT_EXPECT_EQ(test, atomic_read(&other->timeouts), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(untouched->finished), -EINPROGRESS);
	mock_task_submit(hw, mock_entity_new(hw, idle));
	KUNIT_EXPECT_TRUE(test, mock_hw_ran(hw, ARRAY_SIZE(task) + 1));

	mock_hw_fini(other);
}

static const struct drm_sched_backend_ops *tdr_ops_without_handler(struct kunit *test)
{
	struct drm_sched_backend_ops *ops = kunit_kzalloc(test, sizeof(*ops), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ops);
	*ops = mock_ops;
	ops->timedout_job = NULL;

	return ops;
}

/* A scheduler without a timeout handler has no timeout that could expire. */
static void tdr_fault_without_handler(struct kunit *test)
{
	struct drm_sched_init_args args = { .ops = tdr_ops_without_handler(test) };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_task *task = mock_task_submit(hw, mock_entity_new(hw, sched));

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	drm_sched_fault_device(hw->dev);
	flush_delayed_work(&sched->base.work_tdr);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 1);
}

/* Nothing expires any more after a stop, and a device nobody knows does no harm. */
static void tdr_fault_too_late(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched;
	struct mock_task *task;

	drm_sched_fault_device(hw->dev);
	sched = mock_sched_new(hw);
	task = mock_task_submit(hw, mock_entity_new(hw, sched));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	drm_sched_fault_device(hw->dev);
	flush_delayed_work(&sched->base.work_tdr);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	drm_sched_fault_device(hw->dev);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), 0);
	mock_expect_retired(task, 1);
}

/* Other schedulers of the device go on, what waits for the dead one included. */
static void tdr_others_go_on(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct drm_sched_init_args args = { .timeout = MAX_SCHEDULE_TIMEOUT };
	struct mock_sched *dead = tdr_sched_new(hw);
	struct mock_sched *alive = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, alive);
	struct mock_task *hung, *behind;

	hw->timedout = tdr_gone;
	hung = mock_task_submit(hw, mock_entity_new(hw, dead));
	behind = mock_task_submit_after(hw, entity, hung->finished);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	mock_expect_retired(hung, 1);
	mock_task_complete(behind, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(behind));
	KUNIT_EXPECT_EQ(test, mock_fence_status(behind->finished), 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* A job that waits for a live device is not finished before that has, nor freed. */
static void tdr_foreign_fence(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_sched *sched = tdr_sched_new(hw);
	struct mock_task *hung, *blocked;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	hw->timedout = tdr_gone;
	mock_gate_arm(&hw->tdr_gate);
	hung = mock_task_submit(hw, mock_entity_new(hw, sched));
	blocked = mock_task_submit_after(hw, mock_entity_new(hw, sched), foreign);
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(hung));

	flush_delayed_work(&sched->base.work_tdr);
	flush_work(&sched->base.work_free_job);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 1);
	KUNIT_EXPECT_EQ(test, mock_fence_status(blocked->finished), -EINPROGRESS);
	mock_fence_signal(foreign, 0);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(blocked));
	mock_expect_retired(blocked, 0);
	mock_expect_freed_once(hw);

	dma_fence_put(foreign);
}

/* What still runs elsewhere on the device may use the jobs that wait for it. */
static void tdr_jobs_outlive_their_neighbour(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct drm_sched_init_args args = { .timeout = MAX_SCHEDULE_TIMEOUT, .credit_limit = 2 };
	struct mock_entity *alive = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct mock_sched *dead = tdr_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, dead);
	struct mock_task *running[2], *hung, *behind[2];
	int i;

	hw->timedout = tdr_gone;
	running[0] = mock_task_submit(hw, alive);
	running[1] = mock_task_submit(hw, alive);
	mock_gate_arm(&hw->tdr_gate);
	hung = mock_task_submit(hw, mock_entity_new(hw, dead));
	for (i = 0; i < 2; i++)
		behind[i] = mock_task_submit_after(hw, entity, running[i]->finished);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 3));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(hung));

	flush_delayed_work(&dead->base.work_tdr);
	flush_work(&dead->base.work_free_job);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 1);

	mock_task_complete(running[0], 0);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(behind[0]));
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 3));
	KUNIT_EXPECT_EQ(test, atomic_read(&behind[1]->freed), 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	for (i = 0; i < 2; i++)
		mock_expect_retired(behind[i], 0);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* The handler has stopped the scheduler when it finds out, and does not start it again. */
static enum drm_gpu_sched_stat tdr_stop_then_gone(struct mock_hw *hw, struct drm_sched_job *job)
{
	drm_sched_stop(job->sched, job);
	return DRM_GPU_SCHED_STAT_ENODEV;
}

static void tdr_gone_while_stopped(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = tdr_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[TDR_RUNNING + TDR_QUEUED];
	int i;

	hw->timedout = tdr_stop_then_gone;
	mock_gate_arm(&hw->tdr_gate);
	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, entity);
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(task[ARRAY_SIZE(task) - 1]));

	for (i = 0; i < ARRAY_SIZE(task); i++) {
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), -ENODEV);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static enum drm_gpu_sched_stat tdr_fini_then_gone(struct mock_hw *hw, struct drm_sched_job *job)
{
	KUNIT_EXPECT_EQ(hw->test, drm_sched_fini_device(hw->dev), 0);
	return DRM_GPU_SCHED_STAT_ENODEV;
}

static void tdr_gone_after_fini_device(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = tdr_sched_new(hw);
	struct mock_task *task;

	hw->timedout = tdr_fini_then_gone;
	task = mock_task_submit(hw, mock_entity_new(hw, sched));
	KUNIT_ASSERT_TRUE(test, mock_task_wait(task));

	flush_delayed_work(&sched->base.work_tdr);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* The handler finds out while somebody stops the device, and waits for the handler. */
static void tdr_gone_under_fini_device(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = tdr_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_call *call;
	struct mock_task *task[2];

	hw->timedout = tdr_gone;
	mock_gate_arm(&hw->tdr_gate);
	task[0] = mock_task_submit(hw, entity);
	task[1] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	drm_sched_fault_device(hw->dev);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	call = mock_call_start(test, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	KUNIT_EXPECT_EQ(test, call->ret, 0);
	mock_expect_retired(task[0], 1);
	mock_expect_retired(task[1], 1);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* Somebody stops the device while the handler waits for run_job(). */
static void tdr_fini_device_under_gone(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = tdr_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_call *call;
	struct mock_task *hung, *running;

	hw->timedout = tdr_gone;
	mock_gate_arm(&hw->tdr_gate);
	hung = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_gate_arm(&hw->run_gate);
	running = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->run_gate));
	mock_gate_open(&hw->tdr_gate);
	drm_sched_fault_device(hw->dev);
	KUNIT_ASSERT_TRUE(test, mock_until(READ_ONCE(sched->base.halted)));

	call = mock_call_start_gate(test, &hw->run_gate, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	KUNIT_EXPECT_EQ(test, mock_fence_status(hung->finished), -EINPROGRESS);
	mock_gate_open(&hw->run_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	KUNIT_EXPECT_FALSE(test, call->gate_armed);
	KUNIT_EXPECT_EQ(test, call->ret, 0);
	mock_expect_retired(hung, 1);
	mock_expect_retired(running, 1);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* After it, nothing of the driver is called any more, and the device can still be retired. */
static void tdr_gone_is_for_good(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = tdr_sched_new(hw);
	struct mock_sched *other = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *hung, *late;

	hw->timedout = tdr_gone;
	mock_gate_arm(&hw->free_gate);
	mock_gate_arm(&hw->tdr_gate);
	mock_task_submit(hw, entity);
	hung = mock_task_submit(hw, entity);
	late = mock_task_new(hw, entity);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, late);
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(hung));
	flush_delayed_work(&sched->base.work_tdr);
	WRITE_ONCE(hw->stopped, true);

	/* What waits for free_job() is still on the list, but will not time out. */
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));
	drm_sched_fault(&sched->base);
	flush_delayed_work(&sched->base.work_tdr);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), 1);
	mock_gate_open(&hw->free_gate);

	mock_task_arm(late);
	mock_task_push(late);
	drm_sched_wqueue_start(&sched->base);
	drm_sched_fault(&sched->base);
	drm_sched_stop(&sched->base, NULL);
	drm_sched_start(&sched->base, 0);
	flush_delayed_work(&sched->base.work_tdr);
	flush_work(&sched->base.work_run_job);
	KUNIT_ASSERT_TRUE(test, mock_task_wait(late));
	mock_expect_retired(late, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);

	/* The device itself is not gone before somebody says so. */
	WRITE_ONCE(hw->stopped, false);
	mock_task_submit(hw, mock_entity_new(hw, other));
	KUNIT_EXPECT_TRUE(test, mock_hw_ran(hw, 3));
	mock_task_submit(hw, mock_entity_new(hw, mock_sched_new(hw)));
	KUNIT_EXPECT_TRUE(test, mock_hw_ran(hw, 4));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* A scheduler that belongs to no device finds out all the same. */
static void tdr_without_device(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = MOCK_HANG };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = kunit_kzalloc(test, sizeof(*sched), GFP_KERNEL);
	struct mock_entity *entity;
	struct mock_task *task;

	KUNIT_ASSERT_NOT_NULL(test, sched);
	KUNIT_ASSERT_EQ(test, mock_sched_init(hw, sched, NULL, &args), 0);
	entity = mock_entity_new(hw, sched);
	hw->timedout = tdr_gone;

	task = mock_task_submit(hw, entity);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(task));
	flush_delayed_work(&sched->base.work_tdr);
	mock_expect_retired(task, 1);

	mock_entity_free(entity);
	drm_sched_fini(&sched->base);
	KUNIT_EXPECT_EQ(test, atomic_read(&task->freed), 1);
}

static struct kunit_case drm_sched_tdr_tests[] = {
	KUNIT_CASE(tdr_one_timeout),
	KUNIT_CASE(tdr_fault_device),
	KUNIT_CASE(tdr_fault_without_handler),
	KUNIT_CASE(tdr_fault_too_late),
	KUNIT_CASE(tdr_others_go_on),
	KUNIT_CASE(tdr_foreign_fence),
	KUNIT_CASE(tdr_jobs_outlive_their_neighbour),
	KUNIT_CASE(tdr_gone_while_stopped),
	KUNIT_CASE(tdr_gone_after_fini_device),
	KUNIT_CASE(tdr_gone_under_fini_device),
	KUNIT_CASE(tdr_fini_device_under_gone),
	KUNIT_CASE(tdr_gone_is_for_good),
	KUNIT_CASE(tdr_without_device),
	{}
};

static struct kunit_suite drm_sched_tdr_suite = {
	.name = "drm_sched_device_tdr",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_tdr_tests,
};

kunit_test_suite(drm_sched_tdr_suite);
