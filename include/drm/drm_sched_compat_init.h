/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_COMPAT_INIT_H_
#define _DRM_SCHED_COMPAT_INIT_H_

/* See <drm/drm_sched_compat.h>; for kernels where drm_sched_init() has all its arguments. */

#include <linux/args.h>

/**
 * struct drm_sched_init_args - the arguments of drm_sched_init(), as in later kernels
 * @ops: backend operations
 * @submit_wq: workqueue for submission, NULL for one of its own
 * @timeout_wq: workqueue for timeouts, NULL for a shared one
 * @num_rqs: number of run queues
 * @credit_limit: credits of all jobs on the hardware
 * @hang_limit: number of hangs before a job is dropped
 * @timeout: timeout of jobs, in jiffies
 * @score: shared score, or NULL
 * @name: name of the scheduler
 * @dev: its device
 */
struct drm_sched_init_args {
	const struct drm_sched_backend_ops *ops;
	struct workqueue_struct *submit_wq;
	struct workqueue_struct *timeout_wq;
	u32 num_rqs;
	u32 credit_limit;
	unsigned int hang_limit;
	long timeout;
	atomic_t *score;
	const char *name;
	struct device *dev;
};

int drm_sched_init(struct drm_gpu_scheduler *sched, const struct drm_sched_backend_ops *ops,
		   struct workqueue_struct *submit_wq, u32 num_rqs, u32 credit_limit,
		   unsigned int hang_limit, long timeout, struct workqueue_struct *timeout_wq,
		   atomic_t *score, const char *name, struct device *dev);

static inline int drm_sched_init_by_args(struct drm_gpu_scheduler *sched,
					 const struct drm_sched_init_args *args)
{
	return drm_sched_init(sched, args->ops, args->submit_wq, args->num_rqs,
			      args->credit_limit, args->hang_limit, args->timeout,
			      args->timeout_wq, args->score, args->name, args->dev);
}

/* Both ways to call it. */
#define drm_sched_init(...) \
	CONCATENATE(drm_sched_init_, COUNT_ARGS(__VA_ARGS__))(__VA_ARGS__)
#define drm_sched_init_2(sched, args)	drm_sched_init_by_args(sched, args)
#define drm_sched_init_11(...)		(drm_sched_init)(__VA_ARGS__)

#endif
