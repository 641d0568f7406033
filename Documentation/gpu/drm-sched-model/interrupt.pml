/* SPDX-License-Identifier: MIT */
/*
 * Jobs run and complete while they are retired; then the scheduler is destroyed.
 *
 * breaks error_not_set: right_error
 * breaks list_not_spliced: job_alive
 * breaks hw_fence_not_locked: job_alive
 * breaks hw_fence_not_checked: signals_once
 * breaks run_not_synced: one_consumer
 * breaks no_grace_period: sched_alive
 * breaks finished_stays_on_list: freed_once
 * breaks finished_not_freed: all_freed
 */
#define NS		1
#define NE		1
#define NJ		2
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
	sched_fini(0);
	actors--
}

init {
	byte n;
	atomic {
		setup(2);
		run interrupt(0);
		run interrupt(1);
		actors = 1;
		run remove()
	};
	wrap_up()
}
