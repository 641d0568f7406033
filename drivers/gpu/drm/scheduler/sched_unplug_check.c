// SPDX-License-Identifier: MIT

#include <linux/device.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include <drm/drm_device.h>
#include <drm/drm_print.h>
#include <drm/drm_unplug_debug.h>
#include <drm/gpu_scheduler.h>

#include "sched_internal.h"
#include "sched_orphan.h"
#include "sched_registry.h"
#include "sched_unplug_check.h"

/**
 * DOC: Check of drm_dev_unplug()
 *
 * With ``CONFIG_DRM_DEBUG_UNPLUG``, drm_dev_unplug() looks for jobs that have not
 * finished, in schedulers that have not been retired. It looks at those that are
 * registered for the parent of the &struct drm_device and for the devices below
 * that. Not found are schedulers of devices elsewhere in the tree, such as the
 * cores that etnaviv and rocket bind to one &struct drm_device.
 *
 * Nothing is stopped while it looks: a job that is just changing from its queue to
 * the hardware may be missed.
 */

/**
 * struct drm_sched_unfinished - what has been found
 * @schedulers: schedulers with unfinished jobs
 * @jobs: unfinished jobs
 * @fence: finished fence of the first of them
 * @parent: its hardware fence, NULL if it is queued
 * @name: name of its scheduler
 * @dev: device of its scheduler
 * @client: ID of the client that submitted it
 * @owner: owner of the job
 */
struct drm_sched_unfinished {
	unsigned int		schedulers;
	unsigned int		jobs;
	struct dma_fence	*fence;
	struct dma_fence	*parent;
	char			name[32];
	struct device		*dev;
	u64			client;
	void			*owner;
};

static void drm_sched_unplug_note(struct drm_sched_unfinished *found, struct drm_sched_job *job)
{
	struct drm_sched_fence *s_fence = job->s_fence;

	if (found->fence || drm_sched_fence_is_orphan(&s_fence->finished))
		return;

	found->fence = dma_fence_get(&s_fence->finished);
	/* Pairs with drm_sched_fence_set_parent(). */
	found->parent = dma_fence_get(smp_load_acquire(&s_fence->parent));
	found->dev = get_device(job->sched->dev);
	found->client = s_fence->drm_client_id;
	found->owner = s_fence->owner;
	strscpy(found->name, job->sched->name);
}

static unsigned int drm_sched_unplug_count_running(struct drm_gpu_scheduler *sched,
						   struct drm_sched_unfinished *found)
{
	struct drm_sched_job *job;
	unsigned int jobs = 0;

	guard(spinlock)(&sched->job_list_lock);

	if (sched->tdr_job && !drm_sched_fence_is_done(&sched->tdr_job->s_fence->finished)) {
		drm_sched_unplug_note(found, sched->tdr_job);
		jobs++;
	}

	list_for_each_entry(job, &sched->pending_list, list) {
		if (drm_sched_fence_is_done(&job->s_fence->finished))
			continue;

		drm_sched_unplug_note(found, job);
		jobs++;
	}

	return jobs;
}

/* Who takes a job from its queue needs one of both locks before it can be freed. */
static unsigned int drm_sched_unplug_count_queued(struct drm_gpu_scheduler *sched,
						  struct drm_sched_rq *rq,
						  struct drm_sched_unfinished *found)
{
	struct drm_sched_job *job;
	unsigned int jobs = 0;
	struct rb_node *rb;

	guard(spinlock)(&rq->lock);
	guard(spinlock)(&sched->job_list_lock);

	for (rb = rb_first_cached(&rq->rb_tree_root); rb; rb = rb_next(rb)) {
		struct drm_sched_entity *entity;

		entity = rb_entry(rb, struct drm_sched_entity, rb_tree_node);
		job = drm_sched_entity_queue_peek(entity);
		if (!job)
			continue;

		drm_sched_unplug_note(found, job);
		jobs += spsc_queue_count(&entity->job_queue);
	}

	return jobs;
}

static void drm_sched_unplug_look(struct drm_gpu_scheduler *sched,
				  struct drm_sched_unfinished *found)
{
	unsigned int jobs;
	int i;

	if (drm_sched_is_retired(sched))
		return;

	jobs = drm_sched_unplug_count_running(sched, found);
	for (i = DRM_SCHED_PRIORITY_KERNEL; i < sched->num_rqs; i++)
		jobs += drm_sched_unplug_count_queued(sched, sched->sched_rq[i], found);

	found->schedulers += !!jobs;
	found->jobs += jobs;
}

static int drm_sched_unplug_look_below(struct device *dev, void *found)
{
	struct drm_gpu_scheduler *sched = NULL;
	struct drm_sched_device *sdev;

	scoped_guard(rcu) {
		sdev = drm_sched_device_find_rcu(dev);
		while (sdev && (sched = drm_sched_device_next(sdev, sched)))
			drm_sched_unplug_look(sched, found);
	}

	return device_for_each_child(dev, found, drm_sched_unplug_look_below);
}

static void drm_sched_unplug_report(struct drm_device *drm, struct drm_sched_unfinished *found)
{
	struct dma_fence *fence = found->parent ?: found->fence;
	const char __rcu *timeline;

	guard(rcu)();

	timeline = dma_fence_timeline_name(fence);
	drm_WARN(drm, true,
		 "unplugged with %u unfinished jobs in %u schedulers, drm_sched_fini_device() comes first; scheduler %s of %s, client %llu, owner %p, fence %llu:%llu, %s %llu:%llu on timeline %s\n",
		 found->jobs, found->schedulers, found->name, dev_name(found->dev),
		 found->client, found->owner, found->fence->context, found->fence->seqno,
		 found->parent ? "on the hardware as" : "queued as",
		 fence->context, fence->seqno, rcu_dereference(timeline));
}

static int drm_sched_unplug_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct drm_sched_unfinished found = {};
	struct drm_device *drm = data;

	drm_sched_unplug_look_below(drm->dev, &found);
	if (!found.fence)
		return NOTIFY_DONE;

	drm_sched_unplug_report(drm, &found);
	put_device(found.dev);
	dma_fence_put(found.parent);
	dma_fence_put(found.fence);

	return NOTIFY_OK;
}

static struct notifier_block drm_sched_unplug_nb = {
	.notifier_call = drm_sched_unplug_notify,
};

/**
 * drm_sched_unplug_check_init - have drm_dev_unplug() look for unfinished jobs
 *
 * Return: 0.
 */
int drm_sched_unplug_check_init(void)
{
	return drm_unplug_check_register(&drm_sched_unplug_nb);
}

/**
 * drm_sched_unplug_check_exit - counterpart of drm_sched_unplug_check_init()
 */
void drm_sched_unplug_check_exit(void)
{
	drm_unplug_check_unregister(&drm_sched_unplug_nb);
}
