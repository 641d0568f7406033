/* SPDX-License-Identifier: MIT */
/*
 * Jobs are pushed, run and complete while the device is retired.
 *
 * breaks score_not_returned: balanced
 * breaks push_not_checked: all_signal
 * breaks marked_too_late: all_signal
 */
#define NS		1
#define NE		1
#define NJ		3
#define PROMISED(j)	(j == 0)
#define SCHED(e)	0
#define ENTITY(j)	0
#define DEPENDS(j, f)	false
#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	fini_device(NOBODY);
	actors--
}

proctype submitter()
{
	LOCALS;
	LISTS;
	entity_push_job(1, 0);
	entity_push_job(2, 0);
	submitters--;
	actors--
}

init {
	byte n;
	atomic {
		setup(1);
		run interrupt(0);
		run interrupt(1);
		submitters = 1;
		actors = 2;
		run remove();
		run submitter()
	};
	wrap_up()
}
