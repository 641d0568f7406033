/* SPDX-License-Identifier: MIT */
/* sched_discard.c */

/* A step of drm_sched_discard_jobs(), with job_list_lock */
inline discard_job(s, j)
{
	if
	:: !sched[s].discard_at_once && !fence[j].signalled && !broken(killed_not_kept) ->
		job[j].kept = true
	:: else -> sched[s].discarded_list!j
	fi
}

/* With drm_sched_collect_killed(), which comes before the list is looked at */
inline killed_done(j)
{
	IF job[j].kept ->
		use_sched(SCHED(ENTITY(j)));
		job[j].kept = false;
		sched_of(j).discarded_list!j;
		run_free_queue(SCHED(ENTITY(j)))
	FI
}

inline release_killed(s)
{
	atomic {
		for (n : 0 .. NJ - 1) {
			IF job[n].kept && SCHED(ENTITY(n)) == s && !broken(killed_not_released) ->
				job[n].kept = false;
				sched[s].discarded_list!n
			FI
		};
		n = 0
	}
}

inline free_discarded(s)
{
	do
	:: atomic {
		len(sched[s].discarded_list) > 0 ->
		use_sched(s);
		sched[s].discarded_list?cur;
		free_job(cur)
	   }
	:: atomic { len(sched[s].discarded_list) == 0 -> cur = 0; break }
	od
}

inline discard_fini(s)
{
	release_killed(s);
	free_discarded(s);
	atomic {
		last = len(sched[s].pending_list);
		for (n : 1 .. last) {
			sched[s].pending_list?cur;
			use_job(cur);
			if
			:: fence[cur].signalled && !broken(finished_not_freed) -> free_job(cur)
			:: else -> sched[s].pending_list!cur
			fi
		};
		n = 0; cur = 0; last = 0
	}
}
