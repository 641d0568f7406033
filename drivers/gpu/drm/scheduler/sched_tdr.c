// SPDX-License-Identifier: MIT

#include <drm/gpu_scheduler.h>

#include "sched_internal.h"
#include "sched_tdr.h"

/**
 * DOC: Timeouts of a device that is gone
 *
 * A driver that unplugs first has only its timeouts left: each job on the hardware
 * runs into one, one after the other, and user space waits for all of them. A
 * timeout handler need not do more than to find out:
 *
 * .. code-block:: c
 *
 *	static enum drm_gpu_sched_stat foo_timedout_job(struct drm_sched_job *job)
 *	{
 *		if (!drm_dev_enter(&foo->drm, &idx))
 *			return DRM_GPU_SCHED_STAT_ENODEV;
 *		...
 *	}
 *
 * DRM_GPU_SCHED_STAT_ENODEV says that nothing this scheduler was given will ever
 * finish. The scheduler is stopped for good and all its jobs are finished as by
 * drm_sched_fini_device(), the one in hand included, before the handler's work item
 * ends: one timeout for all of them. Other schedulers of the device are not
 * touched, each has a handler of its own. Whatever is queued there behind jobs of
 * this one goes on, and jobs of this one that wait for theirs are freed after those.
 *
 * drm_sched_fault_device() saves the one timeout as well: an interrupt handler or
 * an error callback of the bus that learns that the device is gone lets all of them
 * expire at once.
 *
 * Nobody else may be resetting the scheduler meanwhile, between drm_sched_stop() and
 * drm_sched_start(). Where one handler resets other schedulers as well, handlers need
 * an ordered &drm_gpu_scheduler.timeout_wq, as for any reset, or have to call
 * drm_sched_fini_device() before they return: that waits for the others.
 *
 * A driver that calls drm_sched_fini_device() in time needs neither.
 */

/**
 * drm_sched_tdr_give_back - put the job of the timeout handler back in its place
 * @sched: scheduler instance, its work items are stopped
 * @job: the oldest job
 */
void drm_sched_tdr_give_back(struct drm_gpu_scheduler *sched, struct drm_sched_job *job)
{
	spin_lock(&sched->job_list_lock);
	list_add(&job->list, &sched->pending_list);
	sched->tdr_job = NULL;
	spin_unlock(&sched->job_list_lock);
}

/**
 * drm_sched_tdr_left_job - the timeout handler is done with its job
 * @sched: scheduler instance
 * @job: job that was handed to &drm_sched_backend_ops.timedout_job; may be gone
 * @status: what that returned
 *
 * While the handler has the job it is on no list, so nobody can free it under the
 * handler. drm_sched_stop() puts it back, and a driver that reports a reset without
 * having stopped the scheduler has made other arrangements.
 *
 * Return: true if the caller has to put @job back, or nobody ever will.
 */
bool drm_sched_tdr_left_job(struct drm_gpu_scheduler *sched, struct drm_sched_job *job,
			    enum drm_gpu_sched_stat status)
{
	bool held;

	spin_lock(&sched->job_list_lock);
	held = sched->tdr_job == job;
	sched->tdr_job = NULL;
	spin_unlock(&sched->job_list_lock);

	return held && (status != DRM_GPU_SCHED_STAT_RESET || drm_sched_is_retired(sched));
}
