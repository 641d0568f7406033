/* SPDX-License-Identifier: MIT */
/*
 * Stop first: hardware may finish what runs, jobs are pushed and stay queued until
 * another caller retires the device.
 *
 * breaks run_not_disabled: one_consumer
 */
#define NS		1
#define NE		1
#define NJ		2
#define PROMISED(j)	(j == 0)
#define SCHED(e)	0
#define ENTITY(j)	0
#define DEPENDS(j, f)	false
#include "sched.pml"

proctype remove()
{
	LOCALS;
	LISTS;
	stop_device(NOBODY);
	fini_device(NOBODY);
	submitters == 0;
	sched_fini(0);
	actors--
}

proctype second()
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
		run second();
		run submitter()
	};
	wrap_up()
}
