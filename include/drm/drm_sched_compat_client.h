/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_COMPAT_CLIENT_H_
#define _DRM_SCHED_COMPAT_CLIENT_H_

/* See <drm/drm_sched_compat.h>; for kernels where jobs do not know their client. It is 0. */

#include <linux/args.h>

#define drm_sched_job_init(...) \
	CONCATENATE(drm_sched_job_init_, COUNT_ARGS(__VA_ARGS__))(__VA_ARGS__)
#define drm_sched_job_init_4(...)	(drm_sched_job_init)(__VA_ARGS__)
#define drm_sched_job_init_5(job, entity, credits, owner, client) \
	((void)(client), (drm_sched_job_init)(job, entity, credits, owner))

#endif
