// SPDX-License-Identifier: GPL-2.0
/* Threads that wait for a job in different ways. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "drm_unplug.h"

static const char * const wait_kinds[] = {
	[WAIT_SYNCOBJ] = "syncobj",
	[WAIT_SYNC_FILE] = "sync_file",
	[WAIT_BO] = "bo",
	[WAIT_DMABUF] = "dmabuf",
};

const char *wait_name(const struct waiter *waiter)
{
	if (waiter->kind < WAIT_DRIVER)
		return wait_kinds[waiter->kind];

	return waiter->job->client->driver->waits[waiter->kind - WAIT_DRIVER].name;
}

static void interrupt(int sig)
{
	(void)sig;
}

/* A blocked system call returns EINTR on this signal. */
void waiters_init(void)
{
	struct sigaction action = { .sa_handler = interrupt };

	sigaction(SIGUSR1, &action, NULL);
}

static int dmabuf_poll(int fd, short events, long long timeout_us)
{
	struct pollfd pollfd = { .fd = fd, .events = events };
	int ret = poll(&pollfd, 1, timeout_us / 1000);

	return ret < 0 ? -errno : ret ? 0 : -ETIME;
}

/* Until nobody writes to the buffer object of the job any more: for &driver.waits. */
int wait_writers(const struct job *job, long long timeout_us)
{
	int fd = bo_export(job->client->fd, job->client->bo[job->queue]);
	int ret;

	if (fd < 0)
		return fd;

	ret = dmabuf_poll(fd, POLLIN, timeout_us);
	close(fd);

	return ret;
}

/* Return 0, -ETIME or another negative error code. @dmabuf: for %WAIT_DMABUF */
int wait_for(struct job *job, unsigned int kind, int dmabuf, long long timeout_us)
{
	struct client *client = job->client;

	switch (kind) {
	case WAIT_SYNCOBJ:
		return syncobj_wait(client->fd, job->out, timeout_us);
	case WAIT_SYNC_FILE:
		return sync_file_poll(job->sync_file, timeout_us);
	case WAIT_BO:
		return client->driver->wait_bo(client->fd, client->bo[job->queue],
					       timeout_us);
	case WAIT_DMABUF:
		/* until nobody reads or writes any more */
		return dmabuf_poll(dmabuf, POLLOUT, timeout_us);
	default:
		return client->driver->waits[kind - WAIT_DRIVER].wait(job, timeout_us);
	}
}

static void *waiter_main(void *arg)
{
	struct waiter *waiter = arg;

	__atomic_store_n(&waiter->tid, gettid(), __ATOMIC_RELEASE);

	/* The end is the collector's business. */
	waiter->result = wait_for(waiter->job, waiter->kind, waiter->dmabuf,
				  10 * WAIT_LIMIT_US);

	__atomic_store_n(&waiter->released_ns, now_ns(), __ATOMIC_RELEASE);

	return NULL;
}

static void watch_one(struct run *run, struct job *job, unsigned int kind)
{
	struct waiter *waiter = &run->waiters[run->num_waiters];
	int ret;

	if (run->num_waiters == MAX_WAITERS) {
		fail(run, "too-many-waiters");
		return;
	}

	memset(waiter, 0, sizeof(*waiter));
	snprintf(waiter->name, sizeof(waiter->name), "%s%u",
		 job->client->driver->queues[job->queue],
		 (unsigned int)(job - run->jobs));
	waiter->kind = kind;
	waiter->job = job;
	waiter->dmabuf = -1;

	if (kind == WAIT_DMABUF) {
		waiter->dmabuf = bo_export(job->client->fd,
					   job->client->bo[job->queue]);
		if (waiter->dmabuf < 0) {
			fail(run, "dmabuf-export:%s", strerror(-waiter->dmabuf));
			return;
		}
	}

	ret = pthread_create(&waiter->thread, NULL, waiter_main, waiter);
	if (ret) {
		fail(run, "waiter-thread:%s", strerror(ret));
		return;
	}
	run->num_waiters++;
}

/*
 * Start a thread that waits for @job. A driver without syncobjs has another way, and
 * where its own way is asked for, take all it has.
 */
void watch(struct run *run, struct job *job, enum wait_kind kind)
{
	const struct driver_wait *waits = run->driver->waits;
	bool syncobj = !run->driver->submit_file;
	unsigned int i;

	if (!job)
		return;

	watch_one(run, job, kind == WAIT_SYNCOBJ && !syncobj ? WAIT_DRIVER : kind);

	for (i = !syncobj; kind == WAIT_BO && i < MAX_WAITS && waits[i].name; i++)
		watch_one(run, job, WAIT_DRIVER + i);
}

static char thread_state(int tid)
{
	char path[64], state = '?';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "re");
	if (!file)
		return '?';
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(file);

	return state;
}

/* Return when all waiters sleep in the kernel. */
void waiters_settle(struct run *run)
{
	long long deadline_ns = now_ns() + WAIT_LIMIT_US * NSEC_PER_USEC;
	unsigned int i;
	int tid;

	for (i = 0; i < run->num_waiters; i++) {
		struct waiter *waiter = &run->waiters[i];

		for (;;) {
			tid = __atomic_load_n(&waiter->tid, __ATOMIC_ACQUIRE);
			if (tid && thread_state(tid) == 'S')
				break;
			if (__atomic_load_n(&waiter->released_ns, __ATOMIC_ACQUIRE)) {
				fail(run, "%s-%s-did-not-wait:%d", waiter->name,
				     wait_name(waiter), waiter->result);
				break;
			}
			if (now_ns() > deadline_ns) {
				fail(run, "%s-not-waiting", waiter->name);
				break;
			}
			sleep_us(100);
		}
	}
}

int thread_join(pthread_t thread, long long deadline_ns)
{
	struct timespec deadline = {
		.tv_sec = deadline_ns / (USEC_PER_SEC * NSEC_PER_USEC),
		.tv_nsec = deadline_ns % (USEC_PER_SEC * NSEC_PER_USEC),
	};

	return -pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &deadline);
}

/*
 * Give the waiters until the limit to be released. Those that are not are
 * interrupted, so that the files they use can be closed.
 */
void waiters_collect(struct run *run)
{
	long long deadline_ns = run->unbind.start_ns + WAIT_LIMIT_US * NSEC_PER_USEC;
	unsigned int i;

	for (i = 0; i < run->num_waiters; i++) {
		struct waiter *waiter = &run->waiters[i];

		if (!thread_join(waiter->thread, deadline_ns)) {
			waiter->joined = true;
			continue;
		}

		pthread_kill(waiter->thread, SIGUSR1);
		waiter->joined = !thread_join(waiter->thread,
					      now_ns() + USEC_PER_SEC * NSEC_PER_USEC);
		waiter->released_ns = -1;
		if (!waiter->joined)
			fail(run, "%s-%s-cannot-be-interrupted", waiter->name,
			     wait_name(waiter));
	}
}
