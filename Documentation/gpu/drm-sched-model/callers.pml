/* SPDX-License-Identifier: MIT */
/*
 * Two callers, and the timeout handlers of two schedulers call as well.
 *
 * breaks handler_waits: no_deadlock
 * breaks second_not_serialised: second_waits
 */
#define NS		2
#define NE		2
#define NJ		2
#define SCHED(e)	(e)
#define ENTITY(j)	(j)
#define TIMEOUTS	1
#define DEPENDS(j, f)	false
#define PROMISED(j)	true

inline timedout_job(s, bad)
{
	fini_device(s);
	status = NO_HANG
}

#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	fini_device(NOBODY);
	actors--
}

proctype second()
{
	LOCALS;
	LISTS;
	fini_device(NOBODY);
	actors--
}

init {
	byte n;
	atomic {
		setup(2);
		actors = 2;
		run remove();
		run second()
	};
	wrap_up()
}
