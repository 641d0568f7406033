/* SPDX-License-Identifier: MIT */
/*
 * A chain of jobs goes back and forth between two schedulers.
 *
 * breaks ready_not_finished: done_at_return
 */
#define NS		2
#define NE		2
#define NJ		3
#define SCHED(e)	(e)
#define ENTITY(j)	((j) == 1)
#define DEPENDS(j, f)	((f) + 1 == (j))
#define PROMISED(j)	true
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
		setup(3);
		run interrupt(0);
		run interrupt(1);
		actors = 1;
		run remove()
	};
	wrap_up()
}
