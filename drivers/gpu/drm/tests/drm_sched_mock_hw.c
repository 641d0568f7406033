// SPDX-License-Identifier: GPL-2.0
/*
 * Mock hardware for the tests of drm_sched_fini_device(). Unlike the mock of the
 * scheduler's own tests it never completes anything by itself, and a test can
 * hold every callback where it is.
 */

#include <kunit/device.h>
#include <kunit/test.h>

#include <linux/device.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "drm_sched_mock_hw.h"

/**
 * mock_gate_arm - let the next one who comes by wait
 * @gate: the gate
 */
void mock_gate_arm(struct mock_gate *gate)
{
	reinit_completion(&gate->entered);
	reinit_completion(&gate->leave);
	WRITE_ONCE(gate->armed, true);
}

/**
 * mock_gate_open - let all go
 * @gate: the gate
 */
void mock_gate_open(struct mock_gate *gate)
{
	WRITE_ONCE(gate->armed, false);
	complete_all(&gate->leave);
}

/**
 * mock_gate_wait - wait until somebody waits in the gate
 * @gate: the gate
 *
 * Return: false if nobody came.
 */
bool mock_gate_wait(struct mock_gate *gate)
{
	return wait_for_completion_timeout(&gate->entered, MOCK_TIMEOUT);
}

static void mock_gate_init(struct mock_gate *gate)
{
	init_completion(&gate->entered);
	init_completion(&gate->leave);
}

static void mock_gate_pass(struct mock_gate *gate)
{
	if (!READ_ONCE(gate->armed))
		return;

	atomic_inc(&gate->waiting);
	complete_all(&gate->entered);
	wait_for_completion(&gate->leave);
	atomic_dec(&gate->waiting);
}

static void mock_call_release(struct kref *ref)
{
	kfree(container_of(ref, struct mock_call, ref));
}

static void mock_call_done(struct mock_call *call)
{
	complete_all(&call->done);
	kref_put(&call->ref, mock_call_release);
}

static int mock_call_thread(void *data)
{
	struct mock_call *call = data;

	call->ret = call->fn(call->arg);
	if (call->gate)
		call->gate_armed = READ_ONCE(call->gate->armed);
	mock_call_done(call);

	return 0;
}

/*
 * After a test that was aborted the thread still runs. The gates are open by now, and
 * what it was given is there until this returns.
 */
static void mock_call_end(void *data)
{
	struct mock_call *call = data;

	mock_call_returned(call, MOCK_TIMEOUT);
	kref_put(&call->ref, mock_call_release);
}

/**
 * mock_call_start_gate - call something that must not return while a gate is armed
 * @test: the running test
 * @gate: looked at when it has returned, for &mock_call.gate_armed; may be NULL
 * @fn: what to call
 * @arg: its argument; not on the stack, which is gone when an assertion has failed
 *
 * Return: the call, until the end of the test.
 */
struct mock_call *mock_call_start_gate(struct kunit *test, struct mock_gate *gate,
				       int (*fn)(void *), void *arg)
{
	struct mock_call *call = kzalloc_obj(*call);
	struct task_struct *thread;
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, call);

	kref_init(&call->ref);
	call->fn = fn;
	call->arg = arg;
	call->gate = gate;
	init_completion(&call->done);
	ret = kunit_add_action(test, mock_call_end, call);
	if (ret)
		kfree(call);
	KUNIT_ASSERT_EQ(test, ret, 0);

	kref_get(&call->ref);
	thread = kthread_run(mock_call_thread, call, "mock-call");
	if (IS_ERR(thread))
		mock_call_done(call);
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));

	return call;
}

/**
 * mock_call_start - call something in a thread of its own
 * @test: the running test
 * @fn: what to call
 * @arg: its argument; not on the stack, which is gone when an assertion has failed
 *
 * Return: the call, until the end of the test.
 */
struct mock_call *mock_call_start(struct kunit *test, int (*fn)(void *), void *arg)
{
	return mock_call_start_gate(test, NULL, fn, arg);
}

/**
 * mock_call_returned - wait for the end of a call
 * @call: the call
 * @timeout: for how long, in jiffies
 *
 * Return: false if it has not returned.
 */
bool mock_call_returned(struct mock_call *call, unsigned long timeout)
{
	return wait_for_completion_timeout(&call->done, timeout);
}

static const char *mock_fence_driver_name(struct dma_fence *fence)
{
	return "mock";
}

static const char *mock_fence_timeline_name(struct dma_fence *fence)
{
	return "mock-ring";
}

static const struct dma_fence_ops mock_fence_ops = {
	.get_driver_name = mock_fence_driver_name,
	.get_timeline_name = mock_fence_timeline_name,
};

/**
 * mock_fence_new - make a fence that the test has to signal
 * @hw: the device
 *
 * Return: a fence with one reference, NULL if out of memory.
 */
struct dma_fence *mock_fence_new(struct mock_hw *hw)
{
	struct dma_fence *fence = kzalloc_obj(*fence);

	if (fence)
		dma_fence_init(fence, &mock_fence_ops, &hw->lock, dma_fence_context_alloc(1), 1);

	return fence;
}

/**
 * mock_fence_signal - signal a fence as an interrupt handler would
 * @fence: the fence; nothing happens if it has signalled
 * @error: 0 or error
 */
void mock_fence_signal(struct dma_fence *fence, int error)
{
	unsigned long flags;

	dma_fence_lock_irqsave(fence, flags);
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags)) {
		if (error)
			dma_fence_set_error(fence, error);
		dma_fence_signal_locked(fence);
	}
	dma_fence_unlock_irqrestore(fence, flags);
}

static struct mock_hw *to_mock_hw(struct drm_sched_job *job)
{
	return container_of(job, struct mock_job, base)->task->hw;
}

static void mock_count(struct mock_hw *hw, atomic_t *count)
{
	if (READ_ONCE(hw->stopped))
		atomic_inc(&hw->late);
	atomic_inc(count);
	wake_up_all(&hw->waitq);
}

static struct dma_fence *mock_prepare_job(struct drm_sched_job *job,
					  struct drm_sched_entity *entity)
{
	struct mock_task *task = container_of(job, struct mock_job, base)->task;
	struct mock_hw *hw = task->hw;

	mock_count(hw, &hw->prepares);
	mock_gate_pass(&hw->prepare_gate);

	return xchg(&task->wait_on, NULL);
}

static struct dma_fence *mock_run_job(struct drm_sched_job *job)
{
	struct mock_task *task = container_of(job, struct mock_job, base)->task;
	struct mock_hw *hw = task->hw;
	struct dma_fence *fence;

	mock_count(hw, &hw->runs);
	atomic_inc(&task->ran);
	mock_gate_pass(&hw->run_gate);
	if (hw->in_run)
		hw->in_run(hw);

	fence = kzalloc_obj(*fence);
	if (!fence)
		return ERR_PTR(-ENOMEM);

	dma_fence_init(fence, &mock_fence_ops, &hw->lock, hw->context,
		       atomic_inc_return(&hw->seqno));
	dma_fence_put(task->fence);
	WRITE_ONCE(task->fence, dma_fence_get(fence));
	wake_up_all(&hw->waitq);

	return fence;
}

static enum drm_gpu_sched_stat mock_timedout_job(struct drm_sched_job *job)
{
	struct mock_hw *hw = to_mock_hw(job);

	hw->expired = jiffies;
	mock_count(hw, &hw->timeouts);
	mock_gate_pass(&hw->tdr_gate);

	return hw->timedout ? hw->timedout(hw, job) : DRM_GPU_SCHED_STAT_NO_HANG;
}

static void mock_cancel_job(struct drm_sched_job *job)
{
	struct mock_task *task = container_of(job, struct mock_job, base)->task;

	mock_count(task->hw, &task->hw->cancels);
	mock_fence_signal(task->fence, -ENODEV);
}

static void mock_free_job(struct drm_sched_job *base)
{
	struct mock_job *job = container_of(base, struct mock_job, base);
	struct mock_task *task = job->task;
	struct mock_hw *hw = task->hw;
	void (*in_free)(struct mock_hw *hw);

	if (in_interrupt() || irqs_disabled())
		atomic_inc(&hw->bad_context);

	mock_gate_pass(&hw->free_gate);
	in_free = READ_ONCE(hw->in_free);
	if (in_free)
		in_free(hw);

	task->freer = current;
	atomic_inc(&task->freed);
	drm_sched_job_cleanup(base);
	kfree(job);
	atomic_inc(&hw->frees);
	wake_up_all(&hw->waitq);
}

const struct drm_sched_backend_ops mock_ops = {
	.prepare_job = mock_prepare_job,
	.run_job = mock_run_job,
	.timedout_job = mock_timedout_job,
	.free_job = mock_free_job,
};

const struct drm_sched_backend_ops mock_cancel_ops = {
	.run_job = mock_run_job,
	.timedout_job = mock_timedout_job,
	.free_job = mock_free_job,
	.cancel_job = mock_cancel_job,
};

/**
 * mock_hw_new - plug in a device
 * @test: the running test
 *
 * Return: the device, without schedulers.
 */
struct mock_hw *mock_hw_new(struct kunit *test)
{
	struct mock_hw *hw = kunit_kzalloc(test, sizeof(*hw), GFP_KERNEL);
	static atomic_t instance;
	char name[32];

	KUNIT_ASSERT_NOT_NULL(test, hw);

	hw->test = test;
	snprintf(name, sizeof(name), "mock-gpu-%d", atomic_inc_return(&instance));
	hw->dev = kunit_device_register(test, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, hw->dev);

	spin_lock_init(&hw->lock);
	spin_lock_init(&hw->tasks_lock);
	hw->context = dma_fence_context_alloc(1);
	INIT_LIST_HEAD(&hw->scheds);
	INIT_LIST_HEAD(&hw->entities);
	INIT_LIST_HEAD(&hw->tasks);
	init_waitqueue_head(&hw->waitq);
	mock_gate_init(&hw->run_gate);
	mock_gate_init(&hw->prepare_gate);
	mock_gate_init(&hw->tdr_gate);
	mock_gate_init(&hw->free_gate);

	return hw;
}

/**
 * mock_hw_fini - clean up after a test, whatever state it left
 * @hw: the device
 */
void mock_hw_fini(struct mock_hw *hw)
{
	struct mock_entity *entity, *next_entity;
	struct mock_sched *sched, *next_sched;
	struct mock_task *task, *next_task;

	mock_gate_open(&hw->run_gate);
	mock_gate_open(&hw->prepare_gate);
	mock_gate_open(&hw->tdr_gate);
	mock_gate_open(&hw->free_gate);

	WRITE_ONCE(hw->stopped, false);
	list_for_each_entry_safe(entity, next_entity, &hw->entities, link)
		mock_entity_free(entity);
	list_for_each_entry(task, &hw->tasks, link) {
		if (task->fence)
			mock_fence_signal(task->fence, -ENODEV);
	}
	list_for_each_entry_safe(sched, next_sched, &hw->scheds, link)
		mock_sched_free(sched);

	list_for_each_entry_safe(task, next_task, &hw->tasks, link) {
		if (task->finished)
			dma_fence_remove_callback(task->finished, &task->cb);
		dma_fence_put(task->finished);
		dma_fence_put(task->fence);
		dma_fence_put(task->wait_on);
		kfree(task);
	}

	kunit_device_unregister(hw->test, hw->dev);

	/* Fences use &mock_hw.lock until a grace period after they have signalled. */
	rcu_barrier();
}

/**
 * mock_test_init - plug in a device for a test
 * @test: the test, whose &kunit.priv it becomes
 *
 * Return: 0.
 */
int mock_test_init(struct kunit *test)
{
	test->priv = mock_hw_new(test);
	return 0;
}

/**
 * mock_test_exit - clean up behind mock_test_init()
 * @test: the test
 */
void mock_test_exit(struct kunit *test)
{
	mock_hw_fini(test->priv);
}

/**
 * mock_hw_freed - wait until jobs have been freed
 * @hw: the device
 * @count: how many
 *
 * Return: false if they were not.
 */
bool mock_hw_freed(struct mock_hw *hw, int count)
{
	return wait_event_timeout(hw->waitq, atomic_read(&hw->frees) >= count, MOCK_TIMEOUT);
}

static int mock_hw_running(struct mock_hw *hw)
{
	struct mock_task *task;
	int count = 0;

	spin_lock(&hw->tasks_lock);
	list_for_each_entry(task, &hw->tasks, link)
		count += !!READ_ONCE(task->fence);
	spin_unlock(&hw->tasks_lock);

	return count;
}

/**
 * mock_hw_ran - wait until jobs are on the hardware
 * @hw: the device
 * @count: how many, ever
 *
 * Return: false if they are not.
 */
bool mock_hw_ran(struct mock_hw *hw, int count)
{
	return wait_event_timeout(hw->waitq, mock_hw_running(hw) >= count, MOCK_TIMEOUT);
}

KUNIT_DEFINE_ACTION_WRAPPER(mock_wq_destroy, destroy_workqueue, struct workqueue_struct *);

/**
 * mock_wq_new - make a workqueue that rings can share
 * @test: the running test, after which it is destroyed
 * @max_active: how many work items may run at once; if 1, it is an ordered workqueue
 *
 * Return: the workqueue.
 */
struct workqueue_struct *mock_wq_new(struct kunit *test, int max_active)
{
	struct workqueue_struct *wq;

	if (max_active == 1)
		wq = alloc_ordered_workqueue("mock-wq", 0);
	else
		wq = alloc_workqueue("mock-wq", WQ_UNBOUND, max_active);
	KUNIT_ASSERT_NOT_NULL(test, wq);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, mock_wq_destroy, wq), 0);

	return wq;
}

/**
 * mock_sched_init - initialise a ring
 * @hw: the device
 * @sched: the ring
 * @dev: its struct device
 * @args: what differs from the defaults, NULL for nothing
 *
 * Return: what drm_sched_init() returns.
 */
int mock_sched_init(struct mock_hw *hw, struct mock_sched *sched, struct device *dev,
		    const struct drm_sched_init_args *args)
{
	struct drm_sched_init_args full = {};

	if (args)
		full = *args;
	if (!full.ops)
		full.ops = &mock_ops;
	if (!full.credit_limit)
		full.credit_limit = 1;
	if (!full.timeout)
		full.timeout = MAX_SCHEDULE_TIMEOUT;
	full.num_rqs = DRM_SCHED_PRIORITY_COUNT;
	full.name = "mock-ring";
	full.dev = dev;

	sched->hw = hw;
	return drm_sched_init(&sched->base, &full);
}

/**
 * mock_sched_new_args - add a ring
 * @hw: the device
 * @args: what differs from the defaults, NULL for nothing
 *
 * Return: the ring.
 */
struct mock_sched *mock_sched_new_args(struct mock_hw *hw, const struct drm_sched_init_args *args)
{
	struct mock_sched *sched = kzalloc_obj(*sched);
	int ret;

	KUNIT_ASSERT_NOT_NULL(hw->test, sched);

	ret = mock_sched_init(hw, sched, hw->dev, args);
	if (ret)
		kfree(sched);
	KUNIT_ASSERT_EQ(hw->test, ret, 0);

	list_add_tail(&sched->link, &hw->scheds);
	return sched;
}

/**
 * mock_sched_new - add a ring that runs one job at a time and has no timeout
 * @hw: the device
 *
 * Return: the ring.
 */
struct mock_sched *mock_sched_new(struct mock_hw *hw)
{
	return mock_sched_new_args(hw, NULL);
}

/**
 * mock_sched_free - destroy a ring and free its memory at once
 * @sched: the ring
 */
void mock_sched_free(struct mock_sched *sched)
{
	list_del(&sched->link);
	drm_sched_fini(&sched->base);
	kfree(sched);
}

/**
 * mock_entity_new - open a file
 * @hw: the device
 * @sched: ring to use
 *
 * Return: the entity.
 */
struct mock_entity *mock_entity_new(struct mock_hw *hw, struct mock_sched *sched)
{
	struct mock_entity *entity = kzalloc_obj(*entity);
	struct drm_gpu_scheduler *base = &sched->base;
	int ret;

	KUNIT_ASSERT_NOT_NULL(hw->test, entity);

	ret = drm_sched_entity_init(&entity->base, DRM_SCHED_PRIORITY_NORMAL, &base, 1, NULL);
	if (ret)
		kfree(entity);
	KUNIT_ASSERT_EQ(hw->test, ret, 0);

	list_add_tail(&entity->link, &hw->entities);
	return entity;
}

/**
 * mock_entity_free - close a file
 * @entity: the entity
 */
void mock_entity_free(struct mock_entity *entity)
{
	list_del(&entity->link);
	drm_sched_entity_fini(&entity->base);
	kfree(entity);
}

/**
 * mock_task_new - begin a submission
 * @hw: the device
 * @entity: where to
 *
 * May be called from any thread.
 *
 * Return: the task, an error pointer with what drm_sched_job_init() returned.
 */
struct mock_task *mock_task_new(struct mock_hw *hw, struct mock_entity *entity)
{
	struct mock_task *task;
	struct mock_job *job;
	int ret;

	task = kzalloc_obj(*task);
	job = kzalloc_obj(*job);
	ret = task && job ? drm_sched_job_init(&job->base, &entity->base, 1, hw, 0) : -ENOMEM;
	if (ret) {
		kfree(job);
		kfree(task);
		return ERR_PTR(ret);
	}

	job->task = task;
	task->job = job;
	task->hw = hw;
	spin_lock(&hw->tasks_lock);
	list_add_tail(&task->link, &hw->tasks);
	spin_unlock(&hw->tasks_lock);

	return task;
}

/**
 * mock_task_depend - make a task wait for a fence
 * @task: the task, not pushed
 * @fence: the fence, the reference stays with the caller
 */
void mock_task_depend(struct mock_task *task, struct dma_fence *fence)
{
	int ret = drm_sched_job_add_dependency(&task->job->base, dma_fence_get(fence));

	KUNIT_EXPECT_EQ(task->hw->test, ret, 0);
}

static void mock_task_signalled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct mock_task *task = container_of(cb, struct mock_task, cb);

	task->when = jiffies;
	task->signaller = current;
	WRITE_ONCE(task->order, atomic_inc_return(&task->hw->orders));
	wake_up_all(&task->hw->waitq);
}

/**
 * mock_task_arm - pass the point of no return
 * @task: the task
 */
void mock_task_arm(struct mock_task *task)
{
	drm_sched_job_arm(&task->job->base);
	task->finished = dma_fence_get(&task->job->base.s_fence->finished);
	dma_fence_add_callback(task->finished, &task->cb, mock_task_signalled);
}

/**
 * mock_task_push - finish a submission
 * @task: the task
 */
void mock_task_push(struct mock_task *task)
{
	struct mock_job *job = task->job;

	task->job = NULL;
	drm_sched_entity_push_job(&job->base);
}

/**
 * mock_task_submit_after - submit a job that depends on a fence
 * @hw: the device
 * @entity: where to
 * @fence: the fence, NULL for none; the reference stays with the caller
 *
 * Return: the task.
 */
struct mock_task *mock_task_submit_after(struct mock_hw *hw, struct mock_entity *entity,
					 struct dma_fence *fence)
{
	struct mock_task *task = mock_task_new(hw, entity);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(hw->test, task);

	if (fence)
		mock_task_depend(task, fence);
	mock_task_arm(task);
	mock_task_push(task);

	return task;
}

/**
 * mock_task_submit_waiting - submit a job for which prepare_job() returns a fence
 * @hw: the device
 * @entity: where to
 * @fence: the fence, the reference is taken over
 *
 * Return: the task.
 */
struct mock_task *mock_task_submit_waiting(struct mock_hw *hw, struct mock_entity *entity,
					   struct dma_fence *fence)
{
	struct mock_task *task = mock_task_new(hw, entity);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(hw->test, task);

	task->wait_on = fence;
	mock_task_arm(task);
	mock_task_push(task);

	return task;
}

/**
 * mock_task_submit - submit a job
 * @hw: the device
 * @entity: where to
 *
 * Return: the task.
 */
struct mock_task *mock_task_submit(struct mock_hw *hw, struct mock_entity *entity)
{
	return mock_task_submit_after(hw, entity, NULL);
}

/**
 * mock_task_complete - the hardware is done with a task
 * @task: the task, which is running
 * @error: 0 or error
 */
void mock_task_complete(struct mock_task *task, int error)
{
	mock_fence_signal(task->fence, error);
}

/**
 * mock_task_wait - wait for the finished fence of a task
 * @task: the task
 *
 * Return: false if it did not signal.
 */
bool mock_task_wait(struct mock_task *task)
{
	return dma_fence_wait_timeout(task->finished, false, MOCK_TIMEOUT) > 0;
}

/**
 * mock_expect_retired - expect that a retire has finished a job
 * @task: the task
 * @ran: how often run_job() was called for it
 */
void mock_expect_retired(struct mock_task *task, int ran)
{
	struct drm_sched_fence *s_fence = container_of(task->finished, typeof(*s_fence), finished);
	struct kunit *test = task->hw->test;

	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -ENODEV);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(&s_fence->scheduled));
	KUNIT_EXPECT_EQ(test, atomic_read(&task->ran), ran);
	if (task->fence)
		KUNIT_EXPECT_EQ(test, mock_fence_status(task->fence), -ENODEV);
}

/**
 * mock_expect_freed_once - expect one free_job() for each job that was armed
 * @hw: the device
 */
void mock_expect_freed_once(struct mock_hw *hw)
{
	struct mock_task *task;
	int count = 0;

	list_for_each_entry(task, &hw->tasks, link)
		count += !!task->finished;

	KUNIT_EXPECT_TRUE(hw->test, mock_hw_freed(hw, count));
	list_for_each_entry(task, &hw->tasks, link)
		KUNIT_EXPECT_EQ(hw->test, atomic_read(&task->freed), !!task->finished);
	KUNIT_EXPECT_EQ(hw->test, atomic_read(&hw->bad_context), 0);
}

/**
 * mock_expect_balanced - expect credits and score as if every job had finished
 * @hw: the device
 */
void mock_expect_balanced(struct mock_hw *hw)
{
	struct drm_sched_entity *entity;
	struct mock_sched *sched;

	list_for_each_entry(sched, &hw->scheds, link) {
		int entities = 0;
		int i;

		for (i = 0; i < sched->base.num_rqs; i++)
			list_for_each_entry(entity, &sched->base.sched_rq[i]->entities, list)
				entities++;

		KUNIT_EXPECT_EQ(hw->test, atomic_read(&sched->base.credit_count), 0);
		KUNIT_EXPECT_EQ(hw->test, atomic_read(sched->base.score), entities);
	}
}
