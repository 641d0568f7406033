// SPDX-License-Identifier: MIT

#include <linux/device.h>
#include <linux/export.h>
#include <linux/ktime.h>
#include <linux/rculist.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#include "sched_device.h"
#include "sched_discard.h"
#include "sched_internal.h"
#include "sched_orphan.h"
#include "sched_registry.h"
#include "sched_retire.h"

#define CREATE_TRACE_POINTS
#include "sched_device_trace.h"

/**
 * DOC: Overview
 *
 * When a device goes away, the jobs it was given never finish. Every fence they
 * owe has to be signalled nevertheless: user space waits for it, other drivers
 * wait for it, and drm_dev_unplug() itself waits for whoever waits for it inside
 * a drm_dev_enter() section. The rule is in "Device Hot-Unplug" of
 * Documentation/gpu/drm-uapi.rst: all fences are force signalled, with -ENODEV.
 *
 * drm_sched_fini_device() does it for all schedulers of a device at once. A
 * driver whose device is gone (surprise removal, a link that is down) calls it
 * first thing in its remove callback:
 *
 * .. code-block:: c
 *
 *	static void foo_remove(struct pci_dev *pdev)
 *	{
 *		struct foo_device *foo = pci_get_drvdata(pdev);
 *
 *		drm_sched_fini_device(&pdev->dev);
 *		drm_dev_unplug(&foo->drm);
 *		...
 *	}
 *
 * A device that is still on the bus does DMA and raises interrupts until it is
 * told to stop. The driver does that in between, when no new job can reach the
 * hardware any more and before anybody is told that its memory is free:
 *
 * .. code-block:: c
 *
 *		drm_sched_stop_device(&pdev->dev);
 *		if (foo_hw_answers(foo))
 *			drm_sched_wait_device(&pdev->dev, msecs_to_jiffies(50));
 *		foo_hw_quiesce(foo);
 *		drm_sched_fini_device(&pdev->dev);
 *		drm_dev_unplug(&foo->drm);
 *
 * The wait is optional, for drivers that want running jobs to complete. Waiting and fini
 * imply stop. Each may be called repeatedly, and while another thread is in one.
 *
 * The contract:
 *
 * #. When drm_sched_fini_device() is called the hardware no longer does DMA, and
 *    the interrupt handler no longer touches jobs: the device is gone or has been
 *    reset, or bus mastering and interrupts are off.
 * #. Work items of the driver that call drm_sched_stop(), drm_sched_start() and
 *    the like (a reset worker of its own) are disabled before. One that a
 *    timeout handler waits for calls none of the functions here: they wait for the
 *    handler.
 * #. The caller holds no lock that prepare_job(), run_job(), timedout_job() or
 *    cancel_job() take, and none that free_job() takes if a timeout handler calls
 *    drm_sched_stop().
 * #. The memory of &struct drm_gpu_scheduler and what free_job() needs outlive
 *    the remove callback: they belong to the &struct drm_device (drmm), not to
 *    the binding (devm), and drm_sched_fini() is called from there. Entities may
 *    outlive even that.
 * #. Jobs are submitted (drm_sched_job_init() to drm_sched_entity_push_job()) and
 *    schedulers are created inside drm_dev_enter().
 */

/*
 * Serialise stop and fini. They wait for work items of the schedulers, and those
 * may be the caller.
 */
static int drm_sched_device_lock(struct drm_sched_device *sdev)
{
	struct work_struct *work = current_work();
	struct drm_gpu_scheduler *sched;
	bool own_work = false, own_tdr = false;

	spin_lock(&drm_sched_devices_lock);
	list_for_each_entry(sched, &sdev->scheds, device_link) {
		own_work |= work && (work == &sched->work_run_job ||
				     work == &sched->work_free_job);
		own_tdr |= work && work == &sched->work_tdr.work;
	}
	spin_unlock(&drm_sched_devices_lock);

	if (own_work)
		return -EDEADLK;

	if (own_tdr)
		return mutex_trylock(&sdev->lock) ? 0 : -EBUSY;

	mutex_lock(&sdev->lock);
	return 0;
}

/* No run_job() runs on return, or will ever run. */
static void drm_sched_device_halt_run(struct drm_gpu_scheduler *sched)
{
	if (sched->halted)
		return;

	WRITE_ONCE(sched->halted, true);
	disable_work_sync(&sched->work_run_job);
}

/*
 * No callback that reaches the hardware runs on return, or will ever run. Timeout
 * handlers first, all of them: one may stop and start other schedulers. A reset
 * that is under way ends as always. The work items stay disabled, so whoever
 * queues them later - a start, a fault, a push - queues nothing.
 */
static void drm_sched_device_halt(struct drm_sched_device *sdev)
{
	struct work_struct *work = current_work();
	struct drm_gpu_scheduler *sched;

	lockdep_assert_held(&sdev->lock);

	spin_lock(&drm_sched_devices_lock);
	sdev->halted = true;
	spin_unlock(&drm_sched_devices_lock);

	/* The second caller may still find the first in its timeout handler. */
	sched = NULL;
	while ((sched = drm_sched_device_next(sdev, sched))) {
		/* A timeout handler that retires its scheduler may just set it. */
		if (!READ_ONCE(sched->halted))
			disable_delayed_work(&sched->work_tdr);
		if (work != &sched->work_tdr.work)
			cancel_delayed_work_sync(&sched->work_tdr);
	}

	sched = NULL;
	while ((sched = drm_sched_device_next(sdev, sched)))
		drm_sched_device_halt_run(sched);
}

/* What runs is finished on return, and nothing will run any more. */
static void drm_sched_device_retire_running(struct drm_gpu_scheduler *sched,
					    struct drm_sched_retire_stats *stats)
{
	if (drm_sched_is_retired(sched))
		return;

	stats->schedulers++;
	WRITE_ONCE(sched->pause_submit, true);
	drm_sched_set_retired(sched);
	drm_sched_retire_pending(sched, stats);
}

/* Fences first: what free_job() does keeps nobody waiting. */
static void drm_sched_device_free_jobs(struct drm_gpu_scheduler *sched)
{
	WRITE_ONCE(sched->pause_submit, false);
	drm_sched_run_free_queue(sched);

	/* Who flushes an entity may wait for the scheduler that it was on then. */
	wake_up_all(&sched->job_scheduled);
}

/* All fences are signalled on return, but for those that wait for other devices. */
static void drm_sched_device_retire(struct drm_sched_device *sdev,
				    struct drm_sched_retire_stats *stats)
{
	struct drm_gpu_scheduler *sched;
	bool cookie;

	lockdep_assert_held(&sdev->lock);

	cookie = drm_sched_orphan_begin();

	spin_lock(&drm_sched_devices_lock);
	sdev->retired = true;
	spin_unlock(&drm_sched_devices_lock);

	sched = NULL;
	while ((sched = drm_sched_device_next(sdev, sched))) {
		WRITE_ONCE(sched->discard_at_once, true);
		drm_sched_device_retire_running(sched, stats);
	}

	sched = NULL;
	while ((sched = drm_sched_device_next(sdev, sched)))
		drm_sched_retire_queued(sched, stats);

	stats->finished += drm_sched_orphan_finish_ready();

	drm_sched_orphan_end(cookie);

	sched = NULL;
	while ((sched = drm_sched_device_next(sdev, sched))) {
		drm_sched_release_killed(sched);
		drm_sched_device_free_jobs(sched);
	}
}

static void drm_sched_device_report(struct device *dev, const struct drm_sched_retire_stats *stats,
				    ktime_t start)
{
	s64 us = ktime_us_delta(ktime_get(), start);

	if (!dev)
		return;

	trace_drm_sched_fini_device(dev, stats, us);
	dev_info(dev, "drm_sched: retired %u schedulers: %u jobs running, %u queued, %u of them wait for other devices, %lld us\n",
		 stats->schedulers, stats->running, stats->queued,
		 stats->queued - min(stats->queued, stats->finished), us);
}

/* drm_sched_fini() may be waiting for the timeout handler that asks. */
static bool drm_sched_device_is_locked(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_device *sdev;

	guard(rcu)();
	sdev = READ_ONCE(sched->device);

	return sdev && mutex_is_locked(&sdev->lock);
}

/**
 * drm_sched_device_gone - retire one scheduler, from its timeout handler
 * @sched: scheduler instance whose device is gone, as the driver says
 *
 * The same as drm_sched_fini_device() does, for a scheduler that finds out by
 * itself, but that jobs which wait for other schedulers are kept. Called by its
 * &drm_gpu_scheduler.work_tdr: who stops the whole device waits for that first.
 *
 * Return: true if the scheduler is retired; false if another thread is stopping the
 * device, which will retire it after it has quiesced the hardware.
 */
bool drm_sched_device_gone(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_retire_stats stats = {};
	ktime_t start = ktime_get();
	bool cookie;

	if (drm_sched_device_is_locked(sched))
		return false;

	disable_delayed_work(&sched->work_tdr);
	drm_sched_device_halt_run(sched);

	cookie = drm_sched_orphan_begin();
	drm_sched_device_retire_running(sched, &stats);
	drm_sched_retire_queued(sched, &stats);
	stats.finished += drm_sched_orphan_finish_ready();
	drm_sched_orphan_end(cookie);
	drm_sched_device_free_jobs(sched);

	if (stats.schedulers)
		drm_sched_device_report(sched->dev, &stats, start);

	return true;
}

/*
 * Not to find a scheduler is a mistake worth a word, unless the driver creates them
 * when the device is used, and it was not.
 */
static void drm_sched_device_missing(struct device *dev)
{
	dev_info_ratelimited(dev, "drm_sched: no scheduler was created for this device; is it drm_sched_init_args.dev?\n");
}

/* For callers who expect schedulers. */
static struct drm_sched_device *drm_sched_device_expect(struct device *dev, int *ret)
{
	struct drm_sched_device *sdev;
	bool created;

	might_sleep();

	/* Made if need be: a scheduler that is created later must be refused. */
	sdev = drm_sched_device_get(dev, &created);
	*ret = sdev ? 0 : -ENOMEM;

	if (sdev && created) {
		drm_sched_device_missing(dev);
		*ret = -ENODEV;
	}

	return sdev;
}

static int drm_sched_device_stop(struct drm_sched_device *sdev)
{
	int ret;

	ret = drm_sched_device_lock(sdev);
	if (ret)
		return ret;

	drm_sched_device_halt(sdev);
	mutex_unlock(&sdev->lock);

	return 0;
}

/**
 * drm_sched_stop_device - stop all schedulers of a device for good
 * @dev: the &drm_sched_init_args.dev of the schedulers, not NULL
 *
 * First half of drm_sched_fini_device(), for a device that is still on the bus.
 * When it returns, &drm_sched_backend_ops.run_job, prepare_job and timedout_job of
 * no scheduler of @dev runs, and none is ever called again, even if
 * drm_sched_start(), drm_sched_wqueue_start(), drm_sched_fault() or
 * drm_sched_tdr_queue_imm() are called later. Jobs on the hardware go on and
 * complete as always, with free_job(); queued jobs and jobs that are pushed stay
 * queued. There is no way back: the driver quiesces the hardware and calls
 * drm_sched_fini_device().
 *
 * Waits for callbacks that are running; how long is up to the driver. A timeout
 * handler that calls it does not wait for itself. Works without a timeout handler as
 * well.
 *
 * Context: Process context, may sleep. The caller holds no lock that prepare_job(),
 * run_job() or timedout_job() take, none that free_job() takes if a timeout handler
 * calls drm_sched_stop(), and is in no fence signalling section: a reset that is
 * under way is waited for, and may wait for fences itself.
 *
 * Return:
 * * 0 on success, or if @dev has been stopped before.
 * * -ENODEV at the first call if no scheduler was created for @dev since its driver
 *   was bound; until it is unbound none can run a job.
 * * -EBUSY if called from a timeout handler of @dev while another call is under
 *   way. That one does the work and waits for the handler, which returns
 *   DRM_GPU_SCHED_STAT_ENODEV or DRM_GPU_SCHED_STAT_NO_HANG.
 * * -EDEADLK in the work items of run_job() and free_job() of @dev, which call
 *   prepare_job() and discard_job(), too; also if it has been done before.
 * * -ENOMEM only where -ENODEV would have been returned.
 */
int drm_sched_stop_device(struct device *dev)
{
	struct drm_sched_device *sdev;
	int ret, err;

	sdev = drm_sched_device_expect(dev, &ret);
	if (!sdev)
		return ret;

	err = drm_sched_device_stop(sdev);
	drm_sched_device_put(sdev);

	return err ?: ret;
}
EXPORT_SYMBOL(drm_sched_stop_device);

/* A job on the hardware of a stopped device. Return: its finished fence, or NULL. */
static struct dma_fence *drm_sched_device_busy(struct drm_sched_device *sdev)
{
	struct drm_gpu_scheduler *sched;
	struct dma_fence *fence = NULL;

	/* Not pinned: who destroys a scheduler must not wait for slow hardware. */
	rcu_read_lock();
	list_for_each_entry_rcu(sched, &sdev->scheds, device_link) {
		fence = drm_sched_running_fence(sched);
		if (fence)
			break;
	}
	rcu_read_unlock();

	return fence;
}

/* Return: the time that remains, 0 if it was too short. */
static long drm_sched_device_drain(struct drm_sched_device *sdev, long timeout)
{
	struct dma_fence *fence;

	timeout = max(timeout, 0L);
	while ((fence = drm_sched_device_busy(sdev))) {
		timeout = dma_fence_wait_timeout(fence, false, timeout);
		dma_fence_put(fence);
		if (!timeout)
			return 0;
	}

	return max(timeout, 1L);
}

/**
 * drm_sched_wait_device - let the hardware finish what it runs
 * @dev: the &drm_sched_init_args.dev of the schedulers, not NULL
 * @timeout: for how long at most, in jiffies
 *
 * For the orderly removal of a device that works. Stops all schedulers of @dev as
 * drm_sched_stop_device() does, unless that has been done, and waits until the
 * jobs that run have finished, with the results they have. Jobs in the queues stay
 * there. The driver then quiesces the hardware and calls drm_sched_fini_device(),
 * which finishes the queues, and what still runs if the time was too short.
 *
 * A job that hangs takes the whole of @timeout, since timeout handlers have been
 * stopped; if the device is gone, do not wait. In a timeout handler the job in hand is
 * not waited for; after drm_sched_stop() do not call it, nothing completes any more.
 * Another thread that calls drm_sched_fini_device() meanwhile ends the wait.
 *
 * Context: Process context, sleeps. As for drm_sched_stop_device(); besides, the
 * hardware has to be able to finish: clocks, power and interrupts are on, and
 * the caller holds nothing that the interrupt handler needs.
 *
 * Return:
 * * The time that remains, at least 1, if nothing runs any more.
 * * 0 if the time was too short.
 * * What drm_sched_stop_device() returns, if that is an error.
 */
long drm_sched_wait_device(struct device *dev, long timeout)
{
	struct drm_sched_device *sdev;
	int ret, err;

	sdev = drm_sched_device_expect(dev, &ret);
	if (!sdev)
		return ret;

	err = drm_sched_device_stop(sdev);
	if (!err && !ret)
		timeout = drm_sched_device_drain(sdev, timeout);
	drm_sched_device_put(sdev);

	return err ?: ret ?: timeout;
}
EXPORT_SYMBOL(drm_sched_wait_device);

/**
 * drm_sched_fault_device - let all timeouts of a device expire now
 * @dev: the &drm_sched_init_args.dev of the schedulers, not NULL
 *
 * drm_sched_fault() for every scheduler of @dev that has a
 * &drm_sched_backend_ops.timedout_job: what an interrupt handler or an error
 * callback of the bus calls when it learns that the device does not answer any
 * more, for good or until it is reset. Each timeout handler then runs at once
 * instead of after the rest of its timeout; one that finds that the device is gone
 * returns DRM_GPU_SCHED_STAT_ENODEV, which retires its scheduler. Schedulers that run
 * no job are left as they are: what is queued there has its timeout once it runs. Does
 * nothing after drm_sched_stop_device().
 *
 * Jobs that are pushed later have their whole timeout. Faults do not pile up: a
 * handler that has not started yet runs once for all of them. If a job starts or
 * finishes at that very moment the timer is set anew, and the handler runs only after
 * the whole timeout: this is a short cut, no replacement for drm_sched_fini_device().
 *
 * Context: Any, but for NMI. Takes no lock that is held while fences are signalled.
 */
void drm_sched_fault_device(struct device *dev)
{
	struct drm_gpu_scheduler *sched;
	struct drm_sched_device *sdev;

	rcu_read_lock();
	sdev = drm_sched_device_find_rcu(dev);
	if (sdev) {
		list_for_each_entry_rcu(sched, &sdev->scheds, device_link) {
			if (sched->ops->timedout_job)
				drm_sched_fault(sched);
		}
	}
	rcu_read_unlock();

	if (!sdev)
		drm_sched_device_missing(dev);
}
EXPORT_SYMBOL(drm_sched_fault_device);

/**
 * drm_sched_fini_device - finish all jobs of a device that is going away
 * @dev: the &drm_sched_init_args.dev of the schedulers, not NULL
 *
 * Stops all schedulers of @dev as drm_sched_stop_device() does, unless that has
 * been done, and finishes every job with -ENODEV:
 *
 * * The hardware fence of each running job is signalled, oldest first on each
 *   scheduler, under its own lock and with error -ENODEV unless it has signalled
 *   already; the finished fence follows as always.
 *   &drm_sched_backend_ops.cancel_job is called before if there is one; like
 *   run_job() it must not allocate in a way that waits for reclaim, and waits for no
 *   fence. Fences inside a hardware fence that is a dma_fence_chain or
 *   dma_fence_array are left to it.
 * * Each queued job is finished without having been run, in order of its entity,
 *   once the fences it depends on have signalled. Those of this device do so
 *   during the call, however they are chained over entities, schedulers,
 *   dma_fence_array and dma_fence_chain. A fence from prepare_job() is not waited
 *   for.
 * * A queued job that depends on a fence of another device is finished when that
 *   has signalled, as memory management relies on it. The call does not wait for
 *   it.
 * * A job that is pushed later is treated like a queued one. drm_sched_job_init()
 *   returns -ENODEV, and so does drm_sched_init() until the driver is unbound.
 *
 * free_job() is called for all of them from where it always is, and at the latest
 * by drm_sched_fini(); &drm_sched_backend_ops.discard_job before, for those that have
 * not been run. Signalling does not wait for either.
 *
 * Call it in the remove callback, before drm_dev_unplug(): that waits for everyone
 * inside drm_dev_enter(), who may wait for a fence. After it, everything is finished
 * as well, but only once all sections have ended; see drm_dev_set_unplug_first().
 * May be called repeatedly and concurrently. A devm action that was added before the
 * first drm_sched_init() is too late: the entry by which the schedulers are known,
 * added by that call, has been released by then. What the driver has to see to is in
 * the contract above.
 *
 * A timeout handler may call it. If it has called drm_sched_stop() before, its job may
 * have been freed on return.
 *
 * Context: Process context, may sleep while stopping. As for drm_sched_stop_device();
 * besides, the caller holds no lock that cancel_job() takes, and is not cancel_job().
 * From the end of stopping to the last fence nothing is allocated, and nothing is
 * waited for but the mutex of those who signal fences as well (see "Locking"); that
 * part is annotated with dma_fence_begin_signalling().
 *
 * Return:
 * * 0 on success, or if @dev has been retired before.
 * * -ENODEV at the first call if no scheduler was created for @dev since its driver
 *   was bound; until it is unbound none can be.
 * * -EBUSY if called from a timeout handler of @dev while another call is under
 *   way. That one does the work and waits for the handler, which returns
 *   DRM_GPU_SCHED_STAT_ENODEV or DRM_GPU_SCHED_STAT_NO_HANG.
 * * -EDEADLK in the work items of run_job() and free_job() of @dev, which call
 *   prepare_job() and discard_job(), too; also if it has been done before.
 * * -ENOMEM only where -ENODEV would have been returned.
 */
int drm_sched_fini_device(struct device *dev)
{
	struct drm_sched_retire_stats stats = {};
	ktime_t start = ktime_get();
	struct drm_sched_device *sdev;
	int ret, err;

	sdev = drm_sched_device_expect(dev, &ret);
	if (!sdev)
		return ret;

	err = drm_sched_device_lock(sdev);
	if (!err) {
		drm_sched_device_halt(sdev);
		if (!sdev->retired)
			drm_sched_device_retire(sdev, &stats);
		mutex_unlock(&sdev->lock);
	}

	if (stats.schedulers)
		drm_sched_device_report(dev, &stats, start);

	drm_sched_device_put(sdev);
	return err ?: ret;
}
EXPORT_SYMBOL(drm_sched_fini_device);
