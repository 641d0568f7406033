// SPDX-License-Identifier: GPL-2.0
/*
 * What is queued: jobs that depend on jobs of the device itself (g3), on other
 * devices (g4), or come too late (g5).
 */

#include <kunit/test.h>

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "drm_sched_device_test.h"
#include "drm_sched_mock_hw.h"

static void g3_queued_in_order(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[80];
	int i;

	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		mock_expect_retired(task[i], !i);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(entity->base.last_scheduled),
			    task[ARRAY_SIZE(task) - 1]->finished);
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

static void mock_later(struct dma_fence *fence, struct dma_fence_cb *cb)
{
}

/* The job that waits for another device is freed now, its fence needs nobody. */
static void g4_orphan_needs_nobody(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct dma_fence_cb later;
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

	/* Another callback behind that of the orphan: the link between them matters. */
	KUNIT_ASSERT_EQ(test, dma_fence_add_callback(foreign[0], &later, mock_later), 0);
	dma_fence_set_deadline(blocked->finished, ktime_get());

	mock_fence_signal(foreign[0], 0);
	/* An orphan that goes on waiting tells nobody. */
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

/* Not even somebody who waits for it. */
static void g4_orphan_holds_itself(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *task;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	task = mock_task_submit_after(hw, entity, foreign);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 1));
	mock_entity_free(entity);
	dma_fence_put(task->finished);
	task->finished = NULL;
	rcu_barrier();

	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, wait_event_timeout(hw->waitq, READ_ONCE(task->order),
						   MOCK_TIMEOUT));
	dma_fence_put(foreign);
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
	KUNIT_EXPECT_PTR_NE(test, armed->signaller, current);
	KUNIT_EXPECT_PTR_NE(test, inited->signaller, current);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->late), 0);
}

/**
 * struct queue_two - an entity that can use two devices
 * @hw: the one that goes away; the entity is on it
 * @left: the other one
 * @sched: the scheduler of @hw
 * @scheds: what @entity can use
 * @entity: the entity
 * @busy: keeps @left busy, so that it is not chosen for being idle
 */
struct queue_two {
	struct mock_hw		*hw;
	struct mock_hw		*left;
	struct mock_sched	*sched;
	struct drm_gpu_scheduler *scheds[2];
	struct mock_entity	*entity;
	struct mock_task	*busy;
};

static void queue_two_new(struct kunit *test, struct queue_two *two)
{
	struct mock_sched *left;

	two->hw = test->priv;
	two->left = mock_hw_new(test);
	two->sched = mock_sched_new(two->hw);
	left = mock_sched_new(two->left);
	two->scheds[0] = &two->sched->base;
	two->scheds[1] = &left->base;
	two->entity = mock_entity_new(two->hw, two->sched);
	two->busy = mock_task_submit(two->left, mock_entity_new(two->left, left));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(two->left, 1));
	drm_sched_entity_modify_sched(&two->entity->base, two->scheds, ARRAY_SIZE(two->scheds));
}

/* The other one has more to do, and gets it all the same. */
static void queue_two_expect_move(struct kunit *test, struct queue_two *two)
{
	struct mock_task *moved = mock_task_submit(two->left, two->entity);

	mock_task_complete(two->busy, 0);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(two->left, 2));
	mock_task_complete(moved, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(moved));
	KUNIT_EXPECT_EQ(test, mock_fence_status(moved->finished), 0);
}

static void queue_two_free(struct queue_two *two)
{
	mock_entity_free(two->entity);
	mock_hw_fini(two->left);
}

/* An entity that can use two devices loses the one that it is on. */
static void g5_other_device_left(struct kunit *test)
{
	struct queue_two two;
	struct mock_task *first;

	queue_two_new(test, &two);
	first = mock_task_submit(two.hw, two.entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(two.hw, 1));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.hw->dev), 0);
	mock_expect_retired(first, 1);
	queue_two_expect_move(test, &two);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.left->dev), 0);
	KUNIT_EXPECT_PTR_EQ(test, mock_task_new(two.left, two.entity), ERR_PTR(-ENODEV));
	queue_two_free(&two);
}

static void g5_other_device_stopped(struct kunit *test)
{
	struct mock_task *late;
	struct queue_two two;

	queue_two_new(test, &two);
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(two.hw->dev), 0);
	queue_two_expect_move(test, &two);

	/* Of two bad ones, that is better from where there is no return yet. */
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.hw->dev), 0);
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(two.left->dev), 0);
	late = mock_task_submit(two.left, two.entity);
	KUNIT_EXPECT_PTR_EQ(test, two.entity->base.rq->sched, two.scheds[1]);
	flush_work(&two.scheds[1]->work_run_job);
	KUNIT_EXPECT_EQ(test, mock_fence_status(late->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.left->dev), 0);
	mock_expect_retired(late, 0);
	queue_two_free(&two);
}

/* The time that it had on the device that is gone is not held against it on the other. */
static void g5_other_device_is_fair(struct kunit *test)
{
	struct mock_task *first, *moved, *others[3];
	struct mock_entity *other;
	struct queue_two two;
	int i;

	queue_two_new(test, &two);
	first = mock_task_submit(two.hw, two.entity);
	mock_task_submit(two.hw, two.entity);
	mock_task_submit(two.hw, two.entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(two.hw, 1));
	schedule_timeout_uninterruptible(HZ / 10);
	mock_task_complete(first, 0);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(two.hw, 2));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.hw->dev), 0);

	other = mock_entity_new(two.left, container_of(two.scheds[1], struct mock_sched, base));
	others[0] = mock_task_submit(two.left, other);
	moved = mock_task_submit(two.left, two.entity);
	others[1] = mock_task_submit(two.left, other);
	others[2] = mock_task_submit(two.left, other);
	mock_task_complete(two.busy, 0);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(two.left, 2));
	/* The time that a job takes counts when the one behind it is chosen. */
	for (i = 0; i < 2 && !atomic_read(&moved->ran); i++) {
		schedule_timeout_uninterruptible(1);
		mock_task_complete(others[i], 0);
		KUNIT_ASSERT_TRUE(test, mock_hw_ran(two.left, 3 + i));
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&moved->ran), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&others[2]->ran), 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.left->dev), 0);
	queue_two_free(&two);
}

/* What prepare_job() waited for was of the device that is gone, and never comes. */
static void g5_prepared_device_left(struct kunit *test)
{
	struct dma_fence *never = mock_fence_new(test->priv);
	struct mock_task *first;
	struct queue_two two;

	KUNIT_ASSERT_NOT_NULL(test, never);
	queue_two_new(test, &two);
	first = mock_task_submit_waiting(two.hw, two.entity, dma_fence_get(never));
	KUNIT_ASSERT_TRUE(test, mock_until(READ_ONCE(two.entity->base.dependency)));

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.hw->dev), 0);
	mock_expect_retired(first, 0);
	queue_two_expect_move(test, &two);
	queue_two_free(&two);

	mock_fence_signal(never, 0);
	dma_fence_put(never);
}

/**
 * struct queue_late - a job that is pushed while the queue is emptied
 * @cb: of the last job in the queue
 * @task: the job
 * @now: the queue has been emptied, and will be looked at once more
 * @pushed: it has been pushed
 * @in_time: before the queue was looked at
 */
struct queue_late {
	struct dma_fence_cb	cb;
	struct mock_task	*task;
	bool			now;
	bool			pushed;
	bool			in_time;
};

static int queue_push_late(void *arg)
{
	struct queue_late *late = arg;

	/* Not where interrupts are going to be off. */
	set_cpus_allowed_ptr(current, cpumask_of(cpumask_last(cpu_online_mask)));
	if (!mock_until(READ_ONCE(late->now)))
		return -ETIMEDOUT;
	mock_task_arm(late->task);
	mock_task_push(late->task);
	WRITE_ONCE(late->pushed, true);

	return 0;
}

/* With interrupts off: the other CPU has to do it. */
static void queue_hold_retire(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct queue_late *late = container_of(cb, typeof(*late), cb);
	int ms;

	WRITE_ONCE(late->now, true);
	for (ms = 0; ms < 2000 && !READ_ONCE(late->pushed); ms++)
		mdelay(1);
	late->in_time = READ_ONCE(late->pushed);
}

static void g5_entity_stays_while_stripped(struct kunit *test)
{
	struct queue_late *late = kunit_kzalloc(test, sizeof(*late), GFP_KERNEL);
	struct mock_task *queued;
	struct mock_call *call;
	struct queue_two two;
	int ret;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");

	KUNIT_ASSERT_NOT_NULL(test, late);
	queue_two_new(test, &two);
	mock_task_submit(two.hw, mock_entity_new(two.hw, two.sched));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(two.hw, 1));
	queued = mock_task_submit(two.hw, two.entity);
	KUNIT_ASSERT_PTR_EQ(test, two.entity->base.rq->sched, &two.sched->base);
	late->task = mock_task_new(two.hw, two.entity);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, late->task);
	ret = dma_fence_add_callback(queued->finished, &late->cb, queue_hold_retire);
	KUNIT_ASSERT_EQ(test, ret, 0);
	call = mock_call_start(test, queue_push_late, late);

	set_cpus_allowed_ptr(current, cpumask_of(cpumask_first(cpu_online_mask)));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(two.hw->dev), 0);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, 2 * MOCK_TIMEOUT));
	KUNIT_ASSERT_EQ(test, call->ret, 0);
	KUNIT_ASSERT_TRUE(test, late->in_time);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(late->task));
	mock_expect_retired(queued, 0);
	mock_expect_retired(late->task, 0);
	KUNIT_EXPECT_GT(test, late->task->order, queued->order);
	mock_expect_freed_once(two.hw);
	mock_expect_balanced(two.hw);

	queue_two_expect_move(test, &two);
	KUNIT_ASSERT_TRUE(test, mock_hw_freed(two.left, 2));
	mock_expect_balanced(two.left);
	queue_two_free(&two);
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
	/* An orphan that waits tells nobody. */
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

/* Not what a driver may do, but no reason to leave a fence behind. */
static void g5_pushed_in_another_order(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *first = mock_task_new(hw, entity);
	struct mock_task *second = mock_task_new(hw, entity);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, first);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, second);
	mock_task_arm(first);
	mock_task_depend(second, first->finished);
	mock_task_arm(second);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_task_push(second);
	mock_task_push(first);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(second));
	KUNIT_EXPECT_TRUE(test, mock_task_wait(first));
	mock_expect_retired(second, 0);
	mock_expect_retired(first, 0);
	mock_expect_freed_once(hw);
}

static struct kunit_case drm_sched_device_queue_tests[] = {
	KUNIT_CASE(g3_queued_in_order),
	KUNIT_CASE(g3_chain_over_schedulers),
	KUNIT_CASE(g3_through_containers),
	KUNIT_CASE(g3_parked_in_prepare_job),
	KUNIT_CASE(g3_scheduled_means_finished),
	KUNIT_CASE(g4_foreign_fence_is_waited_for),
	KUNIT_CASE(g4_orphan_needs_nobody),
	KUNIT_CASE(g4_orphan_holds_itself),
	KUNIT_CASE(g4_two_devices_unplugged),
	KUNIT_CASE(g5_push_after),
	KUNIT_CASE(g5_entity_stays_while_stripped),
	KUNIT_CASE(g5_other_device_left),
	KUNIT_CASE(g5_other_device_stopped),
	KUNIT_CASE(g5_other_device_is_fair),
	KUNIT_CASE(g5_prepared_device_left),
	KUNIT_CASE(g5_push_behind_blocked),
	KUNIT_CASE(g5_pushed_in_another_order),
	{}
};

static struct kunit_suite drm_sched_device_queue_suite = {
	.name = "drm_sched_device_queue",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_device_queue_tests,
};

kunit_test_suite(drm_sched_device_queue_suite);
