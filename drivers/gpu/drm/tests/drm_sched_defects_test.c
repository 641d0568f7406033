// SPDX-License-Identifier: GPL-2.0
/*
 * Defects of the scheduler that are in the way of a hot-unplug, one test each. They
 * use nothing that a kernel without the fixes does not have, and fail there; some
 * of them take the kernel with them, so run them one by one.
 */

#include <kunit/test.h>

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "drm_sched_mock_hw.h"

/* Longer than anything that is not stuck takes. */
#define DEFECT_TIMEOUT	(2 * HZ)

static int defect_kill(void *data)
{
	struct mock_entity *entity = data;

	drm_sched_entity_kill(&entity->base);
	return 0;
}

/*
 * prepare_job() is between the selection of an entity and the pop of its job. The
 * second job has no credits, so that the entity is not selected once more.
 */
static void u1_killed_entity_stays_out_of_the_tree(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_call *call;

	mock_gate_arm(&hw->prepare_gate);
	mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->prepare_gate));
	mock_task_submit(hw, entity);

	call = mock_call_start(test, defect_kill, entity);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	KUNIT_EXPECT_TRUE(test, READ_ONCE(entity->base.stopped));
	mock_gate_open(&hw->prepare_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));

	KUNIT_EXPECT_TRUE(test, RB_EMPTY_NODE(&entity->base.rb_tree_node));
}

/* Files are closed when nothing is left of the scheduler; the job was fine. */
static void u2_entity_outlives_the_scheduler(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_submit(hw, entity);

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_task_complete(task, 0);
	KUNIT_ASSERT_TRUE(test, mock_hw_freed(hw, 1));

	mock_sched_free(sched);
	KUNIT_EXPECT_EQ(test, drm_sched_entity_flush(&entity->base, HZ), HZ);
	mock_entity_free(entity);
}

/* The canonical order: entity, scheduler, and then comes the foreign fence. */
static void u3_killed_job_outlives_the_scheduler(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *task[2];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	task[0] = mock_task_submit_after(hw, entity, foreign);
	task[1] = mock_task_submit(hw, entity);

	mock_entity_free(entity);
	KUNIT_EXPECT_EQ(test, atomic_read(sched->base.score), 0);
	mock_sched_free(sched);

	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 2);

	mock_fence_signal(foreign, 0);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_TRUE(test, mock_task_wait(task[i]));
		KUNIT_EXPECT_NE(test, mock_fence_status(task[i]->finished), 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&task[i]->ran), 0);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
	dma_fence_put(foreign);
}

struct defect_signaller {
	struct dma_fence_cb	cb;
	struct mock_sched	*sched;
	struct completion	finished;
	bool			destroyed;
	bool			too_early;
};

/* The interrupt handler is slow after "finished" is visible. */
static void defect_slow_signaller(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct defect_signaller *signaller = container_of(cb, struct defect_signaller, cb);
	int i;

	complete_all(&signaller->finished);
	for (i = 0; i < 200 && !READ_ONCE(signaller->destroyed); i++)
		mdelay(1);
	signaller->too_early = READ_ONCE(signaller->destroyed);
}

static int defect_destroy(void *data)
{
	struct defect_signaller *signaller = data;

	wait_for_completion(&signaller->finished);
	drm_sched_fini(&signaller->sched->base);
	WRITE_ONCE(signaller->destroyed, true);

	return 0;
}

static void u4_signaller_is_waited_for(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct defect_signaller *signaller = kunit_kzalloc(test, sizeof(*signaller), GFP_KERNEL);
	struct mock_task *task = mock_task_submit(hw, entity);
	struct mock_call *call;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");

	KUNIT_ASSERT_NOT_NULL(test, signaller);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	signaller->sched = sched;
	init_completion(&signaller->finished);
	dma_fence_add_callback(task->finished, &signaller->cb, defect_slow_signaller);
	call = mock_call_start(test, defect_destroy, signaller);

	mock_task_complete(task, 0);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
	KUNIT_EXPECT_FALSE(test, signaller->too_early);

	list_del(&sched->link);
	mock_entity_free(entity);
	kfree(sched);
}

struct defect_fence {
	struct dma_fence	base;
	struct mock_entity	*entity;
	struct drm_sched_rq	decoy_rq;
	struct drm_sched_rq	*rq;
	bool			declared_done;
};

static const char *defect_fence_name(struct dma_fence *fence)
{
	return "defect";
}

/*
 * The callback has dropped the last reference. If it has declared itself done by
 * now, the entity may be gone: give it another run queue and see who looks.
 */
static void defect_fence_release(struct dma_fence *base)
{
	struct defect_fence *fence = container_of(base, struct defect_fence, base);

	fence->declared_done = !READ_ONCE(fence->entity->base.dependency);
	fence->rq = fence->entity->base.rq;
	fence->entity->base.rq = &fence->decoy_rq;
}

static const struct dma_fence_ops defect_fence_ops = {
	.get_driver_name = defect_fence_name,
	.get_timeline_name = defect_fence_name,
	.release = defect_fence_release,
};

static void u5_dependency_callback_lets_go_of_the_entity(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw), *decoy = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct defect_fence *fence = kunit_kzalloc(test, sizeof(*fence), GFP_KERNEL);
	unsigned long flags;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	fence->entity = entity;
	fence->decoy_rq.sched = &decoy->base;
	dma_fence_init(&fence->base, &defect_fence_ops, &hw->lock, dma_fence_context_alloc(1), 1);

	/* prepare_job() hands out the only reference. */
	mock_task_submit_waiting(hw, entity, &fence->base);
	KUNIT_ASSERT_TRUE(test, mock_until(!list_empty(&fence->base.cb_list)));

	/* Who asks the decoy gets no answer. Nobody runs jobs while it is in place. */
	decoy->base.pause_submit = true;
	mock_gate_arm(&hw->prepare_gate);
	spin_lock_irqsave(&hw->lock, flags);
	dma_fence_signal_locked(&fence->base);
	entity->base.rq = fence->rq;
	spin_unlock_irqrestore(&hw->lock, flags);
	mock_gate_open(&hw->prepare_gate);

	KUNIT_EXPECT_TRUE(test, fence->declared_done);
	/* The right one was asked, or the job would not run. */
	KUNIT_EXPECT_TRUE(test, mock_hw_ran(hw, 1));
}

static enum drm_gpu_sched_stat defect_nodev(struct mock_hw *hw, struct drm_sched_job *job)
{
	return DRM_GPU_SCHED_STAT_ENODEV;
}

/* The device is gone, says the handler; its fence signals nevertheless. */
static void u6_job_of_the_timeout_handler_is_freed(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task;

	hw->timedout = defect_nodev;
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, wait_event_timeout(hw->waitq, atomic_read(&hw->timeouts),
						   MOCK_TIMEOUT));
	flush_delayed_work(&sched->base.work_tdr);
	mock_task_complete(task, -ENODEV);

	KUNIT_EXPECT_TRUE(test, wait_event_timeout(hw->waitq, atomic_read(&hw->frees),
						   DEFECT_TIMEOUT));
}

static int defect_stop_twice(void *data)
{
	struct mock_sched *sched = data;

	drm_sched_stop(&sched->base, NULL);
	drm_sched_stop(&sched->base, NULL);
	drm_sched_resubmit_jobs(&sched->base);
	drm_sched_stop(&sched->base, NULL);
	drm_sched_start(&sched->base, 0);

	return 0;
}

static void u7_stop_of_a_stopped_scheduler(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[2] = { mock_task_submit(hw, entity), mock_task_submit(hw, entity) };
	struct mock_call *call;
	int i;

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	call = mock_call_start(test, defect_stop_twice, sched);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, DEFECT_TIMEOUT));

	for (i = 0; i < 2; i++) {
		mock_task_complete(task[i], 0);
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), 0);
		KUNIT_EXPECT_EQ(test, atomic_read(&task[i]->ran), 2);
	}
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&sched->base.credit_count), 0);
}

static void u8_push_to_a_killed_entity(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task = mock_task_new(hw, entity);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	mock_task_arm(task);
	drm_sched_entity_kill(&entity->base);
	mock_task_push(task);

	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(task->finished, false, DEFECT_TIMEOUT), 0);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task->finished), -ESRCH);
	KUNIT_EXPECT_EQ(test, atomic_read(&task->ran), 0);
	KUNIT_EXPECT_TRUE(test, wait_event_timeout(hw->waitq, atomic_read(&hw->frees),
						   DEFECT_TIMEOUT));
}

static void u9_remaining_jobs_oldest_first(struct kunit *test)
{
	struct drm_sched_init_args args = { .ops = &mock_cancel_ops, .credit_limit = 4 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[4];
	int i;

	for (i = 0; i < 4; i++)
		task[i] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 4));

	/* The entity first, or an older kernel does not get that far. */
	mock_entity_free(entity);
	mock_sched_free(sched);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), -ENODEV);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
}

#define DEFECT_JOBS	5

static enum drm_gpu_sched_stat defect_finish_one(struct mock_hw *hw, struct drm_sched_job *job)
{
	mock_fence_signal(job->s_fence->parent, -ENODEV);
	return DRM_GPU_SCHED_STAT_NO_HANG;
}

/* Return: how long it takes until all jobs that hang are finished. */
static unsigned long defect_hang(struct mock_hw *hw)
{
	struct drm_sched_init_args args = { .timeout = MOCK_HANG, .credit_limit = DEFECT_JOBS };
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	unsigned long start = jiffies;
	struct mock_task *task[DEFECT_JOBS];
	int i;

	for (i = 0; i < DEFECT_JOBS; i++)
		task[i] = mock_task_submit(hw, entity);
	for (i = 0; i < DEFECT_JOBS; i++)
		mock_task_wait(task[i]);

	return jiffies - start;
}

/* Not a defect but a missing short cut: one timeout is enough to learn that a device is gone. */
static void tdr_one_timeout_for_all_jobs(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	unsigned long each, all;

	if (!MOCK_EXACT)
		kunit_skip(test, "wants simulated time");

	hw->timedout = defect_finish_one;
	each = defect_hang(hw);
	hw->timedout = defect_nodev;
	all = defect_hang(hw);

	kunit_info(test, "%u jobs that hang, timeout %u s: %lu s if each is finished by its own, %lu s by STAT_ENODEV\n",
		   DEFECT_JOBS, MOCK_HANG / HZ, each / HZ, all / HZ);
	KUNIT_EXPECT_GE(test, each, DEFECT_JOBS * MOCK_HANG);
	KUNIT_EXPECT_GE(test, all, MOCK_HANG);
	KUNIT_EXPECT_LT(test, all, 2 * MOCK_HANG);
}

/* Who has seen that the scheduler runs queues its work items when it does no more. */
static void defect_queue_late(struct mock_sched *sched)
{
	queue_work(sched->base.submit_wq, &sched->base.work_run_job);
	queue_work(sched->base.submit_wq, &sched->base.work_free_job);
	flush_work(&sched->base.work_run_job);
	flush_work(&sched->base.work_free_job);
}

static void u10_nothing_while_stopped(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new_args(hw, &args);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct mock_task *task[2];

	task[0] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	drm_sched_wqueue_stop(&sched->base);
	mock_task_complete(task[0], 0);
	task[1] = mock_task_submit(hw, entity);

	defect_queue_late(sched);
	KUNIT_EXPECT_EQ(test, atomic_read(&task[0]->freed), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&task[1]->ran), 0);

	drm_sched_wqueue_start(&sched->base);
	KUNIT_EXPECT_TRUE(test, mock_hw_ran(hw, 2));
	mock_task_complete(task[1], 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 2));
}

static struct kunit_case drm_sched_defects_tests[] = {
	KUNIT_CASE(u1_killed_entity_stays_out_of_the_tree),
	KUNIT_CASE(u2_entity_outlives_the_scheduler),
	KUNIT_CASE(u3_killed_job_outlives_the_scheduler),
	KUNIT_CASE(u4_signaller_is_waited_for),
	KUNIT_CASE(u5_dependency_callback_lets_go_of_the_entity),
	KUNIT_CASE(u6_job_of_the_timeout_handler_is_freed),
	KUNIT_CASE(u7_stop_of_a_stopped_scheduler),
	KUNIT_CASE(u8_push_to_a_killed_entity),
	KUNIT_CASE(u9_remaining_jobs_oldest_first),
	KUNIT_CASE(u10_nothing_while_stopped),
	KUNIT_CASE(tdr_one_timeout_for_all_jobs),
	{}
};

static struct kunit_suite drm_sched_defects_suite = {
	.name = "drm_sched_defects",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_defects_tests,
};

kunit_test_suite(drm_sched_defects_suite);

MODULE_DESCRIPTION("KUnit tests for defects of the DRM scheduler");
MODULE_LICENSE("GPL");
