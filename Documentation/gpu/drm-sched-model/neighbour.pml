/* SPDX-License-Identifier: MIT */
/*
 * A job depends on one that is killed and waits for another device.
 *
 * breaks wakeup_order: entity_alive
 */
#define NS		1
#define NE		2
#define NJ		2
#define ENTITY(j)	(j)
#define DEPENDS(j, f)	((j) == 0 && (f) == FOREIGN || (j) == 1 && (f) == 0)
#define PROMISED(j)	false
#define SCHED(e)	0
#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	fini_device(NOBODY);
	actors--
}

proctype closer()
{
	LOCALS;
	LISTS;
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
