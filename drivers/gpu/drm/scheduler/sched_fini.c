// SPDX-License-Identifier: MIT

#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#include "sched_fini.h"
#include "sched_internal.h"

/**
 * DOC: Destroying a scheduler
 *
 * With a scheduler per context and jobs that hold a reference to their context, the
 * last job takes context and scheduler with it: drm_sched_fini() is called by
 * &drm_sched_backend_ops.free_job of the very scheduler, and its memory is gone
 * when free_job() returns. That is allowed, also with a &drm_gpu_scheduler.submit_wq
 * or &drm_gpu_scheduler.timeout_wq that is shared. So is to destroy other schedulers,
 * as long as not two of them destroy each other.
 *
 * drm_sched_fini() waits for all work items of the scheduler but the one it is
 * called from. That one is told by &drm_gpu_scheduler.destroyed that there is
 * nothing left to look at. A workqueue of the scheduler's own cannot be destroyed
 * by one of its work items; work items leave it behind for drm_sched_reap_work,
 * those of other schedulers as well, as lockdep cannot tell one such workqueue from
 * another. Nothing is allocated for that: the caller may be in the way of a fence
 * that reclaim waits for. A driver whose module can be unloaded had better use a
 * &drm_gpu_scheduler.submit_wq that it destroys then: nobody else waits for the end of
 * its free_job(), after drm_sched_fini() has returned there.
 *
 * For this &drm_gpu_scheduler.work_free_job frees all jobs, also the guilty one that
 * has finished under the timeout handler. There are two exceptions: drm_sched_fini()
 * itself, which frees what is left, and drm_sched_stop(). Whoever calls the latter
 * goes on to use the scheduler, and therefore holds a reference by some means. So do
 * prepare_job(), run_job() and timedout_job(), which have a job that is not freed
 * before they are done with it. From none of them drm_sched_fini() can be called.
 */

/**
 * struct drm_sched_dead_wq - a workqueue whose scheduler is gone
 * @link: in drm_sched_dead_wqs
 * @wq: the workqueue
 */
struct drm_sched_dead_wq {
	struct llist_node	link;
	struct workqueue_struct	*wq;
};

static LLIST_HEAD(drm_sched_dead_wqs);

static void drm_sched_reap_worker(struct work_struct *work)
{
	struct drm_sched_dead_wq *dead, *tmp;

	llist_for_each_entry_safe(dead, tmp, llist_del_all(&drm_sched_dead_wqs), link) {
		destroy_workqueue(dead->wq);
		kfree(dead);
	}
}

static DECLARE_WORK(drm_sched_reap_work, drm_sched_reap_worker);

static bool drm_sched_in_free_job(struct drm_gpu_scheduler *sched)
{
	return current_work() == &sched->work_free_job;
}

#ifdef CONFIG_PROVE_LOCKING
static int drm_sched_work_cmp(const struct lockdep_map *a, const struct lockdep_map *b)
{
	return -1;
}
#endif

/**
 * drm_sched_work_may_wait - tell lockdep that a work item may wait for its like
 * @work: work item of a scheduler; those of other schedulers that it waits for do not
 *	wait for it
 */
void drm_sched_work_may_wait(struct work_struct *work)
{
#ifdef CONFIG_PROVE_LOCKING
	lockdep_set_lock_cmp_fn(&work->lockdep_map, drm_sched_work_cmp, NULL);
#endif
}

/**
 * drm_sched_fini_prepare - allocate what drm_sched_fini() may need
 * @sched: scheduler instance
 *
 * Return: 0 or -ENOMEM.
 */
int drm_sched_fini_prepare(struct drm_gpu_scheduler *sched)
{
	sched->destroyed = NULL;
	sched->dead_wq = NULL;
	/* free_job() may destroy other schedulers. */
	drm_sched_work_may_wait(&sched->work_free_job);

	if (sched->own_submit_wq) {
		sched->dead_wq = kzalloc_obj(*sched->dead_wq);
		if (!sched->dead_wq)
			return -ENOMEM;
	}

	return 0;
}

/*
 * A timeout handler may wait for free_job(), in drm_sched_stop(), but not for one
 * that waits for it here: the handler has had a job that was not freed, and has it no
 * more. Lockdep cannot know.
 */
static void drm_sched_fini_tdr(struct drm_gpu_scheduler *sched)
{
	bool in_free_job = drm_sched_in_free_job(sched);

	if (in_free_job)
		lockdep_off();
	disable_delayed_work_sync(&sched->work_tdr);
	if (in_free_job)
		lockdep_on();
}

/**
 * drm_sched_fini_works - stop the work items of a dying scheduler
 * @sched: scheduler instance
 *
 * Whoever queues them from now on queues nothing.
 */
void drm_sched_fini_works(struct drm_gpu_scheduler *sched)
{
	WRITE_ONCE(sched->pause_submit, true);
	drm_sched_fini_tdr(sched);
	disable_work_sync(&sched->work_run_job);

	if (drm_sched_in_free_job(sched)) {
		disable_work(&sched->work_free_job);
		*sched->destroyed = true;
	} else {
		disable_work_sync(&sched->work_free_job);
	}
}

/**
 * drm_sched_fini_wq - destroy the workqueue of a dying scheduler
 * @sched: scheduler instance
 *
 * Does nothing if it is not the scheduler's own.
 */
void drm_sched_fini_wq(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_dead_wq *dead = sched->dead_wq;

	if (!sched->own_submit_wq)
		return;

	if (current_work() && dead) {
		dead->wq = sched->submit_wq;
		llist_add(&dead->link, &drm_sched_dead_wqs);
		queue_work(system_dfl_long_wq, &drm_sched_reap_work);
	} else {
		destroy_workqueue(sched->submit_wq);
		kfree(dead);
	}
}

/**
 * drm_sched_fini_exit - wait for workqueues that were left behind
 */
void drm_sched_fini_exit(void)
{
	flush_work(&drm_sched_reap_work);
}
