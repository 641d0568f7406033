// SPDX-License-Identifier: GPL-2.0
/* Jobs of the virtual device: their fences, their schedulers, their submission. */

#include <linux/dma-fence-chain.h>
#include <linux/dma-resv.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_managed.h>
#include <drm/drm_syncobj.h>

#include "vsched.h"

/**
 * struct vsched_fence - says that the device is done with a job
 */
struct vsched_fence {
	/** @base: the fence */
	struct dma_fence base;
	/** @lock: its lock; the fence may outlive its queue */
	spinlock_t lock;
};

static const char *vsched_fence_driver_name(struct dma_fence *fence)
{
	return "vsched";
}

static const char *vsched_fence_timeline_name(struct dma_fence *fence)
{
	return "vsched-hw";
}

static const struct dma_fence_ops vsched_fence_ops = {
	.get_driver_name = vsched_fence_driver_name,
	.get_timeline_name = vsched_fence_timeline_name,
};

static struct vsched_queue *to_vsched_queue(struct drm_sched_job *job)
{
	return container_of(job->sched, struct vsched_queue, sched);
}

/* The oldest job of the queue is done. Called by the device, in interrupt context. */
void vsched_queue_done(void *data, unsigned int idx)
{
	struct vsched_device *vdev = data;
	struct vsched_queue *queue = &vdev->queues[idx];
	struct dma_fence *fence;
	unsigned int i;

	scoped_guard(spinlock_irqsave, &queue->lock) {
		if (!queue->num_fences)
			return;
		fence = queue->fences[0];
		queue->num_fences--;
		for (i = 0; i < queue->num_fences; i++)
			queue->fences[i] = queue->fences[i + 1];
	}

	dma_fence_signal(fence);
	dma_fence_put(fence);
}

/* The device has no jobs of this queue any more, and does not complete any. */
void vsched_forget_fences(struct vsched_queue *queue)
{
	guard(spinlock_irqsave)(&queue->lock);

	while (queue->num_fences)
		dma_fence_put(queue->fences[--queue->num_fences]);
}

static struct dma_fence *vsched_run_job(struct drm_sched_job *job)
{
	struct vsched_queue *queue = to_vsched_queue(job);
	struct vsched_fence *fence;

	/* It hung, and is not tried again. */
	if (job->s_fence->finished.error)
		return NULL;

	fence = kzalloc_obj(*fence, GFP_NOWAIT);
	if (!fence)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &vsched_fence_ops, &fence->lock, queue->context,
		       ++queue->seqno);

	scoped_guard(spinlock_irqsave, &queue->lock) {
		if (WARN_ON(queue->num_fences == VSCHED_DEPTH)) {
			dma_fence_put(&fence->base);
			return ERR_PTR(-EBUSY);
		}
		queue->fences[queue->num_fences++] = dma_fence_get(&fence->base);
	}
	vsched_hw_start(queue->vdev->binding, queue->idx);

	return &fence->base;
}

static enum drm_gpu_sched_stat vsched_timedout_job(struct drm_sched_job *job)
{
	struct vsched_queue *queue = to_vsched_queue(job);
	struct vsched_device *vdev = queue->vdev;
	u32 position;

	if (vsched_hw_gone(vdev->binding))
		return DRM_GPU_SCHED_STAT_ENODEV;

	position = vsched_hw_position(vdev->binding, queue->idx);
	if (position != queue->position) {
		queue->position = position;
		return DRM_GPU_SCHED_STAT_NO_HANG;
	}

	drm_sched_stop(&queue->sched, job);
	drm_sched_increase_karma(job);
	vsched_hw_reset(vdev->binding, queue->idx);
	vsched_forget_fences(queue);
	drm_sched_resubmit_jobs(&queue->sched);
	drm_sched_start(&queue->sched, 0);

	return DRM_GPU_SCHED_STAT_RESET;
}

static void vsched_free_job(struct drm_sched_job *job)
{
	drm_sched_job_cleanup(job);
	kfree(job);
}

static const struct drm_sched_backend_ops vsched_sched_ops = {
	.run_job = vsched_run_job,
	.timedout_job = vsched_timedout_job,
	.free_job = vsched_free_job,
};

static void vsched_queue_fini(struct drm_device *drm, void *data)
{
	struct vsched_queue *queue = data;

	drm_sched_fini(&queue->sched);
}

/* Schedulers live until the last file is closed. */
int vsched_queues_init(struct vsched_device *vdev)
{
	static const char * const names[VSCHED_NUM_QUEUES] = {
		"vsched-copy", "vsched-compute", "vsched-render",
	};
	struct drm_sched_init_args args = {
		.ops = &vsched_sched_ops,
		.num_rqs = DRM_SCHED_PRIORITY_COUNT,
		.credit_limit = VSCHED_DEPTH,
		.timeout = msecs_to_jiffies(VSCHED_TIMEOUT_MS),
		.dev = vdev->drm.dev,
	};
	unsigned int i;
	int ret;

	for (i = 0; i < VSCHED_NUM_QUEUES; i++) {
		struct vsched_queue *queue = &vdev->queues[i];

		queue->vdev = vdev;
		queue->idx = i;
		spin_lock_init(&queue->lock);
		queue->context = dma_fence_context_alloc(1);

		args.name = names[i];
		ret = drm_sched_init(&queue->sched, &args);
		if (ret)
			return ret;

		ret = drmm_add_action_or_reset(&vdev->drm, vsched_queue_fini, queue);
		if (ret)
			return ret;
	}

	return 0;
}

/**
 * struct vsched_submit - what a submission needs
 * @args: what it was called with
 * @job: the job
 * @obj: buffer object
 * @out: syncobj for the fence
 * @chain: makes a point of the fence
 */
struct vsched_submit {
	const struct drm_vsched_submit *args;
	struct drm_sched_job *job;
	struct drm_gem_object *obj;
	struct drm_syncobj *out;
	struct dma_fence_chain *chain;
};

static int vsched_submit_lookup(struct vsched_submit *submit, struct drm_file *file)
{
	const struct drm_vsched_submit *args = submit->args;

	if (args->bo) {
		submit->obj = drm_gem_object_lookup(file, args->bo);
		if (!submit->obj)
			return -ENOENT;
	}
	if (args->out_sync) {
		submit->out = drm_syncobj_find(file, args->out_sync);
		if (!submit->out)
			return -ENOENT;
	}
	if (submit->out && args->out_point) {
		submit->chain = dma_fence_chain_alloc();
		if (!submit->chain)
			return -ENOMEM;
	}

	return 0;
}

static void vsched_submit_release(struct vsched_submit *submit)
{
	dma_fence_chain_free(submit->chain);
	if (submit->out)
		drm_syncobj_put(submit->out);
	if (submit->obj)
		drm_gem_object_put(submit->obj);
}

static int vsched_submit_job_init(struct vsched_submit *submit, struct drm_file *file)
{
	const struct drm_vsched_submit *args = submit->args;
	struct vsched_file *vfile = file->driver_priv;
	int ret;

	submit->job = kzalloc_obj(*submit->job);
	if (!submit->job)
		return -ENOMEM;

	ret = drm_sched_job_init(submit->job, &vfile->entities[args->queue], 1, vfile,
				 file->client_id);
	if (ret) {
		kfree(submit->job);
		return ret;
	}

	if (args->in_sync)
		ret = drm_sched_job_add_syncobj_dependency(submit->job, file, args->in_sync,
							   args->in_point);
	if (ret)
		vsched_free_job(submit->job);

	return ret;
}

static void vsched_submit_out(struct vsched_submit *submit, struct dma_fence *fence)
{
	if (submit->chain)
		drm_syncobj_add_point(submit->out, submit->chain, fence,
				      submit->args->out_point);
	else if (submit->out)
		drm_syncobj_replace_fence(submit->out, fence);
	submit->chain = NULL;
}

static int vsched_submit_reserve(struct vsched_submit *submit)
{
	int ret;

	ret = dma_resv_reserve_fences(submit->obj->resv, 1);
	if (ret)
		return ret;

	return drm_sched_job_add_implicit_dependencies(submit->job, submit->obj, true);
}

/* From the number of the job to its place in the queue nobody comes between. */
static int vsched_submit_push(struct vsched_submit *submit, struct vsched_file *vfile)
{
	struct dma_resv *resv = submit->obj ? submit->obj->resv : NULL;
	struct dma_fence *fence;
	int ret = 0;

	mutex_lock(&vfile->lock);
	if (resv) {
		dma_resv_lock(resv, NULL);
		ret = vsched_submit_reserve(submit);
	}
	if (ret) {
		vsched_free_job(submit->job);
		goto unlock;
	}

	drm_sched_job_arm(submit->job);
	fence = dma_fence_get(&submit->job->s_fence->finished);
	if (resv)
		dma_resv_add_fence(resv, fence, DMA_RESV_USAGE_WRITE);
	drm_sched_entity_push_job(submit->job);
	vsched_submit_out(submit, fence);
	dma_fence_put(fence);

unlock:
	if (resv)
		dma_resv_unlock(resv);
	mutex_unlock(&vfile->lock);

	return ret;
}

int vsched_submit_ioctl(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct vsched_submit submit = { .args = data };
	int ret, idx;

	if (submit.args->queue >= VSCHED_NUM_QUEUES)
		return -EINVAL;

	if (!drm_dev_enter(drm, &idx))
		return -ENODEV;

	ret = vsched_submit_lookup(&submit, file);
	if (!ret)
		ret = vsched_submit_job_init(&submit, file);
	if (!ret)
		ret = vsched_submit_push(&submit, file->driver_priv);

	vsched_submit_release(&submit);
	drm_dev_exit(idx);

	return ret;
}
