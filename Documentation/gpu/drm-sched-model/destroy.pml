/* SPDX-License-Identifier: MIT */
/*
 * A scheduler is destroyed while two callers look at it.
 *
 * breaks next_not_pinned: sched_alive
 */
#define NS		2
#define NE		1
#define NJ		1
#define SCHED(e)	0
#define ENTITY(j)	0
#define DEPENDS(j, f)	false
#define PROMISED(j)	true
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

proctype destroyer()
{
	LOCALS;
	LISTS;
	sched_fini(1);
	actors--
}

init {
	byte n;
	atomic {
		setup(1);
		actors = 3;
		run remove();
		run second();
		run destroyer()
	};
	wrap_up()
}
