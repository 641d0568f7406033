/* SPDX-License-Identifier: GPL-2.0 */

#ifndef _DRM_SCHED_MOCK_HW_H_
#define _DRM_SCHED_MOCK_HW_H_

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dma-fence.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include <drm/gpu_scheduler.h>

struct kunit;

/**
 * struct mock_gate - a window that a test forces open
 * @armed: whoever comes by has to wait
 * @waiting: how many do
 * @entered: somebody waits in the gate
 * @leave: they may go on
 */
struct mock_gate {
	bool			armed;
	atomic_t		waiting;
	struct completion	entered;
	struct completion	leave;
};

/**
 * struct mock_sched - a ring of the mock hardware
 * @base: the scheduler
 * @hw: the device
 * @link: in &mock_hw.scheds
 */
struct mock_sched {
	struct drm_gpu_scheduler	base;
	struct mock_hw			*hw;
	struct list_head		link;
};

/**
 * struct mock_entity - an open file
 * @base: the entity
 * @link: in &mock_hw.entities
 */
struct mock_entity {
	struct drm_sched_entity	base;
	struct list_head	link;
};

/**
 * struct mock_task - what a test knows of a job, which may be gone
 * @hw: the device
 * @job: the job, until it has been pushed
 * @link: in &mock_hw.tasks
 * @finished: finished fence, with a reference
 * @fence: hardware fence with a reference, once the job has run
 * @cb: sets @order
 * @order: how many finished fences had signalled before, plus one
 * @when: and when, in jiffies
 * @signaller: the thread that signalled @finished
 * @ran: how often run_job() was called
 * @freed: how often free_job() was called
 * @freer: the thread that called free_job()
 * @wait_on: prepare_job() returns this fence, once
 */
struct mock_task {
	struct mock_hw		*hw;
	struct mock_job		*job;
	struct list_head	link;
	struct dma_fence	*finished;
	struct dma_fence	*fence;
	struct dma_fence_cb	cb;
	int			order;
	unsigned long		when;
	struct task_struct	*signaller;
	atomic_t		ran;
	atomic_t		freed;
	struct task_struct	*freer;
	struct dma_fence	*wait_on;
};

/**
 * struct mock_job - the driver's job
 * @base: the scheduler's part
 * @task: the test's part, which stays
 */
struct mock_job {
	struct drm_sched_job	base;
	struct mock_task	*task;
};

/**
 * struct mock_hw - hardware that never answers unless told to
 * @test: the running test
 * @dev: the device
 * @lock: lock of all hardware fences
 * @context: fence context of all hardware fences
 * @seqno: the last one
 * @scheds: &mock_sched.link
 * @entities: &mock_entity.link
 * @tasks: &mock_task.link
 * @tasks_lock: protects @tasks
 * @runs: calls of run_job()
 * @prepares: calls of prepare_job()
 * @timeouts: calls of timedout_job()
 * @expired: when the last one was, in jiffies
 * @cancels: calls of cancel_job()
 * @frees: calls of free_job()
 * @orders: finished fences signalled
 * @stopped: from now on a callback is late
 * @late: callbacks other than free_job() that were
 * @bad_context: free_job() calls from a context that cannot sleep
 * @waitq: woken with every change of a count
 * @run_gate: in run_job()
 * @prepare_gate: in prepare_job()
 * @tdr_gate: in timedout_job()
 * @free_gate: in free_job()
 * @timedout: called in timedout_job(), if set
 * @in_run: called in run_job(), if set
 * @in_free: called in free_job(), if set
 */
struct mock_hw {
	struct kunit		*test;
	struct device		*dev;
	spinlock_t		lock; /* of all hardware fences */
	u64			context;
	atomic_t		seqno;
	struct list_head	scheds;
	struct list_head	entities;
	struct list_head	tasks;
	spinlock_t		tasks_lock; /* protects @tasks */
	atomic_t		runs;
	atomic_t		prepares;
	atomic_t		timeouts;
	unsigned long		expired;
	atomic_t		cancels;
	atomic_t		frees;
	atomic_t		orders;
	bool			stopped;
	atomic_t		late;
	atomic_t		bad_context;
	wait_queue_head_t	waitq;
	struct mock_gate	run_gate;
	struct mock_gate	prepare_gate;
	struct mock_gate	tdr_gate;
	struct mock_gate	free_gate;
	enum drm_gpu_sched_stat	(*timedout)(struct mock_hw *hw, struct drm_sched_job *job);
	void			(*in_run)(struct mock_hw *hw);
	void			(*in_free)(struct mock_hw *hw);
};

/**
 * struct mock_call - a call in a thread of its own
 * @ref: of the test and of the thread, either may be the last
 * @fn: what to call
 * @arg: its argument
 * @ret: what it returned
 * @gate: looked at when it returned
 * @gate_armed: @gate was still armed then
 * @done: it returned
 */
struct mock_call {
	struct kref		ref;
	int			(*fn)(void *arg);
	void			*arg;
	int			ret;
	struct mock_gate	*gate;
	bool			gate_armed;
	struct completion	done;
};

#define MOCK_TIMEOUT	(15 * HZ)

/* Simulated time: as long as it takes in real life, and exact. */
#define MOCK_EXACT	IS_ENABLED(CONFIG_UML_TIME_TRAVEL_SUPPORT)

/* Timeout of a job that hangs. */
#define MOCK_HANG	(MOCK_EXACT ? 10 * HZ : HZ / 5)

/*
 * Long enough for what must not happen to happen. A defect may be missed where it is
 * not; what does happen has an event, and is waited for.
 */
#define MOCK_GRACE	(HZ / 20)

/* Wait for what nobody tells of. */
#define mock_until(cond) ({						\
	unsigned long __end = jiffies + MOCK_TIMEOUT;			\
	bool __cond;							\
									\
	while (!(__cond = (cond)) && time_before(jiffies, __end))	\
		schedule_timeout_uninterruptible(1);			\
	__cond;								\
})

void mock_gate_arm(struct mock_gate *gate);
void mock_gate_open(struct mock_gate *gate);
bool mock_gate_wait(struct mock_gate *gate);

struct mock_call *mock_call_start(struct kunit *test, int (*fn)(void *), void *arg);
struct mock_call *mock_call_start_gate(struct kunit *test, struct mock_gate *gate,
				       int (*fn)(void *), void *arg);
bool mock_call_returned(struct mock_call *call, unsigned long timeout);

struct mock_hw *mock_hw_new(struct kunit *test);
void mock_hw_fini(struct mock_hw *hw);
int mock_test_init(struct kunit *test);
void mock_test_exit(struct kunit *test);
bool mock_hw_freed(struct mock_hw *hw, int count);
bool mock_hw_ran(struct mock_hw *hw, int count);

extern const struct drm_sched_backend_ops mock_ops;
extern const struct drm_sched_backend_ops mock_cancel_ops;

struct workqueue_struct *mock_wq_new(struct kunit *test, int max_active);

int mock_sched_init(struct mock_hw *hw, struct mock_sched *sched, struct device *dev,
		    const struct drm_sched_init_args *args);
struct mock_sched *mock_sched_new(struct mock_hw *hw);
struct mock_sched *mock_sched_new_args(struct mock_hw *hw,
				       const struct drm_sched_init_args *args);
void mock_sched_free(struct mock_sched *sched);

struct mock_entity *mock_entity_new(struct mock_hw *hw, struct mock_sched *sched);
void mock_entity_free(struct mock_entity *entity);

struct mock_task *mock_task_new(struct mock_hw *hw, struct mock_entity *entity);
void mock_task_depend(struct mock_task *task, struct dma_fence *fence);
void mock_task_arm(struct mock_task *task);
void mock_task_push(struct mock_task *task);
struct mock_task *mock_task_submit(struct mock_hw *hw, struct mock_entity *entity);
struct mock_task *mock_task_submit_after(struct mock_hw *hw, struct mock_entity *entity,
					 struct dma_fence *fence);
struct mock_task *mock_task_submit_waiting(struct mock_hw *hw, struct mock_entity *entity,
					   struct dma_fence *fence);
void mock_task_complete(struct mock_task *task, int error);
bool mock_task_wait(struct mock_task *task);

struct dma_fence *mock_fence_new(struct mock_hw *hw);
void mock_fence_signal(struct dma_fence *fence, int error);

void mock_expect_retired(struct mock_task *task, int ran);
void mock_expect_freed_once(struct mock_hw *hw);
void mock_expect_balanced(struct mock_hw *hw);

/* -EINPROGRESS as long as a fence has not signalled, then its error. */
static inline int mock_fence_status(struct dma_fence *fence)
{
	return dma_fence_is_signaled(fence) ? fence->error : -EINPROGRESS;
}

#endif
