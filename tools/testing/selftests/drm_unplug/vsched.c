// SPDX-License-Identifier: GPL-2.0
/* The vsched driver, which needs no hardware, emulated or not. */

#include <errno.h>
#include <sys/ioctl.h>

#include "../../../../drivers/gpu/drm/tests/vsched/vsched_drm.h"
#include "drm_unplug.h"

static int vsched_create_bo(struct client *client, uint32_t *bo)
{
	struct drm_vsched_create_bo create = {};

	if (ioctl(client->fd, DRM_IOCTL_VSCHED_CREATE_BO, &create))
		return -errno;

	*bo = create.handle;
	return 0;
}

static int vsched_submit(struct client *client, unsigned int queue, uint32_t bo,
			 uint32_t in, uint32_t out)
{
	struct drm_vsched_submit submit = {
		.queue = queue,
		.bo = bo,
		.in_sync = in,
		.out_sync = out,
	};

	return ioctl(client->fd, DRM_IOCTL_VSCHED_SUBMIT, &submit) ? -errno : 0;
}

static int vsched_wait_bo(int fd, uint32_t bo, long long timeout_us)
{
	struct drm_vsched_wait_bo wait = {
		.handle = bo,
		.timeout_ns = timeout_us * NSEC_PER_USEC,
	};

	return ioctl(fd, DRM_IOCTL_VSCHED_WAIT_BO, &wait) ? -errno : 0;
}

static int late_submit(struct late *late)
{
	return vsched_submit(late->client, 0, late->client->bo[1], 0, late->timeline);
}

static int late_create_bo(struct late *late)
{
	uint32_t bo;

	return vsched_create_bo(late->client, &bo);
}

static int late_wait_bo(struct late *late)
{
	return vsched_wait_bo(late->client->fd, late->client->bo[late->job->queue], 1000);
}

static const struct late_ioctl vsched_late[] = {
	{ "submit", late_submit },
	{ "create_bo", late_create_bo },
	{ "wait_bo", late_wait_bo },
	{}
};

const struct driver vsched_driver = {
	.name = "vsched",
	.queues = { "copy", "compute", "render" },
	.num_queues = VSCHED_NUM_QUEUES,
	.num_hw_queues = VSCHED_NUM_QUEUES,
	.depth = 2,
	.plain = (1 << VSCHED_NUM_QUEUES) - 1,
	.timeout_us = 1000000,
	.create_bo = vsched_create_bo,
	.submit = vsched_submit,
	.wait_bo = vsched_wait_bo,
	.late = vsched_late,
};
