// SPDX-License-Identifier: GPL-2.0
/* Files, jobs and fences, through the generic ioctls. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <drm/drm.h>
#include <linux/dma-buf.h>
#include <linux/sync_file.h>
#include <sys/ioctl.h>

#include "drm_unplug.h"

static int syncobj_create(int fd, uint32_t *handle)
{
	struct drm_syncobj_create create = {};

	if (ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &create))
		return -errno;

	*handle = create.handle;
	return 0;
}

/* Wait for the fence of a syncobj; 0, -ETIME or another negative error code. */
int syncobj_wait(int fd, uint32_t handle, long long timeout_us)
{
	struct drm_syncobj_wait wait = {
		.handles = (uintptr_t)&handle,
		.count_handles = 1,
		.timeout_nsec = now_ns() + timeout_us * NSEC_PER_USEC,
		.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL,
	};

	return ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &wait) ? -errno : 0;
}

/* Make a syncobj of one file known to another. */
int syncobj_share(int from, uint32_t handle, int to, uint32_t *copy)
{
	struct drm_syncobj_handle export = { .handle = handle };
	struct drm_syncobj_handle import = {};
	int ret = 0;

	if (from == to) {
		*copy = handle;
		return 0;
	}

	if (ioctl(from, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &export))
		return -errno;

	import.fd = export.fd;
	if (ioctl(to, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &import))
		ret = -errno;
	close(export.fd);

	*copy = import.handle;
	return ret;
}

/* The fence that is in the syncobj now, as a file descriptor. */
static int syncobj_export_sync_file(int fd, uint32_t handle)
{
	struct drm_syncobj_handle export = {
		.handle = handle,
		.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE,
	};

	if (ioctl(fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &export))
		return -errno;

	return export.fd;
}

int sync_file_poll(int fd, long long timeout_us)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	int ret = poll(&pollfd, 1, timeout_us / 1000);

	if (ret < 0)
		return -errno;
	if (!ret)
		return -ETIME;

	return pollfd.revents & (POLLERR | POLLNVAL) ? -EIO : 0;
}

/* The kernel does not export these, see drivers/dma-buf/sw_sync.c. */
struct sw_sync_create_fence_data {
	uint32_t value;
	char name[32];
	int32_t fence;
};

#define SW_SYNC_IOC_CREATE_FENCE	_IOWR('W', 0, struct sw_sync_create_fence_data)
#define SW_SYNC_IOC_INC			_IOW('W', 1, uint32_t)

/* A stranger's fence, as a sync_file in @fence. Return what it is signalled with. */
int timeline_create(int *fence)
{
	struct sw_sync_create_fence_data create = { .value = 1, .name = "foreign" };
	int timeline, ret;

	timeline = open("/sys/kernel/debug/sync/sw_sync", O_RDWR | O_CLOEXEC);
	if (timeline < 0)
		return -errno;

	if (ioctl(timeline, SW_SYNC_IOC_CREATE_FENCE, &create)) {
		ret = -errno;
		close(timeline);
		return ret;
	}
	*fence = create.fence;

	return timeline;
}

void timeline_advance(int timeline)
{
	uint32_t by = 1;

	ioctl(timeline, SW_SYNC_IOC_INC, &by);
}

int bo_export(int fd, uint32_t bo)
{
	struct drm_prime_handle prime = {
		.handle = bo,
		.flags = DRM_CLOEXEC | DRM_RDWR,
	};

	if (ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime))
		return -errno;

	return prime.fd;
}

static int dmabuf_import_fence(int dmabuf, int sync_file)
{
	struct dma_buf_import_sync_file import = {
		.flags = DMA_BUF_SYNC_READ,
		.fd = sync_file,
	};

	return ioctl(dmabuf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import) ? -errno : 0;
}

static int dmabuf_export_fence(int dmabuf)
{
	struct dma_buf_export_sync_file export = { .flags = DMA_BUF_SYNC_READ };

	if (ioctl(dmabuf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &export))
		return -errno;

	return export.fd;
}

/*
 * For drivers whose jobs wait for the fences of the buffer objects that they write to,
 * and leave their own there: &driver.submit_file. What the job waits for goes in as
 * that of a reader, so that the fence of a writer which comes out is only the job's.
 * If the job is over by then, "done" is all that is to be learnt.
 */
int submit_with_bo(struct job *job, uint32_t bo, int in,
		   int (*submit)(struct client *client, uint32_t bo))
{
	int dmabuf = bo_export(job->client->fd, bo);
	int ret = 0;

	if (dmabuf < 0)
		return dmabuf;

	if (in >= 0)
		ret = dmabuf_import_fence(dmabuf, in);
	if (!ret)
		ret = submit(job->client, bo);
	if (!ret)
		ret = dmabuf_export_fence(dmabuf);
	close(dmabuf);
	if (ret < 0)
		return ret;

	job->sync_file = ret;
	return 0;
}

/* One that is not the first, if there are several. */
unsigned int second_queue(const struct driver *driver)
{
	return 1 % driver->num_queues;
}

/*
 * Status of the job's fence: 1 done, 0 pending, or the negative error code that
 * it was signalled with. Asks for the names too: they must be safe to read even
 * when the driver and the scheduler of the fence are gone.
 */
int job_status(const struct job *job)
{
	struct sync_fence_info fence = {};
	struct sync_file_info info = {
		.num_fences = 1,
		.sync_fence_info = (uintptr_t)&fence,
	};

	if (job->sync_file < 0 || ioctl(job->sync_file, SYNC_IOC_FILE_INFO, &info))
		return FENCE_UNKNOWN;

	return info.num_fences == 1 ? fence.status : info.status;
}

int client_init(struct client *client, const struct driver *driver)
{
	unsigned int i;
	int ret;

	memset(client, 0, sizeof(*client));
	client->driver = driver;
	client->fd = device_open_node(driver);
	if (client->fd < 0)
		return client->fd;

	for (i = 0; i < driver->num_queues; i++) {
		ret = driver->create_bo(client, &client->bo[i]);
		if (ret) {
			client_close(client);
			return ret;
		}
	}

	return 0;
}

void client_close(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

struct client *client_open(struct run *run)
{
	struct client *client = &run->clients[run->num_clients];
	int ret;

	if (run->num_clients == MAX_CLIENTS) {
		fail(run, "too-many-clients");
		return NULL;
	}

	ret = client_init(client, run->driver);
	if (ret) {
		fail(run, "open:%s", strerror(-ret));
		return NULL;
	}
	run->num_clients++;

	return client;
}

/* Submit a job that waits for syncobj @in of the same file, if that is not 0. */
int job_init(struct job *job, struct client *client, unsigned int queue,
	     uint32_t in)
{
	int ret;

	job->client = client;
	job->queue = queue;
	job->sync_file = -1;

	ret = syncobj_create(client->fd, &job->out);
	if (ret)
		return ret;

	ret = client->driver->submit(client, queue, client->bo[queue], in, job->out);
	if (ret)
		return ret;

	job->sync_file = syncobj_export_sync_file(client->fd, job->out);

	return job->sync_file < 0 ? job->sync_file : 0;
}

/* Submit a job that waits for the fence in @sync_file. */
int job_init_foreign(struct job *job, struct client *client, unsigned int queue,
		     int sync_file)
{
	struct drm_syncobj_handle import = {
		.fd = sync_file,
		.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
	};
	int ret;

	ret = syncobj_create(client->fd, &import.handle);
	if (ret)
		return ret;

	if (ioctl(client->fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &import))
		return -errno;

	return job_init(job, client, queue, import.handle);
}

/* Submit a job that waits for @after, of the same or of another file, if there is one. */
int job_init_after(struct job *job, struct client *client, unsigned int queue,
		   const struct job *after)
{
	uint32_t in = 0;
	int ret;

	if (client->driver->submit_file) {
		job->client = client;
		job->queue = queue;
		job->sync_file = -1;
		return client->driver->submit_file(job, client->bo[queue],
						   after ? after->sync_file : -1);
	}

	ret = after ? syncobj_share(after->client->fd, after->out, client->fd, &in) : 0;

	return ret ?: job_init(job, client, queue, in);
}

struct job *job_submit(struct run *run, struct client *client,
		       unsigned int queue, const struct job *after)
{
	struct job *job = &run->jobs[run->num_jobs];
	int ret;

	if (!client)
		return NULL;
	if (run->num_jobs == MAX_JOBS) {
		fail(run, "too-many-jobs");
		return NULL;
	}

	ret = job_init_after(job, client, queue, after);
	if (ret) {
		fail(run, "submit-%s:%s", client->driver->queues[queue],
		     strerror(-ret));
		return NULL;
	}
	run->num_jobs++;

	return job;
}
