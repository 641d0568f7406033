// SPDX-License-Identifier: GPL-2.0
/*
 * The ethosu driver, which has neither syncobjs nor fences of its own: what a job waits
 * for, and the fence that it leaves, is with the buffer object that it uses.
 */

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <drm/drm.h>
#include <drm/ethosu_accel.h>

#include "drm_unplug.h"

#define BO_SIZE		4096

/* Where the one transfer goes that is a job */
#define REGION		0

/* Commands have 16 bits, and a parameter of 16 bits; some another one of 32. */
#define COMMAND(_command, _parameter)	((_command) | (_parameter) << 16)

enum command {
	STOP = 0x0,
	DMA_START = 0x10,
	SET_DMA0_SRC_REGION = 0x130,
	SET_DMA0_DST_REGION = 0x131,
	SET_DMA0_SRC = 0x4030,
	SET_DMA0_DST = 0x4031,
	SET_DMA0_LEN = 0x4032,
};

#define REGION_INTERNAL	0x100

enum queue {
	QUEUE_NPU,
	NUM_QUEUES,
};

static int call(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

static int create_cmdstream(int fd, uint32_t *bo)
{
	static const uint32_t commands[] = {
		COMMAND(SET_DMA0_SRC_REGION, REGION_INTERNAL),
		COMMAND(SET_DMA0_DST_REGION, REGION),
		COMMAND(SET_DMA0_SRC, 0), 0,
		COMMAND(SET_DMA0_DST, 0), 0,
		COMMAND(SET_DMA0_LEN, 0), BO_SIZE,
		COMMAND(DMA_START, 0),
		COMMAND(STOP, 0),
	};
	struct drm_ethosu_cmdstream_bo_create create = {
		.size = sizeof(commands),
		.data = (uintptr_t)commands,
	};
	int ret = call(fd, DRM_IOCTL_ETHOSU_CMDSTREAM_BO_CREATE, &create);

	*bo = create.handle;
	return ret;
}

static int create_bo(int fd, uint32_t *bo)
{
	struct drm_ethosu_bo_create create = { .size = BO_SIZE };
	int ret = call(fd, DRM_IOCTL_ETHOSU_BO_CREATE, &create);

	*bo = create.handle;
	return ret;
}

static int ethosu_create_bo(struct client *client, uint32_t *bo)
{
	return create_cmdstream(client->fd, &client->cmdstream) ?: create_bo(client->fd, bo);
}

static int submit(struct client *client, uint32_t bo)
{
	struct drm_ethosu_job job = {
		.cmd_bo = client->cmdstream,
		.region_bo_handles = { [REGION] = bo },
	};
	struct drm_ethosu_submit submit = {
		.jobs = (uintptr_t)&job,
		.job_count = 1,
		.perfmon_id = client->instrument,
	};

	return call(client->fd, DRM_IOCTL_ETHOSU_SUBMIT, &submit);
}

static int ethosu_submit_file(struct job *job, uint32_t bo, int in)
{
	return submit_with_bo(job, bo, in, submit);
}

static int ethosu_wait_bo(int fd, uint32_t bo, long long timeout_us)
{
	struct drm_ethosu_bo_wait wait = {
		.handle = bo,
		.timeout_ns = now_ns() + timeout_us * NSEC_PER_USEC,
	};

	return call(fd, DRM_IOCTL_ETHOSU_BO_WAIT, &wait);
}

static int create_perfmon(int fd, uint32_t *id)
{
	struct drm_ethosu_perfmon_create create = {
		.ncounters = 2,
		.counters = { 0x11, 0x20 },
	};
	int ret = call(fd, DRM_IOCTL_ETHOSU_PERFMON_CREATE, &create);

	*id = create.id;
	return ret;
}

static int set_global(int fd, uint32_t id)
{
	struct drm_ethosu_perfmon_set_global set = { .id = id };

	return call(fd, DRM_IOCTL_ETHOSU_PERFMON_SET_GLOBAL, &set);
}

static int ethosu_instrument(struct client *client, bool all)
{
	uint32_t id = 0;
	int ret = create_perfmon(client->fd, &id);

	if (ret)
		return ret;

	if (all)
		return set_global(client->fd, id);

	client->instrument = id;
	return 0;
}

static int late_dev_query(struct late *late)
{
	struct drm_ethosu_npu_info info;
	struct drm_ethosu_dev_query query = {
		.type = DRM_ETHOSU_DEV_QUERY_NPU_INFO,
		.size = sizeof(info),
		.pointer = (uintptr_t)&info,
	};

	return call(late->client->fd, DRM_IOCTL_ETHOSU_DEV_QUERY, &query);
}

static int late_bo_create(struct late *late)
{
	uint32_t bo;

	return create_bo(late->client->fd, &bo);
}

static int late_bo_wait(struct late *late)
{
	return ethosu_wait_bo(late->client->fd, late->client->bo[QUEUE_NPU], 1000);
}

static int late_mmap_offset(struct late *late)
{
	struct drm_ethosu_bo_mmap_offset offset = { .handle = late->client->bo[QUEUE_NPU] };

	return call(late->client->fd, DRM_IOCTL_ETHOSU_BO_MMAP_OFFSET, &offset);
}

static int late_cmdstream_create(struct late *late)
{
	uint32_t bo;

	return create_cmdstream(late->client->fd, &bo);
}

static int late_submit(struct late *late)
{
	return submit(late->client, late->client->bo[QUEUE_NPU]);
}

static int late_perfmon_create(struct late *late)
{
	uint32_t id;

	return create_perfmon(late->client->fd, &id);
}

static int late_perfmon_get_values(struct late *late)
{
	uint64_t values[DRM_ETHOSU_MAX_PERF_COUNTERS];
	struct drm_ethosu_perfmon_get_values get = {
		.id = late->client->instrument,
		.values_ptr = (uintptr_t)values,
	};

	return call(late->client->fd, DRM_IOCTL_ETHOSU_PERFMON_GET_VALUES, &get);
}

static int late_perfmon_set_global(struct late *late)
{
	return set_global(late->client->fd, late->client->instrument);
}

static int late_perfmon_destroy(struct late *late)
{
	struct drm_ethosu_perfmon_destroy destroy = { .id = late->client->instrument };

	return call(late->client->fd, DRM_IOCTL_ETHOSU_PERFMON_DESTROY, &destroy);
}

static const struct late_ioctl ethosu_late[] = {
	{ "dev_query", late_dev_query },
	{ "bo_create", late_bo_create },
	{ "bo_wait", late_bo_wait },
	{ "bo_mmap_offset", late_mmap_offset },
	{ "cmdstream_bo_create", late_cmdstream_create },
	{ "submit", late_submit },
	{ "perfmon_create", late_perfmon_create },
	{ "perfmon_get_values", late_perfmon_get_values },
	{ "perfmon_set_global", late_perfmon_set_global },
	{ "perfmon_destroy", late_perfmon_destroy },
	{}
};

const struct driver ethosu_driver = {
	.name = "ethosu",
	.accel = true,
	.queues = {
		[QUEUE_NPU] = "npu",
	},
	.num_queues = NUM_QUEUES,
	.num_hw_queues = NUM_QUEUES,
	.depth = 1,
	.plain = 1 << QUEUE_NPU,
	.timeout_us = 500000,
	.create_bo = ethosu_create_bo,
	.submit_file = ethosu_submit_file,
	.wait_bo = ethosu_wait_bo,
	.waits = {
		{ "writers", wait_writers },
	},
	.instrument = ethosu_instrument,
	.late = ethosu_late,
};
