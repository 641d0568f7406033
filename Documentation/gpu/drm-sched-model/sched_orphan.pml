/* SPDX-License-Identifier: MIT */
/* sched_orphan.c */
inline orphan_ready(j) { ready!j; IF !attended -> orphan_work = true FI }

/* drm_sched_orphan_begin() */
inline orphan_begin() { orphan_lock = true; attended = true }

/* @now: nothing to wait for */
inline orphan_wait(j, f)
{
	now = (f == NO_FENCE || fence[f].signalled);
	IF !now -> fence[f].cb_list!j FI
}

inline orphan_step(j)
{
	atomic {
		find_dependency(j);
		IF broken(dependency_ignored) -> dep = NO_FENCE FI;
		orphan_wait(j, dep);
		dep = 0;
		IF now -> fence_set(j) FI
	};
	IF now -> now = false; fence_callbacks(j) FI
}

/* As many jobs as it likes, at least one if there is one */
inline entity_strip(e)
{
	atomic {
		!entity[e].lock;
		use_entity(e);
		prev = entity[e].last_scheduled;
		do
		:: len(entity[e].job_queue) > 0 ->
			MUST(one_consumer, !entity[e].peeked);
			entity[e].job_queue?cur;
			fences!cur;
			entity[e].last_scheduled = cur
		:: len(entity[e].job_queue) == 0 || len(fences) > 0 -> break
		od;
		cur = 0
	}
}

/*
 * @s: pinned, or the caller's own. @signal: the caller may, else it leaves that to
 * drm_sched_orphan_work
 */
inline orphan_launch(s, signal)
{
	do
	:: atomic {
		len(fences) > 0 ->
		fences?cur;
		jobs!cur;
		use_job(cur);
		job[cur].orphan = true;
		fence[cur].error = true;
		IF broken(predecessor_ignored) -> prev = NO_FENCE FI;
		orphan_wait(cur, prev);
		prev = cur;
		IF now && !signal -> now = false; orphan_ready(cur) FI
	   };
		IF now -> orphan_step(cur) FI
	:: atomic {
		len(fences) == 0 ->
		use_sched(s);
		MUST(all_freed, s != DEAD);	/* "it leaks" */
		do
		:: len(jobs) > 0 ->
			jobs?cur;
			sched[s].score = sched[s].score - !broken(score_not_returned);
			discard_job(s, cur)
		:: else -> break
		od;
		run_free_queue(s); sched[s].woken = true;
		cur = 0; prev = 0;
		break
	   }
	od
}

inline entity_discard(e, s)
{
	do
	:: entity_strip(e);
		if
		:: len(fences) > 0 -> orphan_launch(s, false)
		:: else -> break
		fi
	od;
	prev = 0
}

/* @taken, NE for none */
inline entity_take(s)
{
	atomic {
		!rq[s].lock;
		taken = 0;
		do
		:: taken < NE && !(SCHED(taken) == s && entity[taken].in_tree) -> taken++
		:: else -> break
		od;
		IF taken < NE ->
			use_entity(taken);
			entity[taken].in_tree = false;
			entity[taken].idle = broken(take_not_announced)
		FI
	}
}

inline entity_release(e) { atomic { use_entity(e); entity[e].idle = true } }

inline discard_queued(s)
{
	atomic { sched[s].retired = true; sched[s].discard_at_once = true };
	do
	:: entity_take(s);
		if
		:: taken < NE ->
			entity_discard(taken, s);
			entity_release(taken)
		:: else -> break
		fi
	od;
	taken = 0
}

inline orphan_finish_ready()
{
	do
	:: atomic { len(ready) > 0 -> ready?cur };
		orphan_step(cur)
	:: atomic { len(ready) == 0 -> attended = broken(attended_for_ever); cur = 0; break }
	od
}
