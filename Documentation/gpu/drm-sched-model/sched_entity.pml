/* SPDX-License-Identifier: MIT */
/* sched_entity.c, sched_rq.c */
inline entity_wakeup(e)
{
	/* The last that needs the entity is that its dependency is cleared. */
	atomic {
		use_entity(e); use_rq(SCHED(e));
		if
		:: broken(wakeup_order) -> entity[e].dependency = NO_FENCE
		:: else -> to = rq[SCHED(e)].sched
		fi
	};
	atomic {
		use_entity(e); use_rq(SCHED(e));
		if
		:: broken(wakeup_order) -> to = rq[SCHED(e)].sched
		:: else -> entity[e].dependency = NO_FENCE
		fi
	};
	atomic { run_job_queue(to); to = 0; cb = 0 }
}

/* @to: the scheduler, DEAD for none. The lock of the entity is held, and dropped by the caller. */
inline rq_add_entity(e)
{
	atomic {
		!rq[SCHED(e)].lock;
		use_entity(e); use_rq(SCHED(e));
		if
		:: entity[e].stopped -> to = DEAD
		:: else ->
			to = rq[SCHED(e)].sched;
			use_sched(to);
			sched[to].score = sched[to].score + !entity[e].on_list;
			entity[e].on_list = true;
			entity[e].in_tree = true
		fi
	}
}

/* With drm_sched_job_init() and drm_sched_job_arm() before it, inside drm_dev_enter() */
inline entity_push_job(j, e)
{
	atomic {
		use_entity(e); use_rq(SCHED(e)); use_sched(rq[SCHED(e)].sched);
		now = !sched[rq[SCHED(e)].sched].retired	/* else job_init() is -ENODEV */
	};
	IF now ->
		atomic {
			!entity[e].lock;
			use_entity(e); use_rq(SCHED(e)); use_sched(rq[SCHED(e)].sched);
			sched[rq[SCHED(e)].sched].score++;
			job[j].pushed = true;
			first = len(entity[e].job_queue) == 0;
			entity[e].job_queue!j;
			now = false;
			IF first -> entity[e].lock = true; rcu_read_lock() FI
		};
		IF first ->
			rq_add_entity(e);
			atomic {
				first = !broken(killed_push_forgotten);
				IF to != DEAD ->
					use_sched(to);
					first = sched[to].retired && !broken(push_not_checked);
					IF !first -> run_job_queue(to) FI
				FI;
				to = 0;
				entity[e].lock = false; rcu_read_unlock()
			};
			IF first -> first = false; flush_begin(e); entity_discard(e, to); flush_end() FI
		FI
	FI
}

/* Pinned, so that the scheduler can still free the jobs when it has lost its run queue */
inline entity_kill(e)
{
	atomic {
		!entity[e].lock;
		use_entity(e);
		entity[e].stopped = true;
		first = entity[e].on_list || !broken(remove_not_locked);
		entity[e].lock = first
	};
	flush_begin(e);
	/* drm_sched_rq_remove_entity() */
	IF first ->
		atomic {
			!rq[SCHED(e)].lock;
			first = false;
			use_rq(SCHED(e));
			IF entity[e].on_list ->
				use_sched(rq[SCHED(e)].sched);
				sched[rq[SCHED(e)].sched].score--;
				entity[e].on_list = false;
				entity[e].in_tree = false
			FI;
			entity[e].lock = false
		}
	FI;
	atomic {
		entity[e].idle || broken(kill_does_not_wait);
		IF broken(kill_not_pinned) ->
			sched[to].flushers--;
			to = rq[SCHED(e)].sched;
			sched[to].flushers++
		FI
	};
	entity_discard(e, to);
	flush_end()
}

/* And its caller frees the memory. */
inline entity_fini(e)
{
	entity_kill(e);
	last = entity[e].dependency;
	IF last != NO_FENCE ->
		/* dma_fence_remove_callback() waits for callbacks that run. */
		atomic {
			!fence[last].locked;
			now = fence[last].cb_list??[eval(ENTITY_CB(e))];
			IF now -> now = false; fence[last].cb_list??eval(ENTITY_CB(e)) FI;
			entity[e].dependency = NO_FENCE
		}
	FI;
	atomic { last = 0; use_rq(SCHED(e)); rq[SCHED(e)].ref--; entity[e].freed = true }
}

inline entity_flush(e)
{
	flush_begin(e);
	do
	:: atomic {
		use_sched(to); use_entity(e);
		sched[to].woken = false;
		IF !entity[e].on_list || len(entity[e].job_queue) == 0 || entity[e].stopped -> break FI
	   };
		sched[to].woken
	od;
	flush_end()
}

/* @cur: a job for run_job(), or NO_FENCE and the entity waits for a fence */
inline entity_pop_job(e)
{
	atomic {
		use_entity(e);
		entity[e].peeked = true;
		entity[e].job_queue?<cur>;
		use_job(cur);
		MUST(no_late_callback, !told_stopped);		/* prepare_job() */
		find_dependency(cur);
		IF dep != NO_FENCE ->
			entity[e].dependency = dep;
			fence[dep].cb_list!ENTITY_CB(e);
			cur = NO_FENCE
		FI;
		dep = 0
	};
	atomic {
		cur == NO_FENCE || (!entity[e].lock && !rq[SCHED(e)].lock);
		use_entity(e);
		entity[e].peeked = false;
		IF cur != NO_FENCE ->
			entity[e].last_scheduled = cur;
			entity[e].job_queue?cur;
			/* drm_sched_rq_pop_entity() */
			entity[e].in_tree = len(entity[e].job_queue) > 0 &&
				(!entity[e].stopped || broken(killed_entity_returns))
		FI
	}
}
