/* SPDX-License-Identifier: MIT */
/*
 * An entity is killed while its jobs run or are retired and a thread pushes more.
 *
 * breaks killed_push_forgotten: all_signal
 * breaks killed_entity_returns: one_consumer
 * breaks run_not_synced: no_late_callback
 * breaks kill_does_not_wait: one_consumer
 */
#define NS		1
#define NE		1
#define NJ		2
#define PROMISED(j)	false
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

proctype closer()
{
	LOCALS;
	LISTS;
	entity_kill(0);
	actors--
}

proctype submitter()
{
	LOCALS;
	LISTS;
	entity_push_job(1, 0);
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
		actors = 3;
		run remove();
		run closer();
		run submitter()
	};
	wrap_up()
}
