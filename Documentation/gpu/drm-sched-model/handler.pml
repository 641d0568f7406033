/* SPDX-License-Identifier: MIT */
/*
 * A timeout handler retires the device, before, after, or in the middle of a reset,
 * while another caller does.
 *
 * breaks held_job_forgotten: done_at_return
 * breaks left_job_always_returned: job_alive
 * breaks retired_is_started: signals_once
 * breaks tdr_waits_for_itself: no_deadlock
 */
#define NS		1
#define NE		1
#define NJ		2
#define TIMEOUTS	1
#define SCHED(e)	0
#define ENTITY(j)	0
#define DEPENDS(j, f)	false
#define PROMISED(j)	true

inline timedout_job(s, bad)
{
	if
	:: fini_device(s); status = NO_HANG
	:: fini_device(s); status = ENODEV
	:: sched_stop(s, bad); fini_device(s); status = ENODEV
	:: sched_stop(s, bad); fini_device(s); sched_start(s)
	:: fini_device(s); sched_stop(s, bad); sched_start(s)
	fi
}

#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	fini_device(NOBODY);
	sched_fini(0);
	actors--
}

init {
	byte n;
	atomic {
		setup(2);
		run interrupt(0);
		run interrupt(1);
		actors = 1;
		run remove()
	};
	wrap_up()
}
