// SPDX-License-Identifier: GPL-2.0
/* The lima driver. */

#include <errno.h>
#include <sys/ioctl.h>

#include <drm/lima_drm.h>

#include "drm_unplug.h"

#define BO_SIZE		4096

/* That of the first context of a file. */
#define CONTEXT		0

enum queue {
	QUEUE_GP = LIMA_PIPE_GP,
	QUEUE_PP = LIMA_PIPE_PP,
	NUM_QUEUES,
};

static int call(struct client *client, unsigned long request, void *arg)
{
	return ioctl(client->fd, request, arg) ? -errno : 0;
}

static int create_ctx(struct client *client, uint32_t *id)
{
	struct drm_lima_ctx_create create = {};
	int ret = call(client, DRM_IOCTL_LIMA_CTX_CREATE, &create);

	*id = create.id;
	return ret;
}

static int lima_create_bo(struct client *client, uint32_t *bo)
{
	struct drm_lima_gem_create create = { .size = BO_SIZE };
	uint32_t id;
	int ret;

	/* One for each queue; jobs of the two do not care. */
	ret = create_ctx(client, &id);
	if (!ret)
		ret = call(client, DRM_IOCTL_LIMA_GEM_CREATE, &create);

	*bo = create.handle;
	return ret;
}

static int lima_submit(struct client *client, unsigned int queue, uint32_t bo,
		       uint32_t in, uint32_t out)
{
	struct drm_lima_gem_submit_bo bos = { .handle = bo, .flags = LIMA_SUBMIT_BO_WRITE };
	/* The hardware that would look at the commands is not there. */
	struct drm_lima_gp_frame gp = { .frame = { 0, BO_SIZE } };
	struct drm_lima_m400_pp_frame pp = { .num_pp = 1 };
	struct drm_lima_gem_submit submit = {
		.ctx = CONTEXT,
		.pipe = queue,
		.nr_bos = 1,
		.frame_size = queue == QUEUE_GP ? sizeof(gp) : sizeof(pp),
		.bos = (uintptr_t)&bos,
		.frame = queue == QUEUE_GP ? (uintptr_t)&gp : (uintptr_t)&pp,
		.out_sync = out,
		.in_sync = { in },
	};

	return call(client, DRM_IOCTL_LIMA_GEM_SUBMIT, &submit);
}

static int lima_wait_bo(int fd, uint32_t bo, long long timeout_us)
{
	struct drm_lima_gem_wait wait = {
		.handle = bo,
		.op = LIMA_GEM_WAIT_WRITE,
		.timeout_ns = now_ns() + timeout_us * NSEC_PER_USEC,
	};

	return ioctl(fd, DRM_IOCTL_LIMA_GEM_WAIT, &wait) ? -errno : 0;
}

static int late_submit_gp(struct late *late)
{
	return lima_submit(late->client, QUEUE_GP, late->client->bo[QUEUE_GP], 0, late->timeline);
}

static int late_submit_pp(struct late *late)
{
	return lima_submit(late->client, QUEUE_PP, late->client->bo[QUEUE_PP], late->job->out,
			   late->timeline);
}

static int late_wait_bo(struct late *late)
{
	return lima_wait_bo(late->client->fd, late->client->bo[late->job->queue], 1000);
}

static int late_create_bo(struct late *late)
{
	uint32_t bo;

	return lima_create_bo(late->client, &bo);
}

static int late_gem_info(struct late *late)
{
	struct drm_lima_gem_info info = { .handle = late->client->bo[QUEUE_GP] };

	return call(late->client, DRM_IOCTL_LIMA_GEM_INFO, &info);
}

static int late_get_param(struct late *late)
{
	struct drm_lima_get_param get = { .param = DRM_LIMA_PARAM_NUM_PP };

	return call(late->client, DRM_IOCTL_LIMA_GET_PARAM, &get);
}

static int late_ctx_create(struct late *late)
{
	return create_ctx(late->client, &late->client->instrument);
}

static int late_ctx_free(struct late *late)
{
	struct drm_lima_ctx_free free = { .id = late->client->instrument };

	return call(late->client, DRM_IOCTL_LIMA_CTX_FREE, &free);
}

static const struct late_ioctl lima_late[] = {
	{ "submit_gp", late_submit_gp },
	{ "submit_pp", late_submit_pp },
	{ "wait_bo", late_wait_bo },
	{ "create_bo", late_create_bo },
	{ "gem_info", late_gem_info },
	{ "get_param", late_get_param },
	{ "ctx_create", late_ctx_create },
	{ "ctx_free", late_ctx_free },
	{}
};

const struct driver lima_driver = {
	.name = "lima",
	.queues = {
		[QUEUE_GP] = "gp",
		[QUEUE_PP] = "pp",
	},
	.num_queues = NUM_QUEUES,
	.num_hw_queues = NUM_QUEUES,
	.depth = 1,
	.plain = 1 << QUEUE_GP | 1 << QUEUE_PP,
	/* 10 s, and what timers that long may be late */
	.timeout_us = 10640000,
	.create_bo = lima_create_bo,
	.submit = lima_submit,
	.wait_bo = lima_wait_bo,
	.late = lima_late,
	.files = {
		"/sys/bus/platform/devices/%s/error",
	},
};
