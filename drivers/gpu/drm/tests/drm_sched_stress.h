/* SPDX-License-Identifier: GPL-2.0 */

#ifndef _DRM_SCHED_STRESS_H_
#define _DRM_SCHED_STRESS_H_

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/dma-fence.h>
#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <drm/drm_device.h>
#include <drm/gpu_scheduler.h>

#define STRESS_GPUS	2	/* devices */
#define STRESS_RINGS	8	/* schedulers of a device */
#define STRESS_MAX_FILES 4	/* open files per binding */
#define STRESS_ENTITIES	2	/* entities of a file */
#define STRESS_CALLERS	3	/* who calls at once */
#define STRESS_FENCES	16	/* fences that depend on nobody here */
#define STRESS_RECENT	64	/* fences of others to depend on */
#define STRESS_ACTORS	128	/* threads */

/* What is counted, see stress_names[] */
enum stress_event {
	STRESS_BINDINGS,
	STRESS_REBINDS,
	STRESS_SCHEDULERS,
	STRESS_FILES,
	STRESS_JOBS,
	STRESS_JOBS_ABORTED,
	STRESS_DEPENDENCIES,
	STRESS_DEPENDENCIES_ON_OTHER_DEVICE,
	STRESS_DEPENDENCIES_ON_ARRAYS,
	STRESS_DEPENDENCIES_ON_CHAINS,
	STRESS_DEPENDENCIES_ON_FOREIGN,
	STRESS_PREPARE_FENCES,
	STRESS_RUN_JOB,
	STRESS_RESUBMITTED,
	STRESS_COMPLETED,
	STRESS_COMPLETED_WITH_ERROR,
	STRESS_TIMEOUTS,
	STRESS_FAULTS,
	STRESS_STAT_NO_HANG,
	STRESS_STAT_RESET,
	STRESS_STAT_ENODEV,
	STRESS_RESETS,
	STRESS_RESET_WORKS,
	STRESS_CANCELLED,
	STRESS_DISCARDED,
	STRESS_KILLS,
	STRESS_FLUSHES,
	STRESS_CLOSES,
	STRESS_WAITS,
	STRESS_FOREIGN_SIGNALLED,
	STRESS_STOP_CALLS,
	STRESS_WAIT_CALLS,
	STRESS_FINI_CALLS,
	STRESS_FINI_IN_HANDLER,
	STRESS_BUSY,
	STRESS_UNPLUGS,
	STRESS_RINGS_OUTLIVED,
	STRESS_RINGS_GONE_WITH_JOB,
	STRESS_ENODEV_JOBS,
	STRESS_ESRCH_JOBS,
	STRESS_LATE_FINISHERS,
	STRESS_NUM_EVENTS
};

/* What has to be gone after each round. */
enum stress_object {
	STRESS_LIVE_JOB,
	STRESS_LIVE_FENCE,
	STRESS_LIVE_RING,
	STRESS_LIVE_GPU,
	STRESS_LIVE_ENTITY,
	STRESS_NUM_OBJECTS
};

/* Workqueues that the schedulers of a device may share */
enum stress_wq {
	STRESS_WQ_SUBMIT,
	STRESS_WQ_TIMEOUT,
	STRESS_WQ_UNBOUND,
	STRESS_WQS
};

/* How the hardware deals with a job. */
enum stress_how {
	STRESS_COMPLETES,
	STRESS_FAILS,
	STRESS_HANGS,
	STRESS_REFUSED,		/* run_job() returns an error */
	STRESS_IMMEDIATE,	/* run_job() returns no fence */
	STRESS_SIGNALLED,	/* run_job() returns a fence that has signalled */
};

/**
 * struct stress_rnd - random numbers that come again with the same seed
 * @state: of a splitmix64 generator
 */
struct stress_rnd {
	u64	state;
};

struct stress_round;

/**
 * struct stress_actor - a thread
 * @round: the round
 * @name: what it is
 * @fn: what it does
 * @arg: argument of @fn
 * @doing: what it is doing right now
 * @task: the thread, with a reference
 * @rnd: its random numbers
 * @done: it has come to its end
 */
struct stress_actor {
	struct stress_round	*round;
	const char		*name;
	void			(*fn)(struct stress_actor *actor);
	void			*arg;
	const char		*doing;
	struct task_struct	*task;
	struct stress_rnd	rnd;
	struct completion	done;
};

/**
 * struct stress_gpu - a device, from its probe until the last file is closed
 * @drm: the DRM device
 * @round: the round
 * @id: which of the devices of the round
 * @rnd: random numbers for the plan, only used by probe and remove
 * @reset_rnd: random numbers of @reset_work
 * @num_rings: schedulers that live as long as the device
 * @ring: these schedulers
 * @credit_limit: of all schedulers
 * @timeout: of all schedulers
 * @ops: of all schedulers
 * @submit_wq: shared, or NULL
 * @timeout_wq: shared and ordered, or NULL
 * @score: shared, or unused
 * @share_score: @score is used
 * @reset_all: a reset is for all rings; @timeout_wq is set
 * @per_file: each entity has a scheduler of its own, which goes with its last job
 * @outlived: schedulers are destroyed right after the unplug, before the entities
 * @reset_work: reset worker of the driver
 * @gone: the hardware does not answer any more
 * @stopped: no callback but free_job() may be called any more
 * @busy: callbacks that are running
 * @killing: entities that are being killed
 * @killed: that have ever been
 * @ops_left: operations until the unplug
 * @waitq: woken when there are none left
 */
struct stress_gpu {
	struct drm_device		drm;
	struct stress_round		*round;
	unsigned int			id;
	struct stress_rnd		rnd;
	struct stress_rnd		reset_rnd;
	unsigned int			num_rings;
	struct stress_ring		*ring[STRESS_RINGS];
	unsigned int			credit_limit;
	long				timeout;
	const struct drm_sched_backend_ops *ops;
	struct workqueue_struct		*submit_wq;
	struct workqueue_struct		*timeout_wq;
	atomic_t			score;
	bool				share_score;
	bool				reset_all;
	bool				per_file;
	bool				outlived;
	struct work_struct		reset_work;
	bool				gone;
	bool				stopped;
	atomic_t			busy;
	atomic_t			killing;
	atomic_t			killed;
	atomic_t			ops_left;
	wait_queue_head_t		waitq;
};

/**
 * struct stress_ring - a ring of the hardware, with its scheduler
 * @base: the scheduler
 * @ref: held by the device, or by the file and by all jobs
 * @gpu: the device, with a reference if the ring belongs to a file
 * @lock: protects what follows; outside the locks of fences
 * @running: &stress_task.running, in order
 * @dead: nothing completes any more
 * @resetting: between drm_sched_stop() and drm_sched_start()
 * @irq: the interrupt
 * @context: fence context
 * @seqno: last seqno
 * @rnd: what the hardware and timeout handlers do
 * @inline_lock: each hardware fence has its own lock
 * @own: belongs to an entity, and is not in &stress_gpu.ring
 */
struct stress_ring {
	struct drm_gpu_scheduler	base;
	struct kref			ref;
	struct stress_gpu		*gpu;
	spinlock_t			lock; /* protects what follows */
	struct list_head		running;
	bool				dead;
	bool				resetting;
	struct hrtimer			irq;
	u64				context;
	u64				seqno;
	struct stress_rnd		rnd;
	bool				inline_lock;
	bool				own;
};

/**
 * struct stress_entity - an entity of a file
 * @base: the entity
 * @lock: from drm_sched_job_arm() to drm_sched_entity_push_job()
 * @list: schedulers it may use
 * @num: how many
 * @own: its own scheduler, or NULL
 * @id: of the entity in the round
 * @last: the last job that was armed
 * @killed: drm_sched_entity_kill() has been called
 * @foreign: a job waits for a fence of nobody here
 * @cross: a job waits for another device
 * @guilty: for drm_sched_increase_karma()
 */
struct stress_entity {
	struct drm_sched_entity		base;
	struct mutex			lock; /* from arm to push */
	struct drm_gpu_scheduler	*list[2 * STRESS_RINGS];
	unsigned int			num;
	struct stress_ring		*own;
	unsigned int			id;
	struct stress_task		*last;
	bool				killed;
	bool				foreign;
	bool				cross;
	atomic_t			guilty;
};

/**
 * struct stress_file - an open file
 * @gpu: the device, with a reference
 * @other: another device that entities may use, with a reference, or NULL
 * @sem: whoever closes the file excludes those who use it
 * @entity: entities, NULL once the file is closed
 */
struct stress_file {
	struct stress_gpu	*gpu;
	struct stress_gpu	*other;
	struct rw_semaphore	sem;
	struct stress_entity	*entity[STRESS_ENTITIES];
};

/**
 * struct stress_task - what is known of a job, which may be gone
 * @round: the round
 * @link: in &stress_round.tasks
 * @running: in &stress_ring.running
 * @gpu: device it was submitted to
 * @entity: &stress_entity.id
 * @before: the job before it, of the same entity
 * @how: what the hardware does
 * @delay: how many interrupts that takes
 * @error: error of a job that fails
 * @foreign: depends on a fence of nobody here, however indirectly
 * @cross: likewise on another device
 * @guilty: its entity may be found guilty
 * @must: has to have finished when the device is retired
 * @pushed: drm_sched_entity_push_job() has returned
 * @job: the job, NULL when it is freed
 * @finished: finished fence, with a reference
 * @hw: the last hardware fence, with a reference
 * @discards: the driver has discard_job()
 * @wait_on: prepare_job() returns this fence, once
 * @scheduled_cb: sets @scheduled_order
 * @finished_cb: sets @finished_order
 * @scheduled_order: events of the round before "scheduled" signalled
 * @finished_order: events of the round before "finished" signalled
 * @ran: calls of run_job()
 * @freed: calls of free_job()
 * @discarded: calls of discard_job()
 * @touched: a reset may have changed its result
 * @won: the hardware, or run_job(), has set its result
 * @result: this result
 */
struct stress_task {
	struct stress_round	*round;
	struct list_head	link;
	struct list_head	running;
	struct stress_gpu	*gpu;
	unsigned int		entity;
	struct stress_task	*before;
	enum stress_how		how;
	unsigned int		delay;
	int			error;
	bool			foreign;
	bool			cross;
	bool			guilty;
	bool			must;
	bool			pushed;
	bool			discards;
	struct drm_sched_job	*job;
	struct dma_fence	*finished;
	struct dma_fence	*hw;
	struct dma_fence	*wait_on;
	struct dma_fence_cb	scheduled_cb;
	struct dma_fence_cb	finished_cb;
	int			scheduled_order;
	int			finished_order;
	atomic_t		ran;
	atomic_t		freed;
	atomic_t		discarded;
	bool			touched;
	bool			won;
	int			result;
};

/**
 * struct stress_job - the driver's job
 * @base: the scheduler's part
 * @task: what stays
 * @own: ring that goes with it, or NULL
 */
struct stress_job {
	struct drm_sched_job	base;
	struct stress_task	*task;
	struct stress_ring	*own;
};

/**
 * struct stress_recent - a fence to depend on
 * @fence: the fence, with a reference
 * @gpu: device it comes from
 * @foreign: see &stress_task.foreign
 * @cross: see &stress_task.cross
 */
struct stress_recent {
	struct dma_fence	*fence;
	unsigned int		gpu;
	bool			foreign;
	bool			cross;
};

/**
 * struct stress_round - all that one round has
 * @number: which one
 * @seed: its seed
 * @rnd: random numbers for the plan
 * @pdev: the devices
 * @num_gpus: how many
 * @late: of @foreign, how many are signalled when all else is done
 * @bind_rnd: random numbers for the next probe of each
 * @lock: protects what follows
 * @tasks: &stress_task.link
 * @recent: fences to depend on
 * @num_recent: how many there have ever been
 * @foreign: fences that are signalled sooner or later
 * @order: events so far
 * @frees: jobs freed
 * @pushed: jobs pushed
 * @entities: the last &stress_entity.id
 * @waitq: woken with every free_job()
 * @actor: threads
 * @num_actors: how many
 * @stop: come to an end
 * @hw_lock: lock of hardware fences that have none of their own
 */
struct stress_round {
	unsigned int		number;
	u64			seed;
	struct stress_rnd	rnd;
	struct platform_device	*pdev[STRESS_GPUS];
	unsigned int		num_gpus;
	unsigned int		late;
	struct stress_rnd	bind_rnd[STRESS_GPUS];
	spinlock_t		lock; /* protects what follows */
	struct list_head	tasks;
	struct stress_recent	recent[STRESS_RECENT];
	unsigned int		num_recent;
	struct dma_fence	*foreign[STRESS_FENCES];
	atomic_t		order;
	atomic_t		frees;
	atomic_t		pushed;
	atomic_t		entities;
	wait_queue_head_t	waitq;
	struct stress_actor	actor[STRESS_ACTORS];
	atomic_t		num_actors;
	bool			stop;
	spinlock_t		hw_lock; /* of hardware fences */
};

extern atomic_long_t stress_count[STRESS_NUM_EVENTS];
extern atomic_t stress_live[STRESS_NUM_OBJECTS];
extern struct stress_round *stress_now;
extern bool stress_failed;

/* drm_sched_stress.c */
__printf(2, 3) void stress_violation(struct stress_round *round, const char *format, ...);
struct stress_actor *stress_start(struct stress_round *round, const char *name,
				  void (*fn)(struct stress_actor *actor), void *arg,
				  struct stress_rnd *rnd);
void stress_join(struct stress_actor *actor);

/* drm_sched_stress_hw.c */
extern struct platform_driver stress_driver;
int stress_wq_init(void);
struct stress_ring *stress_ring_new(struct stress_gpu *gpu, struct stress_rnd *rnd);
void stress_ring_get(struct stress_ring *ring);
void stress_ring_put(struct stress_ring *ring);
struct dma_fence *stress_fence_new(u64 context, u64 seqno, spinlock_t *lock);
bool stress_fence_signal(struct dma_fence *fence, int error);
void stress_say_fences(void);

/* drm_sched_stress_client.c */
void stress_client(struct stress_actor *actor);
void stress_signaller(struct stress_actor *actor);
struct stress_file *stress_open(struct stress_gpu *gpu, struct stress_rnd *rnd);
void stress_close(struct stress_file *file);

static inline void stress_event(enum stress_event event)
{
	atomic_long_inc(&stress_count[event]);
}

static inline u64 stress_mix(u64 z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;

	return z ^ (z >> 31);
}

/* A number below @limit, which is not 0. */
static inline unsigned int stress_below(struct stress_rnd *rnd, unsigned int limit)
{
	rnd->state += 0x9e3779b97f4a7c15ULL;

	return (u32)stress_mix(rnd->state) % limit;
}

/* True once in @times. */
static inline bool stress_once_in(struct stress_rnd *rnd, unsigned int times)
{
	return !stress_below(rnd, times);
}

/* A generator for somebody else. */
static inline struct stress_rnd stress_fork(struct stress_rnd *rnd)
{
	rnd->state += 0x9e3779b97f4a7c15ULL;

	return (struct stress_rnd){ .state = stress_mix(rnd->state) };
}

#endif
