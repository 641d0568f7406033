// SPDX-License-Identifier: GPL-2.0
/*
 * The call itself: drm_dev_unplug() after it (g8), what it is annotated with
 * (g10), who may call it, when and from where (g11).
 */

#include <kunit/test.h>

#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>

#include "drm_sched_device_test.h"
#include "drm_sched_mock_drm.h"
#include "drm_sched_mock_hw.h"

struct mock_waiter {
	struct drm_device	*drm;
	struct dma_fence	*fence;
	struct completion	entered;
};

static struct mock_waiter *mock_waiter_new(struct kunit *test, struct drm_device *drm,
					   struct dma_fence *fence)
{
	struct mock_waiter *waiter = kunit_kzalloc(test, sizeof(*waiter), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, waiter);
	waiter->drm = drm;
	waiter->fence = fence;
	init_completion(&waiter->entered);

	return waiter;
}

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
	struct drm_device *drm = mock_drm_new(hw);
	struct mock_waiter *waiter = mock_waiter_new(test, drm, task[1]->finished);
	struct mock_call *waiting, *unplug;

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	waiting = mock_call_start(test, mock_wait_in_section, waiter);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&waiter->entered, MOCK_TIMEOUT));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	unplug = mock_call_start(test, mock_unplug, drm);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(unplug, MOCK_TIMEOUT / 2));
	KUNIT_EXPECT_TRUE(test, mock_call_returned(waiting, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, waiting->ret, 0);
	mock_expect_retired(task[1], 0);
}

/*
 * Why ioctls are not sections as a whole, as Documentation/gpu/drm-uapi.rst says. This
 * guards no code of the scheduler: there is one SRCU for all devices, so a section of
 * one that waits for its own job, which is well and takes its time, keeps the unplug of
 * another one waiting that has long been retired. Fails when that changes, and then the
 * documentation has to.
 */
static void g8_section_of_another_device(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_hw *other = mock_hw_new(test);
	struct mock_task *task = mock_task_submit(other,
						  mock_entity_new(other, mock_sched_new(other)));
	struct mock_waiter *waiter = mock_waiter_new(test, mock_drm_new(other), task->finished);
	struct drm_device *drm = mock_drm_new(hw);
	struct mock_call *waiting, *unplug;

	mock_sched_new(hw);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(other, 1));
	waiting = mock_call_start(test, mock_wait_in_section, waiter);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&waiter->entered, MOCK_TIMEOUT));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	unplug = mock_call_start(test, mock_unplug, drm);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(unplug, MOCK_GRACE));

	mock_task_complete(task, 0);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(unplug, MOCK_TIMEOUT));
	KUNIT_EXPECT_TRUE(test, mock_call_returned(waiting, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, waiting->ret, 0);

	drm_dev_unplug(waiter->drm);
	mock_hw_fini(other);
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

static void g11_second_call(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);

	/* Who stops a scheduler has it stopped, a retire would start it again. */
	drm_sched_wqueue_stop(&sched->base);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, drm_sched_is_stopped(&sched->base));
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
	struct mock_call *call[2];
	struct mock_task *task;
	int i;

	mock_gate_arm(&hw->run_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->run_gate));
	for (i = 0; i < 2; i++)
		call[i] = mock_call_start_gate(test, &hw->run_gate, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call[0], MOCK_GRACE));
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call[1], MOCK_GRACE));

	mock_gate_open(&hw->run_gate);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_TRUE(test, mock_call_returned(call[i], MOCK_TIMEOUT));
		KUNIT_EXPECT_EQ(test, call[i]->ret, 0);
		KUNIT_EXPECT_FALSE(test, call[i]->gate_armed);
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
	struct mock_call *call;
	struct mock_task *task;

	hw->timedout = mock_fini_busy;
	mock_gate_arm(&hw->tdr_gate);
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	call = mock_call_start(test, mock_fini_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	KUNIT_EXPECT_EQ(test, call->ret, 0);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

/* Who stops the device has not quiesced it yet: its jobs stay what they are until then. */
static void g11_gone_while_it_is_stopped(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_call *call;
	struct mock_task *task[2];

	hw->timedout = mock_fini_busy;
	mock_gate_arm(&hw->tdr_gate);
	task[0] = mock_task_submit(hw, entity);
	task[1] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));

	call = mock_call_start(test, mock_stop_device, hw->dev);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	mock_gate_open(&hw->tdr_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	KUNIT_EXPECT_EQ(test, call->ret, 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task[0]->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task[1]->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task[0], 1);
	mock_expect_retired(task[1], 0);
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

/* Somebody who calls from a workqueue that the schedulers use, and keeps it busy. */
struct mock_caller {
	struct work_struct	work;
	struct mock_hw		*hw;
	struct completion	entered;
	struct completion	go;
	int			ret;
};

static void mock_caller_work(struct work_struct *work)
{
	struct mock_caller *caller = container_of(work, struct mock_caller, work);

	complete_all(&caller->entered);
	wait_for_completion(&caller->go);
	caller->ret = drm_sched_fini_device(caller->hw->dev);
}

static void mock_caller_start(struct kunit *test, struct mock_caller *caller,
			      struct workqueue_struct *wq)
{
	caller->hw = test->priv;
	init_completion(&caller->entered);
	init_completion(&caller->go);
	INIT_WORK_ONSTACK(&caller->work, mock_caller_work);
	queue_work(wq, &caller->work);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&caller->entered, MOCK_TIMEOUT));
}

static void mock_caller_go(struct kunit *test, struct mock_caller *caller)
{
	complete_all(&caller->go);
	flush_work(&caller->work);
	destroy_work_on_stack(&caller->work);
	KUNIT_EXPECT_EQ(test, caller->ret, 0);
}

/* Work items of the schedulers are queued behind the caller, who has to wait for none. */
static void g11_caller_on_the_submit_wq(struct kunit *test)
{
	struct drm_sched_init_args args = { .submit_wq = mock_wq_new(test, 1) };
	struct mock_entity *entity[2];
	struct mock_hw *hw = test->priv;
	struct mock_caller caller = {};
	struct mock_task *task[4];
	int i;

	for (i = 0; i < 2; i++) {
		entity[i] = mock_entity_new(hw, mock_sched_new_args(hw, &args));
		task[i] = mock_task_submit(hw, entity[i]);
	}
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));

	mock_caller_start(test, &caller, args.submit_wq);
	for (i = 0; i < 2; i++) {
		mock_task_complete(task[i], 0);
		task[2 + i] = mock_task_submit(hw, entity[i]);
	}
	mock_caller_go(test, &caller);

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), 0);
		mock_expect_retired(task[2 + i], 0);
	}
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

static void g11_caller_on_the_timeout_wq(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout_wq = mock_wq_new(test, 1) };
	struct mock_sched *sched[2];
	struct mock_hw *hw = test->priv;
	struct mock_caller caller = {};
	struct mock_task *task[2];
	int i;

	for (i = 0; i < 2; i++) {
		sched[i] = mock_sched_new_args(hw, &args);
		task[i] = mock_task_submit(hw, mock_entity_new(hw, sched[i]));
	}
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));

	mock_caller_start(test, &caller, args.timeout_wq);
	for (i = 0; i < 2; i++)
		drm_sched_fault(&sched[i]->base);
	mock_caller_go(test, &caller);

	for (i = 0; i < 2; i++)
		mock_expect_retired(task[i], 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), 0);
	mock_expect_freed_once(hw);
}

static atomic_t mock_handlers[2];

static enum drm_gpu_sched_stat mock_fini_once(struct mock_hw *hw, struct drm_sched_job *job)
{
	int ret = drm_sched_fini_device(hw->dev);

	KUNIT_EXPECT_TRUE(hw->test, !ret || ret == -EBUSY);
	atomic_inc(&mock_handlers[!!ret]);

	return DRM_GPU_SCHED_STAT_ENODEV;
}

/* Timeouts of two schedulers expire, whose handlers share a workqueue with all the rest. */
static void mock_fini_in_handlers(struct kunit *test, int max_active, int called)
{
	struct drm_sched_init_args args = { .submit_wq = mock_wq_new(test, max_active) };
	struct mock_hw *hw = mock_hw_new(test);
	struct mock_sched *sched[2];
	struct mock_entity *entity[2];
	struct mock_task *task[4];
	int i;

	args.timeout_wq = args.submit_wq;
	for (i = 0; i < 2; i++) {
		sched[i] = mock_sched_new_args(hw, &args);
		entity[i] = mock_entity_new(hw, sched[i]);
		task[i] = mock_task_submit(hw, entity[i]);
		atomic_set(&mock_handlers[i], 0);
	}
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));

	hw->timedout = mock_fini_once;
	mock_gate_arm(&hw->tdr_gate);
	for (i = 0; i < 2; i++)
		drm_sched_fault(&sched[i]->base);
	KUNIT_EXPECT_TRUE(test, mock_until(atomic_read(&hw->timeouts) == called));
	for (i = 0; i < 2; i++)
		task[2 + i] = mock_task_submit(hw, entity[i]);
	mock_gate_open(&hw->tdr_gate);

	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_TRUE(test, mock_task_wait(task[i]));
		mock_expect_retired(task[i], i < 2);
	}
	mock_expect_freed_once(hw);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->timeouts), called);
	KUNIT_EXPECT_EQ(test, atomic_read(&mock_handlers[0]), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&mock_handlers[1]), called - 1);
	mock_hw_fini(hw);
}

static void g11_handler_on_an_ordered_wq(struct kunit *test)
{
	mock_fini_in_handlers(test, 1, 1);
}

static void g11_handlers_on_an_unbound_wq(struct kunit *test)
{
	mock_fini_in_handlers(test, 0, 2);
}

static struct kunit_case drm_sched_device_call_tests[] = {
	KUNIT_CASE(g8_unplug_with_a_waiter),
	KUNIT_CASE(g8_section_of_another_device),
	KUNIT_CASE(g10_annotated_as_signalling),
	KUNIT_CASE(g11_second_call),
	KUNIT_CASE(g11_wrong_device),
	KUNIT_CASE(g11_two_callers),
	KUNIT_CASE(g11_busy_in_timeout_handler),
	KUNIT_CASE(g11_gone_while_it_is_stopped),
	KUNIT_CASE(g11_from_run_and_free_job),
	KUNIT_CASE(g11_caller_on_the_submit_wq),
	KUNIT_CASE(g11_caller_on_the_timeout_wq),
	KUNIT_CASE(g11_handler_on_an_ordered_wq),
	KUNIT_CASE(g11_handlers_on_an_unbound_wq),
	{}
};

static struct kunit_suite drm_sched_device_call_suite = {
	.name = "drm_sched_device_call",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_device_call_tests,
};

kunit_test_suite(drm_sched_device_call_suite);
