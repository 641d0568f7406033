// SPDX-License-Identifier: GPL-2.0
/* The panfrost driver. */

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include <drm/panfrost_drm.h>

#include "drm_unplug.h"

/* Kernels before 7.3 have less. */
#ifndef PANFROST_JD_REQ_CYCLE_COUNT
#define PANFROST_JD_REQ_CYCLE_COUNT	0
#endif

#define BO_SIZE		4096

#define UNSTABLE	"/sys/module/panfrost/parameters/unstable_ioctls"

enum queue {
	QUEUE_FRAGMENT,	/* counts cycles as well */
	QUEUE_VERTEX,
	NUM_QUEUES,
};

static int call(struct client *client, unsigned long request, void *arg)
{
	return ioctl(client->fd, request, arg) ? -errno : 0;
}

static int panfrost_create_bo(struct client *client, uint32_t *bo)
{
	struct drm_panfrost_create_bo create = { .size = BO_SIZE };
	int ret = call(client, DRM_IOCTL_PANFROST_CREATE_BO, &create);

	*bo = create.handle;
	return ret;
}

static int panfrost_submit(struct client *client, unsigned int queue, uint32_t bo,
			   uint32_t in, uint32_t out)
{
	struct drm_panfrost_submit submit = {
		/* The hardware that would look at the job is not there. */
		.jc = BO_SIZE,
		.in_syncs = (uintptr_t)&in,
		.in_sync_count = in ? 1 : 0,
		.out_sync = out,
		.bo_handles = (uintptr_t)&bo,
		.bo_handle_count = 1,
		.requirements = queue == QUEUE_FRAGMENT ?
				PANFROST_JD_REQ_FS | PANFROST_JD_REQ_CYCLE_COUNT : 0,
	};

	return call(client, DRM_IOCTL_PANFROST_SUBMIT, &submit);
}

static int panfrost_wait_bo(int fd, uint32_t bo, long long timeout_us)
{
	struct drm_panfrost_wait_bo wait = {
		.handle = bo,
		.timeout_ns = now_ns() + timeout_us * NSEC_PER_USEC,
	};

	return ioctl(fd, DRM_IOCTL_PANFROST_WAIT_BO, &wait) ? -errno : 0;
}

/* Performance counters of one file, or the time that each job takes. */
static int panfrost_instrument(struct client *client, bool all)
{
	struct drm_panfrost_perfcnt_enable enable = { .enable = 1 };
	char device[64], path[128];
	int ret;

	if (!all) {
		ret = file_write(UNSTABLE, "1");
		return ret ?: call(client, DRM_IOCTL_PANFROST_PERFCNT_ENABLE, &enable);
	}

	ret = device_find(client->driver->name, device, sizeof(device));
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/profiling", device);

	return file_write(path, "1");
}

static int late_submit_fragment(struct late *late)
{
	return panfrost_submit(late->client, QUEUE_FRAGMENT, late->client->bo[QUEUE_FRAGMENT],
			       0, late->timeline);
}

static int late_submit_vertex(struct late *late)
{
	return panfrost_submit(late->client, QUEUE_VERTEX, late->client->bo[QUEUE_VERTEX],
			       late->job->out, late->timeline);
}

static int late_wait_bo(struct late *late)
{
	return panfrost_wait_bo(late->client->fd, late->client->bo[late->job->queue], 1000);
}

static int late_create_bo(struct late *late)
{
	uint32_t bo;

	return panfrost_create_bo(late->client, &bo);
}

static int late_mmap_bo(struct late *late)
{
	struct drm_panfrost_mmap_bo map = { .handle = late->client->bo[QUEUE_VERTEX] };

	return call(late->client, DRM_IOCTL_PANFROST_MMAP_BO, &map);
}

static int late_get_param(struct late *late)
{
	struct drm_panfrost_get_param get = { .param = DRM_PANFROST_PARAM_GPU_PROD_ID };

	return call(late->client, DRM_IOCTL_PANFROST_GET_PARAM, &get);
}

static int late_get_bo_offset(struct late *late)
{
	struct drm_panfrost_get_bo_offset get = { .handle = late->client->bo[QUEUE_VERTEX] };

	return call(late->client, DRM_IOCTL_PANFROST_GET_BO_OFFSET, &get);
}

static int late_madvise(struct late *late)
{
	struct drm_panfrost_madvise madvise = {
		.handle = late->client->bo[QUEUE_FRAGMENT],
		.madv = PANFROST_MADV_DONTNEED,
	};

	return call(late->client, DRM_IOCTL_PANFROST_MADVISE, &madvise);
}

#ifdef DRM_IOCTL_PANFROST_JM_CTX_CREATE
static int late_get_timestamp(struct late *late)
{
	struct drm_panfrost_get_param get = { .param = DRM_PANFROST_PARAM_SYSTEM_TIMESTAMP };

	return call(late->client, DRM_IOCTL_PANFROST_GET_PARAM, &get);
}

static int late_set_label(struct late *late)
{
	struct drm_panfrost_set_label_bo label = {
		.handle = late->client->bo[QUEUE_VERTEX],
		.label = (uintptr_t)"late",
	};

	return call(late->client, DRM_IOCTL_PANFROST_SET_LABEL_BO, &label);
}

static int late_sync_bo(struct late *late)
{
	struct drm_panfrost_bo_sync_op op = {
		.handle = late->client->bo[QUEUE_VERTEX],
		.type = PANFROST_BO_SYNC_CPU_CACHE_FLUSH,
		.size = BO_SIZE,
	};
	struct drm_panfrost_sync_bo sync = { .ops = (uintptr_t)&op, .op_count = 1 };

	return call(late->client, DRM_IOCTL_PANFROST_SYNC_BO, &sync);
}

static int late_query_bo_info(struct late *late)
{
	struct drm_panfrost_query_bo_info query = { .handle = late->client->bo[QUEUE_VERTEX] };

	return call(late->client, DRM_IOCTL_PANFROST_QUERY_BO_INFO, &query);
}

static int late_ctx_create(struct late *late)
{
	struct drm_panfrost_jm_ctx_create create = {
		.priority = PANFROST_JM_CTX_PRIORITY_MEDIUM,
	};
	int ret = call(late->client, DRM_IOCTL_PANFROST_JM_CTX_CREATE, &create);

	late->client->instrument = create.handle;
	return ret;
}

static int late_ctx_destroy(struct late *late)
{
	struct drm_panfrost_jm_ctx_destroy destroy = { .handle = late->client->instrument };

	return call(late->client, DRM_IOCTL_PANFROST_JM_CTX_DESTROY, &destroy);
}

#endif

static int late_perfcnt_enable(struct late *late)
{
	return panfrost_instrument(late->client, false);
}

static int late_perfcnt_dump(struct late *late)
{
	static char buf[1 << 16];
	struct drm_panfrost_perfcnt_dump dump = { .buf_ptr = (uintptr_t)buf };

	return call(late->client, DRM_IOCTL_PANFROST_PERFCNT_DUMP, &dump);
}

static const struct late_ioctl panfrost_late[] = {
	{ "submit_fragment", late_submit_fragment },
	{ "submit_vertex", late_submit_vertex },
	{ "wait_bo", late_wait_bo },
	{ "create_bo", late_create_bo },
	{ "mmap_bo", late_mmap_bo },
	{ "get_param", late_get_param },
	{ "get_bo_offset", late_get_bo_offset },
#ifdef DRM_IOCTL_PANFROST_JM_CTX_CREATE
	{ "get_timestamp", late_get_timestamp },
	{ "set_label", late_set_label },
	{ "sync_bo", late_sync_bo },
	{ "query_bo_info", late_query_bo_info },
	{ "jm_ctx_create", late_ctx_create },
	{ "jm_ctx_destroy", late_ctx_destroy },
#endif
	{ "perfcnt_enable", late_perfcnt_enable },
	{ "perfcnt_dump", late_perfcnt_dump },
	{ "madvise", late_madvise },
	{}
};

const struct driver panfrost_driver = {
	.name = "panfrost",
	.queues = {
		[QUEUE_FRAGMENT] = "fragment",
		[QUEUE_VERTEX] = "vertex",
	},
	.num_queues = NUM_QUEUES,
	.num_hw_queues = NUM_QUEUES,
	.depth = 2,
	.plain = 1 << QUEUE_FRAGMENT | 1 << QUEUE_VERTEX,
	.timeout_us = 500000,
	.create_bo = panfrost_create_bo,
	.submit = panfrost_submit,
	.wait_bo = panfrost_wait_bo,
	.instrument = panfrost_instrument,
	.late = panfrost_late,
	.files = {
		"/sys/bus/platform/devices/%s/profiling",
#ifdef DRM_IOCTL_PANFROST_JM_CTX_CREATE
		"/sys/kernel/debug/dri/%s/gems",
		"/sys/kernel/debug/dri/%s/sched_ctxs",
#endif
	},
};
