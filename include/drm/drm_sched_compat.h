/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_COMPAT_H_
#define _DRM_SCHED_COMPAT_H_

/*
 * What the scheduler's users and the kernel around it look like from Linux 7.3 on, for
 * older kernels; included by <drm/gpu_scheduler.h> only there. What can be asked with
 * #ifdef is, for all else `series` looks at the tree.
 */

#include <linux/args.h>
#include <linux/dma-fence.h>
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define DRM_GPU_SCHED_STAT_RESET	DRM_GPU_SCHED_STAT_NOMINAL
#define DRM_GPU_SCHED_STAT_NO_HANG	((enum drm_gpu_sched_stat)(DRM_GPU_SCHED_STAT_ENODEV + 1))

/* Jobs without a hardware fence are finished with -ECANCELED whatever the caller says. */
#define drm_sched_start(...) \
	CONCATENATE(drm_sched_start_, COUNT_ARGS(__VA_ARGS__))(__VA_ARGS__)
#define drm_sched_start_1(sched)	(drm_sched_start)(sched)
#define drm_sched_start_2(sched, errno)	((void)(errno), (drm_sched_start)(sched))

static inline bool drm_sched_is_stopped(struct drm_gpu_scheduler *sched)
{
	return READ_ONCE(sched->pause_submit);
}

#ifndef kzalloc_obj
/* The flags are GFP_KERNEL if there are none. */
#define drm_sched_gfp(none, flags, ...)	(flags)
#define kzalloc_obj(obj, ...) \
	kzalloc(sizeof(obj), drm_sched_gfp(0, ##__VA_ARGS__, GFP_KERNEL))
#define kzalloc_objs(obj, count, ...)	kcalloc(count, sizeof(obj), GFP_KERNEL)
#endif

#ifndef dma_fence_lock_irqsave
#define dma_fence_lock_irqsave(fence, flags)		spin_lock_irqsave((fence)->lock, flags)
#define dma_fence_unlock_irqrestore(fence, flags)	spin_unlock_irqrestore((fence)->lock, flags)
#endif

/* The caller is an RCU reader and holds a reference. */
static inline const char __rcu *dma_fence_timeline_name(struct dma_fence *fence)
{
	return (const char __rcu *)fence->ops->get_timeline_name(fence);
}

#define system_dfl_wq			system_unbound_wq
#define system_dfl_long_wq		system_unbound_wq

#endif
