// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of drm_sched_stop_device() and drm_sched_fini_device(): one or more for
 * each guarantee, named after it. Documentation/gpu/drm-sched-device-tests.rst
 * says what each of them guards.
 */

#include <kunit/test.h>

#include <linux/device.h>
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_kunit_helpers.h>

#include "drm_sched_mock_hw.h"

static int mock_stop_device(void *dev)
{
	return drm_sched_stop_device(dev);
}

static int mock_fini_device(void *dev)
{
	return drm_sched_fini_device(dev);
}

static void g1_stop_is_for_good(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = HZ };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_task *queued = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	WRITE_ONCE(hw->stopped, true);

	drm_sched_wqueue_start(&sched->base);
	drm_sched_fault(&sched->base);
	drm_sched_tdr_queue_imm(&sched->base);
	drm_sched_resume_timeout(&sched->base, 0);
	schedule_timeout_uninterruptible(2 * HZ);

	drm_sched_stop(&sched->base, NULL);
	drm_sched_resubmit_jobs(&sched->base);
	drm_sched_start(&sched->base, 0);
	schedule_timeout_uninterruptible(2 * HZ);

	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(queued->finished), -EINPROGRESS);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(running->finished));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	drm_sched_wqueue_start(&sched->base);
	drm_sched_fault(&sched->base);
	drm_sched_tdr_queue_imm(&sched->base);
	drm_sched_stop(&sched->base, NULL);
	drm_sched_resubmit_jobs(&sched->base);
	drm_sched_start(&sched->base, 0);
	schedule_timeout_uninterruptible(2 * HZ);

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
	struct mock_call call = { .gate = &hw->run_gate };
	struct mock_task *task;

	mock_gate_arm(&hw->run_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->run_gate));

	mock_call_start(test, &call, mock_stop_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(&call, MOCK_GRACE));
	mock_gate_open(&hw->run_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(&call, MOCK_TIMEOUT));

	KUNIT_EXPECT_FALSE(test, call.gate_armed);
	KUNIT_EXPECT_EQ(test, call.ret, 0);
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
	struct mock_call call = { .gate = &hw->tdr_gate };
	struct mock_task *task;

	hw->timedout = mock_reset;
	mock_gate_arm(&hw->tdr_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	mock_call_start(test, &call, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(&call, MOCK_GRACE));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(&call, MOCK_TIMEOUT));

	KUNIT_EXPECT_FALSE(test, call.gate_armed);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -ENODEV);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->fence), -ENODEV);
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
	schedule_timeout_uninterruptible(MOCK_GRACE);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
}

static void g2_pending_oldest_first(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 8 };
	struct mock_hw *hw = test->priv;
	struct mock_task *task[16];
	int i;

	for (i = 0; i < ARRAY_SIZE(task); i += 8) {
		struct mock_sched *sched = mock_sched_new_args(hw, &args);
		struct mock_entity *entity = mock_entity_new(hw, sched);
		int k;

		for (k = 0; k < 8; k++)
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
		for (k = 0; k < 3; k++)
			task[k] = mock_task_submit(hw, entity);

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

static void g3_queued_in_order(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[32];
	int i;

	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		mock_expect_retired(task[i], !i);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
	KUNIT_EXPECT_EQ(test, drm_sched_entity_error(&entity->base), -ENODEV);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* Each job depends on one of another scheduler that is looked at later. */
static void g3_chain_over_schedulers(struct kunit *test)
{
	struct mock_entity *entity[4];
	struct mock_hw *hw = test->priv;
	struct mock_task *task[64];
	int i;

	for (i = 0; i < ARRAY_SIZE(entity); i++)
		entity[i] = mock_entity_new(hw, mock_sched_new(hw));

	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit_after(hw, entity[3 - i % 4],
						 i ? task[i - 1]->finished : NULL);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		mock_expect_retired(task[i], !i);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static struct dma_fence *mock_array(struct kunit *test, struct dma_fence *a, struct dma_fence *b)
{
	struct dma_fence **fences = kmalloc_array(2, sizeof(*fences), GFP_KERNEL);
	struct dma_fence_array *array;

	KUNIT_ASSERT_NOT_NULL(test, fences);
	fences[0] = dma_fence_get(a);
	fences[1] = dma_fence_get(b);
	array = dma_fence_array_create(2, fences, dma_fence_context_alloc(1), 1);
	KUNIT_ASSERT_NOT_NULL(test, array);

	return &array->base;
}

static struct dma_fence *mock_chain(struct kunit *test, struct dma_fence *prev,
				    struct dma_fence *fence)
{
	struct dma_fence_chain *chain = dma_fence_chain_alloc();

	KUNIT_ASSERT_NOT_NULL(test, chain);
	dma_fence_chain_init(chain, dma_fence_get(prev), dma_fence_get(fence), 1);

	return &chain->base;
}

static void g3_through_containers(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *a = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_entity *b = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_entity *c = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *first = mock_task_submit(hw, c);
	struct mock_task *second = mock_task_submit(hw, c);
	struct mock_task *after_array, *after_chain, *after_both;
	struct dma_fence *array, *chain, *both;

	array = mock_array(test, first->finished, second->finished);
	after_array = mock_task_submit_after(hw, a, array);
	chain = mock_chain(test, first->finished, second->finished);
	after_chain = mock_task_submit_after(hw, b, chain);
	both = mock_chain(test, array, after_chain->finished);
	after_both = mock_task_submit_after(hw, a, both);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);

	mock_expect_retired(first, 1);
	mock_expect_retired(second, 0);
	mock_expect_retired(after_array, 0);
	mock_expect_retired(after_chain, 0);
	mock_expect_retired(after_both, 0);
	mock_expect_freed_once(hw);

	dma_fence_put(both);
	dma_fence_put(chain);
	dma_fence_put(array);
}

static void g3_parked_in_prepare_job(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct dma_fence *never = mock_fence_new(hw);
	struct mock_task *task;

	KUNIT_ASSERT_NOT_NULL(test, never);
	task = mock_task_submit_waiting(hw, entity, dma_fence_get(never));
	KUNIT_ASSERT_TRUE(test, mock_until(READ_ONCE(entity->base.dependency) == never));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 0);
	mock_expect_freed_once(hw);

	mock_fence_signal(never, 0);
	dma_fence_put(never);
}

/* "Scheduled" of another entity's job: its memory is in use until "finished". */
static void g3_scheduled_means_finished(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_hw *other = mock_hw_new(test);
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_entity *foreign = mock_entity_new(other, mock_sched_new(other));
	struct mock_task *theirs = mock_task_submit(other, foreign);
	struct mock_task *first = mock_task_submit(hw, entity);
	struct mock_task *task;

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(other, 1));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	task = mock_task_submit_after(hw, entity, &to_drm_sched_fence(theirs->finished)->scheduled);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(first, 1);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);

	mock_task_complete(theirs, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(task));
	mock_expect_retired(task, 0);
	mock_hw_fini(other);
}

static void g4_foreign_fence_is_waited_for(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_entity *dependent = mock_entity_new(hw, mock_sched_new(hw));
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *blocked, *behind, *after;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	blocked = mock_task_submit_after(hw, entity, foreign);
	behind = mock_task_submit(hw, entity);
	after = mock_task_submit_after(hw, dependent, behind->finished);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(blocked->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, mock_fence_status(behind->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, mock_fence_status(after->finished), -EINPROGRESS);

	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(after));
	mock_expect_retired(blocked, 0);
	mock_expect_retired(behind, 0);
	mock_expect_retired(after, 0);
	KUNIT_EXPECT_EQ(test, blocked->order, 1);
	KUNIT_EXPECT_EQ(test, behind->order, 2);
	KUNIT_EXPECT_EQ(test, after->order, 3);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
	dma_fence_put(foreign);
}

static void g5_push_after(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *inited = mock_task_new(hw, entity);
	struct mock_task *armed = mock_task_new(hw, entity);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, inited);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, armed);
	mock_task_arm(armed);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	WRITE_ONCE(hw->stopped, true);
	KUNIT_EXPECT_PTR_EQ(test, mock_task_new(hw, entity), ERR_PTR(-ENODEV));

	mock_task_push(armed);
	mock_task_arm(inited);
	mock_task_push(inited);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(inited));
	mock_expect_retired(armed, 0);
	mock_expect_retired(inited, 0);
	KUNIT_EXPECT_EQ(test, armed->order, 1);
	KUNIT_EXPECT_EQ(test, inited->order, 2);
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
	KUNIT_EXPECT_PTR_NE(test, armed->freer, current);
	KUNIT_EXPECT_PTR_NE(test, inited->freer, current);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
}

static void g5_push_behind_blocked(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *blocked, *late;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	blocked = mock_task_submit_after(hw, entity, foreign);
	late = mock_task_new(hw, entity);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, late);
	mock_task_arm(late);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_task_push(late);
	schedule_timeout_uninterruptible(MOCK_GRACE);
	KUNIT_EXPECT_EQ(test, mock_fence_status(late->finished), -EINPROGRESS);

	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(late));
	mock_expect_retired(blocked, 0);
	mock_expect_retired(late, 0);
	KUNIT_EXPECT_EQ(test, blocked->order, 1);
	mock_expect_freed_once(hw);
	dma_fence_put(foreign);
}

static void g6_signalling_does_not_wait_for_free_job(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct mock_task *done = mock_task_submit(hw, entity);
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_task *queued = mock_task_submit(hw, entity);
	struct mock_call call = {};

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	mock_gate_arm(&hw->free_gate);
	mock_task_complete(done, 0);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));

	mock_call_start(test, &call, mock_fini_device, hw->dev);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(queued));
	KUNIT_EXPECT_TRUE(test, mock_call_returned(&call, MOCK_TIMEOUT));
	mock_expect_retired(running, 1);
	/* It may have got the credits of the first one. */
	mock_expect_retired(queued, atomic_read(&queued->ran));
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 0);

	mock_gate_open(&hw->free_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(&call, MOCK_TIMEOUT));
	mock_expect_freed_once(hw);
}

/* What is left for drm_sched_fini() is freed by it. */
static void g6_free_job_by_fini(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	int i;

	for (i = 0; i < 8; i++)
		mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	drm_sched_wqueue_stop(&sched->base);
	mock_sched_free(sched);

	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 8);
	mock_expect_freed_once(hw);
}

static int mock_flush(void *data)
{
	struct mock_entity *entity = data;

	return drm_sched_entity_flush(&entity->base, MAX_SCHEDULE_TIMEOUT) ? 0 : -ETIME;
}

/* Files are closed when nothing but the run queue is left of the scheduler. */
static void g7_entities_outlive_the_scheduler(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *used = mock_entity_new(hw, sched);
	struct mock_entity *killed = mock_entity_new(hw, sched);
	struct mock_entity *unused = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_submit(hw, used);

	mock_task_submit(hw, killed);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_sched_free(sched);

	KUNIT_EXPECT_PTR_EQ(test, mock_task_new(hw, used), ERR_PTR(-ENODEV));
	KUNIT_EXPECT_EQ(test, mock_flush(used), 0);
	drm_sched_entity_kill(&killed->base);
	KUNIT_EXPECT_EQ(test, drm_sched_entity_error(&used->base), -ENODEV);
	mock_entity_free(used);
	mock_entity_free(killed);
	mock_entity_free(unused);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

static void g7_fini_without_retire(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_task_complete(task, 0);
	KUNIT_ASSERT_TRUE(test, mock_hw_freed(hw, 1));

	mock_sched_free(sched);
	KUNIT_EXPECT_EQ(test, mock_flush(entity), 0);
	mock_entity_free(entity);
}

static void g7_flush_is_woken(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[2];
	struct mock_call call = {};

	task[0] = mock_task_submit(hw, entity);
	task[1] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	mock_call_start(test, &call, mock_flush, entity);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(&call, MOCK_GRACE));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(&call, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, call.ret, 0);
	mock_expect_retired(task[1], 0);
	mock_sched_free(sched);
}

/* The same without a retire: the sleeper has to leave before the memory goes. */
static void g7_flush_is_expelled(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_call call = {};
	struct mock_task *task;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	task = mock_task_submit_after(hw, entity, foreign);
	mock_call_start(test, &call, mock_flush, entity);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(&call, MOCK_GRACE));

	mock_sched_free(sched);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(&call, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);
	mock_expect_freed_once(hw);

	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(task));
	mock_expect_retired(task, 0);
	dma_fence_put(foreign);
}

static void g11_second_call(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

static void g11_wrong_device(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_hw *other = mock_hw_new(test);
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(other->dev), -ENODEV);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -EINPROGRESS);
	mock_hw_fini(other);
}

/* The second caller returns when the work is done, not before. */
static void g11_two_callers(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_call call[2] = { { .gate = &hw->run_gate }, { .gate = &hw->run_gate } };
	struct mock_task *task;
	int i;

	mock_gate_arm(&hw->run_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->run_gate));
	for (i = 0; i < 2; i++)
		mock_call_start(test, &call[i], mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(&call[0], MOCK_GRACE));
	KUNIT_EXPECT_FALSE(test, mock_call_returned(&call[1], MOCK_GRACE));

	mock_gate_open(&hw->run_gate);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_TRUE(test, mock_call_returned(&call[i], MOCK_TIMEOUT));
		KUNIT_EXPECT_EQ(test, call[i].ret, 0);
		KUNIT_EXPECT_FALSE(test, call[i].gate_armed);
	}
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

static enum drm_gpu_sched_stat mock_fini_busy(struct mock_hw *hw, struct drm_sched_job *job)
{
	KUNIT_EXPECT_EQ(hw->test, drm_sched_fini_device(hw->dev), -EBUSY);
	return DRM_GPU_SCHED_STAT_ENODEV;
}

static void g11_busy_in_timeout_handler(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_call call = {};
	struct mock_task *task;

	hw->timedout = mock_fini_busy;
	mock_gate_arm(&hw->tdr_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	mock_call_start(test, &call, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(&call, MOCK_GRACE));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(&call, MOCK_TIMEOUT));

	KUNIT_EXPECT_EQ(test, call.ret, 0);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

static void mock_fini_deadlock(struct mock_hw *hw)
{
	KUNIT_EXPECT_EQ(hw->test, drm_sched_fini_device(hw->dev), -EDEADLK);
	KUNIT_EXPECT_EQ(hw->test, drm_sched_stop_device(hw->dev), -EDEADLK);
}

static void g11_from_run_and_free_job(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *task;

	hw->in_run = mock_fini_deadlock;
	hw->in_free = mock_fini_deadlock;
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_task_complete(task, 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 1));
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), 0);
	hw->in_free = NULL;
}

static const struct drm_driver mock_drm_driver = {
	.driver_features = DRIVER_GEM,
	.name = "mock",
	.desc = "mock",
};

struct mock_waiter {
	struct drm_device	*drm;
	struct dma_fence	*fence;
	struct completion	entered;
};

static int mock_wait_in_section(void *data)
{
	struct mock_waiter *waiter = data;
	int idx, ret = -ENODEV;

	if (!drm_dev_enter(waiter->drm, &idx))
		return ret;

	complete_all(&waiter->entered);
	ret = dma_fence_wait_timeout(waiter->fence, false, MOCK_TIMEOUT) > 0 ? 0 : -ETIME;
	drm_dev_exit(idx);

	return ret;
}

static int mock_unplug(void *drm)
{
	drm_dev_unplug(drm);
	return 0;
}

/* Who waits inside a drm_dev_enter() section does not keep drm_dev_unplug() waiting. */
static void g8_unplug_with_a_waiter(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *task[2] = { mock_task_submit(hw, entity), mock_task_submit(hw, entity) };
	struct mock_waiter waiter = { .fence = task[1]->finished };
	struct mock_call waiting = {}, unplug = {};
	struct drm_device *drm;

	drm = __drm_kunit_helper_alloc_drm_device_with_driver(test, hw->dev, sizeof(*drm), 0,
							      &mock_drm_driver);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, drm);
	KUNIT_ASSERT_EQ(test, drm_dev_register(drm, 0), 0);
	waiter.drm = drm;
	init_completion(&waiter.entered);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_call_start(test, &waiting, mock_wait_in_section, &waiter);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&waiter.entered, MOCK_TIMEOUT));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_call_start(test, &unplug, mock_unplug, drm);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(&unplug, MOCK_TIMEOUT / 2));
	KUNIT_EXPECT_TRUE(test, mock_call_returned(&waiting, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, waiting.ret, 0);
	mock_expect_retired(task[1], 0);
}

/* One binding of a driver whose files stay open. */
struct mock_binding {
	struct mock_sched	sched;
	int			init;
	int			fini;
	int			init_after_fini;
};

static struct mock_hw *mock_bound_hw;
static struct mock_binding mock_binding[2];
static int mock_bindings;

static int mock_platform_probe(struct platform_device *pdev)
{
	struct mock_binding *binding = &mock_binding[mock_bindings++];

	memset(binding, 0, sizeof(*binding));
	binding->init = mock_sched_init(mock_bound_hw, &binding->sched, &pdev->dev, NULL);
	platform_set_drvdata(pdev, binding);

	return binding->init;
}

static void mock_platform_remove(struct platform_device *pdev)
{
	struct mock_binding *binding = platform_get_drvdata(pdev);
	struct mock_sched late = {};

	binding->fini = drm_sched_fini_device(&pdev->dev);
	binding->init_after_fini = mock_sched_init(mock_bound_hw, &late, &pdev->dev, NULL);
}

static struct platform_driver mock_platform_driver = {
	.probe = mock_platform_probe,
	.remove = mock_platform_remove,
	.driver = { .name = "mock-gpu-platform" },
};

static void g9_rebind(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity[2];
	struct platform_device *pdev;
	struct mock_task *task[2];
	int i;

	mock_bound_hw = hw;
	mock_bindings = 0;
	pdev = platform_device_register_simple("mock-gpu-platform", PLATFORM_DEVID_AUTO, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_ASSERT_EQ(test, platform_driver_register(&mock_platform_driver), 0);

	for (i = 0; i < 2; i++) {
		if (i)
			KUNIT_EXPECT_EQ(test, device_attach(&pdev->dev), 1);
		KUNIT_ASSERT_EQ(test, mock_bindings, i + 1);
		KUNIT_ASSERT_EQ(test, mock_binding[i].init, 0);
		entity[i] = mock_entity_new(hw, &mock_binding[i].sched);
		task[i] = mock_task_submit(hw, entity[i]);
		KUNIT_EXPECT_TRUE(test, mock_hw_ran(hw, i + 1));
		device_release_driver(&pdev->dev);
		KUNIT_EXPECT_EQ(test, mock_binding[i].fini, 0);
		KUNIT_EXPECT_EQ(test, mock_binding[i].init_after_fini, -ENODEV);
		mock_expect_retired(task[i], 1);
	}

	platform_driver_unregister(&mock_platform_driver);
	platform_device_unregister(pdev);
	mock_expect_freed_once(hw);

	/* The last close comes long after. */
	for (i = 0; i < 2; i++) {
		drm_sched_fini(&mock_binding[i].sched.base);
		mock_entity_free(entity[i]);
	}
}

/*
 * The retire is inside dma_fence_begin_signalling(), so lockdep sees whether it
 * allocates or waits. This makes sure that it does: a fence callback runs in it.
 */
struct mock_signalling {
	struct dma_fence_cb	cb;
	bool			annotated;
};

static void mock_look_at_lockdep(struct dma_fence *fence, struct dma_fence_cb *cb)
{
#ifdef CONFIG_LOCKDEP
	struct mock_signalling *look = container_of(cb, struct mock_signalling, cb);
	int i;

	for (i = 0; i < current->lockdep_depth; i++)
		if (!strcmp(current->held_locks[i].instance->name, "dma_fence_map"))
			look->annotated = true;
#endif
}

static void g10_annotated_as_signalling(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *task[2] = { mock_task_submit(hw, entity), mock_task_submit(hw, entity) };
	struct mock_signalling look[2] = {};
	int i;

	if (!IS_ENABLED(CONFIG_LOCKDEP) || !debug_locks)
		kunit_skip(test, "needs lockdep");

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	for (i = 0; i < 2; i++)
		dma_fence_add_callback(task[i]->finished, &look[i].cb, mock_look_at_lockdep);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_TRUE(test, look[i].annotated);
}

static atomic_t mock_discards;

static void mock_discard_job(struct drm_sched_job *job)
{
	atomic_inc(&mock_discards);
}

/* Once for each job that never ran, whatever kept it from that. */
static void g6_discard_job(struct kunit *test)
{
	struct drm_sched_backend_ops ops = mock_ops;
	struct drm_sched_init_args args = { .ops = &ops };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched;
	struct mock_entity *entity, *killed;
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *armed;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	ops.discard_job = mock_discard_job;
	atomic_set(&mock_discards, 0);
	sched = mock_sched_new_args(hw, &args);
	entity = mock_entity_new(hw, sched);
	killed = mock_entity_new(hw, sched);

	mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_task_submit(hw, entity);
	mock_task_submit_after(hw, entity, foreign);
	mock_task_submit(hw, killed);
	armed = mock_task_new(hw, entity);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, armed);
	mock_task_arm(armed);

	mock_entity_free(killed);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&mock_discards), 1);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_task_push(armed);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 5));
	KUNIT_EXPECT_EQ(test, atomic_read(&mock_discards), 4);

	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(armed));
	mock_expect_freed_once(hw);
	mock_sched_free(sched);
	dma_fence_put(foreign);
}

/* The job that waits for another device is freed now, its fence needs nobody. */
static void g4_orphan_needs_nobody(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct dma_fence *foreign[2] = { mock_fence_new(hw), mock_fence_new(hw) };
	struct mock_task *blocked, *behind;
	const char __rcu *name;
	struct dma_fence *array;

	KUNIT_ASSERT_NOT_NULL(test, foreign[0]);
	KUNIT_ASSERT_NOT_NULL(test, foreign[1]);
	array = mock_array(test, foreign[0], foreign[1]);
	blocked = mock_task_new(hw, entity);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, blocked);
	mock_task_depend(blocked, foreign[0]);
	mock_task_depend(blocked, array);
	mock_task_arm(blocked);
	mock_task_push(blocked);
	behind = mock_task_submit(hw, entity);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 2));
	mock_entity_free(entity);
	mock_sched_free(sched);

	rcu_read_lock();
	name = dma_fence_timeline_name(blocked->finished);
	KUNIT_EXPECT_STREQ(test, rcu_dereference(name), "dead");
	rcu_read_unlock();
	dma_fence_set_deadline(blocked->finished, ktime_get());

	mock_fence_signal(foreign[0], 0);
	schedule_timeout_uninterruptible(MOCK_GRACE);
	KUNIT_EXPECT_EQ(test, mock_fence_status(blocked->finished), -EINPROGRESS);
	mock_fence_signal(foreign[1], 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(behind));
	mock_expect_retired(blocked, 0);
	mock_expect_retired(behind, 0);
	KUNIT_EXPECT_EQ(test, blocked->order, 1);
	KUNIT_EXPECT_EQ(test, behind->order, 2);
	mock_expect_freed_once(hw);

	dma_fence_put(array);
	dma_fence_put(foreign[0]);
	dma_fence_put(foreign[1]);
}

/* Two devices wait for each other's jobs, and both go. */
static void g4_two_devices_unplugged(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_hw *other = mock_hw_new(test);
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_entity *foreign = mock_entity_new(other, mock_sched_new(other));
	struct mock_task *ours[2], *theirs[2];

	theirs[0] = mock_task_submit(other, foreign);
	ours[0] = mock_task_submit_after(hw, entity, theirs[0]->finished);
	theirs[1] = mock_task_submit_after(other, foreign, ours[0]->finished);
	ours[1] = mock_task_submit_after(hw, entity, theirs[1]->finished);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(other, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(ours[0]->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, mock_fence_status(theirs[1]->finished), -EINPROGRESS);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(other->dev), 0);
	mock_expect_retired(theirs[0], 1);
	mock_expect_retired(ours[0], 0);
	mock_expect_retired(theirs[1], 0);
	mock_expect_retired(ours[1], 0);
	mock_hw_fini(other);
}

static struct kunit_case drm_sched_device_tests[] = {
	KUNIT_CASE(g1_stop_is_for_good),
	KUNIT_CASE(g1_stop_lets_hardware_finish),
	KUNIT_CASE(g1_stop_waits_for_run_job),
	KUNIT_CASE(g1_stop_waits_for_timedout_job),
	KUNIT_CASE(g1_scheduler_born_stopped),
	KUNIT_CASE(g2_pending_oldest_first),
	KUNIT_CASE(g2_completion_that_wins),
	KUNIT_CASE(g2_late_interrupt),
	KUNIT_CASE(g2_job_of_the_timeout_handler),
	KUNIT_CASE(g2_stopped_by_a_reset),
	KUNIT_CASE(g2_resubmitted_by_a_reset),
	KUNIT_CASE(g2_cancel_job),
	KUNIT_CASE(g3_queued_in_order),
	KUNIT_CASE(g3_chain_over_schedulers),
	KUNIT_CASE(g3_through_containers),
	KUNIT_CASE(g3_parked_in_prepare_job),
	KUNIT_CASE(g3_scheduled_means_finished),
	KUNIT_CASE(g4_foreign_fence_is_waited_for),
	KUNIT_CASE(g4_orphan_needs_nobody),
	KUNIT_CASE(g4_two_devices_unplugged),
	KUNIT_CASE(g5_push_after),
	KUNIT_CASE(g5_push_behind_blocked),
	KUNIT_CASE(g6_signalling_does_not_wait_for_free_job),
	KUNIT_CASE(g6_free_job_by_fini),
	KUNIT_CASE(g6_discard_job),
	KUNIT_CASE(g7_entities_outlive_the_scheduler),
	KUNIT_CASE(g7_fini_without_retire),
	KUNIT_CASE(g7_flush_is_woken),
	KUNIT_CASE(g7_flush_is_expelled),
	KUNIT_CASE(g8_unplug_with_a_waiter),
	KUNIT_CASE(g9_rebind),
	KUNIT_CASE(g10_annotated_as_signalling),
	KUNIT_CASE(g11_second_call),
	KUNIT_CASE(g11_wrong_device),
	KUNIT_CASE(g11_two_callers),
	KUNIT_CASE(g11_busy_in_timeout_handler),
	KUNIT_CASE(g11_from_run_and_free_job),
	{}
};

static int drm_sched_device_init(struct kunit *test)
{
	test->priv = mock_hw_new(test);
	return 0;
}

static void drm_sched_device_exit(struct kunit *test)
{
	mock_hw_fini(test->priv);
}

static struct kunit_suite drm_sched_device_suite = {
	.name = "drm_sched_device",
	.init = drm_sched_device_init,
	.exit = drm_sched_device_exit,
	.test_cases = drm_sched_device_tests,
};

kunit_test_suite(drm_sched_device_suite);

MODULE_DESCRIPTION("KUnit tests for drm_sched_fini_device()");
MODULE_LICENSE("GPL");
