// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of the objects: jobs are freed (g6), schedulers destroyed (g7),
 * devices bound again (g9).
 */

#include <kunit/test.h>

#include <linux/device.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "drm_sched_device_test.h"
#include "drm_sched_mock_hw.h"

static void g6_signalling_does_not_wait_for_free_job(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct mock_task *done = mock_task_submit(hw, entity);
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_task *queued = mock_task_submit(hw, entity);
	struct mock_call *call;

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	mock_gate_arm(&hw->free_gate);
	mock_task_complete(done, 0);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));

	call = mock_call_start(test, mock_fini_device, hw->dev);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(queued));
	KUNIT_EXPECT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
	mock_expect_retired(running, 1);
	/* It may have got the credits of the first one. */
	mock_expect_retired(queued, atomic_read(&queued->ran));
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 0);

	mock_gate_open(&hw->free_gate);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
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

static void life_expect_name(struct kunit *test, struct dma_fence *fence, const char *expected)
{
	const char __rcu *timeline;
	char name[32];

	rcu_read_lock();
	timeline = dma_fence_timeline_name(fence);
	strscpy(name, rcu_dereference(timeline));
	rcu_read_unlock();
	KUNIT_EXPECT_STREQ(test, name, expected);
}

/* Names are asked for as long as there are fences, signalled or not. */
static void g7_names_outlive_the_scheduler(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *entity = mock_entity_new(hw, sched);
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *ran, *blocked;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	ran = mock_task_submit(hw, entity);
	blocked = mock_task_submit_after(hw, entity, foreign);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	life_expect_name(test, blocked->finished, "mock-ring");

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 2));
	mock_entity_free(entity);
	mock_sched_free(sched);
	/* The core has a name of its own for this one, the scheduler's is that of the other. */
	life_expect_name(test, ran->finished, "signaled-timeline");
	KUNIT_EXPECT_EQ(test, mock_fence_status(blocked->finished), -EINPROGRESS);
	life_expect_name(test, blocked->finished, "dead");

	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(blocked));
	life_expect_name(test, blocked->finished, "signaled-timeline");
	dma_fence_put(foreign);
}

static int mock_flush(void *data)
{
	struct mock_entity *entity = data;

	return drm_sched_entity_flush(&entity->base, MAX_SCHEDULE_TIMEOUT) ? 0 : -ETIME;
}

/* The job that runs may use what belongs to those that wait for it. */
static void g7_killed_jobs_outlive_what_they_wait_for(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct mock_task *running = mock_task_submit(hw, entity);
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *killed = mock_entity_new(hw, sched);
	struct mock_task *task[2];
	int i;

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	task[0] = mock_task_submit_after(hw, killed, running->finished);
	task[1] = mock_task_submit(hw, killed);

	drm_sched_entity_kill(&killed->base);
	flush_work(&sched->base.work_free_job);
	KUNIT_EXPECT_EQ(test, atomic_read(&hw->frees), 0);
	mock_entity_free(killed);

	mock_task_complete(running, 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 3));
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), -ESRCH);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 2);
		KUNIT_EXPECT_EQ(test, atomic_read(&task[i]->ran), 0);
	}
	mock_expect_freed_once(hw);
	mock_expect_balanced(hw);
}

/* But once the device is gone nobody waits for another one, to get his memory back. */
static void g7_killed_jobs_of_a_dead_device(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = mock_sched_new(hw);
	struct mock_entity *killed = mock_entity_new(hw, sched);
	struct dma_fence *foreign[2] = { mock_fence_new(hw), mock_fence_new(hw) };
	struct mock_task *task[2], *late;
	int i;

	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_NOT_NULL(test, foreign[i]);
		task[i] = mock_task_submit_after(hw, killed, foreign[i]);
	}
	late = mock_task_new(hw, mock_entity_new(hw, sched));
	KUNIT_ASSERT_FALSE(test, IS_ERR(late));
	mock_task_depend(late, foreign[1]);

	drm_sched_entity_kill(&killed->base);
	mock_fence_signal(foreign[0], 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&task[1]->freed), 0);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 2));
	mock_task_arm(late);
	mock_task_push(late);
	KUNIT_EXPECT_TRUE(test, mock_hw_freed(hw, 3));
	KUNIT_EXPECT_EQ(test, mock_fence_status(late->finished), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, mock_fence_status(task[1]->finished), -EINPROGRESS);

	mock_fence_signal(foreign[1], 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(task[1]));
	KUNIT_EXPECT_TRUE(test, mock_task_wait(late));
	mock_expect_retired(late, 0);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, mock_fence_status(task[i]->finished), -ESRCH);
		dma_fence_put(foreign[i]);
	}
	mock_expect_freed_once(hw);
}

/* Drivers clean up what drm_sched_init() has refused, without knowing. */
static void g7_fini_after_a_refusal(struct kunit *test)
{
	struct workqueue_struct *wq[2] = { NULL, mock_wq_new(test, 1) };
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched;
	int i;

	mock_sched_new(hw);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);

	for (i = 0; i < 2; i++) {
		struct drm_sched_init_args args = { .submit_wq = wq[i] };

		sched = kunit_kzalloc(test, sizeof(*sched), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, sched);
		KUNIT_EXPECT_EQ(test, mock_sched_init(hw, sched, hw->dev, &args), -ENODEV);
		drm_sched_fini(&sched->base);
		drm_sched_fini(&sched->base);
	}
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

	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	mock_task_submit(hw, killed);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_sched_free(sched);

	KUNIT_EXPECT_PTR_EQ(test, mock_task_new(hw, used), ERR_PTR(-ENODEV));
	KUNIT_EXPECT_EQ(test, mock_flush(used), 0);
	drm_sched_entity_kill(&killed->base);
	KUNIT_EXPECT_EQ(test, drm_sched_entity_error(&used->base), -ENODEV);
	KUNIT_EXPECT_TRUE(test, list_empty(&used->base.list));
	KUNIT_EXPECT_TRUE(test, list_empty(&unused->base.list));
	mock_entity_free(used);
	mock_entity_free(killed);
	mock_entity_free(unused);
	mock_expect_retired(task, 1);
	mock_expect_freed_once(hw);
}

/* An entity that has moved on does not need its first scheduler any more. */
static void g7_entity_of_two_schedulers(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *first = mock_sched_new(hw), *second = mock_sched_new(hw);
	struct drm_gpu_scheduler *list[2] = { &first->base, &second->base };
	struct mock_entity *entity = mock_entity_new(hw, first);
	struct mock_task *task;

	drm_sched_entity_modify_sched(&entity->base, list, 2);
	/* Somebody else keeps the first one busy. */
	mock_task_submit(hw, mock_entity_new(hw, first));
	task = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	KUNIT_ASSERT_PTR_EQ(test, entity->base.rq->sched, &second->base);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	mock_expect_retired(task, 1);
	mock_sched_free(first);
	mock_sched_free(second);
	KUNIT_EXPECT_PTR_EQ(test, mock_task_new(hw, entity), ERR_PTR(-ENODEV));
	KUNIT_EXPECT_EQ(test, mock_flush(entity), 0);
	mock_entity_free(entity);
	mock_expect_freed_once(hw);
}

/* amdgpu has schedulers that were never initialised, where hardware has died. */
static void g7_entity_without_run_queue(struct kunit *test)
{
	struct drm_gpu_scheduler *none = kunit_kzalloc(test, sizeof(*none), GFP_KERNEL);
	struct drm_sched_entity *entity = kunit_kzalloc(test, sizeof(*entity), GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, none);
	KUNIT_ASSERT_NOT_NULL(test, entity);
	ret = drm_sched_entity_init(entity, DRM_SCHED_PRIORITY_NORMAL, &none, 1, NULL);
	KUNIT_ASSERT_EQ(test, ret, 0);

	/* What is returned depends on the kernel. */
	KUNIT_EXPECT_GE(test, drm_sched_entity_flush(entity, 1), 0);
	drm_sched_entity_fini(entity);
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
	struct mock_call *call;

	task[0] = mock_task_submit(hw, entity);
	task[1] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	call = mock_call_start(test, mock_flush, entity);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, call->ret, 0);
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
	struct mock_call *call;
	struct mock_task *task[80];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	task[0] = mock_task_submit_after(hw, entity, foreign);
	for (i = 1; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, entity);
	call = mock_call_start(test, mock_flush, entity);
	KUNIT_EXPECT_FALSE(test, mock_call_returned(call, MOCK_GRACE));

	mock_sched_free(sched);
	KUNIT_EXPECT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, mock_fence_status(task[0]->finished), -EINPROGRESS);
	mock_expect_freed_once(hw);

	mock_fence_signal(foreign, 0);
	for (i = 0; i < ARRAY_SIZE(task); i++) {
		KUNIT_EXPECT_TRUE(test, mock_task_wait(task[i]));
		mock_expect_retired(task[i], 0);
		KUNIT_EXPECT_EQ(test, task[i]->order, i + 1);
	}
	dma_fence_put(foreign);
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

static struct kunit_case drm_sched_device_life_tests[] = {
	KUNIT_CASE(g6_signalling_does_not_wait_for_free_job),
	KUNIT_CASE(g6_free_job_by_fini),
	KUNIT_CASE(g6_discard_job),
	KUNIT_CASE(g7_names_outlive_the_scheduler),
	KUNIT_CASE(g7_killed_jobs_outlive_what_they_wait_for),
	KUNIT_CASE(g7_killed_jobs_of_a_dead_device),
	KUNIT_CASE(g7_fini_after_a_refusal),
	KUNIT_CASE(g7_entities_outlive_the_scheduler),
	KUNIT_CASE(g7_entity_of_two_schedulers),
	KUNIT_CASE(g7_entity_without_run_queue),
	KUNIT_CASE(g7_fini_without_retire),
	KUNIT_CASE(g7_flush_is_woken),
	KUNIT_CASE(g7_flush_is_expelled),
	KUNIT_CASE(g9_rebind),
	{}
};

static struct kunit_suite drm_sched_device_life_suite = {
	.name = "drm_sched_device_life",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_sched_device_life_tests,
};

kunit_test_suite(drm_sched_device_life_suite);
