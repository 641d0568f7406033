// SPDX-License-Identifier: GPL-2.0
/* The etnaviv driver, which has no syncobjs. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <drm/etnaviv_drm.h>

#include "drm_unplug.h"

#define BO_SIZE		4096

/* The front end does nothing for it, which is what the jobs do. */
#define COMMAND_NOP	0x18000000

enum queue {
	QUEUE_3D,
	QUEUE_2D,
	NUM_QUEUES,
};

/* What GC2000 and GC320 say that they are. */
static const uint64_t models[] = {
	[QUEUE_3D] = 0x2000,
	[QUEUE_2D] = 0x320,
};

static const uint32_t states[] = {
	[QUEUE_3D] = ETNA_PIPE_3D,
	[QUEUE_2D] = ETNA_PIPE_2D,
};

/* Number of the core that a queue belongs to, as the driver counts them. */
static uint32_t pipes[NUM_QUEUES];

static int call(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

/* Timeouts are points in time. */
static struct drm_etnaviv_timespec deadline(long long timeout_us)
{
	long long ns = now_ns() + timeout_us * NSEC_PER_USEC;

	return (struct drm_etnaviv_timespec){
		.tv_sec = ns / (USEC_PER_SEC * NSEC_PER_USEC),
		.tv_nsec = ns % (USEC_PER_SEC * NSEC_PER_USEC),
	};
}

static int get_model(int fd, uint32_t pipe, uint64_t *model)
{
	struct drm_etnaviv_param get = {
		.pipe = pipe,
		.param = ETNAVIV_PARAM_GPU_MODEL,
	};
	int ret = call(fd, DRM_IOCTL_ETNAVIV_GET_PARAM, &get);

	*model = get.value;
	return ret;
}

static int find_pipes(int fd)
{
	uint64_t model;
	uint32_t pipe;
	unsigned int i;
	int ret;

	for (i = 0; i < NUM_QUEUES; i++) {
		for (pipe = 0; pipe < NUM_QUEUES; pipe++) {
			ret = get_model(fd, pipe, &model);
			if (ret)
				return ret;
			if (model == models[i])
				__atomic_store_n(&pipes[i], pipe, __ATOMIC_RELAXED);
		}
	}

	return 0;
}

static uint32_t pipe_of(unsigned int queue)
{
	return __atomic_load_n(&pipes[queue], __ATOMIC_RELAXED);
}

static int create_bo(int fd, uint32_t *bo)
{
	struct drm_etnaviv_gem_new create = {
		.size = BO_SIZE,
		.flags = ETNA_BO_WC,
	};
	int ret = call(fd, DRM_IOCTL_ETNAVIV_GEM_NEW, &create);

	*bo = create.handle;
	return ret;
}

static int get_info(int fd, uint32_t bo)
{
	struct drm_etnaviv_gem_info info = { .handle = bo };

	return call(fd, DRM_IOCTL_ETNAVIV_GEM_INFO, &info);
}

/* With an offset to map it, a buffer object that is lost is one that the kernel misses. */
static int etnaviv_create_bo(struct client *client, uint32_t *bo)
{
	return find_pipes(client->fd) ?: create_bo(client->fd, bo) ?: get_info(client->fd, *bo);
}

static int submit(struct client *client, unsigned int queue, uint32_t bo, int in,
		  uint32_t *fence, int *out)
{
	uint32_t stream[] = { COMMAND_NOP, 0, COMMAND_NOP, 0 };
	struct drm_etnaviv_gem_submit_bo bos = {
		.flags = ETNA_SUBMIT_BO_READ | ETNA_SUBMIT_BO_WRITE,
		.handle = bo,
	};
	/* The driver stops the core before and after the job, and samples. */
	struct drm_etnaviv_gem_submit_pmr pmrs[] = {
		{ .flags = ETNA_PM_PROCESS_PRE, .sequence = 1, .read_offset = 8 },
		{ .flags = ETNA_PM_PROCESS_POST, .sequence = 1, .read_offset = 16 },
	};
	struct drm_etnaviv_gem_submit submit = {
		.pipe = pipe_of(queue),
		.exec_state = states[queue],
		.nr_bos = 1,
		.bos = (uintptr_t)&bos,
		.stream = (uintptr_t)stream,
		.stream_size = sizeof(stream),
		.flags = ETNA_SUBMIT_FENCE_FD_OUT |
			 (in < 0 ? 0 : ETNA_SUBMIT_FENCE_FD_IN),
		.fence_fd = in,
		.pmrs = (uintptr_t)pmrs,
		.nr_pmrs = client->instrument ? ARRAY_SIZE(pmrs) : 0,
	};
	int ret = call(client->fd, DRM_IOCTL_ETNAVIV_GEM_SUBMIT, &submit);

	if (ret)
		return ret;

	*fence = submit.fence;
	*out = submit.fence_fd;
	return 0;
}

static int etnaviv_submit_file(struct job *job, uint32_t bo, int in)
{
	return submit(job->client, job->queue, bo, in, &job->out, &job->sync_file);
}

static int etnaviv_wait_bo(int fd, uint32_t bo, long long timeout_us)
{
	struct drm_etnaviv_gem_cpu_prep prep = {
		.handle = bo,
		.op = ETNA_PREP_READ | ETNA_PREP_WRITE,
		.timeout = deadline(timeout_us),
	};

	return call(fd, DRM_IOCTL_ETNAVIV_GEM_CPU_PREP, &prep);
}

static int wait_fence(const struct job *job, long long timeout_us)
{
	struct drm_etnaviv_wait_fence wait = {
		.pipe = pipe_of(job->queue),
		.fence = job->out,
		.timeout = deadline(timeout_us),
	};

	return call(job->client->fd, DRM_IOCTL_ETNAVIV_WAIT_FENCE, &wait);
}

/* Until jobs no longer hold the buffer object: they have been freed. */
static int wait_idle(const struct job *job, long long timeout_us)
{
	struct drm_etnaviv_gem_wait wait = {
		.pipe = pipe_of(job->queue),
		.handle = job->client->bo[job->queue],
		.timeout = deadline(timeout_us),
	};

	return call(job->client->fd, DRM_IOCTL_ETNAVIV_GEM_WAIT, &wait);
}

static int etnaviv_instrument(struct client *client, bool all)
{
	(void)all;
	client->instrument = 1;

	return 0;
}

/* Nothing is waited for longer than that when the device is gone. */
#define LATE_US		1000

static int late_get_param(struct late *late)
{
	uint64_t model;

	return get_model(late->client->fd, pipe_of(QUEUE_3D), &model);
}

static int late_new(struct late *late)
{
	uint32_t bo;

	return create_bo(late->client->fd, &bo);
}

static int late_info(struct late *late)
{
	return get_info(late->client->fd, late->client->bo[QUEUE_2D]);
}

static int late_prep(struct late *late)
{
	return etnaviv_wait_bo(late->client->fd, late->client->bo[QUEUE_2D], LATE_US);
}

static int late_fini(struct late *late)
{
	struct drm_etnaviv_gem_cpu_fini fini = { .handle = late->client->bo[QUEUE_2D] };

	return call(late->client->fd, DRM_IOCTL_ETNAVIV_GEM_CPU_FINI, &fini);
}

static int late_submit(struct late *late)
{
	uint32_t fence;
	int out;

	return submit(late->client, QUEUE_2D, late->client->bo[QUEUE_2D],
		      late->job->sync_file, &fence, &out);
}

static int late_wait_fence(struct late *late)
{
	return wait_fence(late->job, LATE_US);
}

static int late_userptr(struct late *late)
{
	struct drm_etnaviv_gem_userptr userptr = {
		.user_size = BO_SIZE,
		.flags = ETNA_USERPTR_READ | ETNA_USERPTR_WRITE,
	};
	void *memory = aligned_alloc(BO_SIZE, BO_SIZE);
	int ret;

	if (!memory)
		return -ENOMEM;

	userptr.user_ptr = (uintptr_t)memory;
	ret = call(late->client->fd, DRM_IOCTL_ETNAVIV_GEM_USERPTR, &userptr);
	free(memory);

	return ret;
}

static int late_wait(struct late *late)
{
	return wait_idle(late->job, LATE_US);
}

static int late_query_domain(struct late *late)
{
	struct drm_etnaviv_pm_domain domain = { .pipe = pipe_of(QUEUE_3D) };

	return call(late->client->fd, DRM_IOCTL_ETNAVIV_PM_QUERY_DOM, &domain);
}

static int late_query_signal(struct late *late)
{
	struct drm_etnaviv_pm_signal signal = { .pipe = pipe_of(QUEUE_2D) };

	return call(late->client->fd, DRM_IOCTL_ETNAVIV_PM_QUERY_SIG, &signal);
}

static const struct late_ioctl etnaviv_late[] = {
	{ "get_param", late_get_param },
	{ "gem_new", late_new },
	{ "gem_info", late_info },
	{ "gem_cpu_prep", late_prep },
	{ "gem_cpu_fini", late_fini },
	{ "gem_submit", late_submit },
	{ "wait_fence", late_wait_fence },
	{ "gem_userptr", late_userptr },
	{ "gem_wait", late_wait },
	{ "pm_query_dom", late_query_domain },
	{ "pm_query_sig", late_query_signal },
	{}
};

const struct driver etnaviv_driver = {
	.name = "etnaviv",
	.queues = {
		[QUEUE_3D] = "3d",
		[QUEUE_2D] = "2d",
	},
	.num_queues = NUM_QUEUES,
	.num_hw_queues = NUM_QUEUES,
	.depth = 4,
	.plain = 1 << QUEUE_3D | 1 << QUEUE_2D,
	.timeout_us = 500000,
	.reset_us = 1000000,
	.create_bo = etnaviv_create_bo,
	.submit_file = etnaviv_submit_file,
	.wait_bo = etnaviv_wait_bo,
	.waits = {
		{ "fence", wait_fence },
		{ "idle", wait_idle },
	},
	.instrument = etnaviv_instrument,
	.parts = {
		{ "etnaviv-gpu", "fakehw-gc2000" },
		{ "etnaviv-gpu", "fakehw-gc320" },
	},
	.late = etnaviv_late,
	.files = {
		"/sys/kernel/debug/dri/%s/gpu",
		"/sys/kernel/debug/dri/%s/gem",
		"/sys/kernel/debug/dri/%s/mmu",
	},
};
