// SPDX-License-Identifier: MIT

#include <linux/device.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#include "sched_fini.h"
#include "sched_registry.h"

/**
 * DOC: Locking of the registry
 *
 * &drm_sched_device.lock (mutex) serialises drm_sched_stop_device() and
 * drm_sched_fini_device() of one device. Work items of the schedulers are waited
 * for under it, so nothing that those may call waits for it: a timeout handler only
 * tries, run_job() and free_job() are refused, drm_sched_init() and drm_sched_fini()
 * do not take it.
 *
 * ``drm_sched_devices_lock`` (spinlock): the list of devices, their schedulers and
 * their state, and &drm_gpu_scheduler.pins. No lock of the scheduler or of a fence
 * nests inside it, only those of the workqueues: drm_sched_device_add() disables the
 * work items of a scheduler whose device has been stopped. A pinned scheduler
 * stays on the list; drm_sched_fini() waits until it is not. A walk pins one
 * scheduler at a time, so it waits for nothing that drm_sched_fini() of that
 * scheduler would not wait for as well.
 *
 * Readers that only look take rcu_read_lock(): drm_sched_fini() takes a scheduler
 * off the list and ends with a grace period.
 */

DEFINE_SPINLOCK(drm_sched_devices_lock);
static HLIST_HEAD(drm_sched_devices);

static void drm_sched_device_release(struct kref *ref)
	__releases(&drm_sched_devices_lock)
{
	struct drm_sched_device *sdev = container_of(ref, typeof(*sdev), ref);

	hlist_del_init_rcu(&sdev->link);
	spin_unlock(&drm_sched_devices_lock);

	mutex_destroy(&sdev->lock);
	kfree_rcu(sdev, rcu);
}

/**
 * drm_sched_device_put - drop a reference
 * @sdev: record of a device
 */
void drm_sched_device_put(struct drm_sched_device *sdev)
{
	kref_put_lock(&sdev->ref, drm_sched_device_release, &drm_sched_devices_lock);
}

/* The binding ends: from now on @dev is a new device, while old files stay open. */
static void drm_sched_device_unbind(struct device *dev, void *res)
{
	struct drm_sched_device *sdev = *(struct drm_sched_device **)res;

	spin_lock(&drm_sched_devices_lock);
	hlist_del_init_rcu(&sdev->link);
	spin_unlock(&drm_sched_devices_lock);

	drm_sched_device_put(sdev);
}

/**
 * drm_sched_device_find_rcu - find the record of a device
 * @dev: the device
 *
 * Context: any, inside rcu_read_lock() or under drm_sched_devices_lock.
 *
 * Return: the record without a reference, NULL if there is none.
 */
struct drm_sched_device *drm_sched_device_find_rcu(struct device *dev)
{
	struct drm_sched_device *sdev;

	hlist_for_each_entry_rcu(sdev, &drm_sched_devices, link,
				 lockdep_is_held(&drm_sched_devices_lock)) {
		if (sdev->dev == dev)
			return sdev;
	}

	return NULL;
}

static struct drm_sched_device *drm_sched_device_lookup(struct device *dev)
{
	struct drm_sched_device *sdev;

	lockdep_assert_held(&drm_sched_devices_lock);

	sdev = drm_sched_device_find_rcu(dev);
	if (sdev)
		kref_get(&sdev->ref);

	return sdev;
}

static struct drm_sched_device *drm_sched_device_create(struct device *dev)
{
	struct drm_sched_device *sdev, *old, **res = NULL;

	sdev = kzalloc_obj(*sdev);
	if (!sdev)
		return NULL;

	/* Only a binding ends some day; without one the last scheduler ends it. */
	if (dev->driver) {
		res = devres_alloc(drm_sched_device_unbind, sizeof(*res), GFP_KERNEL);
		if (!res) {
			kfree(sdev);
			return NULL;
		}
		*res = sdev;
	}

	kref_init(&sdev->ref);
	sdev->dev = dev;
	mutex_init(&sdev->lock);
	INIT_LIST_HEAD(&sdev->scheds);

	spin_lock(&drm_sched_devices_lock);
	old = drm_sched_device_lookup(dev);
	if (!old) {
		hlist_add_head_rcu(&sdev->link, &drm_sched_devices);
		if (res)
			kref_get(&sdev->ref);
	}
	spin_unlock(&drm_sched_devices_lock);

	if (old) {
		devres_free(res);
		mutex_destroy(&sdev->lock);
		kfree(sdev);
		return old;
	}

	if (res)
		devres_add(dev, res);

	return sdev;
}

/**
 * drm_sched_device_get - find or make the record of a device
 * @dev: the device
 * @created: set to whether it had to be made
 *
 * Return: the record with a reference, NULL if out of memory.
 */
struct drm_sched_device *drm_sched_device_get(struct device *dev, bool *created)
{
	struct drm_sched_device *sdev;

	spin_lock(&drm_sched_devices_lock);
	sdev = drm_sched_device_lookup(dev);
	spin_unlock(&drm_sched_devices_lock);

	*created = !sdev;

	return sdev ?: drm_sched_device_create(dev);
}

/**
 * drm_sched_device_add - register a scheduler under its device
 * @sched: scheduler instance, otherwise ready
 *
 * Called by drm_sched_init(). A scheduler without &drm_gpu_scheduler.dev is left
 * alone.
 *
 * Return: 0, -ENOMEM, or -ENODEV if the device has been retired and its driver is
 * still bound.
 */
int drm_sched_device_add(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_device *sdev;
	bool created;
	int ret = 0;

	sched->device = NULL;
	sched->pins = 0;
	sched->halted = false;
	sched->tdr_job = NULL;

	if (!sched->dev)
		return 0;

	/* For the other timeout handlers, which do not wait, but get -EBUSY. */
	drm_sched_work_may_wait(&sched->work_tdr.work);

	sdev = drm_sched_device_get(sched->dev, &created);
	if (!sdev)
		return -ENOMEM;

	spin_lock(&drm_sched_devices_lock);
	if (sdev->retired) {
		ret = -ENODEV;
	} else {
		if (sdev->halted) {
			sched->halted = true;
			disable_delayed_work(&sched->work_tdr);
			disable_work(&sched->work_run_job);
		}
		sched->device = sdev;
		list_add_tail_rcu(&sched->device_link, &sdev->scheds);
	}
	spin_unlock(&drm_sched_devices_lock);

	if (ret)
		drm_sched_device_put(sdev);

	return ret;
}

/**
 * drm_sched_device_del - unregister a scheduler
 * @sched: scheduler instance that is being destroyed
 *
 * Called by drm_sched_fini(). Waits until no walk looks at @sched.
 */
void drm_sched_device_del(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_device *sdev = sched->device;

	if (!sdev)
		return;

	spin_lock(&drm_sched_devices_lock);
	while (sched->pins) {
		spin_unlock(&drm_sched_devices_lock);
		wait_var_event(&sched->pins, !READ_ONCE(sched->pins));
		spin_lock(&drm_sched_devices_lock);
	}
	list_del_rcu(&sched->device_link);
	spin_unlock(&drm_sched_devices_lock);

	WRITE_ONCE(sched->device, NULL);
	drm_sched_device_put(sdev);
}

/**
 * drm_sched_device_next - one step of a walk over the schedulers of a device
 * @sdev: record of the device
 * @prev: scheduler to unpin, NULL in the beginning
 *
 * Return: the scheduler behind @prev, pinned, or NULL at the end.
 */
struct drm_gpu_scheduler *
drm_sched_device_next(struct drm_sched_device *sdev, struct drm_gpu_scheduler *prev)
{
	struct list_head *pos = prev ? &prev->device_link : &sdev->scheds;
	struct drm_gpu_scheduler *next = NULL;
	bool unpinned = false;

	spin_lock(&drm_sched_devices_lock);
	if (!list_is_last(pos, &sdev->scheds)) {
		next = list_entry(pos->next, struct drm_gpu_scheduler, device_link);
		WRITE_ONCE(next->pins, next->pins + 1);
	}
	if (prev) {
		WRITE_ONCE(prev->pins, prev->pins - 1);
		unpinned = !prev->pins;
	}
	spin_unlock(&drm_sched_devices_lock);

	/* Only the address is used, @prev may be gone. */
	if (unpinned) {
		/* Either the waiter sees the count, or is seen. */
		smp_mb();
		wake_up_var(&prev->pins);
	}

	return next;
}
