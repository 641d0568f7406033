// SPDX-License-Identifier: GPL-2.0
/*
 * Schedulers that are destroyed by their own free_job(), as those of a driver are
 * whose jobs hold a reference to the context that its schedulers belong to (g7).
 */

#include <kunit/test.h>

#include <linux/workqueue.h>

#include "drm_sched_device_test.h"
#include "drm_sched_mock_hw.h"

/* The last reference to a context with all schedulers. */
static void fini_all(struct mock_hw *hw)
{
	struct mock_sched *sched, *next;

	if (!xchg(&hw->in_free, NULL))
		return;

	wake_up_all(&hw->waitq);
	list_for_each_entry_safe(sched, next, &hw->scheds, link)
		mock_sched_free(sched);
}

/* Wait until free_job() has come to that. */
static bool fini_all_begun(struct mock_hw *hw)
{
	return wait_event_timeout(hw->waitq, !READ_ONCE(hw->in_free), MOCK_TIMEOUT);
}

/* The job that is freed is on one of two schedulers. */
static void fini_in_free_job(struct kunit *test, struct workqueue_struct *wq)
{
	struct drm_sched_init_args args = { .submit_wq = wq, .timeout_wq = wq, .timeout = HZ };
	struct mock_hw *hw = mock_hw_new(test);
	struct mock_entity *sibling = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct mock_task *task = mock_task_submit(hw, sibling);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_task_complete(task, 0);
	KUNIT_ASSERT_TRUE(test, mock_hw_freed(hw, 1));

	hw->in_free = fini_all;
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	mock_task_complete(task, 0);

	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 2));
	KUNIT_EXPECT_TRUE(test, list_empty(&hw->scheds));
	KUNIT_EXPECT_PTR_EQ(test, mock_task_new(hw, entity), ERR_PTR(-ENODEV));
	mock_expect_freed_once(hw);
	mock_hw_fini(hw);
}

static void g7_destroyed_by_free_job(struct kunit *test)
{
	fini_in_free_job(test, NULL);
}

static void g7_destroyed_on_a_shared_wq(struct kunit *test)
{
	fini_in_free_job(test, mock_wq_new(test, 1));
	fini_in_free_job(test, mock_wq_new(test, 0));
}

/* Both schedulers of a context free a job, and the last reference goes with one of them. */
static void g7_destroyed_while_a_sibling_frees(struct kunit *test)
{
	struct drm_sched_init_args args = { .submit_wq = mock_wq_new(test, 0) };
	struct mock_hw *hw = test->priv;
	struct mock_task *task[2];
	int i;

	for (i = 0; i < 2; i++)
		task[i] = mock_task_submit(hw, mock_entity_new(hw, mock_sched_new_args(hw, &args)));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));

	/* The one that comes first destroys the other one's scheduler first. */
	mock_gate_arm(&hw->free_gate);
	for (i = 1; i >= 0; i--) {
		mock_task_complete(task[i], 0);
		KUNIT_EXPECT_TRUE(test, mock_until(atomic_read(&hw->free_gate.waiting) == 2 - i));
	}
	hw->in_free = fini_all;
	mock_gate_open(&hw->free_gate);

	mock_expect_freed_once(hw);
	KUNIT_EXPECT_TRUE(test, list_empty(&hw->scheds));
}

/* Jobs that have not been freed yet when the first one takes the scheduler with it. */
static void g7_destroyed_before_the_last_job(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *done[2], *queued;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	done[0] = mock_task_submit(hw, entity);
	done[1] = mock_task_submit(hw, entity);
	queued = mock_task_submit_after(hw, entity, foreign);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));

	hw->in_free = fini_all;
	mock_gate_arm(&hw->free_gate);
	mock_task_complete(done[0], 0);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));
	mock_task_complete(done[1], 0);
	mock_gate_open(&hw->free_gate);

	mock_expect_freed_once(hw);
	KUNIT_EXPECT_EQ(test, mock_fence_status(done[1]->finished), 0);
	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(queued));
	mock_expect_retired(queued, 0);
	dma_fence_put(foreign);
}

/* The same with jobs that never ran, because their file has been closed. */
static void g7_destroyed_by_a_discarded_job(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *task[2];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	for (i = 0; i < 2; i++)
		task[i] = mock_task_submit_after(hw, entity, foreign);

	hw->in_free = fini_all;
	mock_entity_free(entity);
	mock_fence_signal(foreign, 0);
	mock_expect_freed_once(hw);
	KUNIT_EXPECT_TRUE(test, list_empty(&hw->scheds));

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_TRUE(test, mock_task_wait(task[i]));
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), -ESRCH);
	}
	dma_fence_put(foreign);
}

static enum drm_gpu_sched_stat fini_finished_after_all(struct mock_hw *hw,
						       struct drm_sched_job *job)
{
	mock_fence_signal(job->s_fence->parent, 0);
	return DRM_GPU_SCHED_STAT_NO_HANG;
}

/* The handler has the older job in its hands, the younger one is freed. */
static void g7_destroyed_under_a_timeout_handler(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1, .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity;
	struct mock_task *younger;

	args.submit_wq = mock_wq_new(test, 0);
	args.timeout_wq = args.submit_wq;
	entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	hw->timedout = fini_finished_after_all;
	mock_gate_arm(&hw->tdr_gate);
	mock_task_submit(hw, entity);
	younger = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	hw->in_free = fini_all;
	mock_task_complete(younger, 0);
	KUNIT_EXPECT_TRUE(test, fini_all_begun(hw));
	/* Who waits for the handler tells nobody. */
	schedule_timeout_uninterruptible(MOCK_GRACE);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 0);

	mock_gate_open(&hw->tdr_gate);
	mock_expect_freed_once(hw);
	KUNIT_EXPECT_TRUE(test, list_empty(&hw->scheds));
}

static enum drm_gpu_sched_stat fini_reset(struct mock_hw *hw, struct drm_sched_job *job)
{
	drm_sched_stop(job->sched, job);
	/* That of the job which was held in it. */
	KUNIT_EXPECT_EQ(hw->test, atomic_read(&hw->frees), 1);
	drm_sched_start(job->sched, 0);

	return DRM_GPU_SCHED_STAT_RESET;
}

/* And the other way round, which does not mean that one could wait for the other. */
static void g7_reset_waits_for_free_job(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *freed, *guilty;

	hw->timedout = fini_reset;
	mock_gate_arm(&hw->free_gate);
	freed = mock_task_submit(hw, entity);
	guilty = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	mock_task_complete(freed, 0);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));

	drm_sched_fault(&sched->base);
	KUNIT_EXPECT_TRUE(test, mock_until(READ_ONCE(sched->base.pause_submit)));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(guilty->finished));

	mock_gate_open(&hw->free_gate);
	mock_expect_freed_once(hw);
	KUNIT_EXPECT_EQ(test, mock_fence_status(guilty->finished), -ECANCELED);
}

static struct task_struct *fini_handler;
static atomic_t fini_discards;

static void fini_discard_job(struct drm_sched_job *job)
{
	atomic_inc(&fini_discards);
}

static enum drm_gpu_sched_stat fini_guilty(struct mock_hw *hw, struct drm_sched_job *job)
{
	fini_handler = current;
	mock_fence_signal(job->s_fence->parent, 0);
	drm_sched_stop(job->sched, job);
	drm_sched_start(job->sched, 0);

	return DRM_GPU_SCHED_STAT_RESET;
}

/* The guilty job finishes after all, under the handler that resets because of it. */
static void g7_destroyed_by_the_guilty_job(struct kunit *test)
{
	static struct drm_sched_backend_ops ops;
	struct drm_sched_init_args args = { .ops = &ops, .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched;
	struct mock_task *task;

	ops = mock_ops;
	ops.discard_job = fini_discard_job;
	atomic_set(&fini_discards, 0);
	sched = mock_sched_new_args(hw, &args);
	hw->timedout = fini_guilty;
	hw->in_free = fini_all;
	mock_gate_arm(&hw->tdr_gate);
	task = mock_task_submit(hw, mock_entity_new(hw, sched));
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));
	/* Only then the handler finds a hardware fence. */
	flush_work(&sched->base.work_run_job);
	mock_gate_open(&hw->tdr_gate);

	mock_expect_freed_once(hw);
	KUNIT_EXPECT_TRUE(test, list_empty(&hw->scheds));
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), 1);
	KUNIT_EXPECT_PTR_NE(test, task->freer, fini_handler);
	KUNIT_EXPECT_EQ(test, atomic_read(&fini_discards), 0);
}

/* free_job() waits for a call that waits for run_job(). Either may cancel the job that runs. */
static void g7_destroyed_during_the_call(struct kunit *test)
{
	struct drm_sched_init_args args = { .ops = &mock_cancel_ops, .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity;
	struct mock_sched *sched;
	struct mock_call *call;
	struct mock_task *task[2];

	args.submit_wq = mock_wq_new(test, 0);
	sched = mock_sched_new_args(hw, &args);
	entity = mock_entity_new(hw, sched);
	task[0] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_gate_arm(&hw->run_gate);
	task[1] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->run_gate));
	call = mock_call_start(test, mock_fini_device, hw->dev);
	KUNIT_EXPECT_TRUE(test, mock_until(READ_ONCE(sched->base.halted)));

	hw->in_free = fini_all;
	mock_task_complete(task[0], 0);
	KUNIT_EXPECT_TRUE(test, fini_all_begun(hw));
	/* Neither of the two tells that it waits. */
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 0);

	mock_gate_open(&hw->run_gate);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, call->ret, 0);
	mock_expect_freed_once(hw);
	mock_expect_retired(task[1], 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->cancels), 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&hw->scheds));
}

static struct kunit_case drm_sched_device_fini_tests[] = {
	KUNIT_CASE(g7_destroyed_by_free_job),
	KUNIT_CASE(g7_destroyed_on_a_shared_wq),
	KUNIT_CASE(g7_destroyed_while_a_sibling_frees),
	KUNIT_CASE(g7_destroyed_before_the_last_job),
	KUNIT_CASE(g7_destroyed_by_a_discarded_job),
	KUNIT_CASE(g7_destroyed_under_a_timeout_handler),
	KUNIT_CASE(g7_reset_waits_for_free_job),
	KUNIT_CASE(g7_destroyed_by_the_guilty_job),
	KUNIT_CASE(g7_destroyed_during_the_call),
	{}
};

static struct kunit_suite drm_sched_device_fini_suite = {
	.name = "drm_sched_device_fini",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_device_fini_tests,
};

kunit_test_suite(drm_sched_device_fini_suite);
