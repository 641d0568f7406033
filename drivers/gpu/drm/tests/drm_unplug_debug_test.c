// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the checks around drm_dev_unplug(), see
 * Documentation/gpu/drm-unplug-debug.rst: each with a driver that is right and with
 * one that is wrong.
 *
 * Lockdep reports once and is off until the next boot. So the drivers that provoke
 * it are in a suite of their own, which does nothing unless
 * drm_sched_unplug_tests.provoke=1 is on the kernel command line, and then is good
 * for one test per boot.
 */

#include <kunit/device.h>
#include <kunit/test.h>

#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/lockdep.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_syncobj.h>
#include <drm/drm_unplug_debug.h>
#include <drm/gpu_scheduler.h>

#include "drm_sched_mock_drm.h"
#include "drm_sched_mock_hw.h"

static bool provoke;
module_param(provoke, bool, 0444);
MODULE_PARM_DESC(provoke, "Run the tests that make lockdep report something (default: no)");

static bool mock_lockdep_works(void)
{
	return IS_ENABLED(CONFIG_PROVE_LOCKING) && debug_locks;
}

/* What any driver may do in a section, but for waiting. */
static void mock_section(struct kunit *test, struct drm_device *drm)
{
	struct dma_fence *fence = dma_fence_allocate_private_stub(ktime_get());
	struct dma_resv resv;
	int idx, nested;
	void *mem;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	KUNIT_ASSERT_TRUE(test, drm_dev_enter(drm, &idx));
	drm_dev_assert_entered(drm);
	KUNIT_EXPECT_TRUE(test, drm_dev_enter(drm, &nested));
	drm_dev_exit(nested);

	mem = kmalloc(64, GFP_KERNEL);
	kfree(mem);

	dma_resv_init(&resv);
	dma_resv_lock(&resv, NULL);
	dma_resv_unlock(&resv);
	dma_resv_fini(&resv);

	KUNIT_EXPECT_EQ(test, dma_fence_wait_timeout(fence, false, 0), 1);
	drm_dev_assert_entered(drm);
	drm_dev_exit(idx);
	dma_fence_put(fence);
}

/* A timeout handler or run_job() that asks whether the device is still there. */
static void mock_section_in_signalling(struct kunit *test, struct drm_device *drm)
{
	bool cookie = dma_fence_begin_signalling();
	int idx;

	KUNIT_ASSERT_TRUE(test, drm_dev_enter(drm, &idx));
	drm_dev_assert_entered(drm);
	drm_dev_exit(idx);
	dma_fence_end_signalling(cookie);
}

struct mock_irq {
	struct drm_device	*drm;
	struct hrtimer		timer;
	struct completion	done;
	bool			entered;
};

static enum hrtimer_restart mock_irq_handler(struct hrtimer *timer)
{
	struct mock_irq *irq = container_of(timer, struct mock_irq, timer);
	int idx;

	irq->entered = in_hardirq() && drm_dev_enter(irq->drm, &idx);
	if (irq->entered) {
		drm_dev_assert_entered(irq->drm);
		drm_dev_exit(idx);
	}
	complete(&irq->done);

	return HRTIMER_NORESTART;
}

/* An interrupt handler that accesses registers. */
static void mock_section_in_interrupt(struct kunit *test, struct drm_device *drm)
{
	struct mock_irq irq = { .drm = drm };

	init_completion(&irq.done);
	hrtimer_setup_on_stack(&irq.timer, mock_irq_handler, CLOCK_MONOTONIC,
			       HRTIMER_MODE_REL_HARD);
	hrtimer_start(&irq.timer, 1000, HRTIMER_MODE_REL_HARD);
	wait_for_completion(&irq.done);
	hrtimer_cancel(&irq.timer);
	destroy_hrtimer_on_stack(&irq.timer);
	KUNIT_EXPECT_TRUE(test, irq.entered);
}

/* Waits inside sections, retires, unplugs. */
static void right_driver(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm = mock_drm_new(hw);
	struct mock_task *task[3];
	bool locks = mock_lockdep_works();
	int idx, i;

	for (i = 0; i < ARRAY_SIZE(task); i++)
		task[i] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	mock_section(test, drm);
	mock_section_in_signalling(test, drm);
	mock_section_in_interrupt(test, drm);
	mock_task_complete(task[0], 0);
	KUNIT_ASSERT_TRUE(test, drm_dev_enter(drm, &idx));
	KUNIT_EXPECT_EQ(test, dma_fence_wait(task[0]->finished, false), 0);
	drm_dev_exit(idx);

	kunit_warning_suppress(test) {
		KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
		drm_dev_unplug(drm);
		KUNIT_EXPECT_SUPPRESSED_WARNING_COUNT(test, 0);
	}
	KUNIT_EXPECT_EQ(test, mock_lockdep_works(), locks);
	KUNIT_EXPECT_FALSE(test, drm_dev_enter(drm, &idx));
}

/* Unplugs, retires, and waits outside of sections only. */
static void right_driver_unplug_first(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm = mock_drm_new(hw);
	struct mock_task *task[2];
	bool locks = mock_lockdep_works();
	int idx;

	drm_dev_set_unplug_first(drm);
	task[0] = mock_task_submit(hw, entity);
	task[1] = mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));

	mock_section(test, drm);
	mock_section_in_signalling(test, drm);
	mock_section_in_interrupt(test, drm);
	mock_task_complete(task[0], 0);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(task[0]->finished, false), 0);

	kunit_warning_suppress(test) {
		drm_dev_unplug(drm);
		KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
		KUNIT_EXPECT_SUPPRESSED_WARNING_COUNT(test, 0);
	}
	KUNIT_EXPECT_EQ(test, mock_lockdep_works(), locks);
	KUNIT_EXPECT_FALSE(test, drm_dev_enter(drm, &idx));
	mock_expect_retired(task[1], 1);
}

/* One driver's rule is not another's, also where the sections are one in the other. */
static void right_drivers_together(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_hw *other = mock_hw_new(test);
	struct drm_device *drm = mock_drm_new(hw);
	struct drm_device *first = mock_drm_new(other);
	struct dma_fence *fence = dma_fence_allocate_private_stub(ktime_get());
	bool locks = mock_lockdep_works();
	int outer, inner;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	drm_dev_set_unplug_first(first);
	KUNIT_ASSERT_TRUE(test, drm_dev_enter(drm, &outer));
	KUNIT_ASSERT_TRUE(test, drm_dev_enter(first, &inner));
	drm_dev_exit(inner);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(fence, false), 0);
	drm_dev_exit(outer);

	KUNIT_EXPECT_EQ(test, mock_lockdep_works(), locks);
	dma_fence_put(fence);
	drm_dev_unplug(first);
	drm_dev_unplug(drm);
	mock_hw_fini(other);
}

struct mock_access {
	struct kunit		*test;
	struct drm_device	*drm;
	int			warnings;
};

/* A register access. Each is a place of its own, and warns once. */
#define mock_access(access) do {						\
	struct mock_access *__a = (access);					\
										\
	kunit_warning_suppress(__a->test) {					\
		drm_dev_assert_entered(__a->drm);				\
		__a->warnings = KUNIT_SUPPRESSED_WARNING_COUNT();		\
	}									\
} while (0)

static int mock_access_thread(void *data)
{
	mock_access((struct mock_access *)data);
	return 0;
}

static void assert_entered(struct kunit *test)
{
	struct mock_access *access = kunit_kzalloc(test, sizeof(*access), GFP_KERNEL);
	struct mock_hw *hw = test->priv;
	struct drm_device *drm;
	struct mock_call *call;
	int idx, nested;

	if (!mock_lockdep_works())
		kunit_skip(test, "needs lockdep");

	KUNIT_ASSERT_NOT_NULL(test, access);
	drm = mock_drm_new(hw);
	access->test = test;
	access->drm = drm;
	mock_access(access);
	KUNIT_EXPECT_EQ(test, access->warnings, 1);

	KUNIT_ASSERT_TRUE(test, drm_dev_enter(drm, &idx));
	mock_access(access);
	KUNIT_EXPECT_EQ(test, access->warnings, 0);

	KUNIT_ASSERT_TRUE(test, drm_dev_enter(drm, &nested));
	drm_dev_exit(nested);
	mock_access(access);
	KUNIT_EXPECT_EQ(test, access->warnings, 0);

	preempt_disable();
	drm_dev_assert_entered(drm);
	preempt_enable();

	/* A section is that of a task. */
	call = mock_call_start(test, mock_access_thread, access);
	KUNIT_ASSERT_TRUE(test, mock_call_returned(call, MOCK_TIMEOUT));
	KUNIT_EXPECT_EQ(test, access->warnings, 1);

	drm_dev_exit(idx);
	mock_access(access);
	KUNIT_EXPECT_EQ(test, access->warnings, 1);

	/* Who binds and unbinds. */
	device_lock(hw->dev);
	mock_access(access);
	device_unlock(hw->dev);
	KUNIT_EXPECT_EQ(test, access->warnings, 0);

	drm_dev_unplug(drm);
	KUNIT_EXPECT_FALSE(test, drm_dev_enter(drm, &idx));
	mock_access(access);
	KUNIT_EXPECT_EQ(test, access->warnings, 1);
	KUNIT_EXPECT_TRUE(test, mock_lockdep_works());
}

/* Return: how often drm_dev_unplug() warned. */
static int mock_unplug_warnings(struct kunit *test, struct drm_device *drm)
{
	int warnings = -1;

	kunit_warning_suppress(test) {
		drm_dev_unplug(drm);
		warnings = KUNIT_SUPPRESSED_WARNING_COUNT();
	}

	return warnings;
}

static void unplug_with_running_job(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm = mock_drm_new(hw);

	mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, mock_unplug_warnings(test, drm), 1);
}

static void unplug_with_queued_job(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm = mock_drm_new(hw);
	struct dma_fence *fence = mock_fence_new(hw);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	mock_task_submit_after(hw, entity, fence);
	KUNIT_EXPECT_EQ(test, mock_unplug_warnings(test, drm), 1);
	mock_fence_signal(fence, 0);
	dma_fence_put(fence);
}

/* To stop is not enough. */
static void unplug_when_stopped(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm = mock_drm_new(hw);

	mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, drm_sched_stop_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, mock_unplug_warnings(test, drm), 1);
}

/* Held by the timeout handler, a job is on no list. */
static void unplug_in_timeout(struct kunit *test)
{
	struct drm_sched_init_args args = { .timeout = 1 };
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct drm_device *drm = mock_drm_new(hw);

	mock_gate_arm(&hw->tdr_gate);
	mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->tdr_gate));
	KUNIT_EXPECT_EQ(test, mock_unplug_warnings(test, drm), 1);
	mock_gate_open(&hw->tdr_gate);
}

static void mock_core_release(struct device *core)
{
	kfree(core);
}

/* The scheduler of a device below that of the &struct drm_device. */
static void unplug_with_job_below(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_sched *sched = kunit_kzalloc(test, sizeof(*sched), GFP_KERNEL);
	struct drm_device *drm = mock_drm_new(hw);
	struct mock_entity *entity;
	struct device *core;

	KUNIT_ASSERT_NOT_NULL(test, sched);
	core = kzalloc_obj(*core);
	KUNIT_ASSERT_NOT_NULL(test, core);
	device_initialize(core);
	core->parent = hw->dev;
	core->release = mock_core_release;
	dev_set_name(core, "mock-core");
	KUNIT_ASSERT_EQ(test, device_add(core), 0);

	KUNIT_ASSERT_EQ(test, mock_sched_init(hw, sched, core, NULL), 0);
	entity = mock_entity_new(hw, sched);
	mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	KUNIT_EXPECT_EQ(test, mock_unplug_warnings(test, drm), 1);

	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(core), 0);
	mock_entity_free(entity);
	drm_sched_fini(&sched->base);
	device_unregister(core);
}

/* Nothing to wait for: nothing to warn of, retired or not. */
static void unplug_when_idle(struct kunit *test)
{
	struct drm_sched_init_args args = { .credit_limit = 2 };
	struct mock_hw *hw = test->priv;
	struct mock_hw *other = mock_hw_new(test);
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new_args(hw, &args));
	struct mock_entity *busy = mock_entity_new(other, mock_sched_new(other));
	struct drm_device *drm = mock_drm_new(hw);
	struct mock_task *task[2];
	int i;

	for (i = 0; i < 2; i++)
		task[i] = mock_task_submit(hw, entity);
	mock_task_submit(other, busy);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 2));
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(other, 1));

	/* The second is still on the list while the first is being freed. */
	mock_gate_arm(&hw->free_gate);
	for (i = 0; i < 2; i++)
		mock_task_complete(task[i], 0);
	KUNIT_ASSERT_TRUE(test, mock_gate_wait(&hw->free_gate));

	KUNIT_EXPECT_EQ(test, mock_unplug_warnings(test, drm), 0);
	mock_gate_open(&hw->free_gate);
	mock_hw_fini(other);
}

/* Retired, with a job that waits for another device. */
static void unplug_with_orphan(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm = mock_drm_new(hw);
	struct dma_fence *foreign = mock_fence_new(hw);
	struct mock_task *task;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	task = mock_task_submit_after(hw, entity, foreign);
	KUNIT_EXPECT_EQ(test, drm_sched_fini_device(hw->dev), 0);
	KUNIT_EXPECT_EQ(test, mock_unplug_warnings(test, drm), 0);
	mock_fence_signal(foreign, 0);
	KUNIT_EXPECT_TRUE(test, mock_task_wait(task));
	dma_fence_put(foreign);
}

static struct kunit_case drm_unplug_debug_tests[] = {
	KUNIT_CASE(right_driver),
	KUNIT_CASE(right_driver_unplug_first),
	KUNIT_CASE(right_drivers_together),
	KUNIT_CASE(assert_entered),
	KUNIT_CASE(unplug_with_running_job),
	KUNIT_CASE(unplug_with_queued_job),
	KUNIT_CASE(unplug_when_stopped),
	KUNIT_CASE(unplug_in_timeout),
	KUNIT_CASE(unplug_with_job_below),
	KUNIT_CASE(unplug_when_idle),
	KUNIT_CASE(unplug_with_orphan),
	{}
};

static struct kunit_suite drm_unplug_debug_suite = {
	.name = "drm_unplug_debug",
	.init = mock_test_init,
	.exit = mock_test_exit,
	.test_cases = drm_unplug_debug_tests,
};

/* The first unbind of an idle device, by a driver that unplugs while it signals. */
static void unplug_in_signalling(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct drm_device *drm = mock_drm_new(hw);
	bool cookie;

	mock_sched_new(hw);
	cookie = dma_fence_begin_signalling();
	drm_dev_unplug(drm);
	dma_fence_end_signalling(cookie);
	drm_sched_fini_device(hw->dev);
}

/* A section of a device that is unplugged before its fences signal. */
static struct drm_device *mock_first_enter(struct kunit *test, int *idx)
{
	struct mock_hw *hw = test->priv;
	struct drm_device *drm = mock_drm_new(hw);

	drm_dev_set_unplug_first(drm);
	KUNIT_ASSERT_TRUE(test, drm_dev_enter(drm, idx));

	return drm;
}

static void mock_first_exit(struct drm_device *drm, int idx)
{
	drm_dev_exit(idx);
	drm_dev_unplug(drm);
}

static void wait_for_fence(struct kunit *test)
{
	struct dma_fence *fence = dma_fence_get_stub();
	struct drm_device *drm;
	int idx;

	drm = mock_first_enter(test, &idx);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(fence, false), 0);
	mock_first_exit(drm, idx);
	dma_fence_put(fence);
}

static void wait_for_any_fence(struct kunit *test)
{
	struct dma_fence *fence = dma_fence_get_stub();
	struct drm_device *drm;
	int idx;

	drm = mock_first_enter(test, &idx);
	KUNIT_EXPECT_GT(test, dma_fence_wait_any_timeout(&fence, 1, false, HZ, NULL), 0);
	mock_first_exit(drm, idx);
	dma_fence_put(fence);
}

/* There is nothing to wait for, this time. */
static void wait_for_resv(struct kunit *test)
{
	struct dma_resv resv;
	struct drm_device *drm;
	int idx;

	dma_resv_init(&resv);
	drm = mock_first_enter(test, &idx);
	KUNIT_EXPECT_GT(test, dma_resv_wait_timeout(&resv, DMA_RESV_USAGE_READ, true, HZ), 0);
	mock_first_exit(drm, idx);
	dma_resv_fini(&resv);
}

static void wait_for_syncobj(struct kunit *test)
{
	struct drm_syncobj_wait wait = { .count_handles = 1, .timeout_nsec = S64_MAX };
	unsigned long user = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
					   MAP_ANONYMOUS | MAP_PRIVATE, 0);
	void __user *arg = (void __user *)user;
	struct drm_syncobj *syncobj;
	struct drm_device *drm;
	struct file *file;
	u32 handle;
	int idx;

	KUNIT_ASSERT_NE(test, user, 0);
	KUNIT_ASSERT_EQ(test, drm_syncobj_create(&syncobj, DRM_SYNCOBJ_CREATE_SIGNALED, NULL), 0);

	drm = mock_first_enter(test, &idx);
	file = mock_drm_getfile(drm->primary, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, file);
	KUNIT_ASSERT_EQ(test, drm_syncobj_get_handle(file->private_data, syncobj, &handle), 0);
	wait.handles = user + sizeof(wait);
	KUNIT_ASSERT_EQ(test, copy_to_user(arg, &wait, sizeof(wait)), 0);
	KUNIT_ASSERT_EQ(test, copy_to_user(arg + sizeof(wait), &handle, sizeof(handle)), 0);

	KUNIT_EXPECT_EQ(test, drm_ioctl(file, DRM_IOCTL_SYNCOBJ_WAIT, user), 0);
	fput(file);
	drm_syncobj_put(syncobj);
	mock_first_exit(drm, idx);
}

static void wait_in_flush(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm;
	int idx;

	drm = mock_first_enter(test, &idx);
	KUNIT_EXPECT_EQ(test, drm_sched_entity_flush(&entity->base, HZ), HZ);
	mock_first_exit(drm, idx);
}

/* A section takes a lock, under which somebody else waits. */
static void wait_under_lock(struct kunit *test)
{
	struct dma_fence *fence = dma_fence_get_stub();
	static DEFINE_MUTEX(lock);
	struct drm_device *drm;
	int idx;

	mutex_lock(&lock);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(fence, false), 0);
	mutex_unlock(&lock);
	KUNIT_EXPECT_TRUE(test, debug_locks);

	drm = mock_first_enter(test, &idx);
	mutex_lock(&lock);
	mutex_unlock(&lock);
	mock_first_exit(drm, idx);
	dma_fence_put(fence);
}

/* The text of the warning, for who reads the log; counted in drm_unplug_debug. */
static void unplug_unretired(struct kunit *test)
{
	struct mock_hw *hw = test->priv;
	struct mock_entity *entity = mock_entity_new(hw, mock_sched_new(hw));
	struct drm_device *drm = mock_drm_new(hw);

	mock_task_submit(hw, entity);
	mock_task_submit(hw, entity);
	KUNIT_ASSERT_TRUE(test, mock_hw_ran(hw, 1));
	drm_dev_unplug(drm);
	KUNIT_EXPECT_TRUE(test, debug_locks);
	test->priv = NULL;
	mock_hw_fini(hw);
}

static struct kunit_case drm_unplug_wrong_tests[] = {
	KUNIT_CASE(unplug_in_signalling),
	KUNIT_CASE(wait_for_fence),
	KUNIT_CASE(wait_for_any_fence),
	KUNIT_CASE(wait_for_resv),
	KUNIT_CASE(wait_for_syncobj),
	KUNIT_CASE(wait_in_flush),
	KUNIT_CASE(wait_under_lock),
	KUNIT_CASE(unplug_unretired),
	{}
};

static int drm_unplug_wrong_init(struct kunit *test)
{
	if (!provoke)
		kunit_skip(test, "one boot each, with drm_sched_unplug_tests.provoke=1");
	if (!mock_lockdep_works())
		kunit_skip(test, "needs lockdep, and no report before");

	test->priv = mock_hw_new(test);
	return 0;
}

/* A test that found its mark has turned lockdep off. */
static void drm_unplug_wrong_exit(struct kunit *test)
{
	if (!test->priv)
		return;

	KUNIT_EXPECT_FALSE(test, mock_lockdep_works());
	mock_hw_fini(test->priv);
}

static struct kunit_suite drm_unplug_wrong_suite = {
	.name = "drm_unplug_wrong",
	.init = drm_unplug_wrong_init,
	.exit = drm_unplug_wrong_exit,
	.test_cases = drm_unplug_wrong_tests,
};

kunit_test_suites(&drm_unplug_debug_suite, &drm_unplug_wrong_suite);

MODULE_DESCRIPTION("KUnit tests for the checks around drm_dev_unplug()");
MODULE_LICENSE("GPL");
