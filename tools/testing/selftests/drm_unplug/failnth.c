// SPDX-License-Identifier: GPL-2.0
/*
 * One allocation after the other fails: the first one of an operation, then the
 * second one, until the operation needs no more. After each the operation has
 * either failed, and then works when it is repeated, or it has worked. See
 * Documentation/fault-injection/fault-injection.rst for the mechanism.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>

#include "drm_unplug.h"

/* A step that takes longer hangs. */
#define HANG_LIMIT_US	(3 * WAIT_LIMIT_US)

/* Long enough to sleep in the kernel, short enough not to matter. */
#define BRIEFLY_US	1000

#define DEBUGFS		"/sys/kernel/debug"
#define MAX_WORKERS	256

/* Times that an operation is tried before anything fails */
#define WARM_UPS	3

/**
 * struct operation - what is swept
 * @name: as on the command line
 * @begin: before the first point; optional
 * @prepare: before each point; optional
 * @act: what must do with one allocation less; returns 0 or a negative error code
 * @settle: after each point: look what has become of it, and undo it
 * @end: after the last point; optional
 * @arg: for those
 * @workers: let allocations of the kernel's workers fail, not of the caller
 */
struct operation {
	const char *name;
	void (*begin)(struct run *run, int arg);
	void (*prepare)(struct run *run, int arg);
	int (*act)(struct run *run, int arg);
	void (*settle)(struct run *run, int arg, int ret);
	void (*end)(struct run *run, int arg);
	int arg;
	bool workers;
};

/* What is under way, for the watchdog */
static struct {
	const struct operation *operation;
	unsigned int point;
	const char *step;
	unsigned int progress;
} now;

/* Files and jobs of the operation, besides those in struct run */
static struct client file, held;
static struct job *tried;
static int timeline = -1, timeline_fence = -1;
static int dmabuf = -1;

static void step(const char *name)
{
	now.step = name;
	__atomic_add_fetch(&now.progress, 1, __ATOMIC_RELEASE);
}

/* Says what hangs, for the log; whoever reads that stops the machine. */
static void *watchdog_main(void *arg)
{
	unsigned int seen, last = 0;
	long long since_ns = now_ns();

	(void)arg;
	for (;;) {
		sleep_us(USEC_PER_SEC);
		seen = __atomic_load_n(&now.progress, __ATOMIC_ACQUIRE);
		if (seen != last) {
			last = seen;
			since_ns = now_ns();
			continue;
		}
		if (now_ns() - since_ns < HANG_LIMIT_US * NSEC_PER_USEC)
			continue;
		printf("@ hang=%s n=%u step=%s\n", now.operation->name, now.point,
		       now.step);
		file_write("/proc/sysrq-trigger", "w");
		printf("@ hung\n");
		return NULL;
	}
}

/* Who is to see the failure: this thread, or all workers of the kernel */
struct targets {
	int fds[MAX_WORKERS];
	unsigned int num;
};

static void targets_open(struct run *run, struct targets *targets, bool workers)
{
	char path[300], comm[32];
	struct dirent *entry;
	DIR *dir;

	targets->num = 0;
	if (!workers) {
		targets->fds[targets->num++] = open("/proc/thread-self/fail-nth",
						    O_RDWR | O_CLOEXEC);
	} else {
		dir = opendir("/proc");
		while (dir && (entry = readdir(dir)) && targets->num < MAX_WORKERS) {
			snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
			if (file_read(path, comm, sizeof(comm)) ||
			    strncmp(comm, "kworker/", 8))
				continue;
			snprintf(path, sizeof(path), "/proc/%s/fail-nth", entry->d_name);
			targets->fds[targets->num] = open(path, O_RDWR | O_CLOEXEC);
			if (targets->fds[targets->num] >= 0)
				targets->num++;
		}
		if (dir)
			closedir(dir);
	}

	if (!targets->num || targets->fds[0] < 0)
		fail(run, "no-fail-nth:%s", strerror(errno));
}

static void targets_close(struct targets *targets)
{
	while (targets->num)
		close(targets->fds[--targets->num]);
}

static void targets_arm(struct targets *targets, unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);
	unsigned int i;

	/* A worker may have ended. */
	for (i = 0; i < targets->num; i++) {
		if (pwrite(targets->fds[i], text, len, 0) < 0)
			continue;
	}
}

/* Return how many of them have seen the failure. */
static unsigned int targets_disarm(struct targets *targets, unsigned int n)
{
	unsigned int i, num = 0;
	char text[16];

	for (i = 0; i < targets->num; i++) {
		memset(text, 0, sizeof(text));
		if (pread(targets->fds[i], text, sizeof(text) - 1, 0) > 0)
			num += n && !atoi(text);
	}
	targets_arm(targets, 0);

	return num;
}

static bool is_bound(struct run *run)
{
	char device[64];

	return !device_find(run->driver->name, device, sizeof(device));
}

static void ensure_bound(struct run *run)
{
	int ret = 0;

	if (!is_bound(run))
		ret = device_write(run->driver->name, "bind", run->device);
	if (ret)
		fail(run, "then-bind:%s", strerror(-ret));
	let_sleep(run);
}

static void ensure_unbound(struct run *run)
{
	int ret = 0;

	if (is_bound(run))
		ret = device_write(run->driver->name, "unbind", run->device);
	if (ret)
		fail(run, "then-unbind:%s", strerror(-ret));
}

static void works(struct run *run)
{
	int status = complete_jobs(run);

	if (status != 1)
		fail(run, "then-fresh-job-fence=%d", status);
	close_clients(run);
	close_rest(run);
}

static void may_return(struct run *run, int ret)
{
	if (ret && ret != -ENOMEM)
		fail(run, "ret=%d", ret);
}

/* bind */

static void bind_prepare(struct run *run, int arg)
{
	(void)arg;
	ensure_unbound(run);
}

static int bind_act(struct run *run, int arg)
{
	(void)arg;

	return device_write(run->driver->name, "bind", run->device);
}

static void bind_settle(struct run *run, int arg, int ret)
{
	(void)arg;
	may_return(run, ret);
	if (is_bound(run) == !!ret)
		fail(run, "bind=%d-bound=%d", ret, is_bound(run));
	ensure_bound(run);
	step("jobs");
	works(run);
}

/* rebind: a file of an earlier binding, with jobs that have been finished, is open */

static void rebind_begin(struct run *run, int arg)
{
	unsigned int i;

	(void)arg;
	ensure_bound(run);
	knob_set(run, "complete", 0);
	if (client_init(&held, run->driver))
		fail(run, "open");
	for (i = 0; i < 2 * run->driver->num_hw_queues; i++)
		job_submit(run, &held, i / 2, NULL);
	ensure_unbound(run);
	knob_set(run, "complete", 1);
	close_rest(run);
}

static void rebind_end(struct run *run, int arg)
{
	(void)run;
	(void)arg;
	client_close(&held);
}

/* open, with a buffer for each queue */

static void open_begin(struct run *run, int arg)
{
	(void)arg;
	ensure_bound(run);
}

static int open_act(struct run *run, int arg)
{
	(void)arg;

	return client_init(&file, run->driver);
}

static void open_settle(struct run *run, int arg, int ret)
{
	(void)arg;
	may_return(run, ret);
	if (!ret)
		client_close(&file);
	step("jobs");
	works(run);
}

/* submit: a job that waits for one that runs */

static void file_begin(struct run *run, int arg)
{
	(void)arg;
	ensure_bound(run);
	if (client_init(&file, run->driver))
		fail(run, "open");
}

static void file_end(struct run *run, int arg)
{
	(void)run;
	(void)arg;
	client_close(&file);
}

static void submit_prepare(struct run *run, int arg)
{
	(void)arg;
	knob_set(run, "progress", 1);
	knob_set(run, "complete", 0);
	if (job_submit(run, &file, 0, NULL))
		wait_running(run, 1);
}

static int submit_act(struct run *run, int queue)
{
	tried = &run->jobs[run->num_jobs++];
	memset(tried, 0, sizeof(*tried));

	return job_init(tried, &file, queue, run->jobs[0].out);
}

/* All of them signal, and say that they have been done. */
static void expect_done(struct run *run)
{
	unsigned int i;

	for (i = 0; i < run->num_jobs; i++) {
		struct job *job = &run->jobs[i];

		if (job->sync_file < 0)
			continue;
		sync_file_poll(job->sync_file, WAIT_LIMIT_US);
		if (job_status(job) != 1)
			fail(run, "%s%u-fence=%d", run->driver->queues[job->queue], i,
			     job_status(job));
	}
}

static void submit_settle(struct run *run, int queue, int ret)
{
	int status;

	may_return(run, ret);
	step("repeat");
	if (ret)
		job_submit(run, &file, queue, &run->jobs[0]);
	knob_set(run, "complete", 1);
	step("fences");
	expect_done(run);
	/* It may have been submitted, and failed after that; or it has no fence. */
	status = tried->out ? syncobj_wait(file.fd, tried->out, WAIT_LIMIT_US) : 0;
	if (status && (!ret || status != -EINVAL))
		fail(run, "syncobj=%d", status);
	wait_running(run, 0);
	close_rest(run);
}

/* run: it is the kernel's workers that lack memory when it is the job's turn */

static int run_act(struct run *run, int queue)
{
	struct job *job = job_submit(run, &file, queue, NULL);

	if (!job)
		return -EINVAL;
	sync_file_poll(job->sync_file, WAIT_LIMIT_US);

	return job_status(job) == -ENOMEM ? -ENOMEM : 0;
}

static void run_settle(struct run *run, int queue, int ret)
{
	int status = run->num_jobs ? job_status(&run->jobs[0]) : FENCE_UNKNOWN;

	(void)queue;
	may_return(run, ret);
	if (status != 1 && status != -ENOMEM)
		fail(run, "fence=%d", status);
	wait_running(run, 0);
	close_rest(run);
	step("jobs");
	works(run);
}

/* wait, in each way */

static void wait_prepare(struct run *run, int kind)
{
	submit_prepare(run, kind);
	dmabuf = bo_export(file.fd, file.bo[0]);
}

static int wait_act(struct run *run, int kind)
{
	return wait_for(&run->jobs[0], kind, dmabuf, BRIEFLY_US);
}

static void wait_settle(struct run *run, int kind, int ret)
{
	if (ret != -ETIME && ret != -ENOMEM)
		fail(run, "ret=%d", ret);
	knob_set(run, "complete", 1);
	step("repeat");
	ret = wait_for(&run->jobs[0], kind, dmabuf, WAIT_LIMIT_US);
	if (ret)
		fail(run, "then-wait=%d", ret);
	expect_done(run);
	close(dmabuf);
	close_rest(run);
}

/*
 * Jobs that run and jobs that are queued in each queue, with one waiter of each
 * kind, and the last one of another file behind a fence of another device.
 */
static void occupy(struct run *run, int arg)
{
	unsigned int q, num = run->driver->num_hw_queues;
	struct client *client, *other;
	struct job *last;
	int kind;

	(void)arg;
	ensure_bound(run);
	client = client_open(run);
	other = client_open(run);
	if (!client || !other)
		return;

	knob_set(run, "progress", 1);
	submit_hanging(run, client, 1);
	for (q = num; q < run->driver->num_queues; q++)
		job_submit(run, client, q, &run->jobs[q - num]);

	for (kind = WAIT_SYNCOBJ; kind <= WAIT_DMABUF; kind++) {
		watch(run, &run->jobs[0], kind);
		watch(run, &run->jobs[2 * num - 1], kind);
	}
	waiters_settle(run);

	timeline = timeline_create(&timeline_fence);
	last = &run->jobs[run->num_jobs++];
	memset(last, 0, sizeof(*last));
	if (timeline < 0 || job_init_foreign(last, other, 0, timeline_fence))
		fail(run, "no-foreign-fence");
}

static void unbind_prepare(struct run *run, int vanish)
{
	occupy(run, vanish);
	if (vanish)
		knob_set(run, "vanish", 1);
}

static int unbind_act(struct run *run, int vanish)
{
	(void)vanish;
	run->unbind.start_ns = now_ns();

	return device_write(run->driver->name, "unbind", run->device);
}

/* The last job waits for the other device, and fails when that is done. */
static void expect_orphan(struct run *run)
{
	struct job *last = &run->jobs[run->num_jobs - 1];

	step("orphan");
	if (job_status(last))
		fail(run, "orphan-fence=%d", job_status(last));
	timeline_advance(timeline);
	sync_file_poll(last->sync_file, WAIT_LIMIT_US);
	if (job_status(last) != -ENODEV)
		fail(run, "orphan-then-fence=%d", job_status(last));
	close(timeline_fence);
	close(timeline);
}

static void expect_gone(struct run *run)
{
	unsigned int i;
	int status;

	step("waiters");
	waiters_collect(run);
	for (i = 0; i < run->num_waiters; i++) {
		if (run->waiters[i].released_ns <= 0 || run->waiters[i].result)
			fail(run, "%s-%s-result=%d", run->waiters[i].name,
			     wait_name(&run->waiters[i]), run->waiters[i].result);
	}

	step("fences");
	for (i = 0; i + 1 < run->num_jobs; i++) {
		status = job_status(&run->jobs[i]);
		if (status != -ENODEV)
			fail(run, "%s%u-fence=%d",
			     run->driver->queues[run->jobs[i].queue], i, status);
	}
}

static void unbind_settle(struct run *run, int vanish, int ret)
{
	unsigned int i;

	may_return(run, ret);
	if (is_bound(run) != !!ret)
		fail(run, "unbind=%d-bound=%d", ret, is_bound(run));
	if (is_bound(run)) {
		for (i = 0; i < run->num_jobs; i++) {
			if (job_status(&run->jobs[i]))
				fail(run, "bound-%u-fence=%d", i, job_status(&run->jobs[i]));
		}
		step("repeat");
		run->unbind.start_ns = now_ns();
		ensure_unbound(run);
	}

	expect_gone(run);
	step("close");
	close_clients(run);
	expect_orphan(run);
	close_rest(run);

	if (vanish)
		knob_set(run, "vanish", 0);
	knob_set(run, "complete", 1);
	step("bind");
	ensure_bound(run);
	step("jobs");
	works(run);
}

/* close, when the device is gone */

static void close_gone_prepare(struct run *run, int arg)
{
	occupy(run, arg);
	run->unbind.start_ns = now_ns();
	ensure_unbound(run);
}

static int close_act(struct run *run, int arg)
{
	int ret = close(run->clients[0].fd) ? -errno : 0;

	(void)arg;
	run->clients[0].fd = -1;

	return ret;
}

/* close, when jobs still run: it waits until those that are queued do, too */

static void close_busy_prepare(struct run *run, int arg)
{
	struct client *client = client_open(run);
	unsigned int i;

	(void)arg;
	if (!client)
		return;
	knob_set(run, "latency_us", 20 * BRIEFLY_US);
	for (i = 0; i < 3 * run->driver->num_queues; i++)
		job_submit(run, client, i % run->driver->num_queues,
			   i ? &run->jobs[i / 2] : NULL);
}

static void close_busy_settle(struct run *run, int arg, int ret)
{
	unsigned int i;
	int status;

	(void)arg;
	may_return(run, ret);
	knob_set(run, "latency_us", BRIEFLY_US);
	step("fences");
	for (i = 0; i < run->num_jobs; i++) {
		sync_file_poll(run->jobs[i].sync_file, WAIT_LIMIT_US);
		status = job_status(&run->jobs[i]);
		if (status != 1 && status != -ESRCH)
			fail(run, "%s%u-fence=%d",
			     run->driver->queues[run->jobs[i].queue], i, status);
	}
	close_clients(run);
	close_rest(run);
	step("jobs");
	works(run);
}

static const struct operation operations[] = {
	{
		.name = "bind",
		.prepare = bind_prepare,
		.act = bind_act,
		.settle = bind_settle,
	},
	{
		.name = "rebind",
		.begin = rebind_begin,
		.prepare = bind_prepare,
		.act = bind_act,
		.settle = bind_settle,
		.end = rebind_end,
	},
	{
		.name = "open",
		.begin = open_begin,
		.act = open_act,
		.settle = open_settle,
	},
	{
		.name = "wait_syncobj",
		.begin = file_begin,
		.prepare = wait_prepare,
		.act = wait_act,
		.settle = wait_settle,
		.end = file_end,
		.arg = WAIT_SYNCOBJ,
	},
	{
		.name = "wait_sync_file",
		.begin = file_begin,
		.prepare = wait_prepare,
		.act = wait_act,
		.settle = wait_settle,
		.end = file_end,
		.arg = WAIT_SYNC_FILE,
	},
	{
		.name = "wait_bo",
		.begin = file_begin,
		.prepare = wait_prepare,
		.act = wait_act,
		.settle = wait_settle,
		.end = file_end,
		.arg = WAIT_BO,
	},
	{
		.name = "wait_dmabuf",
		.begin = file_begin,
		.prepare = wait_prepare,
		.act = wait_act,
		.settle = wait_settle,
		.end = file_end,
		.arg = WAIT_DMABUF,
	},
	{
		.name = "close_busy",
		.begin = open_begin,
		.prepare = close_busy_prepare,
		.act = close_act,
		.settle = close_busy_settle,
	},
	{
		.name = "unbind",
		.prepare = unbind_prepare,
		.act = unbind_act,
		.settle = unbind_settle,
	},
	{
		.name = "unbind_vanished",
		.prepare = unbind_prepare,
		.act = unbind_act,
		.settle = unbind_settle,
		.arg = true,
	},
	{
		.name = "unbind_workers",
		.prepare = unbind_prepare,
		.act = unbind_act,
		.settle = unbind_settle,
		.workers = true,
	},
	{
		.name = "close_gone",
		.prepare = close_gone_prepare,
		.act = close_act,
		.settle = unbind_settle,
	},
};

/* There is one of these for each queue. */
static struct operation queue_operations[] = {
	{
		.name = "submit_",
		.begin = file_begin,
		.prepare = submit_prepare,
		.act = submit_act,
		.settle = submit_settle,
		.end = file_end,
	},
	{
		.name = "run_",
		.begin = file_begin,
		.act = run_act,
		.settle = run_settle,
		.end = file_end,
		.workers = true,
	},
};

static const struct operation *find_operation(const struct driver *driver, const char *name)
{
	unsigned int i, q;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		if (!strcmp(operations[i].name, name))
			return &operations[i];
	}

	for (i = 0; i < ARRAY_SIZE(queue_operations); i++) {
		len = strlen(queue_operations[i].name);
		for (q = 0; q < driver->num_queues; q++) {
			if (strncmp(name, queue_operations[i].name, len) ||
			    strcmp(name + len, driver->queues[q]))
				continue;
			queue_operations[i].name = name;
			queue_operations[i].arg = q;
			return &queue_operations[i];
		}
	}

	return NULL;
}

/* Print what went wrong since the last call, and forget it. Return whether something did. */
static bool complain(struct run *run)
{
	struct verdict *verdict = run->verdict;

	if (!verdict->num_failures)
		return false;

	printf("@ wrong=%s n=%u failures=%u what=%s\n", now.operation->name, now.point,
	       verdict->num_failures, verdict->reason);
	verdict->num_failures = 0;
	verdict->reason[0] = 0;

	return true;
}

/* Return how many threads have seen a failure. */
static unsigned int try_point(struct run *run, const struct operation *op)
{
	static const char * const must_be_zero[] = {
		"stray", "asleep", "early_fences", "left_running", "left_awake",
	};
	long long before[ARRAY_SIZE(must_be_zero)], more;
	struct targets targets;
	unsigned int i, num;
	int ret;

	for (i = 0; i < ARRAY_SIZE(must_be_zero); i++)
		before[i] = counter(run, must_be_zero[i]);

	printf("@ point=%s n=%u\n", op->name, now.point);
	step("prepare");
	if (op->prepare)
		op->prepare(run, op->arg);

	targets_open(run, &targets, op->workers);
	step("act");
	targets_arm(&targets, now.point);
	ret = op->act(run, op->arg);
	num = targets_disarm(&targets, now.point);
	printf("@ outcome=%s n=%u ret=%d injected=%u\n", op->name, now.point, ret, num);
	targets_close(&targets);

	step("settle");
	op->settle(run, op->arg, ret);

	for (i = 0; i < ARRAY_SIZE(must_be_zero); i++) {
		more = counter(run, must_be_zero[i]) - before[i];
		if (more)
			fail(run, "%s=%lld", must_be_zero[i], more);
	}

	return num;
}

/* Is all well without a failure? If not, nobody knows what the next point would show. */
static bool sound(struct run *run, const struct operation *op)
{
	unsigned int last = now.point;
	bool ok;

	now.point = 0;
	try_point(run, op);
	ok = !complain(run);
	now.point = last;

	return ok;
}

static void sweep(struct run *run, const struct operation *op, unsigned int first,
		  unsigned int last)
{
	unsigned int i, num;
	long tainted;

	now.operation = op;
	step("begin");
	if (op->begin)
		op->begin(run, op->arg);

	/* Caches fill, and the number of allocations settles. */
	for (i = 0; i < WARM_UPS; i++) {
		if (!sound(run, op))
			return;
	}

	/* sw_sync taints the kernel, too. */
	tainted = taint();
	for (now.point = first; now.point <= last; now.point++) {
		num = try_point(run, op);
		if ((complain(run) && !sound(run, op)) || taint() != tainted)
			return;
		if (!num)
			break;
	}

	step("end");
	if (op->end)
		op->end(run, op->arg);
	printf("@ swept=%s points=%u\n", op->name, now.point - 1);
}

/*
 * Objects and pages are swept one after the other: when a slab grows depends on
 * what was before, and would shift all that follows.
 */
static bool choose(const char *kind)
{
	bool pages = !strcmp(kind, "page");
	const struct {
		const char *path, *value;
	} knobs[] = {
		{ DEBUGFS "/failslab/ignore-gfp-wait", "N" },
		/* With the filter only marked caches fail, and there are none. */
		{ DEBUGFS "/failslab/cache-filter", pages ? "Y" : "N" },
		{ DEBUGFS "/fail_page_alloc/ignore-gfp-wait", "N" },
		{ DEBUGFS "/fail_page_alloc/ignore-gfp-highmem", "N" },
		/* No allocation is as large as the second one. */
		{ DEBUGFS "/fail_page_alloc/min-order", pages ? "0" : "99" },
	};
	unsigned int i;

	if (!pages && strcmp(kind, "slab"))
		return false;

	for (i = 0; i < ARRAY_SIZE(knobs); i++) {
		if (file_write(knobs[i].path, knobs[i].value))
			return false;
	}

	return true;
}

/* run->argument: OPERATION:slab|page[:FIRST[:LAST]], the first point being 1. */
void scenario_failnth(struct run *run)
{
	const struct operation *operation = NULL;
	unsigned int first = 1, last = ~0u;
	char name[32] = "", kind[8] = "";
	pthread_t watchdog;

	run->quiet = true;

	if (sscanf(run->argument, "%31[^:]:%7[^:]:%u:%u", name, kind, &first, &last) >= 2)
		operation = find_operation(run->driver, name);
	if (!operation || !choose(kind)) {
		fail(run, "cannot-do-%s", run->argument);
		return;
	}

	now.operation = operation;
	pthread_create(&watchdog, NULL, watchdog_main, NULL);
	sweep(run, operation, first, last);
}
