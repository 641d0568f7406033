/* SPDX-License-Identifier: MIT */
/*
 * A file is closed while the device is retired and its scheduler destroyed. One of its
 * jobs waits for another device.
 *
 * breaks take_not_announced: entity_alive
 * breaks kill_does_not_wait: entity_alive
 * breaks kill_not_pinned: all_freed
 * breaks remove_not_locked: entity_alive
 * breaks wakeup_order: entity_alive
 * breaks rq_not_counted: rq_alive
 * breaks rq_not_redirected: sched_alive
 * breaks discarded_not_freed: all_freed
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
