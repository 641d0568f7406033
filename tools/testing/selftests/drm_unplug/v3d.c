// SPDX-License-Identifier: GPL-2.0
/* The v3d driver. */

#include <errno.h>
#include <sys/ioctl.h>

#include <drm/v3d_drm.h>

#include "drm_unplug.h"

#define BO_SIZE		4096

enum queue {
	QUEUE_CSD,
	QUEUE_TFU,
	QUEUE_RENDER,	/* a render job alone */
	QUEUE_CL,	/* a bin job, and a render job that depends on it */
	QUEUE_CPU,	/* done by the driver itself when its turn comes */
	NUM_QUEUES,
};

static int submit(struct client *client, unsigned long request, void *arg)
{
	return ioctl(client->fd, request, arg) ? -errno : 0;
}

/* The driver does not look at addresses, but they should not be zero. */
static uint32_t bo_address(struct client *client, uint32_t bo)
{
	struct drm_v3d_get_bo_offset get = { .handle = bo };

	return ioctl(client->fd, DRM_IOCTL_V3D_GET_BO_OFFSET, &get) ? 0 : get.offset;
}

static int v3d_create_bo(struct client *client, uint32_t *bo)
{
	struct drm_v3d_create_bo create = { .size = BO_SIZE };

	if (ioctl(client->fd, DRM_IOCTL_V3D_CREATE_BO, &create))
		return -errno;

	*bo = create.handle;
	return 0;
}

static int submit_csd(struct client *client, uint32_t bo, uint32_t in, uint32_t out)
{
	uint32_t address = bo_address(client, bo);
	struct drm_v3d_submit_csd csd = {
		/* one workgroup in each dimension: with none, nothing would run */
		.cfg = { 1 << 16, 1 << 16, 1 << 16, 0, 0, address, address },
		.bo_handles = (uintptr_t)&bo,
		.bo_handle_count = 1,
		.in_sync = in,
		.out_sync = out,
		.perfmon_id = client->instrument,
	};

	return submit(client, DRM_IOCTL_V3D_SUBMIT_CSD, &csd);
}

static int submit_tfu(struct client *client, uint32_t bo, uint32_t in, uint32_t out)
{
	uint32_t address = bo_address(client, bo);
	struct drm_v3d_submit_tfu tfu = {
		.iia = address,
		.ioa = address,
		.bo_handles = { bo },
		.in_sync = in,
		.out_sync = out,
	};

	return submit(client, DRM_IOCTL_V3D_SUBMIT_TFU, &tfu);
}

static int submit_render(struct client *client, uint32_t bo, uint32_t in, uint32_t out)
{
	uint32_t address = bo_address(client, bo);
	struct drm_v3d_submit_cl cl = {
		.rcl_start = address,
		.rcl_end = address + 64,
		.in_sync_rcl = in,
		.out_sync = out,
		.bo_handles = (uintptr_t)&bo,
		.bo_handle_count = 1,
		.perfmon_id = client->instrument,
	};

	return submit(client, DRM_IOCTL_V3D_SUBMIT_CL, &cl);
}

static int submit_cl(struct client *client, uint32_t bo, uint32_t in, uint32_t out)
{
	uint32_t address = bo_address(client, bo);
	struct drm_v3d_submit_cl cl = {
		.bcl_start = address,
		.bcl_end = address + 64,
		.rcl_start = address + 64,
		.rcl_end = address + 128,
		.in_sync_bcl = in,
		.out_sync = out,
		.qma = address,
		.qms = BO_SIZE,
		.qts = address,
		.bo_handles = (uintptr_t)&bo,
		.bo_handle_count = 1,
		.perfmon_id = client->instrument,
		.flags = DRM_V3D_SUBMIT_CL_FLUSH_CACHE,
	};

	return submit(client, DRM_IOCTL_V3D_SUBMIT_CL, &cl);
}

static int submit_cpu(struct client *client, uint32_t bo, uint32_t in, uint32_t out)
{
	struct drm_v3d_sem in_sem = { .handle = in };
	struct drm_v3d_sem out_sem = { .handle = out };
	struct drm_v3d_multi_sync sync = {
		.base.id = DRM_V3D_EXT_ID_MULTI_SYNC,
		.in_syncs = (uintptr_t)&in_sem,
		.in_sync_count = in ? 1 : 0,
		.out_syncs = (uintptr_t)&out_sem,
		.out_sync_count = 1,
		.wait_stage = V3D_CPU,
	};
	uint32_t offset = 0;
	struct drm_v3d_timestamp_query query = {
		.base.id = DRM_V3D_EXT_ID_CPU_TIMESTAMP_QUERY,
		.base.next = (uintptr_t)&sync,
		.offsets = (uintptr_t)&offset,
		.syncs = (uintptr_t)&out,
		.count = 1,
	};
	struct drm_v3d_submit_cpu cpu = {
		.bo_handles = (uintptr_t)&bo,
		.bo_handle_count = 1,
		.flags = DRM_V3D_SUBMIT_EXTENSION,
		.extensions = (uintptr_t)&query,
	};

	return submit(client, DRM_IOCTL_V3D_SUBMIT_CPU, &cpu);
}

static int v3d_submit(struct client *client, unsigned int queue, uint32_t bo,
		      uint32_t in, uint32_t out)
{
	static int (* const submits[])(struct client *client, uint32_t bo,
				       uint32_t in, uint32_t out) = {
		[QUEUE_CSD] = submit_csd,
		[QUEUE_TFU] = submit_tfu,
		[QUEUE_RENDER] = submit_render,
		[QUEUE_CL] = submit_cl,
		[QUEUE_CPU] = submit_cpu,
	};

	return submits[queue](client, bo, in, out);
}

static int v3d_wait_bo(int fd, uint32_t bo, long long timeout_us)
{
	struct drm_v3d_wait_bo wait = {
		.handle = bo,
		.timeout_ns = timeout_us * NSEC_PER_USEC,
	};

	return ioctl(fd, DRM_IOCTL_V3D_WAIT_BO, &wait) ? -errno : 0;
}

/* Not every kernel has perfmons for all jobs. */
#ifdef DRM_IOCTL_V3D_PERFMON_SET_GLOBAL
static int set_global(struct client *client, uint32_t id)
{
	struct drm_v3d_perfmon_set_global global = { .id = id };

	return submit(client, DRM_IOCTL_V3D_PERFMON_SET_GLOBAL, &global);
}
#else
static int set_global(struct client *client, uint32_t id)
{
	client->instrument = id;
	return 0;
}
#endif

static int v3d_instrument(struct client *client, bool all)
{
	struct drm_v3d_perfmon_create create = {
		.ncounters = 2,
		.counters = { V3D_PERFCNT_CYCLE_COUNT, V3D_PERFCNT_QPU_IDLE_CYCLES },
	};

	if (ioctl(client->fd, DRM_IOCTL_V3D_PERFMON_CREATE, &create))
		return -errno;

	if (all)
		return set_global(client, create.id);

	client->instrument = create.id;
	return 0;
}

static int v3d_uninstrument(struct client *client)
{
	struct drm_v3d_perfmon_destroy destroy = { .id = client->instrument };

	client->instrument = 0;
	return submit(client, DRM_IOCTL_V3D_PERFMON_DESTROY, &destroy);
}

static int late_submit_csd(struct late *late)
{
	return submit_csd(late->client, late->client->bo[QUEUE_CSD], 0, late->timeline);
}

static int late_submit_tfu(struct late *late)
{
	return submit_tfu(late->client, late->client->bo[QUEUE_TFU], 0, late->timeline);
}

static int late_submit_cl(struct late *late)
{
	return submit_cl(late->client, late->client->bo[QUEUE_CL], late->job->out,
			 late->timeline);
}

static int late_submit_cpu(struct late *late)
{
	return submit_cpu(late->client, late->client->bo[QUEUE_CPU], 0, late->timeline);
}

static int late_create_bo(struct late *late)
{
	uint32_t bo;

	return v3d_create_bo(late->client, &bo);
}

static int late_wait_bo(struct late *late)
{
	return v3d_wait_bo(late->client->fd, late->client->bo[late->job->queue], 1000);
}

static int late_mmap_bo(struct late *late)
{
	struct drm_v3d_mmap_bo map = { .handle = late->client->bo[QUEUE_TFU] };

	return submit(late->client, DRM_IOCTL_V3D_MMAP_BO, &map);
}

static int late_get_offset(struct late *late)
{
	struct drm_v3d_get_bo_offset get = { .handle = late->client->bo[QUEUE_TFU] };

	return submit(late->client, DRM_IOCTL_V3D_GET_BO_OFFSET, &get);
}

static int late_get_param(struct late *late)
{
	struct drm_v3d_get_param get = { .param = DRM_V3D_PARAM_V3D_CORE0_IDENT0 };

	return submit(late->client, DRM_IOCTL_V3D_GET_PARAM, &get);
}

static int late_perfmon_create(struct late *late)
{
	return v3d_instrument(late->client, false);
}

static int late_perfmon_values(struct late *late)
{
	uint64_t values[DRM_V3D_MAX_PERF_COUNTERS];
	struct drm_v3d_perfmon_get_values get = {
		.id = late->client->instrument,
		.values_ptr = (uintptr_t)values,
	};

	return submit(late->client, DRM_IOCTL_V3D_PERFMON_GET_VALUES, &get);
}

static int late_perfmon_counter(struct late *late)
{
	struct drm_v3d_perfmon_get_counter get = { .counter = 1 };

	return submit(late->client, DRM_IOCTL_V3D_PERFMON_GET_COUNTER, &get);
}

#ifdef DRM_IOCTL_V3D_PERFMON_SET_GLOBAL
static int late_perfmon_global(struct late *late)
{
	return set_global(late->client, late->client->instrument);
}
#endif

static int late_perfmon_destroy(struct late *late)
{
	return v3d_uninstrument(late->client);
}

static const struct late_ioctl v3d_late[] = {
	{ "submit_csd", late_submit_csd },
	{ "submit_tfu", late_submit_tfu },
	{ "submit_cl", late_submit_cl },
	{ "submit_cpu", late_submit_cpu },
	{ "create_bo", late_create_bo },
	{ "wait_bo", late_wait_bo },
	{ "mmap_bo", late_mmap_bo },
	{ "get_bo_offset", late_get_offset },
	{ "get_param", late_get_param },
	{ "perfmon_create", late_perfmon_create },
	{ "perfmon_get_values", late_perfmon_values },
	{ "perfmon_get_counter", late_perfmon_counter },
#ifdef DRM_IOCTL_V3D_PERFMON_SET_GLOBAL
	{ "perfmon_set_global", late_perfmon_global },
#endif
	{ "perfmon_destroy", late_perfmon_destroy },
	{}
};

const struct driver v3d_driver = {
	.name = "v3d",
	.queues = {
		[QUEUE_CSD] = "csd",
		[QUEUE_TFU] = "tfu",
		[QUEUE_RENDER] = "render",
		[QUEUE_CL] = "cl",
		[QUEUE_CPU] = "cpu",
	},
	.num_queues = NUM_QUEUES,
	.num_hw_queues = QUEUE_CPU,
	.depth = 1,
	.plain = 1 << QUEUE_TFU | 1 << QUEUE_RENDER,
	.timeout_us = 500000,
	.create_bo = v3d_create_bo,
	.submit = v3d_submit,
	.wait_bo = v3d_wait_bo,
	.instrument = v3d_instrument,
	.uninstrument = v3d_uninstrument,
	.serialises = V3D_SERIALISES,
	.late = v3d_late,
	.files = {
		"/sys/bus/platform/devices/%s/gpu_stats",
		"/sys/kernel/debug/dri/%s/v3d_regs",
		"/sys/kernel/debug/dri/%s/bo_stats",
		"/sys/kernel/debug/dri/%s/measure_clock",
	},
};
