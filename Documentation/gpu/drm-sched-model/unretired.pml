/* SPDX-License-Identifier: MIT */
/*
 * A scheduler is destroyed that nobody has retired, while the file is closed. Its jobs
 * have not run yet.
 *
 * breaks predecessor_ignored: signals_in_order
 * breaks killed_not_kept: freed_in_time
 * breaks killed_not_released: sched_alive
 */
#define NS		1
#define NE		1
#define NJ		2
#define DEPENDS(j, f)	((j) == 0 && (f) == FOREIGN)
#define PROMISED(j)	false
#define SCHED(e)	0
#define ENTITY(j)	0
#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	sched_fini(0);
	actors--
}

proctype closer()
{
	LOCALS;
	LISTS;
	entity_fini(0);
	actors--
}

proctype late()
{
	LOCALS;
	LISTS;
	actors == 1;
	atomic { fence_set(FOREIGN) };
	fence_callbacks(FOREIGN);
	actors--
}

init {
	byte n;
	atomic {
		setup(2);
		actors = 3;
		run remove();
		run closer();
		run late()
	};
	wrap_up()
}
