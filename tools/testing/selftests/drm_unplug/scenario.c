// SPDX-License-Identifier: GPL-2.0
/* What is done to the device, and what must come out. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "drm_unplug.h"

/* Fence status of a job that the removal of the device has ended */
#define GONE		(-ENODEV)

/* What else may have happened to a job */
enum {
	MAY_BE_DONE = 1,	/* it completed in time */
	MAY_BE_KILLED = 2,	/* its file was closed first */
	MAY_BE_RESET = 4,	/* it timed out first */
};

static bool status_ok(int status, unsigned int may_be)
{
	return status == GONE ||
	       (status == 1 && may_be & MAY_BE_DONE) ||
	       (status == -ESRCH && may_be & MAY_BE_KILLED) ||
	       (status == -ECANCELED && may_be & (MAY_BE_KILLED | MAY_BE_RESET));
}

static long long since_unbind_us(struct run *run, long long ns)
{
	return ns > 0 ? (ns - run->unbind.start_ns) / NSEC_PER_USEC : -1;
}

/* Wait until so many jobs are on the hardware. */
void wait_running(struct run *run, int num)
{
	long long deadline_ns = now_ns() + WAIT_LIMIT_US * NSEC_PER_USEC;

	while (counter_queues(run, "running") != num) {
		if (now_ns() > deadline_ns) {
			fail(run, "running=%lld-instead-of-%d",
			     counter_queues(run, "running"), num);
			return;
		}
		sleep_us(100);
	}
}

/* How many jobs have a fence with that status? */
int count_status(struct run *run, int status)
{
	unsigned int i;
	int num = 0;

	for (i = 0; i < run->num_jobs; i++)
		num += job_status(&run->jobs[i]) == status;

	return num;
}

/* One after the other: the device is gone with the last one. */
static int unbind_cores(const struct driver *driver)
{
	const struct part *part;
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && (part = device_part(driver, i)); i++)
		ret = device_write(part->driver, "unbind", part->device);

	return ret;
}

static void *unbind_main(void *arg)
{
	struct unbind *unbind = arg;

	unbind->start_ns = now_ns();
	if (unbind->device)
		unbind->rc = device_write(unbind->driver, "unbind", unbind->device);
	else
		unbind->rc = unbind_cores(unbind->run->driver);
	__atomic_store_n(&unbind->end_ns, now_ns(), __ATOMIC_RELEASE);

	return NULL;
}

static void print_jobs(struct run *run)
{
	int running = counter_queues(run, "running");

	if (!run->quiet)
		printf("@ jobs=submitted running=%d queued=%d\n", running,
		       count_status(run, 0) - running);
}

/* The device is gone, with all that it ran. */
static void vanish(struct run *run)
{
	print_jobs(run);
	knob_set(run, "vanish", 1);
	run->vanished = true;
}

static void unbind_start(struct run *run)
{
	int ret;

	if (!run->vanished)
		print_jobs(run);

	run->unbind.run = run;
	run->unbind.device = run->part ? run->part->device :
			     run->driver->cores ? NULL : run->device;
	run->unbind.driver = run->part ? run->part->driver : run->driver->name;
	run->unbind.start_ns = now_ns();
	run->unbind.end_ns = 0;
	ret = pthread_create(&run->unbind.thread, NULL, unbind_main, &run->unbind);
	if (ret)
		fail(run, "unbind-thread:%s", strerror(ret));
}

static void unbind_finish(struct run *run)
{
	struct unbind *unbind = &run->unbind;
	bool done;

	done = !thread_join(unbind->thread,
			    now_ns() + WAIT_LIMIT_US * NSEC_PER_USEC);
	if (!run->quiet || !done || unbind->rc)
		printf("@ unbind=%s us=%lld rc=%d\n", done ? "done" : "blocked",
		       done ? since_unbind_us(run, unbind->end_ns) : -1,
		       done ? unbind->rc : -ETIME);
	/* A driver that fails here often does not live to the final report. */
	if (!run->quiet)
		printf("@ left_running=%lld left_awake=%lld\n",
		       counter(run, "left_running"),
		       counter(run, "left_awake"));
	if (!done)
		fail(run, "unbind-blocked");
	else if (unbind->rc)
		fail(run, "unbind:%s", strerror(-unbind->rc));
}

/* Everybody who waited: when and with what result? */
static void check_waiters(struct run *run, unsigned int may_be)
{
	unsigned int i;

	for (i = 0; i < run->num_waiters; i++) {
		struct waiter *waiter = &run->waiters[i];
		long long us = since_unbind_us(run, waiter->released_ns);
		int status = job_status(waiter->job);
		bool late = us < 0 ? waiter->released_ns <= 0 : us > run->limit_us;
		bool ok = !late && !waiter->result && status_ok(status, may_be);

		if (!run->quiet || !ok)
			printf("@ waiter=%s kind=%s released_us=%lld result=%d fence=%d\n",
			       waiter->name, wait_name(waiter), us,
			       waiter->result, status);
		if (waiter->released_ns <= 0)
			fail(run, "%s-%s-still-blocked", waiter->name,
			     wait_name(waiter));
		else if (late)
			fail(run, "%s-%s-late", waiter->name, wait_name(waiter));
		else if (!ok)
			fail(run, "%s-%s-result=%d-fence=%d", waiter->name,
			     wait_name(waiter), waiter->result, status);
	}
}

/* Every job, whether somebody waited for it or not. */
static void check_fences(struct run *run, unsigned int may_be)
{
	int gone = 0, done = 0, pending = 0, other = 0;
	unsigned int i;

	for (i = 0; i < run->num_jobs; i++) {
		int status = job_status(&run->jobs[i]);

		if (status == GONE)
			gone++;
		else if (status == 1)
			done++;
		else if (!status)
			pending++;
		else
			other++;

		if (!status_ok(status, may_be))
			fail(run, "%s%u-fence=%d",
			     run->driver->queues[run->jobs[i].queue], i, status);
	}

	if (!run->quiet)
		printf("@ fences=%u enodev=%d done=%d pending=%d other=%d\n",
		       run->num_jobs, gone, done, pending, other);
}

static void unplug(struct run *run, unsigned int may_be)
{
	unbind_start(run);
	waiters_collect(run);
	unbind_finish(run);
	check_waiters(run, may_be);
	check_fences(run, may_be);
}

/* Close everything that the jobs used, files last closed first. */
void close_clients(struct run *run)
{
	unsigned int i;

	for (i = run->num_clients; i--;)
		client_close(&run->clients[i]);
	if (!run->quiet)
		printf("@ closed=%u\n", run->num_clients);
	run->num_clients = 0;
}

/* What outlives the files: sync_files, exported buffers. */
void close_rest(struct run *run)
{
	unsigned int i;

	/* The names of a fence must be safe to ask for, see job_status(). */
	count_status(run, 0);

	for (i = 0; i < run->num_jobs; i++) {
		if (run->jobs[i].sync_file >= 0)
			close(run->jobs[i].sync_file);
	}
	for (i = 0; i < run->num_waiters; i++) {
		if (run->waiters[i].dmabuf >= 0)
			close(run->waiters[i].dmabuf);
	}
	run->num_jobs = 0;
	run->num_waiters = 0;
}

/* One job in each queue: return the first bad fence status, or 1. */
int complete_jobs(struct run *run)
{
	struct client *client = client_open(run);
	unsigned int first = run->num_jobs;
	int status = client ? 1 : FENCE_UNKNOWN;
	unsigned int i;

	for (i = 0; client && i < run->driver->num_queues; i++)
		job_submit(run, client, i, NULL);

	for (i = first; i < run->num_jobs; i++) {
		sync_file_poll(run->jobs[i].sync_file, WAIT_LIMIT_US);
		if (status == 1)
			status = job_status(&run->jobs[i]);
	}

	if (client && run->num_jobs - first != run->driver->num_queues)
		status = FENCE_UNKNOWN;

	return status;
}

/*
 * Let the device fall asleep once after its probe. Up to 7.3 v3d does not
 * enable all interrupts before it has woken up for the first time; scenario
 * "early" shows it.
 */
void let_sleep(struct run *run)
{
	char status[32];
	int i;

	for (i = 0; i < 20; i++) {
		device_runtime_pm(run, status, sizeof(status));
		if (!strcmp(status, "suspended") || !strcmp(status, "unsupported"))
			return;
		sleep_us(20000);
	}
}

/* Make the driver probe again, and see that the new instance works. */
static void replug(struct run *run)
{
	int ret, status = FENCE_UNKNOWN;

	knob_set(run, "vanish", 0);
	run->vanished = false;
	knob_set(run, "hold_irq", 0);
	knob_set(run, "late_irq_us", 0);
	knob_set(run, "neighbour_us", 0);
	knob_set(run, "busy_us", 0);
	knob_set(run, "complete", 1);

	if (!__atomic_load_n(&run->unbind.end_ns, __ATOMIC_ACQUIRE))
		ret = -EBUSY;
	else
		ret = device_bind(run);
	if (!run->quiet || ret)
		printf("@ rebind=%s rc=%d\n", ret ? "fail" : "ok", ret);
	if (ret) {
		fail(run, "bind:%s", strerror(-ret));
		return;
	}

	let_sleep(run);
	status = complete_jobs(run);
	if (!run->quiet || status != 1)
		printf("@ freshjob=%s fence=%d\n", status == 1 ? "ok" : "fail", status);
	if (status != 1)
		fail(run, "fresh-job-fence=%d", status);

	close_clients(run);
	close_rest(run);
}

/* Jobs that hang: one on the hardware and @behind waiting in each queue. */
void submit_hanging(struct run *run, struct client *client, int behind)
{
	unsigned int q;
	int i;

	knob_set(run, "complete", 0);
	for (i = 0; i <= behind; i++) {
		for (q = 0; q < run->driver->num_hw_queues; q++)
			job_submit(run, client, q, NULL);
	}
	wait_running(run, run->driver->num_hw_queues);
}

static struct job *job_of(struct run *run, unsigned int idx)
{
	return idx < run->num_jobs ? &run->jobs[idx] : NULL;
}

/*
 * Hanging jobs from two files, jobs of software queues behind them, and one
 * waiter of every kind for the first and the last job of each queue.
 */
static void hang_and_watch(struct run *run)
{
	unsigned int num = run->driver->num_hw_queues;
	struct client *client = client_open(run);
	struct client *other = client_open(run);
	/* not all of them fit on the hardware */
	unsigned int behind = run->driver->depth + 1;
	unsigned int q, first;

	if (!client || !other)
		return;

	submit_hanging(run, client, behind);
	for (q = 0; q < num; q++)
		job_submit(run, other, q, NULL);
	for (q = num; q < run->driver->num_queues; q++)
		job_submit(run, client, q, job_of(run, 0));

	for (q = 0; q < num; q++) {
		watch(run, job_of(run, q), WAIT_SYNCOBJ);
		watch(run, job_of(run, q), WAIT_SYNC_FILE);
	}
	for (first = behind * num; first <= (behind + 1) * num; first += num) {
		for (q = 0; q < num; q++) {
			watch(run, job_of(run, first + q), WAIT_SYNCOBJ);
			watch(run, job_of(run, first + q), WAIT_SYNC_FILE);
			watch(run, job_of(run, first + q), WAIT_BO);
			watch(run, job_of(run, first + q), WAIT_DMABUF);
		}
	}
	watch(run, job_of(run, run->num_jobs - 1), WAIT_SYNCOBJ);

	waiters_settle(run);
}

static void scenario_smoke(struct run *run)
{
	int status = complete_jobs(run);

	printf("@ freshjob=%s fence=%d\n", status == 1 ? "ok" : "fail", status);
	if (status != 1)
		fail(run, "job-fence=%d", status);

	close_clients(run);
	close_rest(run);
}

/* Jobs at once after the probe, one at a time. */
static void scenario_early(struct run *run)
{
	struct client *client;
	long long resets;
	struct job *job;
	unsigned int q;
	int ret;

	unbind_start(run);
	unbind_finish(run);
	ret = device_bind(run);
	if (ret)
		fail(run, "bind:%s", strerror(-ret));

	resets = counter(run, "resets");
	client = client_open(run);
	for (q = 0; client && q < run->driver->num_queues; q++) {
		job = job_submit(run, client, q, NULL);
		if (!job)
			break;
		sync_file_poll(job->sync_file, WAIT_LIMIT_US);
		printf("@ freshjob=%s fence=%d\n", run->driver->queues[q], job_status(job));
		if (job_status(job) != 1)
			fail(run, "%s-fence=%d", run->driver->queues[q], job_status(job));
	}

	/* A job that is over only because it has timed out is no success. */
	resets = counter(run, "resets") - resets;
	if (resets)
		fail(run, "resets=%lld", resets);

	close_clients(run);
	close_rest(run);
}

static void scenario_hang(struct run *run)
{
	knob_set(run, "progress", 1);
	hang_and_watch(run);
	unplug(run, 0);
	close_clients(run);
	replug(run);
}

static void scenario_surprise(struct run *run)
{
	knob_set(run, "progress", 1);
	hang_and_watch(run);
	vanish(run);
	unplug(run, 0);
	close_clients(run);
	replug(run);
}

/*
 * The device works when it is unbound: what runs may finish if that is soon, what
 * is queued does not run any more.
 */
static void orderly(struct run *run, long long latency_us, bool soon)
{
	struct client *client = client_open(run);
	unsigned int i, q, num = 0;
	int status;

	if (!client)
		return;

	knob_set(run, "latency_us", latency_us);
	for (i = 0; i < run->driver->depth + 2; i++) {
		for (q = 0; q < run->driver->num_queues; q++) {
			if (run->driver->plain & 1 << q)
				job_submit(run, client, q, NULL);
		}
		if (!i)
			num = run->num_jobs;
	}
	wait_running(run, num);
	for (q = 0; q < run->num_jobs; q++)
		watch(run, job_of(run, q), WAIT_SYNCOBJ);
	waiters_settle(run);

	unplug(run, soon ? MAY_BE_DONE : 0);
	printf("@ latency_us=%lld unbind_us=%lld done=%d\n", latency_us,
	       since_unbind_us(run, run->unbind.end_ns), count_status(run, 1));

	for (q = 0; q < run->num_jobs; q++) {
		status = job_status(job_of(run, q));
		if (status != (soon && q < num * run->driver->depth ? 1 : GONE))
			fail(run, "job%u-fence=%d", q, status);
	}

	knob_set(run, "latency_us", 10);
	close_clients(run);
	close_rest(run);
	replug(run);
}

static void scenario_orderly(struct run *run)
{
	orderly(run, 40000 / run->driver->depth, true);
	orderly(run, 5000000, false);
}

/* Jobs that wait for each other across queues and files; the first one hangs. */
static void scenario_chain(struct run *run)
{
	struct client *clients[2] = { client_open(run), client_open(run) };
	unsigned int num = run->driver->num_queues;
	const unsigned int length = 24;
	struct job *job = NULL;
	unsigned int i;

	if (!clients[0] || !clients[1])
		return;

	knob_set(run, "progress", 1);
	knob_set(run, "complete", 0);

	/* From the last hardware queue down, so that neighbours differ. */
	for (i = 0; i < length; i++)
		job = job_submit(run, clients[i / 2 % 2],
				 (run->driver->num_hw_queues - 1 + i * (num - 1)) % num,
				 job);

	wait_running(run, 1);
	for (i = 0; i < length; i += 6) {
		watch(run, job_of(run, i), WAIT_SYNCOBJ);
		watch(run, job_of(run, i), WAIT_SYNC_FILE);
	}
	watch(run, job, WAIT_SYNCOBJ);
	watch(run, job, WAIT_SYNC_FILE);
	watch(run, job, WAIT_BO);
	waiters_settle(run);

	unplug(run, 0);
	close_clients(run);
	replug(run);
}

/*
 * Nothing in flight, but a file and an exported buffer that are held. First
 * right after the last job, then with the device asleep.
 */
static void scenario_idle(struct run *run)
{
	long long pauses_us[] = { 0, 500000 };
	unsigned int i;
	int dmabuf;

	for (i = 0; i < ARRAY_SIZE(pauses_us); i++) {
		if (complete_jobs(run) != 1)
			fail(run, "job-failed");
		dmabuf = bo_export(run->clients[0].fd, run->clients[0].bo[0]);
		if (dmabuf < 0)
			fail(run, "dmabuf-export:%s", strerror(-dmabuf));

		sleep_us(pauses_us[i]);
		unplug(run, MAY_BE_DONE);
		close_clients(run);
		close_rest(run);
		replug(run);
		close(dmabuf);
	}
}

/*
 * The hardware counts events: first in the jobs of one file, which makes all
 * others wait for these, then in all jobs. At last the jobs have timed out before.
 */
static void scenario_instrument(struct run *run)
{
	unsigned int num = run->driver->num_hw_queues;
	struct client *clients[2];
	unsigned int round, q, i;
	int ret;

	run->quiet = true;

	for (round = 0; round < 3 && run->driver->instrument; round++) {
		bool all = round == 1;
		/* The jobs time out before. */
		bool reset = round == 2;

		for (i = 0; i < ARRAY_SIZE(clients); i++) {
			clients[i] = client_open(run);
			if (!clients[i])
				return;
		}

		ret = run->driver->instrument(clients[0], all);
		if (ret)
			fail(run, "instrument:%s", strerror(-ret));

		knob_set(run, "progress", !reset);
		knob_set(run, "complete", 0);
		for (q = 0; q < num; q++) {
			for (i = 0; i < ARRAY_SIZE(clients); i++)
				watch(run, job_submit(run, clients[i], q, NULL),
				      WAIT_SYNCOBJ);
		}
		wait_running(run, all || !run->driver->serialises ? num : 1);
		waiters_settle(run);
		for (i = 0; reset && count_status(run, 0) && i < WAIT_LIMIT_US / 10000; i++)
			sleep_us(10000);

		unplug(run, reset ? MAY_BE_RESET | MAY_BE_DONE : 0);
		printf("@ round=%u all=%d reset=%d unbind_us=%lld\n", round, all, reset,
		       since_unbind_us(run, run->unbind.end_ns));
		close_clients(run);
		close_rest(run);
		replug(run);
		if (run->verdict->num_failures)
			break;
	}
}

/* Many cycles; some files of old instances stay open to the end. */
static void scenario_rebind(struct run *run)
{
	struct client kept[8];
	unsigned int num_kept = 0;
	long long max_us;
	unsigned int i, w;
	bool hang;

	run->quiet = true;

	for (i = 0; i < 20; i++) {
		struct client *client = client_open(run);

		if (!client)
			return;

		hang = i & 1;
		knob_set(run, "progress", 1);
		if (hang) {
			submit_hanging(run, client, 1);
			watch(run, job_of(run, 0), WAIT_SYNCOBJ);
			watch(run, job_of(run, run->num_jobs - 1), WAIT_SYNC_FILE);
			watch(run, job_of(run, run->num_jobs - 1), WAIT_BO);
			waiters_settle(run);
		} else {
			job_submit(run, client, 0, NULL);
			job_submit(run, client, second_queue(run->driver), NULL);
		}

		unplug(run, hang ? 0 : MAY_BE_DONE);

		max_us = 0;
		for (w = 0; w < run->num_waiters; w++) {
			long long us = since_unbind_us(run, run->waiters[w].released_ns);

			if (us < 0 || (max_us >= 0 && us > max_us))
				max_us = us;
		}
		printf("@ cycle=%u hang=%d unbind_us=%lld released_us=%lld\n",
		       i, hang, since_unbind_us(run, run->unbind.end_ns), max_us);

		if (num_kept < ARRAY_SIZE(kept) && i % 3 == 1) {
			kept[num_kept++] = *client;
			run->num_clients--;
		}
		close_clients(run);
		close_rest(run);
		replug(run);
		if (run->verdict->num_failures)
			break;
	}

	while (num_kept)
		client_close(&kept[--num_kept]);
	printf("@ cycles=%u\n", i);
}

/*
 * The driver makes its device of several ones: unbind one of them instead, or one of
 * them and the device at once.
 */
static void scenario_parts(struct run *run)
{
	const struct part *part;
	struct unbind other;
	unsigned int i;

	run->quiet = true;

	for (i = 0; i < 2 * MAX_PARTS; i++) {
		part = &run->driver->parts[i / 2];
		if (!part->driver)
			continue;

		knob_set(run, "progress", 1);
		hang_and_watch(run);
		run->part = part;
		if (i & 1) {
			memset(&other, 0, sizeof(other));
			other.device = run->device;
			other.driver = run->driver->name;
			pthread_create(&other.thread, NULL, unbind_main, &other);
		}
		unplug(run, 0);
		printf("@ round=%u part=%s both=%d unbind_us=%lld\n", i, part->device, i & 1,
		       since_unbind_us(run, run->unbind.end_ns));
		if (i & 1 && (thread_join(other.thread, now_ns() + WAIT_LIMIT_US * NSEC_PER_USEC) ||
			      other.rc))
			fail(run, "other-unbind:%s", strerror(-other.rc));

		close_clients(run);
		close_rest(run);
		replug(run);
		run->part = NULL;
		if (run->verdict->num_failures)
			break;
	}
}

/* A job that runs on each core, and others behind it: unbind one core. */
static void cores(struct run *run, const struct part *part, unsigned int num)
{
	struct client *clients[MAX_PARTS];
	const unsigned int length = 3;
	unsigned int i, j, lost = 0;
	int ret;

	for (i = 0; i < num; i++)
		clients[i] = client_open(run);

	knob_set(run, "complete", 0);
	for (i = 0; i < num; i++) {
		for (j = 0; j < length; j++)
			watch(run, job_submit(run, clients[i], 0, NULL), WAIT_SYNC_FILE);
		wait_running(run, i + 1);
	}
	waiters_settle(run);

	run->part = part;
	unbind_start(run);
	unbind_finish(run);
	run->part = NULL;

	/* All jobs of one file, and no others. */
	while (lost < num && job_status(job_of(run, lost * length)) != GONE)
		lost++;
	if (lost == num) {
		fail(run, "no-job-was-on-%s", part->device);
		return;
	}
	for (i = 0; i < num * length; i++) {
		ret = job_status(job_of(run, i));
		if (ret != (i / length == lost ? GONE : 0))
			fail(run, "job%u-fence=%d", i, ret);
	}

	/* Until all have been unbound. */
	ret = device_write(part->driver, "bind", part->device);
	if (ret != -EBUSY)
		fail(run, "bind-one:%s", strerror(-ret));

	/* The others go on, for this file as well. */
	job_submit(run, clients[lost], 0, NULL);
	knob_set(run, "complete", 1);
	for (i = 0; i < run->num_jobs; i++) {
		struct job *job = job_of(run, i);

		if (sync_file_poll(job->sync_file, WAIT_LIMIT_US))
			fail(run, "job%u-blocked", i);
		ret = job_status(job);
		if (ret != (i / length == lost ? GONE : 1))
			fail(run, "job%u-fence=%d", i, ret);
	}
	printf("@ round=%s jobs=%u lost=%d done=%d unbind_us=%lld\n", part->device,
	       run->num_jobs, count_status(run, GONE), count_status(run, 1),
	       since_unbind_us(run, run->unbind.end_ns));
	waiters_collect(run);

	/* What is left. */
	for (i = 0; i < num; i++) {
		const struct part *other = device_part(run->driver, i);

		ret = other == part ? 0 : device_write(other->driver, "unbind", other->device);
		if (ret)
			fail(run, "unbind-%s:%s", other->device, strerror(-ret));
	}
	close_clients(run);
	close_rest(run);
	replug(run);
}

static void scenario_cores(struct run *run)
{
	unsigned int i, num = 0;

	while (device_part(run->driver, num))
		num++;
	if (!run->driver->cores || num < 2) {
		fail(run, "not-several-cores");
		return;
	}

	run->quiet = true;
	for (i = 0; i < num && !run->verdict->num_failures; i++)
		cores(run, device_part(run->driver, i), num);
}

struct closer {
	pthread_t thread;
	struct client *client;
	long long delay_us;
};

static void *closer_main(void *arg)
{
	struct closer *closer = arg;

	if (closer->delay_us > 0)
		sleep_us(closer->delay_us);
	client_close(closer->client);

	return NULL;
}

/* A file is closed by another thread before, while and after the unbind begins. */
static void scenario_close_race(struct run *run)
{
	/* when the close begins, relative to the unbind */
	static const long long offsets_us[] = {
		-50000, -10000, -1000, -100, 0, 0, 20, 50, 100, 500, 1000, 10000,
	};
	unsigned int i, w;

	run->quiet = true;

	for (i = 0; i < ARRAY_SIZE(offsets_us); i++) {
		struct client *client = client_open(run);
		struct client *other = client_open(run);
		struct closer closer = {
			.client = client,
			.delay_us = offsets_us[i],
		};

		if (!client || !other)
			return;

		knob_set(run, "progress", 1);
		submit_hanging(run, client, 2);
		job_submit(run, other, 0, NULL);
		job_submit(run, other, second_queue(run->driver), NULL);
		for (w = 0; w < run->num_jobs; w += 3)
			watch(run, job_of(run, w), WAIT_SYNC_FILE);
		watch(run, job_of(run, run->num_jobs - 1), WAIT_SYNCOBJ);
		waiters_settle(run);

		pthread_create(&closer.thread, NULL, closer_main, &closer);
		if (offsets_us[i] < 0)
			sleep_us(-offsets_us[i]);
		unplug(run, MAY_BE_KILLED);

		if (thread_join(closer.thread,
				now_ns() + WAIT_LIMIT_US * NSEC_PER_USEC)) {
			fail(run, "close-blocked");
			return;
		}
		printf("@ round=%u close_us=%lld unbind_us=%lld\n", i,
		       offsets_us[i], since_unbind_us(run, run->unbind.end_ns));

		close_clients(run);
		close_rest(run);
		replug(run);
		if (run->verdict->num_failures)
			break;
	}
}

/*
 * Jobs have completed, but the interrupt that tells it comes only after the
 * unbind has begun.
 */
static void late_irq(struct run *run, long long late_us, bool slow)
{
	struct client *client = client_open(run);
	unsigned int num = run->driver->num_hw_queues;
	/* of two jobs in each queue */
	unsigned int depth = run->driver->depth > 1 ? 2 : 1;
	long long completed, late;
	unsigned int q, first;

	if (!client)
		return;

	knob_set(run, "latency_us", 10);
	if (slow) {
		/* The driver is at work behind these jobs when it has to stop. */
		knob_set(run, "busy_us", 10000);
		completed = counter_queues(run, "completed");
		for (q = 0; q < num; q++)
			job_submit(run, client, q, NULL);
		while (counter_queues(run, "completed") - completed < num &&
		       !run->verdict->num_failures)
			sleep_us(100);
	}

	first = run->num_jobs;
	completed = counter_queues(run, "completed");
	late = counter(run, "irqs_late");
	if (slow) {
		knob_set(run, "hold_irq", 1);
		for (q = 0; q < num; q++)
			job_submit(run, client, q, NULL);
		while (counter_queues(run, "completed") == completed &&
		       !run->verdict->num_failures)
			sleep_us(100);
	} else {
		submit_hanging(run, client, 1);
		for (q = 0; q < num; q++)
			watch(run, job_of(run, first + q), WAIT_SYNCOBJ);
		for (q = 0; q < num; q++)
			watch(run, job_of(run, first + num + q), WAIT_SYNC_FILE);
		waiters_settle(run);

		knob_set(run, "hold_irq", 1);
		knob_set(run, "complete", 1);
		wait_running(run, 0);
		if (counter_queues(run, "completed") - completed != num * depth)
			fail(run, "jobs-not-completed");
	}

	knob_set(run, "late_irq_us", late_us);
	unplug(run, MAY_BE_DONE);
	/* In the last rounds the interrupt comes to a device without driver. */
	sleep_us(late_us);

	printf("@ round=%lld slow=%d unbind_us=%lld irqs_late=%lld done=%d\n",
	       late_us, slow, since_unbind_us(run, run->unbind.end_ns),
	       counter(run, "irqs_late") - late,
	       count_status(run, 1));

	close_clients(run);
	close_rest(run);
	replug(run);
}

static void scenario_late_irq(struct run *run)
{
	static const long long late_us[] = {
		1, 20, 50, 100, 500, 1000, 2000, 5000, 10000, 25000, 40000, 200000,
	};
	unsigned int i;

	run->quiet = true;

	for (i = 0; i < 2 * ARRAY_SIZE(late_us); i++) {
		late_irq(run, late_us[i / 2], i & 1);
		if (run->verdict->num_failures)
			break;
	}
}

/*
 * Jobs complete at some time during the unbind, while a device that shares the
 * interrupt keeps the driver's handler running.
 */
static void shared_irq(struct run *run, long long latency_us, bool vanish)
{
	struct client *client = client_open(run);
	unsigned int num = run->driver->num_hw_queues;
	long long completed, irqs;
	unsigned int q;

	if (!client)
		return;

	completed = counter_queues(run, "completed");
	irqs = counter(run, "irqs_neighbour");
	submit_hanging(run, client, 2);
	for (q = 0; q < num; q++)
		watch(run, job_of(run, 2 * num + q), WAIT_SYNC_FILE);
	waiters_settle(run);

	knob_set(run, "busy_us", 5000);
	knob_set(run, "latency_us", latency_us);
	knob_set(run, "complete", 1);
	knob_set(run, "neighbour_us", 200);
	if (vanish) {
		/* The handler looks at a device that is not there any more. */
		knob_set(run, "vanish", 1);
		sleep_us(latency_us);
	}

	unplug(run, MAY_BE_DONE);
	sleep_us(latency_us);

	completed = counter_queues(run, "completed") - completed;
	irqs = counter(run, "irqs_neighbour") - irqs;
	if (vanish && count_status(run, 1) > completed)
		fail(run, "done=%d-completed=%lld", count_status(run, 1), completed);
	printf("@ round=%lld vanish=%d unbind_us=%lld irqs=%lld completed=%lld done=%d\n",
	       latency_us, vanish, since_unbind_us(run, run->unbind.end_ns), irqs,
	       completed, count_status(run, 1));

	close_clients(run);
	close_rest(run);
	replug(run);
}

static void scenario_shared_irq(struct run *run)
{
	static const long long latency_us[] = {
		1000, 2000, 3000, 5000, 7000, 10000, 15000, 20000, 50000,
	};
	unsigned int i;

	run->quiet = true;

	for (i = 0; i < 2 * ARRAY_SIZE(latency_us); i++) {
		shared_irq(run, latency_us[i / 2], i & 1);
		if (run->verdict->num_failures)
			break;
	}
}

/* Unbind at some time after the jobs began, while timeouts are handled. */
static void unplug_after(struct run *run, long long after_us, bool vanish)
{
	struct client *client = client_open(run);
	unsigned int num = run->driver->num_hw_queues;
	unsigned int q;
	long long start_ns, sleep;

	if (!client)
		return;

	start_ns = now_ns();
	submit_hanging(run, client, 3);
	/* so that the timeout handler, which resets the device, takes a while */
	knob_set(run, "busy_us", 30000);
	if (vanish)
		knob_set(run, "vanish", 1);
	for (q = 0; q < num; q++)
		watch(run, job_of(run, 3 * num + q), WAIT_SYNC_FILE);

	sleep = after_us - (now_ns() - start_ns) / NSEC_PER_USEC;
	if (sleep > 0)
		sleep_us(sleep);
	/*
	 * A driver may end a submission with a job that does not fail when the
	 * one before it has timed out: v3d does, with a cache clean.
	 */
	unplug(run, MAY_BE_RESET | MAY_BE_DONE);
	printf("@ round=%lld vanish=%d unbind_us=%lld\n", after_us, vanish,
	       since_unbind_us(run, run->unbind.end_ns));

	close_clients(run);
	close_rest(run);
	replug(run);
}

/* A timeout handler that runs has to end before anything else, and resets the device. */
#define HANDLER_LIMIT_US	500000

static void scenario_tdr(struct run *run)
{
	long long timeout_us = run->driver->reset_us ?: run->driver->timeout_us;
	long long after_us;

	run->quiet = true;
	run->limit_us += HANDLER_LIMIT_US;

	for (after_us = timeout_us - 20000; after_us <= timeout_us + 120000; after_us += 10000) {
		unplug_after(run, after_us, false);
		if (run->verdict->num_failures)
			break;
	}
}

/* There is nothing to reset: the handler only has to find out. */
static void scenario_surprise_tdr(struct run *run)
{
	long long timeout_us = run->driver->timeout_us;
	long long after_us;

	run->quiet = true;

	for (after_us = timeout_us - 20000; after_us <= timeout_us + 800000; after_us += 50000) {
		unplug_after(run, after_us, true);
		if (run->verdict->num_failures)
			break;
	}
}

/* The device is gone: timeout handlers find out. */
static void wait_gone(struct run *run, unsigned int may_be)
{
	unsigned int i;

	for (i = 0; i < run->num_jobs; i++) {
		if (sync_file_poll(job_of(run, i)->sync_file,
				   run->driver->timeout_us + run->limit_us))
			fail(run, "job%u-blocked", i);
	}
	check_fences(run, may_be);
}

/*
 * The device is gone, and nobody unbinds the driver: timeout handlers find out. Jobs
 * that are submitted after it has gone are no exception.
 */
static void gone(struct run *run, bool running)
{
	struct client *client = client_open(run);
	long long close_us;
	unsigned int q;
	int i;

	if (!client)
		return;

	if (running)
		submit_hanging(run, client, 1);
	knob_set(run, "vanish", 1);
	for (i = 0; i < 3; i++) {
		for (q = 0; q < run->driver->num_hw_queues; q++)
			job_submit(run, client, q, NULL);
	}

	wait_gone(run, 0);

	/*
	 * What the driver has kept of the jobs must not be followed now. Nor is
	 * there anything to be waited for.
	 */
	close_us = now_ns();
	close_clients(run);
	close_us = (now_ns() - close_us) / NSEC_PER_USEC;
	printf("@ round=%d close_us=%lld\n", running, close_us);
	if (close_us > run->limit_us)
		fail(run, "close-us=%lld", close_us);

	unbind_start(run);
	unbind_finish(run);
	close_rest(run);
	replug(run);
}

/*
 * Likewise, and the last job is the only one that still has what counts its events: when
 * the device falls asleep, that must not be looked at.
 */
static void gone_instrument(struct run *run)
{
	struct client *client = client_open(run);
	const long long latency_us = 20000;
	int ret;

	if (!client)
		return;

	knob_set(run, "latency_us", latency_us);
	job_submit(run, client, 0, NULL);
	wait_running(run, 1);
	ret = run->driver->instrument(client, false);
	if (!ret) {
		/* It is not on the hardware yet. */
		job_submit(run, client, 0, NULL);
		ret = run->driver->uninstrument(client);
	}
	if (ret)
		fail(run, "instrument:%s", strerror(-ret));

	sync_file_poll(job_of(run, 0)->sync_file, WAIT_LIMIT_US);
	wait_running(run, 1);
	knob_set(run, "vanish", 1);
	wait_gone(run, MAY_BE_DONE);
	if (count_status(run, GONE) != 1)
		fail(run, "gone=%d", count_status(run, GONE));
	let_sleep(run);

	unbind_start(run);
	unbind_finish(run);
	knob_set(run, "latency_us", 10);
	close_clients(run);
	close_rest(run);
	replug(run);
}

static void scenario_gone(struct run *run)
{
	run->quiet = true;

	gone(run, true);
	if (!run->verdict->num_failures)
		gone(run, false);
	if (!run->verdict->num_failures && run->driver->uninstrument)
		gone_instrument(run);
}

/*
 * Operations take longer than the driver waits for. It resets the device then, from
 * a work item of its own if it has one, meanwhile the driver is unbound.
 */
static void stuck(struct run *run, long long after_us)
{
	struct client *clients[] = { client_open(run), client_open(run) };
	unsigned int q, i;

	if (!clients[0] || !clients[1])
		return;

	submit_hanging(run, clients[0], 0);
	knob_set(run, "busy_us", 150000);
	for (i = 0; i < 2; i++) {
		for (q = 0; q < run->driver->num_hw_queues; q++)
			watch(run, job_submit(run, clients[1], q, NULL), WAIT_SYNCOBJ);
	}

	sleep_us(after_us);
	unplug(run, MAY_BE_RESET);
	printf("@ round=%lld unbind_us=%lld\n", after_us,
	       since_unbind_us(run, run->unbind.end_ns));

	knob_set(run, "busy_us", 0);
	close_clients(run);
	close_rest(run);
	replug(run);
}

static void scenario_stuck(struct run *run)
{
	long long after_us;

	run->quiet = true;
	run->limit_us += 2 * HANDLER_LIMIT_US;

	for (after_us = 1000; after_us <= 400000; after_us += 40000) {
		stuck(run, after_us);
		if (run->verdict->num_failures)
			break;
	}
}

/* Jobs that a submitting thread has in flight */
#define HAMMER_JOBS	4

struct hammer {
	struct run *run;
	pthread_t thread;
	unsigned int queue;
	bool reopen;
	bool stop;
	unsigned int num_done;
	int result;
};

static int hammer_retire(struct hammer *hammer, struct job *job)
{
	int ret, status;

	if (job->sync_file < 0)
		return 0;

	ret = sync_file_poll(job->sync_file, WAIT_LIMIT_US);
	status = job_status(job);
	close(job->sync_file);
	job->sync_file = -1;

	if (ret || !status_ok(status, hammer->reopen ? MAY_BE_DONE | MAY_BE_KILLED :
						       MAY_BE_DONE)) {
		fail(hammer->run, "submitter-%s-result=%d-fence=%d",
		     hammer->run->driver->queues[hammer->queue], ret, status);
		return -EIO;
	}

	return 0;
}

/*
 * Submit the next job. One in a software queue waits for one on the hardware:
 * otherwise the thread would never sleep, and no simulated time would pass.
 */
static int hammer_submit(struct hammer *hammer, struct client *client,
			 struct job *jobs, unsigned int i)
{
	bool soft = hammer->queue >= client->driver->num_hw_queues;
	unsigned int last = (i + HAMMER_JOBS - 1) % HAMMER_JOBS;
	unsigned int queue = soft && i & 1 ? 0 : hammer->queue;

	return job_init_after(&jobs[i], client, queue,
			      soft && jobs[last].sync_file >= 0 ? &jobs[last] : NULL);
}

/* Submit until that fails, with a few jobs in flight. */
static void *hammer_main(void *arg)
{
	struct hammer *hammer = arg;
	struct job jobs[HAMMER_JOBS] = { };
	struct client client;
	unsigned int i;
	int ret;

	for (i = 0; i < HAMMER_JOBS; i++)
		jobs[i].sync_file = -1;

	ret = client_init(&client, hammer->run->driver);
	for (i = 0; !ret; i = (i + 1) % HAMMER_JOBS) {
		if (__atomic_load_n(&hammer->stop, __ATOMIC_ACQUIRE))
			break;
		ret = hammer_retire(hammer, &jobs[i]);
		if (!ret)
			ret = hammer_submit(hammer, &client, jobs, i);
		if (!ret && hammer->reopen) {
			client_close(&client);
			ret = client_init(&client, hammer->run->driver);
		}
		__atomic_add_fetch(&hammer->num_done, 1, __ATOMIC_RELEASE);
	}
	hammer->result = ret;

	for (i = 0; i < HAMMER_JOBS; i++)
		hammer_retire(hammer, &jobs[i]);
	client_close(&client);

	return NULL;
}

struct reader {
	struct run *run;
	pthread_t thread;
	char path[256];
	unsigned int num_reads;
	bool stop;
};

/* Read a file of the driver until it is gone. */
static void *reader_main(void *arg)
{
	struct reader *reader = arg;
	char text[32];
	int ret;

	while (!__atomic_load_n(&reader->stop, __ATOMIC_ACQUIRE)) {
		ret = file_read(reader->path, text, sizeof(text));
		/* A read that takes long may find that the device has gone. */
		if (!ret || ret == -ENODEV)
			__atomic_add_fetch(&reader->num_reads, 1, __ATOMIC_RELEASE);
		if (ret)
			break;
		/* so that simulated time passes, see hammer_submit() */
		sleep_us(10);
	}

	return NULL;
}

static void readers_start(struct run *run, struct reader *readers)
{
	unsigned int i;

	for (i = 0; i < MAX_FILES && run->driver->files[i]; i++) {
		memset(&readers[i], 0, sizeof(readers[i]));
		readers[i].run = run;
		snprintf(readers[i].path, sizeof(readers[i].path),
			 run->driver->files[i], run->device);
		pthread_create(&readers[i].thread, NULL, reader_main, &readers[i]);
	}
}

static void readers_stop(struct run *run, struct reader *readers)
{
	unsigned int i;

	for (i = 0; i < MAX_FILES && run->driver->files[i]; i++) {
		__atomic_store_n(&readers[i].stop, true, __ATOMIC_RELEASE);
		if (thread_join(readers[i].thread,
				now_ns() + WAIT_LIMIT_US * NSEC_PER_USEC))
			fail(run, "reader-of-%s-blocked", readers[i].path);
		if (!readers[i].num_reads)
			fail(run, "nothing-read-from-%s", readers[i].path);
	}
}

/*
 * Threads that submit, one that opens and closes, and readers of the driver's
 * files, while the unbind runs.
 */
static void scenario_submitters(struct run *run)
{
	unsigned int num = run->driver->num_queues + 1;
	struct hammer hammers[MAX_QUEUES + 1];
	struct reader readers[MAX_FILES];
	unsigned int i, round;

	run->quiet = true;
	knob_set(run, "latency_us", 50);

	for (round = 0; round < 8; round++) {
		readers_start(run, readers);
		memset(hammers, 0, sizeof(hammers));
		for (i = 0; i < num; i++) {
			hammers[i].run = run;
			hammers[i].queue = i % run->driver->num_queues;
			hammers[i].reopen = i == run->driver->num_queues;
			pthread_create(&hammers[i].thread, NULL, hammer_main, &hammers[i]);
		}

		/* All are at it. */
		for (i = 0; i < num; i++) {
			while (__atomic_load_n(&hammers[i].num_done, __ATOMIC_ACQUIRE) <
			       8 + 3 * round && !run->verdict->num_failures)
				sleep_us(100);
		}

		unplug(run, MAY_BE_DONE);
		readers_stop(run, readers);

		for (i = 0; i < num; i++) {
			int ret = thread_join(hammers[i].thread, now_ns() +
					      2 * WAIT_LIMIT_US * NSEC_PER_USEC);
			const char *queue = run->driver->queues[hammers[i].queue];

			__atomic_store_n(&hammers[i].stop, true, __ATOMIC_RELEASE);
			if (ret) {
				fail(run, "submitter-%s%s-blocked", queue,
				     hammers[i].reopen ? "-reopen" : "");
				return;
			}
			ret = hammers[i].result;
			printf("@ submitter=%s round=%u jobs=%u reopen=%d result=%d\n",
			       queue, round, hammers[i].num_done, hammers[i].reopen, ret);
			/* The device node may be gone when it is opened. */
			if (ret != -ENODEV &&
			    !(hammers[i].reopen && (ret == -ENOENT || ret == -ENXIO)))
				fail(run, "submitter-%s-result=%d", queue, ret);
		}

		replug(run);
		if (run->verdict->num_failures)
			break;
	}
}

/*
 * All ioctls of a file that was opened before the unbind: they are refused, or have
 * just got past that check, which the kernel pretends.
 */
static void late_ioctls(struct run *run, bool past)
{
	struct client *client = client_open(run);
	struct late late;
	int ret;

	if (!client)
		return;

	submit_hanging(run, client, 1);
	ret = run->driver->instrument ? run->driver->instrument(client, false) : 0;
	if (!ret)
		ret = late_init(&late, client, job_of(run, 0));
	if (ret) {
		fail(run, "late-init:%s", strerror(-ret));
		return;
	}

	unplug(run, 0);

	if (past && parameter_set(run, "drm", "unplug_race", "1"))
		return;
	late_run(run, &late, !past);
	if (past)
		parameter_set(run, "drm", "unplug_race", "0");

	late_exit(&late);
	close_clients(run);
	close_rest(run);
	if (!run->verdict->num_failures)
		replug(run);
}

static void scenario_late_ioctls(struct run *run)
{
	run->quiet = true;

	late_ioctls(run, false);
	late_ioctls(run, true);
}

const struct scenario scenarios[] = {
	{ "smoke", scenario_smoke, "a job in each queue completes; no unbind" },
	{ "early", scenario_early, "likewise one by one, right after the driver was bound" },
	{ "hang", scenario_hang, "all queues hang, everybody waits, unbind" },
	{ "chain", scenario_chain, "jobs wait for each other across queues, the first hangs" },
	{ "surprise", scenario_surprise, "as hang, and the device is gone before the unbind" },
	{ "orderly", scenario_orderly, "the device works, and finishes what it runs" },
	{ "idle", scenario_idle, "nothing in flight, a file and a buffer are held" },
	{ "instrument", scenario_instrument, "as hang, while the hardware counts events" },
	{ "rebind", scenario_rebind, "20 cycles of unbind and bind, old files stay open" },
	{ "parts", scenario_parts, "as hang, another device that the driver needs is unbound" },
	{ "cores", scenario_cores, "one core of several is unbound, the others go on" },
	{ "close_race", scenario_close_race, "a file is closed while the unbind runs" },
	{ "late_irq", scenario_late_irq, "the interrupt of a job comes after the unbind began" },
	{ "shared_irq", scenario_shared_irq, "the interrupt handler is called all the time" },
	{ "tdr", scenario_tdr, "unbind while the timeout handler resets the device" },
	{ "surprise_tdr", scenario_surprise_tdr, "likewise, and the device is gone" },
	{ "gone", scenario_gone, "the device is gone, nobody unbinds: timeout handlers notice" },
	{ "stuck", scenario_stuck, "unbind while the driver waits for operations that do not end" },
	{ "late_ioctls", scenario_late_ioctls, "every ioctl after the unbind, refused or not" },
	{ "submitters", scenario_submitters, "threads submit, open, read files during the unbind" },
	{ "failnth", scenario_failnth, "one allocation after the other fails, see failnth.c" },
};

const unsigned int num_scenarios = ARRAY_SIZE(scenarios);
