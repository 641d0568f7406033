/* SPDX-License-Identifier: MIT */
/*
 * drm_sched_stop_device(), drm_sched_fini_device() and drm_sched_fini() against everybody
 * who may come in between. Documentation/gpu/drm-sched-model.rst says what is left out
 * and why, and how to run it. The other
 * sched_*.pml are the C files of these names. All else here are scenarios, which include
 * this file.
 *
 * An inline or proctype has the name of the function that it stands for, without the
 * prefix drm_sched_. A step, atomic {} or a single statement, is a critical section or
 * an access that others make without a lock. Steps are merged where nobody can see or
 * change what is in between.
 *
 * A scenario defines
 *   NS, NE, NJ		how many schedulers, entities, jobs; at most 2, 2, 4; 3 with interrupt()
 *   SCHED(e)		scheduler of an entity; run queue n belongs to scheduler n
 *   ENTITY(j)		entity of a job; of two jobs of an entity the lower is pushed first
 *   DEPENDS(j, f)	job j depends on fence f: the finished fence of job f, or FOREIGN
 *   PROMISED(j)	job j is finished when drm_sched_fini_device() returns
 *   TIMEOUTS		how often timedout_job() is called for a scheduler
 *   timedout_job(s, j)	what it does
 */
#define FOREIGN		NJ		/* fence of another device */
#define NO_FENCE	(NJ + 1)
#define DEAD		NS		/* drm_sched_dead */
#define NOBODY		NS		/* a caller that is no timeout handler */

mtype = { RESET, NO_HANG, ENODEV };	/* what timedout_job() returns, in @status */

#ifndef TIMEOUTS
#define TIMEOUTS	0
#define timedout_job(s, j) skip
#endif

/*
 * Defects: what is left out, forgotten or in the wrong order with -DBREAK=name. The
 * scenarios say which property fails then.
 */
mtype = {
	nothing,
	run_not_disabled, run_not_synced, tdr_not_disabled, tdr_not_synced, tdr_waits_for_itself,
	handler_waits, second_not_serialised, next_not_pinned, marked_too_late,
	list_not_spliced, held_job_forgotten, left_job_always_returned, retired_is_started,
	hw_fence_not_locked, hw_fence_not_checked, ready_not_finished, fini_waits_for_orphans,
	predecessor_ignored, dependency_ignored, take_not_announced,
	push_not_checked, killed_push_forgotten, killed_entity_returns, kill_does_not_wait,
	kill_not_pinned, remove_not_locked, wakeup_order, rq_not_counted, rq_not_redirected,
	no_grace_period, flush_not_waited_for, flush_not_woken,
	finished_not_freed, discarded_not_freed, job_stays_on_list,
	killed_not_kept, killed_not_released,
	error_not_set, score_not_returned, finished_stays_on_list, attended_for_ever,
	stop_does_not_wait
};
#ifndef BREAK
#define BREAK nothing
#endif
#define broken(defect)	(BREAK == defect)

/* Properties. They are 0, and here to be printed with a condition that is false. */
#define MUST(property, condition)	assert((condition) || property)

hidden byte all_signal;		/* every fence does, in the end */
hidden byte signals_once;
hidden byte signals_in_order;	/* of its entity */
hidden byte right_error;		/* none if hardware completed the job, else one */
hidden byte dependencies_first;	/* before the fence of a job signals */
hidden byte no_late_callback;	/* run_job(), timedout_job() after a stop */
hidden byte done_at_return;	/* of fini, but for what waits for another device */
hidden byte second_waits;	/* for the first caller */
hidden byte freed_once;		/* and not before it is finished or will never run */
hidden byte freed_in_time;	/* not under what it depends on, while the device works */
hidden byte all_freed;
hidden byte handler_has_job;	/* it is not freed under timedout_job() */
hidden byte sched_alive;		/* no use after free: of schedulers, */
hidden byte rq_alive;		/* run queues, */
hidden byte entity_alive;	/* entities */
hidden byte job_alive;		/* and jobs */
hidden byte one_consumer;	/* of an entity's queue */
hidden byte balanced;		/* credits and score */

#define use_sched(s)	MUST(sched_alive, !sched[s].freed)
#define use_rq(s)	MUST(rq_alive, rq[s].ref)
#define use_entity(e)	MUST(entity_alive, !entity[e].freed)
#define use_job(j)	MUST(job_alive, !job[j].freed)

#define IF		if ::
#define FI		:: else fi

/*
 * Data. Members have the names they have in C.
 */
typedef Work {
	bool queued, running;
	byte disabled			/* depth */
};

typedef Sched {
	bool retired, halted, pause_submit, free_guilty, listed, freed, discard_at_once;
	bool woken;			/* job_scheduled */
	bool in_run_job, in_timedout_job;
	bool given_back;		/* handler_job is, by drm_sched_stop() */
	byte pins, flushers;
	byte tdr_job;			/* + 1 */
	byte handler_job;		/* + 1: belongs to timedout_job() for now */
	short score, credits;
	chan pending_list = [NJ] of { byte };
	chan discarded_list = [NJ] of { byte };
	Work work_run_job, work_free_job, work_tdr
};
Sched sched[NS + 1];

typedef Rq {
	bool lock;
	byte sched, ref
};
Rq rq[NS];

typedef Entity {
	bool lock, stopped, idle, freed;
	bool in_tree, on_list;		/* rb_tree_node, list */
	bool peeked;			/* the run_job work looks at the head of the queue */
	byte dependency, last_scheduled;
	byte next;			/* the next of its fences is not before this */
	chan job_queue = [NJ] of { byte }
};
Entity entity[NE];
#define ready_to_run(e)	(entity[e].in_tree && len(entity[e].job_queue) > 0 && \
			 entity[e].dependency == NO_FENCE)

typedef Job {
	bool pushed, orphan, freed;
	bool kept;			/* on killed_list */
	bool promised;
	/* The hardware fence: known as s_fence->parent, with drm_sched_job_done_cb() */
	bool parent, cb;
	bool started, signalled, locked;
	bool completed			/* by the interrupt handler */
};
Job job[NJ];
#define sched_of(j)	sched[SCHED(ENTITY(j))]

/* Finished fences and FOREIGN. A callback is a job, waiting as an orphan, or an entity. */
typedef Fence {
	bool signalled, error;
	bool locked;			/* while callbacks run */
	chan cb_list = [NJ + NE] of { byte }
};
Fence fence[NJ + 1];
#define ENTITY_CB(e)	(NJ + (e))

chan ready = [NJ] of { byte };		/* drm_sched_ready */
bool orphan_work, orphan_lock, attended;	/* the first: queued */
bool device_mutex, device_retired;	/* struct drm_sched_device */

bool told_stopped, told_finished;	/* what callers know */
byte actors, submitters;		/* processes that are not through */

#define NP 14				/* processes */
byte rcu[NP];				/* depth of rcu_read_lock() */
short grace;				/* those that a grace period waits for */

#define LOCALS \
	byte cur, walk, last, taken, to, dep, cb, n; \
	bool now, first
/* of jobs */
#define LISTS \
	chan jobs = [NJ] of { byte }; \
	chan fences = [NJ] of { byte }; \
	byte prev

inline list_rotate(list)
{
	for (n : 2 .. len(list)) { list?cb; list!cb };
	n = 0; cb = 0
}
inline list_add(list, j) { list!j; list_rotate(list) }
inline list_take_last(list, j) { list_rotate(list); list?j }

/*
 * What others promise: RCU, workqueues, dma_fence
 */
inline rcu_read_lock() { rcu[_pid]++ }
inline rcu_read_unlock() { rcu[_pid]--; grace = grace & ~((rcu[_pid] == 0) << _pid) }
inline synchronize_rcu()
{
	atomic {
		for (n : 0 .. NP - 1) { grace = grace | ((rcu[n] > 0) << n) }
		n = 0
	};
	grace == 0 || broken(no_grace_period)
}

#define queue_work(w)		w.queued = w.queued || !w.disabled
#define disable_work(w)		w.disabled++; w.queued = false
#define disable_work_sync(w)	atomic { disable_work(w) }; !w.running
#define cancel_work_sync(w)	disable_work_sync(w); w.disabled--

/* The first fence that a job has to wait for */
inline find_dependency(j)
{
	dep = 0;
	do
	:: dep <= FOREIGN && !(DEPENDS(j, dep) && !fence[dep].signalled) -> dep++
	:: else -> break
	od
}

/* dma_fence_signal() sets the flag. From now on it is too late for a callback. */
inline fence_set(f)
{
	MUST(signals_once, !fence[f].signalled);
	IF f != FOREIGN ->
		find_dependency(f);
		MUST(dependencies_first, dep == NO_FENCE);
		dep = 0;
		MUST(signals_in_order, f >= entity[ENTITY(f)].next);
		entity[ENTITY(f)].next = f;
		killed_done(f)
	FI;
	fence[f].signalled = true;
	IF len(fence[f].cb_list) > 0 -> fence[f].locked = true; rcu_read_lock() FI
}

/* ... and calls the callbacks. */
inline fence_callbacks(f)
{
	do
	:: atomic {
		len(fence[f].cb_list) > 0 ->
		fence[f].cb_list?cb;
		IF cb < NJ -> orphan_ready(cb); cb = 0 FI
	   };
		IF cb >= NJ -> entity_wakeup(cb - NJ) FI
	:: atomic {
		len(fence[f].cb_list) == 0 ->
		IF fence[f].locked -> fence[f].locked = false; rcu_read_unlock() FI;
		break
	   }
	od
}

/* With work items last */
#include "sched_dead.pml"
#include "sched_entity.pml"
#include "sched_device.pml"
#include "sched_retire.pml"
#include "sched_orphan.pml"
#include "sched_discard.pml"
#include "sched_main.pml"

/* sched_orphan.c */
proctype orphan_worker()
{
	LOCALS;
end:	do
	:: atomic { orphan_work && !orphan_lock -> orphan_work = false; orphan_begin() };
		orphan_finish_ready();
		orphan_lock = false
	od
}

/*
 * The rest of the world
 */

/* Hardware finishes the jobs of an entity in order, or is never heard of. */
#define on_hardware(i, j) \
	((i) < (j) && ENTITY(i) == ENTITY(j) && job[i].started && \
	 (!job[i].signalled || job[i].locked))

proctype interrupt(byte j)
{
	LOCALS;
end:	atomic {
		job[j].started && !job[j].signalled && !on_hardware(0, j) && !on_hardware(1, j) ->
		job[j].signalled = true;
		job[j].completed = true;
		now = job[j].cb;
		IF now ->
			job[j].cb = false;
			job[j].locked = true;
			rcu_read_lock();
			actors++
		FI
	};
	IF now ->
		job_done(j, false);
		atomic { job[j].locked = false; rcu_read_unlock(); actors-- }
	FI
}

/* Signals at any time, or when nobody else is left. */
proctype foreign()
{
	LOCALS;
	if
	:: true
	:: true -> actors == 1
	fi;
	atomic { fence_set(FOREIGN) };
	fence_callbacks(FOREIGN);
	actors--
}

/* At first @count jobs are in the queues of their entities. */
inline setup(count)
{
	for (n : 0 .. NS - 1) {
		sched[n].listed = true;
		rq[n].sched = n;
		rq[n].ref = 1;
		run run_job_work(n);
		run free_job_work(n);
		IF TIMEOUTS -> run job_timedout(n) FI
	};
	sched[DEAD].retired = true;
	sched[DEAD].pause_submit = true;
	for (n : 0 .. NE - 1) {
		entity[n].idle = true;
		entity[n].dependency = NO_FENCE;
		entity[n].last_scheduled = NO_FENCE;
		rq[SCHED(n)].ref++
	};
	for (n : 1 .. count) {
		entity[ENTITY(n - 1)].job_queue!(n - 1);
		job[n - 1].pushed = true;
		sched_of(n - 1).score = sched_of(n - 1).score + 1 + !entity[ENTITY(n - 1)].on_list;
		entity[ENTITY(n - 1)].in_tree = true;
		entity[ENTITY(n - 1)].on_list = true;
		queue_work(sched_of(n - 1).work_run_job)
	};
	run orphan_worker();
	n = 0
}

#define nothing_to_do(s) \
	(!sched[s].work_run_job.queued && !sched[s].work_run_job.running && \
	 !sched[s].work_free_job.queued && !sched[s].work_free_job.running && \
	 !sched[s].work_tdr.running)

/* Everybody is through. */
inline wrap_up()
{
	atomic {
		!actors && nothing_to_do(0) && nothing_to_do(NS - 1) && !orphan_work && !orphan_lock;
		for (n : 0 .. NJ - 1) {
			IF job[n].pushed ->
				MUST(all_signal, fence[n].signalled);
				MUST(all_freed, job[n].freed);
				MUST(right_error, fence[n].error == !job[n].completed)
			FI
		};
		for (n : 0 .. NE - 1) {
			sched[SCHED(n)].score = sched[SCHED(n)].score - entity[n].on_list
		};
		for (n : 0 .. NS) { MUST(balanced, !sched[n].score && !sched[n].credits) }
	}
}
