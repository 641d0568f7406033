// SPDX-License-Identifier: GPL-2.0
/*
 * The rocket driver, which has neither syncobjs nor fences of its own, see ethosu.c. It
 * makes its device of several cores, and chooses the core for each job itself.
 */

#include <errno.h>
#include <sys/ioctl.h>

#include <drm/rocket_accel.h>

#include "drm_unplug.h"

#define BO_SIZE		4096

enum queue {
	QUEUE_NPU,
	NUM_QUEUES,
};

static int call(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

static int rocket_create_bo(struct client *client, uint32_t *bo)
{
	struct drm_rocket_create_bo create = { .size = BO_SIZE };
	int ret = call(client->fd, DRM_IOCTL_ROCKET_CREATE_BO, &create);

	*bo = create.handle;
	return ret;
}

static int submit(struct client *client, uint32_t bo)
{
	/* The hardware that would look at the commands is not there. */
	struct drm_rocket_task task = { .regcmd_count = 1 };
	struct drm_rocket_job job = {
		.tasks = (uintptr_t)&task,
		.task_count = 1,
		.task_struct_size = sizeof(task),
		.out_bo_handles = (uintptr_t)&bo,
		.out_bo_handle_count = 1,
	};
	struct drm_rocket_submit submit = {
		.jobs = (uintptr_t)&job,
		.job_count = 1,
		.job_struct_size = sizeof(job),
	};

	return call(client->fd, DRM_IOCTL_ROCKET_SUBMIT, &submit);
}

static int rocket_submit_file(struct job *job, uint32_t bo, int in)
{
	return submit_with_bo(job, bo, in, submit);
}

static int rocket_wait_bo(int fd, uint32_t bo, long long timeout_us)
{
	struct drm_rocket_prep_bo prep = {
		.handle = bo,
		.timeout_ns = now_ns() + timeout_us * NSEC_PER_USEC,
	};

	return call(fd, DRM_IOCTL_ROCKET_PREP_BO, &prep);
}

static int late_create_bo(struct late *late)
{
	uint32_t bo;

	return rocket_create_bo(late->client, &bo);
}

static int late_submit(struct late *late)
{
	return submit(late->client, late->client->bo[QUEUE_NPU]);
}

static int late_prep_bo(struct late *late)
{
	return rocket_wait_bo(late->client->fd, late->client->bo[QUEUE_NPU], 1000);
}

static int late_fini_bo(struct late *late)
{
	struct drm_rocket_fini_bo fini = { .handle = late->client->bo[QUEUE_NPU] };

	return call(late->client->fd, DRM_IOCTL_ROCKET_FINI_BO, &fini);
}

static const struct late_ioctl rocket_late[] = {
	{ "create_bo", late_create_bo },
	{ "submit", late_submit },
	{ "prep_bo", late_prep_bo },
	{ "fini_bo", late_fini_bo },
	{}
};

const struct driver rocket_driver = {
	.name = "rocket",
	.accel = true,
	.queues = {
		[QUEUE_NPU] = "npu",
	},
	.num_queues = NUM_QUEUES,
	.num_hw_queues = NUM_QUEUES,
	.depth = 1,
	.plain = 1 << QUEUE_NPU,
	.timeout_us = 500000,
	.create_bo = rocket_create_bo,
	.submit_file = rocket_submit_file,
	.wait_bo = rocket_wait_bo,
	.waits = {
		{ "writers", wait_writers },
	},
	.parts = {
		{ "rocket", "fakehw-rknn0" },
		{ "rocket", "fakehw-rknn1" },
		{ "rocket", "fakehw-rknn2" },
	},
	.cores = true,
	.late = rocket_late,
};
