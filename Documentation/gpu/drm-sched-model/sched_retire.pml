/* SPDX-License-Identifier: MIT */
/* sched_retire.c */
inline retire_running(j)
{
	/*
	 * drm_sched_retire_hw_fence(). To have looked at the finished fence before only
	 * saves work.
	 */
	atomic {
		use_job(j);
		!job[j].parent || !job[j].locked || broken(hw_fence_not_locked);
		IF job[j].parent && (!job[j].signalled && !fence[j].signalled || broken(hw_fence_not_checked)) ->
			MUST(signals_once, !job[j].signalled);
			job[j].signalled = true;
			now = job[j].cb;
			IF now -> job[j].cb = false; job[j].locked = true; rcu_read_lock() FI
		FI
	};
	IF now ->
		now = false;
		job_done(j, !broken(error_not_set));
		atomic { job[j].locked = false; rcu_read_unlock() }
	FI;
	atomic {
		use_job(j);
		now = !fence[j].signalled;
		IF now -> sched_of(j).score--; fence[j].error = true; fence_set(j) FI
	};
	IF now -> now = false; fence_callbacks(j) FI
}

/* Nobody adds to the pending list meanwhile. */
inline retire_pending(s)
{
	atomic {
		use_sched(s);
		IF sched[s].tdr_job && !broken(held_job_forgotten) -> jobs!(sched[s].tdr_job - 1) FI;
		last = len(sched[s].pending_list);
		for (n : 1 .. last) {
			sched[s].pending_list?cur;
			jobs!cur;
			IF broken(list_not_spliced) -> sched[s].pending_list!cur FI
		};
		n = 0; last = 0
	};
	do
	:: atomic { len(jobs) > 0 -> jobs?cur };
		retire_running(cur);
		IF cur + 1 != sched[s].tdr_job && !broken(list_not_spliced) -> fences!cur FI
	:: len(jobs) == 0 -> break
	od;
	atomic {
		use_sched(s);
		do
		:: len(fences) > 0 -> fences?cur; sched[s].pending_list!cur
		:: else -> break
		od;
		cur = 0
	}
}

inline retire_queued(s)
{
	do
	:: entity_take(s);
		if
		:: taken < NE ->
			do
			:: entity_strip(taken);
				if
				:: len(fences) > 0 -> orphan_launch(s, true)
				:: else -> break
				fi
			od;
			prev = 0;
			entity_release(taken)
		:: else -> break
		fi
	od;
	taken = 0
}
