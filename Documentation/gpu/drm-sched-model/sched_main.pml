/* SPDX-License-Identifier: MIT */
/*
 * sched_main.c. To look at pause_submit and to queue the work is one step, see the
 * documentation; the work item looks again.
 */
inline run_job_queue(s)
{
	use_sched(s);
	IF !sched[s].pause_submit -> queue_work(sched[s].work_run_job) FI
}

inline run_free_queue(s)
{
	use_sched(s);
	IF !sched[s].pause_submit -> queue_work(sched[s].work_free_job) FI
}

inline start_timeout(s)
{
	IF TIMEOUTS && len(sched[s].pending_list) > 0 -> queue_work(sched[s].work_tdr) FI
}

inline job_done(j, result)
{
	atomic {
		use_job(j); use_sched(SCHED(ENTITY(j)));
		sched_of(j).credits--;
		sched_of(j).score--;
		fence[j].error = fence[j].error || result;
		fence_set(j)
	};
	fence_callbacks(j);
	atomic { run_free_queue(SCHED(ENTITY(j))) }
}

/* ops->free_job() */
inline free_job(j)
{
	MUST(handler_has_job, sched_of(j).handler_job != j + 1 ||
			      (sched_of(j).given_back && !sched_of(j).pause_submit));
	MUST(freed_once, !job[j].freed && (fence[j].signalled || job[j].orphan));
	MUST(freed_in_time, fence[j].signalled || sched_of(j).discard_at_once);
	job[j].freed = true
}

inline wqueue_stop(s)
{
	sched[s].pause_submit = true;
	cancel_work_sync(sched[s].work_run_job);
	cancel_work_sync(sched[s].work_free_job)
}

inline wqueue_start(s)
{
	atomic {
		use_sched(s);
		sched[s].pause_submit = false;
		queue_work(sched[s].work_run_job);
		queue_work(sched[s].work_free_job)
	}
}

/* And its caller frees the memory. */
inline sched_fini(s)
{
	atomic { sched[s].pins == 0; sched[s].listed = false };	/* drm_sched_device_del() */
	sched[s].pause_submit = true;				/* drm_sched_fini_works() */
	disable_work_sync(sched[s].work_tdr);
	disable_work_sync(sched[s].work_run_job);
	disable_work_sync(sched[s].work_free_job);
	discard_queued(s);
	rq_fini(s);
	sched[s].woken = !broken(flush_not_woken);
	discard_fini(s);
	synchronize_rcu();
	sched[s].flushers == 0 || broken(flush_not_waited_for);
	IF !broken(discarded_not_freed) -> free_discarded(s) FI;
	sched[s].freed = true
}

/* Resets the device as well: a job without a callback is not on the hardware any more. */
inline sched_stop(s, bad)
{
	sched[s].pause_submit = true;
	IF !broken(stop_does_not_wait) -> wqueue_stop(s) FI;
	atomic {
		list_add(sched[s].pending_list, bad);		/* drm_sched_tdr_give_back() */
		sched[s].tdr_job = 0; sched[s].given_back = true;
		last = len(sched[s].pending_list)
	};
	do
	:: atomic {
		last > 0 ->
		list_take_last(sched[s].pending_list, cur);
		use_job(cur);
		if
		:: job[cur].cb ->
			job[cur].cb = false;
			job[cur].parent = false;
			job[cur].started = false;
			sched[s].credits--;
			list_add(sched[s].pending_list, cur)
		:: !job[cur].cb && !job[cur].locked ->
			if
			:: !fence[cur].signalled -> list_add(sched[s].pending_list, cur)
			:: fence[cur].signalled && cur == bad -> sched[s].free_guilty = true
			:: fence[cur].signalled && cur != bad -> free_job(cur)
			fi
		fi;
		last--
	   }
	:: atomic { last == 0 -> cur = 0; break }
	od;
	sched[s].work_tdr.queued = false
}

inline sched_start(s)
{
	IF !sched[s].retired || broken(retired_is_started) ->
		last = len(sched[s].pending_list);
		do
		:: atomic {
			last > 0 ->
			sched[s].pending_list?cur;
			sched[s].pending_list!cur;
			sched[s].credits++;
			last--
		   };
			job_done(cur, true)
		:: last == 0 -> break
		od;
		atomic { cur = 0; start_timeout(s) }
	FI;
	wqueue_start(s)
}

proctype run_job_work(byte s)
{
	LOCALS;
end:	do
	:: atomic {
		/* drm_sched_select_entity() */
		sched[s].work_run_job.queued && !rq[s].lock ->
		sched[s].work_run_job.queued = false;
		use_sched(s);
		taken = (sched[s].pause_submit -> NE : 0);
		do
		:: taken < NE && !(SCHED(taken) == s && ready_to_run(taken)) -> taken++
		:: else -> break
		od;
		IF taken < NE ->
			use_entity(taken);
			entity[taken].idle = false;
			sched[s].work_run_job.running = true
		FI
	   };
		IF taken < NE ->
			entity_pop_job(taken);
			IF cur != NO_FENCE ->
				/* drm_sched_job_begin(), ops->run_job() */
				atomic {
					use_sched(s); use_job(cur);
					sched[s].credits++;
					sched[s].pending_list!cur;
					start_timeout(s);
					MUST(no_late_callback, !told_stopped);
					sched[s].in_run_job = true;
					job[cur].started = true
				};
				sched[s].in_run_job = false
			FI;
			atomic {
				use_entity(taken);
				entity[taken].idle = true;
				IF cur != NO_FENCE ->
					/* drm_sched_fence_scheduled(), dma_fence_add_callback() */
					use_job(cur);
					job[cur].parent = true;
					job[cur].cb = !job[cur].signalled;
					now = job[cur].signalled
				FI
			};
			IF now -> now = false; job_done(cur, false) FI;
			atomic {
				sched[s].woken = sched[s].woken || cur != NO_FENCE;
				run_job_queue(s);
				sched[s].work_run_job.running = false;
				cur = 0
			}
		FI;
		taken = 0
	od
}

proctype free_job_work(byte s)
{
	byte cur, cb, n;
end:	do
	:: atomic {
		sched[s].work_free_job.queued ->
		sched[s].work_free_job.queued = false;
		use_sched(s);
		sched[s].work_free_job.running = !sched[s].pause_submit
	   };
		IF sched[s].work_free_job.running ->
			free_discarded(s);
			do
			:: atomic {
				/* drm_sched_get_finished_job() */
				use_sched(s);
				cur = NO_FENCE;
				IF len(sched[s].pending_list) > 0 -> sched[s].pending_list?<cur> FI;
				if
				:: cur != NO_FENCE && fence[cur].signalled ->
					sched[s].pending_list?cur;
					IF broken(finished_stays_on_list) ->
						list_add(sched[s].pending_list, cur)
					FI;
					sched[s].work_tdr.queued = false;
					start_timeout(s);
					free_job(cur);
					cur = 0
				:: else -> cur = 0; break
				fi
			   }
			od;
			atomic { run_job_queue(s); sched[s].work_free_job.running = false }
		FI
	od
}

proctype job_timedout(byte s)
{
	LOCALS;
	LISTS;
	byte bad, calls;
	mtype status;
end:	do
	:: atomic {
		calls < TIMEOUTS && sched[s].work_tdr.queued && len(sched[s].pending_list) > 0 ->
		calls++;
		use_sched(s);
		sched[s].work_tdr.queued = false;
		sched[s].work_tdr.running = true;
		sched[s].pending_list?bad;
		IF broken(job_stays_on_list) -> list_add(sched[s].pending_list, bad) FI;
		sched[s].tdr_job = bad + 1;
		MUST(no_late_callback, !told_stopped);
		sched[s].in_timedout_job = true;
		sched[s].handler_job = bad + 1;
		status = RESET
	   };
		timedout_job(s, bad);
		atomic {
			use_sched(s);
			sched[s].in_timedout_job = false;
			sched[s].handler_job = 0;
			sched[s].given_back = false;
			/* drm_sched_free_later() */
			IF sched[s].free_guilty ->
				sched[s].free_guilty = false;
				list_add(sched[s].discarded_list, bad);
				run_free_queue(s)
			FI
		};
		IF status == ENODEV && device_mutex -> status = NO_HANG FI;
		IF status == ENODEV -> device_gone(s) FI;
		atomic {
			/* drm_sched_tdr_left_job() */
			use_sched(s);
			now = sched[s].tdr_job == bad + 1 || broken(left_job_always_returned);
			sched[s].tdr_job = 0;
			IF now && !broken(job_stays_on_list) && (status != RESET || sched[s].retired) ->
				list_add(sched[s].pending_list, bad);
				run_free_queue(s)
			FI;
			IF status != ENODEV -> start_timeout(s) FI;
			sched[s].work_tdr.running = false;
			now = false; bad = 0; status = 0
		}
	od
}
