// SPDX-License-Identifier: GPL-2.0
/*
 * What runs on the hardware: drm_sched_stop_device() (g1), and how
 * drm_sched_fini_device() finishes it (g2).
 */

#include <kunit/test.h>

#include <linux/dma-fence-chain.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "drm_sched_device_test.h"
#include "drm_sched_mock_hw.h"

/* Whatever lets a scheduler call its driver, each waited for: nothing is late afterwards. */
static void run_wake(struct drm_gpu_scheduler *sched)
{
	drm_sched_wqueue_start(sched);
	flush_work(&sched->work_run_job);

	/* This also lets a timeout expire that is still far away. */
	flush_delayed_work(&sched->work_tdr);
	drm_sched_fault(sched);
	flush_delayed_work(&sched->work_tdr);
	drm_sched_tdr_queue_imm(sched);
	flush_delayed_work(&sched->work_tdr);
	drm_sched_resume_timeout(sched, 0);
	flush_delayed_work(&sched->work_tdr);
}

/* The same for a reset. */
static void run_reset(struct drm_gpu_scheduler *sched)
{
	drm_sched_stop(sched, NULL);
	drm_sched_resubmit_jobs(sched);
	drm_sched_start(sched, 0);
	flush_work(&sched->work_run_job);
	flush_delayed_work(&sched->work_tdr);
}

static void g1_stop_is_for_good(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_task *queued = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	WRITE_ONCE(hw->stopped, true);

	run_wake(&sched->base);
	run_reset(&sched->base);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(queued->finished), -EINPROGRESS);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(running->finished));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	run_wake(&sched->base);
	run_reset(&sched->base);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
	mock_expect_retired(queued, 0);
	mock_expect_freed_once(hw);
}

static void g1_stop_lets_hardware_finish(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_task *queued = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	WRITE_ONCE(hw->stopped, true);

	mock_task_complete(running, 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(running->finished), 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 1));
	KUNIT_EXPECT_EQ(test, mock_fence_status(queued->finished), -EINPROGRESS);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(queued, 0);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
}

static void g1_stop_waits_for_run_job(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_call *call;
	struct mock_task *task;

	mock_gate_arm(&hw->run_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->run_gate));

	call = mock_call_start_gate(test, &hw->run_gate, mock_stop_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	mock_gate_open(&hw->run_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	KUNIT_EXPECT_FALSE(test, call->gate_armed);
	KUNIT_EXPECT_EQ(test, call->ret, 0);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

static enum drm_gpu_sched_stat mock_reset(struct mock_hw *hw, struct drm_sched_job *job)
{
	struct mock_sched *sched;

	list_for_each_entry(sched, &hw->scheds, link)
		drm_sched_stop(&sched->base, job);
	list_for_each_entry(sched, &hw->scheds, link)
		drm_sched_resubmit_jobs(&sched->base);
	list_for_each_entry(sched, &hw->scheds, link)
		drm_sched_start(&sched->base, 0);

	return DRM_GPU_SCHED_STAT_RESET;
}

static void g1_stop_waits_for_timedout_job(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_call *call;
	struct mock_task *task;

	hw->timedout = mock_reset;
	mock_gate_arm(&hw->tdr_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	call = mock_call_start_gate(test, &hw->tdr_gate, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	KUNIT_EXPECT_FALSE(test, call->gate_armed);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -ENODEV);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->fence), -ENODEV);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* The handler of one scheduler resets all, also those that a walk would find first. */
static void g1_stop_lets_a_reset_end(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *other = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *running = mock_task_submit(hw, other);
	struct mock_call *call;
	struct mock_task *guilty;

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	hw->timedout = mock_reset;
	mock_gate_arm(&hw->tdr_gate);
	guilty = mock_task_submit(hw, mock_entity_new(hw, mock_sched_new_args(hw, &args)));
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	call = mock_call_start_gate(test, &hw->tdr_gate, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	mock_expect_retired(running, 2);
	mock_expect_retired(guilty, 2);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static void g1_scheduler_born_stopped(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity;
	struct mock_sched *sched;
	struct mock_task *task;

	mock_sched_new(hw);
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	WRITE_ONCE(hw->stopped, true);

	sched = mock_sched_new(hw);
	entity = mock_entity_new(hw, sched);
	task = mock_task_submit(hw, entity);
	flush_work(&sched->base.work_run_job);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
}

static void g2_pending_oldest_first(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 40 };
	struct mock_hw *hw = test->priv;
	struct mock_task *task[80];
	int i;

	for (i = 0; i < ARRAY_SIZE(task); i += 40) {
		struct mock_sched *sched = mock_sched_new_args(hw, &args);
		struct mock_entity *entity = mock_entity_new(hw, sched);
		int k;

		for (k = 0; k < 40; k++)
			task[i + k] = mock_task_submit(hw, entity);
	}
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, ARRAY_SIZE(task)));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		mock_expect_retired(task[i], 1);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* The interrupt of the younger job comes while the older one is being retired. */
struct mock_irq {
	struct dma_fence_cb	cb;
	struct dma_fence	*fence;
};

static void mock_irq_comes(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct mock_irq *irq = container_of(cb, struct mock_irq, cb);

	/* All hardware fences share a lock, as they often do, and it is held. */
	dma_fence_signal_locked(irq->fence);
}

static void g2_completion_that_wins(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *older = mock_task_submit(hw, entity);
	struct mock_task *younger = mock_task_submit(hw, entity);
	struct mock_irq irq = {};

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	irq.fence = younger->fence;
	dma_fence_add_callback(older->fence, &irq.cb, mock_irq_comes);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(older, 1);
	KUNIT_EXPECT_EQ(test, mock_fence_status(younger->fence), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(younger->finished), 0);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static void g2_late_interrupt(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_task_complete(task, 0);

	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

static enum drm_gpu_sched_stat mock_fini_nodev(struct mock_hw *hw, struct drm_sched_job *job)
{
	KUNIT_EXPECT_EQ(hw->test, drm_sched_fini_device(hw->dev), 0);
	return DRM_GPU_SCHED_STAT_ENODEV;
}

static enum drm_gpu_sched_stat mock_fini_no_hang(struct mock_hw *hw, struct drm_sched_job *job)
{
	mock_fini_nodev(hw, job);
	return DRM_GPU_SCHED_STAT_NO_HANG;
}

static enum drm_gpu_sched_stat mock_fini_reset(struct mock_hw *hw, struct drm_sched_job *job)
{
	mock_fini_nodev(hw, job);
	return DRM_GPU_SCHED_STAT_RESET;
}

static enum drm_gpu_sched_stat mock_fini_then_reset(struct mock_hw *hw, struct drm_sched_job *job)
{
	mock_fini_nodev(hw, job);
	return mock_reset(hw, job);
}

static enum drm_gpu_sched_stat mock_fini_in_reset(struct mock_hw *hw, struct drm_sched_job *job)
{
	struct mock_sched *sched;

	list_for_each_entry(sched, &hw->scheds, link)
		drm_sched_stop(&sched->base, job);

	return mock_fini_reset(hw, job);
}

static void g2_job_of_the_timeout_handler(struct kunit *test)
{
	enum drm_gpu_sched_stat (*const handler[])(struct mock_hw *hw, struct drm_sched_job *) = {
		mock_fini_nodev, mock_fini_no_hang, mock_fini_reset, mock_fini_then_reset,
		mock_fini_in_reset,
	};
	struct drm_sched_init_args args = { .timeout = HZ / 10, .credit_limit = 2 };
	int i, k;

	for (i = 0; i < ARRAY_SIZE(handler); i++) {
		struct mock_hw *hw = mock_hw_new(test);
		struct mock_sched *sched = mock_sched_new_args(hw, &args);
		struct mock_entity *entity = mock_entity_new(hw, sched);
		struct mock_task *task[3];

		hw->timedout = handler[i];
		mock_gate_arm(&hw->tdr_gate);
		for (k = 0; k < 3; k++)
			task[k] = mock_task_submit(hw, entity);
		KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
		mock_gate_open(&hw->tdr_gate);

		for (k = 0; k < 3; k++) {
			KUNIT_EXPECT_TRUE(test, mock_task_wait(task[k]));
			KUNIT_EXPECT_EQ(test, mock_fence_status(task[k]->finished), -ENODEV);
			KUNIT_EXPECT_EQ(test, atomic_read(&task[k]->ran), k < 2);
			/* drm_sched_stop() has dropped the hardware fences. */
			if (k < 2 && handler[i] != mock_fini_in_reset)
				KUNIT_EXPECT_EQ(test, mock_fence_status(task[k]->fence), -ENODEV);
			KUNIT_EXPECT_EQ(test, task[k]->order, k + 1);
		}
		mock_expect_freed_once(hw);
		KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
		mock_expect_balanced(hw);
		KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), 1);
		mock_hw_fini(hw);
	}
}

/* Between drm_sched_stop() and drm_sched_start() there is no callback. */
static void g2_stopped_by_a_reset(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_task *queued = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	drm_sched_stop(&sched->base, NULL);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(running->finished), -ENODEV);
	mock_expect_retired(queued, 0);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static void g2_resubmitted_by_a_reset(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	drm_sched_stop(&sched->base, NULL);
	drm_sched_resubmit_jobs(&sched->base);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 2);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static void g2_cancel_job(struct kunit *test)
{
	struct drm_sched_init_args args = { .ops = &mock_cancel_ops };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_task *queued = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	WRITE_ONCE(hw->stopped, true);

	KUNIT_EXPECT_EQ(test, atomic_read(&hw->cancels), 1);
	mock_expect_retired(running, 1);
	mock_expect_retired(queued, 0);

	mock_sched_free(sched);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
	mock_expect_freed_once(hw);
}

/* Finished, but not freed yet, because free_job() of the one before takes its time. */
static void g2_no_cancel_job_for_the_finished(struct kunit *test)
{
	struct drm_sched_init_args args = { .ops = &mock_cancel_ops, .credit_limit = 3 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct mock_task *task[3];
	int i;

	for (i = 0; i < 3; i++)
		task[i] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 3));
	mock_gate_arm(&hw->free_gate);
	mock_task_complete(task[0], 0);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));
	mock_task_complete(task[1], 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->cancels), 1);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task[1]->finished), 0);
	mock_expect_retired(task[2], 1);
	mock_gate_open(&hw->free_gate);
	mock_expect_freed_once(hw);
}

/* Hardware fences of the job that runs on two rings at a time. */
static struct dma_fence *g2_parts[2];

static struct dma_fence *g2_parallel_run_job(struct drm_sched_job *job)
{
	struct mock_task *task = container_of(job, struct mock_job, base)->task;
	struct dma_fence_chain *chain = dma_fence_chain_alloc();
	int i;

	if (!chain)
		return ERR_PTR(-ENOMEM);

	for (i = 0; i < 2; i++)
		g2_parts[i] = mock_fence_new(task->hw);
	dma_fence_chain_init(chain, dma_fence_get(g2_parts[0]), dma_fence_get(g2_parts[1]), 1);

	atomic_inc(&task->ran);
	task->fence = dma_fence_get(&chain->base);
	atomic_inc(&task->hw->runs);
	wake_up_all(&task->hw->waitq);

	return &chain->base;
}

/* The error first: the chain signals as soon as its parts have. */
static void g2_parallel_cancel_job(struct drm_sched_job *job)
{
	struct mock_task *task = container_of(job, struct mock_job, base)->task;
	unsigned long flags;
	int i;

	dma_fence_lock_irqsave(task->fence, flags);
	dma_fence_set_error(task->fence, -ENODEV);
	dma_fence_unlock_irqrestore(task->fence, flags);

	for (i = 0; i < 2; i++)
		mock_fence_signal(g2_parts[i], -ENODEV);
}

/* The hardware fence is a chain; the fences in it are the driver's. */
static void g2_parallel_job(struct kunit *test)
{
	static struct drm_sched_backend_ops ops;
	struct drm_sched_init_args args = { .ops = &ops };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched;
	struct mock_task *task;
	int i;

	ops = mock_cancel_ops;
	ops.run_job = g2_parallel_run_job;
	ops.cancel_job = g2_parallel_cancel_job;
	sched = mock_sched_new_args(hw, &args);
	task = mock_task_submit(hw, mock_entity_new(hw, sched));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);

	/* The test's, and that of the finished fence: what the chain had of itself is gone. */
	KUNIT_EXPECT_TRUE(test, mock_until(kref_read(&task->fence->refcount) == 2));
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->fence), -ENODEV);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, mock_fence_status(g2_parts[i]), -ENODEV);
		dma_fence_put(g2_parts[i]);
	}
}

/* The end of a reset that comes too late. */
static void g2_started_after_the_retire(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	drm_sched_stop(&sched->base, NULL);
	/* It is not freed before the start, because another one takes its time. */
	mock_gate_arm(&hw->free_gate);
	mock_task_submit(hw, mock_entity_new(hw, sched));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, mock_gate_wait(&hw->free_gate));
	drm_sched_start(&sched->base, 0);
	mock_gate_open(&hw->free_gate);

	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -ENODEV);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static struct kunit_case drm_sched_device_run_tests[] = {
	KUNIT_CASE(g1_stop_is_for_good),
	KUNIT_CASE(g1_stop_lets_hardware_finish),
	KUNIT_CASE(g1_stop_waits_for_run_job),
	KUNIT_CASE(g1_stop_waits_for_timedout_job),
	KUNIT_CASE(g1_stop_lets_a_reset_end),
	KUNIT_CASE(g1_scheduler_born_stopped),
	KUNIT_CASE(g2_pending_oldest_first),
	KUNIT_CASE(g2_completion_that_wins),
	KUNIT_CASE(g2_late_interrupt),
	KUNIT_CASE(g2_job_of_the_timeout_handler),
	KUNIT_CASE(g2_stopped_by_a_reset),
	KUNIT_CASE(g2_resubmitted_by_a_reset),
	KUNIT_CASE(g2_cancel_job),
	KUNIT_CASE(g2_no_cancel_job_for_the_finished),
	KUNIT_CASE(g2_parallel_job),
	KUNIT_CASE(g2_started_after_the_retire),
	{}
};

static struct kunit_suite drm_sched_device_run_suite = {
	.name = "drm_sched_device_run",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_device_run_tests,
};

kunit_test_suite(drm_sched_device_run_suite);
