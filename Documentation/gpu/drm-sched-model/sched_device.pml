/* SPDX-License-Identifier: MIT */
/* sched_device.c, sched_registry.c */
/* @walk is pinned, NS at the end */
inline device_next()
{
	last = walk;
	walk = (last == NS -> 0 : last + 1);
	do
	:: walk < NS && !sched[walk].listed -> walk++
	:: else -> break
	od;
	IF walk < NS && !broken(next_not_pinned) -> use_sched(walk); sched[walk].pins++ FI;
	IF last < NS && !broken(next_not_pinned) -> sched[last].pins-- FI;
	last = 0
}

/* @now: locked, else it is -EBUSY. @own: scheduler whose timeout handler calls */
inline device_lock(own)
{
	atomic {
		if
		:: !device_mutex -> device_mutex = true; now = true
		:: device_mutex && own != NOBODY && !broken(handler_waits)
		:: device_mutex && broken(second_not_serialised) -> now = true
		fi
	}
}

inline device_halt_run(s)
{
	IF !sched[s].halted ->
		atomic {
			use_sched(s);
			sched[s].halted = true;
			if
			:: broken(run_not_disabled) -> sched[s].work_run_job.queued = false
			:: else -> disable_work(sched[s].work_run_job)
			fi
		};
		!sched[s].work_run_job.running || broken(run_not_synced)
	FI
}

inline device_halt(own)
{
	atomic { walk = NS; device_next() };
	do
	:: walk < NS ->
		atomic {
			use_sched(walk);
			IF !sched[walk].halted && !broken(tdr_not_disabled) ->
				disable_work(sched[walk].work_tdr)
			FI;
			sched[walk].work_tdr.queued = false
		};
		atomic {
			(walk == own && !broken(tdr_waits_for_itself)) ||
			!sched[walk].work_tdr.running || broken(tdr_not_synced);
			device_next()
		}
	:: else -> break
	od;
	atomic { device_next() };
	do
	:: walk < NS ->
		device_halt_run(walk);
		atomic { device_next() }
	:: else -> break
	od
}

inline device_retire_running(s)
{
	IF !sched[s].retired ->
		atomic {
			use_sched(s);
			sched[s].pause_submit = true;
			sched[s].retired = !broken(marked_too_late)
		};
		retire_pending(s)
	FI
}

inline device_free_jobs(s)
{
	atomic {
		use_sched(s);
		sched[s].pause_submit = false;
		run_free_queue(s)
	}
}

inline device_retire()
{
	atomic {
		!orphan_lock -> orphan_begin();
		device_retired = true;
		for (n : 0 .. NJ - 1) {
			job[n].promised = job[n].pushed && PROMISED(n)
		};
		n = 0;
		device_next()
	};
	do
	:: walk < NS ->
		sched[walk].discard_at_once = true;
		device_retire_running(walk);
		atomic { device_next() }
	:: else -> break
	od;
	atomic { device_next() };
	do
	:: walk < NS ->
		retire_queued(walk);
		atomic { sched[walk].retired = true; device_next() }
	:: else -> break
	od;
	IF !broken(ready_not_finished) -> orphan_finish_ready() FI;
	atomic { orphan_lock = false; device_next() };
	do
	:: walk < NS ->
		release_killed(walk);
		device_free_jobs(walk);
		atomic { device_next() }
	:: else -> break
	od
}

/* Called by drm_sched_job_timedout() */
inline device_gone(s)
{
	atomic { use_sched(s); disable_work(sched[s].work_tdr) };
	device_halt_run(s);
	atomic { !orphan_lock -> orphan_begin() };
	device_retire_running(s);
	retire_queued(s);
	orphan_finish_ready();
	orphan_lock = false;
	device_free_jobs(s)
}

/* What a caller relies on when it has been told so */
inline rely_on_stop(own)
{
	told_stopped = true;
	for (n : 0 .. NS - 1) {
		MUST(no_late_callback, !sched[n].in_run_job);
		MUST(no_late_callback, !sched[n].in_timedout_job || n == own)
	};
	n = 0
}

inline rely_on_fini(own)
{
	rely_on_stop(own);
	MUST(second_waits, told_finished);
	for (n : 0 .. NJ - 1) { MUST(done_at_return, !job[n].promised || fence[n].signalled) };
	n = 0
}

inline stop_device(own)
{
	device_lock(own);
	IF now ->
		now = false;
		device_halt(own);
		atomic { device_mutex = false; walk = 0; rely_on_stop(own) }
	FI
}

inline fini_device(own)
{
	device_lock(own);
	IF now ->
		now = false;
		device_halt(own);
		IF !device_retired -> device_retire(); told_finished = true FI;
		atomic {
			!broken(fini_waits_for_orphans) || fence[NJ - 1].signalled;
			device_mutex = false; walk = 0;
			rely_on_fini(own)
		}
	FI
}
