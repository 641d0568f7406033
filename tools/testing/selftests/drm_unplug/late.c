// SPDX-License-Identifier: GPL-2.0
/* Ioctls that are called when the device is gone: the generic ones. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <drm/drm.h>

#include "drm_unplug.h"

/* What is waited for and never comes */
#define LATE_WAIT_US	1000

static int result(int ret)
{
	return ret < 0 ? -errno : 0;
}

static int late_version(struct late *late)
{
	struct drm_version version = {};

	return result(ioctl(late->client->fd, DRM_IOCTL_VERSION, &version));
}

static int late_get_cap(struct late *late)
{
	struct drm_get_cap cap = { .capability = DRM_CAP_SYNCOBJ_TIMELINE };

	return result(ioctl(late->client->fd, DRM_IOCTL_GET_CAP, &cap));
}

static int late_gem_close(struct late *late)
{
	struct drm_gem_close close = {};

	/* One that was made when the device was there. */
	close.handle = late->client->bo[0];
	late->client->bo[0] = 0;

	return result(ioctl(late->client->fd, DRM_IOCTL_GEM_CLOSE, &close));
}

static int late_prime_export(struct late *late)
{
	uint32_t bo = late->client->bo[second_queue(late->client->driver)];
	int fd = bo_export(late->client->fd, bo);

	if (fd < 0)
		return fd;

	close(fd);
	return 0;
}

static int late_prime_import(struct late *late)
{
	struct drm_prime_handle prime = { .fd = late->dmabuf };

	return result(ioctl(late->client->fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime));
}

static int late_syncobj_create(struct late *late)
{
	struct drm_syncobj_create create = {};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_CREATE, &create));
}

static int late_syncobj_destroy(struct late *late)
{
	struct drm_syncobj_destroy destroy = { .handle = late->spare };

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_DESTROY, &destroy));
}

static int late_syncobj_share(struct late *late)
{
	struct drm_syncobj_handle handle = { .handle = late->job->out };
	int ret = result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &handle));

	if (!ret) {
		ret = result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &handle));
		close(handle.fd);
	}

	return ret;
}

static int late_syncobj_wait(struct late *late)
{
	return syncobj_wait(late->client->fd, late->job->out, LATE_WAIT_US);
}

static int late_syncobj_wait_submit(struct late *late)
{
	struct drm_syncobj_wait wait = {
		.handles = (uintptr_t)&late->empty,
		.count_handles = 1,
		.timeout_nsec = now_ns() + LATE_WAIT_US * NSEC_PER_USEC,
		.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT,
	};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_WAIT, &wait));
}

static int late_timeline_wait(struct late *late)
{
	uint64_t point = 1;
	struct drm_syncobj_timeline_wait wait = {
		.handles = (uintptr_t)&late->empty,
		.points = (uintptr_t)&point,
		.count_handles = 1,
		.timeout_nsec = now_ns() + LATE_WAIT_US * NSEC_PER_USEC,
		.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT,
	};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &wait));
}

static int late_timeline_signal(struct late *late)
{
	uint64_t point = 2;
	struct drm_syncobj_timeline_array array = {
		.handles = (uintptr_t)&late->timeline,
		.points = (uintptr_t)&point,
		.count_handles = 1,
	};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, &array));
}

static int late_timeline_query(struct late *late)
{
	uint64_t point = 0;
	struct drm_syncobj_timeline_array array = {
		.handles = (uintptr_t)&late->timeline,
		.points = (uintptr_t)&point,
		.count_handles = 1,
	};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_QUERY, &array));
}

static int late_transfer(struct late *late)
{
	struct drm_syncobj_transfer transfer = {
		.src_handle = late->job->out,
		.dst_handle = late->timeline,
		.dst_point = 3,
	};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_TRANSFER, &transfer));
}

static int late_eventfd(struct late *late)
{
	struct drm_syncobj_eventfd event = {
		.handle = late->job->out,
		.fd = eventfd(0, EFD_CLOEXEC),
	};
	int ret = result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_EVENTFD, &event));

	close(event.fd);
	return ret;
}

static int late_reset(struct late *late)
{
	struct drm_syncobj_array array = {
		.handles = (uintptr_t)&late->timeline,
		.count_handles = 1,
	};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_RESET, &array));
}

static int late_signal(struct late *late)
{
	struct drm_syncobj_array array = {
		.handles = (uintptr_t)&late->timeline,
		.count_handles = 1,
	};

	return result(ioctl(late->client->fd, DRM_IOCTL_SYNCOBJ_SIGNAL, &array));
}

static const struct late_ioctl late_ioctls[] = {
	{ "version", late_version },
	{ "get_cap", late_get_cap },
	{ "prime_handle_to_fd", late_prime_export },
	{ "prime_fd_to_handle", late_prime_import },
	{ "syncobj_create", late_syncobj_create },
	{ "syncobj_destroy", late_syncobj_destroy },
	{ "syncobj_handle_to_fd", late_syncobj_share },
	{ "syncobj_wait", late_syncobj_wait },
	{ "syncobj_wait_for_submit", late_syncobj_wait_submit },
	{ "syncobj_timeline_wait", late_timeline_wait },
	{ "syncobj_timeline_signal", late_timeline_signal },
	{ "syncobj_query", late_timeline_query },
	{ "syncobj_transfer", late_transfer },
	{ "syncobj_eventfd", late_eventfd },
	{ "syncobj_reset", late_reset },
	{ "syncobj_signal", late_signal },
	{ "gem_close", late_gem_close },
	{}
};

struct late_call {
	pthread_t thread;
	struct late *late;
	const struct late_ioctl *ioctl;
	int result;
};

static void *late_main(void *arg)
{
	struct late_call *call = arg;

	call->result = call->ioctl->call(call->late);
	return NULL;
}

static bool late_one(struct run *run, struct late *late, const struct late_ioctl *ioctl, bool check)
{
	struct late_call call = { .late = late, .ioctl = ioctl };

	pthread_create(&call.thread, NULL, late_main, &call);
	if (thread_join(call.thread, now_ns() + WAIT_LIMIT_US * NSEC_PER_USEC)) {
		fail(run, "%s-blocked", ioctl->name);
		return false;
	}

	printf("@ ioctl=%s late=%d result=%d\n", ioctl->name, !check, call.result);
	if (check && call.result != -ENODEV)
		fail(run, "%s-result=%d", ioctl->name, call.result);

	return true;
}

/* Prepare what the ioctls need, while the device is there. */
int late_init(struct late *late, struct client *client, struct job *job)
{
	uint32_t *handles[] = { &late->empty, &late->timeline, &late->spare };
	struct drm_syncobj_create create;
	unsigned int i;

	late->client = client;
	late->job = job;
	for (i = 0; i < ARRAY_SIZE(handles) && !client->driver->submit_file; i++) {
		memset(&create, 0, sizeof(create));
		if (ioctl(client->fd, DRM_IOCTL_SYNCOBJ_CREATE, &create))
			return -errno;
		*handles[i] = create.handle;
	}

	late->dmabuf = bo_export(client->fd, client->bo[second_queue(client->driver)]);
	return late->dmabuf < 0 ? late->dmabuf : 0;
}

void late_exit(struct late *late)
{
	close(late->dmabuf);
}

/*
 * Call every ioctl once. @check: all of them are refused, as the device is gone.
 * Otherwise they run, and may return what they like, but have to return.
 */
void late_run(struct run *run, struct late *late, bool check)
{
	const struct late_ioctl *ioctl;

	for (ioctl = run->driver->late; ioctl && ioctl->name; ioctl++) {
		if (!late_one(run, late, ioctl, check))
			return;
	}
	for (ioctl = late_ioctls; ioctl->name; ioctl++) {
		if (!late_one(run, late, ioctl, check))
			return;
	}
}
