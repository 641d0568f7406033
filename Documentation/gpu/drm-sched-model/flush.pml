/* SPDX-License-Identifier: MIT */
/*
 * A file waits for its jobs and is closed, the rest as in "gone".
 *
 * breaks flush_not_waited_for: sched_alive
 * breaks flush_not_woken: no_deadlock
 */
#define NS		1
#define NE		1
#define NJ		2
#define DEPENDS(j, f)	((j) == 1 && (f) == FOREIGN)
#define PROMISED(j)	false
#define SCHED(e)	0
#define ENTITY(j)	0
#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	fini_device(NOBODY);
	sched_fini(0);
	actors--
}

proctype closer()
{
	LOCALS;
	LISTS;
	entity_flush(0);
	entity_fini(0);
	actors--
}

init {
	byte n;
	atomic {
		setup(2);
		actors = 3;
		run remove();
		run closer();
		run foreign()
	};
	wrap_up()
}
