// SPDX-License-Identifier: MIT

#include <drm/gpu_scheduler.h>

#include "sched_internal.h"
#include "sched_tdr.h"

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
