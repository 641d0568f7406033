/* SPDX-License-Identifier: MIT */
/*
 * A chain between two schedulers has the fence of another device in the middle.
 *
 * breaks fini_waits_for_orphans: no_deadlock
 * breaks attended_for_ever: all_signal
 * breaks dependency_ignored: dependencies_first
 */
#define NS		2
#define NE		2
#define NJ		4
#define SCHED(e)	(e)
#define ENTITY(j)	((j) & 1)
#define DEPENDS(j, f)	((f) + 1 == (j) || (j) == 2 && (f) == FOREIGN)
#define PROMISED(j)	(j < 2)
#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	fini_device(NOBODY);
	sched_fini(0);
	sched_fini(1);
	actors--
}

init {
	byte n;
	atomic {
		setup(4);
		actors = 2;
		run remove();
		run foreign()
	};
	wrap_up()
}
