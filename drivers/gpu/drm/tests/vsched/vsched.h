/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSCHED_H
#define VSCHED_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <drm/drm_device.h>
#include <drm/gpu_scheduler.h>

#include "vsched_drm.h"

struct drm_file;

/* Jobs that a queue of the device takes at a time; it runs one after the other. */
#define VSCHED_DEPTH		2

/* The timeout handler looks at a job after this time. */
#define VSCHED_TIMEOUT_MS	1000

/* What runs when the driver is unbound may take so long to finish. */
#define VSCHED_DRAIN_MS		50

struct vsched_device;

/**
 * struct vsched_queue - a queue of the device, as the driver sees it
 */
struct vsched_queue {
	/** @sched: its scheduler */
	struct drm_gpu_scheduler sched;
	/** @vdev: the device */
	struct vsched_device *vdev;
	/** @idx: number of the queue */
	unsigned int idx;
	/** @lock: protects @fences and @num_fences */
	spinlock_t lock;
	/** @fences: of the jobs on the device, in order */
	struct dma_fence *fences[VSCHED_DEPTH];
	/** @num_fences: number of @fences */
	unsigned int num_fences;
	/** @context: fence context of the queue */
	u64 context;
	/** @seqno: of the last fence; run_job() is called by one at a time */
	u64 seqno;
	/** @position: what the register that shows progress read at the last timeout */
	u32 position;
};

/**
 * struct vsched_device - one binding of the driver to the device
 * @drm: DRM device
 * @binding: what vsched_hw_attach() returned
 * @queues: queues
 */
struct vsched_device {
	struct drm_device drm;
	unsigned int binding;
	struct vsched_queue queues[VSCHED_NUM_QUEUES];
};

static inline struct vsched_device *to_vsched_device(struct drm_device *drm)
{
	return container_of(drm, struct vsched_device, drm);
}

/**
 * struct vsched_file - an open file
 */
struct vsched_file {
	/** @lock: jobs get their numbers, and are pushed, in one go */
	struct mutex lock;
	/** @entities: one per queue */
	struct drm_sched_entity entities[VSCHED_NUM_QUEUES];
};

/* vsched_job.c */
int vsched_queues_init(struct vsched_device *vdev);
void vsched_queue_done(void *data, unsigned int queue);
void vsched_forget_fences(struct vsched_queue *queue);
int vsched_submit_ioctl(struct drm_device *drm, void *data, struct drm_file *file);

/* vsched_hw.c */
int vsched_hw_init(const char *name);
void vsched_hw_exit(void);
unsigned int vsched_hw_attach(void (*done)(void *data, unsigned int queue), void *data);
void vsched_hw_detach(unsigned int binding);
bool vsched_hw_gone(unsigned int binding);
void vsched_hw_start(unsigned int binding, unsigned int queue);
void vsched_hw_reset(unsigned int binding, unsigned int queue);
u32 vsched_hw_position(unsigned int binding, unsigned int queue);

#endif
