/* SPDX-License-Identifier: MIT */

#ifndef _DRM_SCHED_REGISTRY_H_
#define _DRM_SCHED_REGISTRY_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct device;
struct drm_gpu_scheduler;

/**
 * struct drm_sched_device - the schedulers of one device, during one binding
 * @ref: held by each scheduler and by the binding
 * @rcu: readers of the list may still look at it
 * @link: in drm_sched_devices, until the binding ends
 * @dev: the device, &drm_sched_init_args.dev
 * @lock: serialises stop and fini
 * @scheds: &drm_gpu_scheduler.device_link
 * @halted: new schedulers are stopped from the start
 * @retired: new schedulers are refused
 */
struct drm_sched_device {
	struct kref		ref;
	struct rcu_head		rcu;
	struct hlist_node	link;
	struct device		*dev;
	struct mutex		lock; /* serialises stop and fini */
	struct list_head	scheds;
	bool			halted;
	bool			retired;
};

extern spinlock_t drm_sched_devices_lock;

int drm_sched_device_add(struct drm_gpu_scheduler *sched);
void drm_sched_device_del(struct drm_gpu_scheduler *sched);

struct drm_sched_device *drm_sched_device_get(struct device *dev, bool *created);
struct drm_sched_device *drm_sched_device_find_rcu(struct device *dev);
void drm_sched_device_put(struct drm_sched_device *sdev);

struct drm_gpu_scheduler *drm_sched_device_next(struct drm_sched_device *sdev,
						struct drm_gpu_scheduler *prev);

#endif
