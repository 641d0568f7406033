/* SPDX-License-Identifier: MIT */
/*
 * Timeout handlers run while the device is retired: false alarms, resets, a device
 * that is gone.
 *
 * breaks tdr_not_disabled: job_alive
 * breaks tdr_not_synced: job_alive
 * breaks job_stays_on_list: handler_has_job
 * breaks stop_does_not_wait: job_alive
 */
#define NS		1
#define NE		1
#define NJ		2
#define TIMEOUTS	2
#define SCHED(e)	0
#define ENTITY(j)	0
#define DEPENDS(j, f)	false
#define PROMISED(j)	true

inline timedout_job(s, bad)
{
	if
	:: status = NO_HANG
	:: status = ENODEV
	:: sched_stop(s, bad); sched_start(s)
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
