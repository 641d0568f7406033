/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drm_unplug - take the device away from a DRM driver while jobs run and
 * processes wait, and see what they get.
 *
 * main.c      one process per scenario, verdicts
 * scenario.c  what is done to the device, and what must come out
 * failnth.c   the same while one allocation after the other fails
 * client.c    files, jobs and fences, through the generic DRM ioctls
 * waiters.c   threads that wait for a job in different ways
 * device.c    sysfs (unbind, bind) and debugfs (knobs, counters)
 * v3d.c       ioctls of a driver; each driver has such a file
 *
 * What it prints for programs to read are lines "@ key=value ...".
 */
#ifndef DRM_UNPLUG_H
#define DRM_UNPLUG_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define MAX_QUEUES	8
#define MAX_CLIENTS	32
#define MAX_JOBS	256
#define MAX_WAITERS	64
#define MAX_FILES	4
#define MAX_WAITS	4
#define MAX_PARTS	4

#define USEC_PER_SEC	1000000LL
#define NSEC_PER_USEC	1000LL

/* Nothing is waited for longer than this. */
#define WAIT_LIMIT_US	(10 * USEC_PER_SEC)

/* A fence status, besides 1 (done), 0 (pending) and negative error codes. */
#define FENCE_UNKNOWN	(-9999)

struct client;
struct job;
struct late;

/**
 * struct driver_wait - a way to wait for a job that only one driver has
 * @name: for the report
 * @wait: waits; returns 0 or a negative error code
 */
struct driver_wait {
	const char *name;
	int (*wait)(const struct job *job, long long timeout_us);
};

/**
 * struct part - a device that the driver needs besides the one it is bound to
 * @driver: name of its platform driver
 * @device: its name
 */
struct part {
	const char *driver;
	const char *device;
};

/**
 * struct late_ioctl - an ioctl that is called when the device is gone
 * @name: for the report
 * @call: calls it; returns 0 or a negative error code
 */
struct late_ioctl {
	const char *name;
	int (*call)(struct late *late);
};

/**
 * struct driver - what is different in each driver
 * @name: name of the platform driver
 * @accel: its device node is one of an accelerator, not a render node
 * @queues: names of the queues that user space can submit to
 * @num_queues: number of queues
 * @num_hw_queues: the first ones run jobs on the hardware, the others do not
 * @depth: number of jobs that a queue hands to the hardware at once
 * @plain: bit mask of the queues whose submissions are a single job
 * @timeout_us: time after which the timeout handler looks at a job
 * @reset_us: time after which the driver takes a job for one that hangs, if that is
 *	not the first time it looks
 * @create_bo: create a buffer object; return 0 or a negative error code
 * @submit: submit a job to a queue: it uses buffer object @bo, waits for
 *	syncobj @in if that is not 0, and puts its fence into syncobj @out;
 *	return 0 or a negative error code
 * @submit_file: likewise, instead of @submit for a driver without syncobjs: the job
 *	waits for sync_file @in if that is not negative, and its fence goes into
 *	&job.sync_file
 * @wait_bo: wait for all jobs that use @bo; return 0 or a negative error code
 * @waits: further ways to wait for a job
 * @instrument: let the hardware count events in the jobs of this file that are
 *	submitted from now on, or in all jobs; return 0 or a negative error code;
 *	optional
 * @uninstrument: let go of what @instrument made for this file; jobs that have been
 *	submitted keep it; return 0 or a negative error code; optional
 * @serialises: jobs of other files wait for those that are instrumented
 * @parts: emulated devices, if the driver makes its device of several ones: to
 *	unbind one of them takes away all
 * @cores: the parts are cores, as many as there are: each can be unbound alone, and the
 *	device is there until the last one is
 * @late: the driver's own ioctls, for &struct late; the last one is empty
 * @files: paths of files that the driver answers reads of, with %%s for the
 *	name of the device
 */
struct driver {
	const char *name;
	bool accel;
	const char *queues[MAX_QUEUES];
	unsigned int num_queues;
	unsigned int num_hw_queues;
	unsigned int depth;
	unsigned int plain;
	long long timeout_us;
	long long reset_us;
	int (*create_bo)(struct client *client, uint32_t *bo);
	int (*submit)(struct client *client, unsigned int queue, uint32_t bo,
		      uint32_t in, uint32_t out);
	int (*submit_file)(struct job *job, uint32_t bo, int in);
	int (*wait_bo)(int fd, uint32_t bo, long long timeout_us);
	struct driver_wait waits[MAX_WAITS];
	int (*instrument)(struct client *client, bool all);
	int (*uninstrument)(struct client *client);
	bool serialises;
	struct part parts[MAX_PARTS];
	bool cores;
	const struct late_ioctl *late;
	const char *files[MAX_FILES];
};

extern const struct driver v3d_driver;
extern const struct driver etnaviv_driver;
extern const struct driver panfrost_driver;
extern const struct driver lima_driver;
/* Their address is NULL if the kernel's headers do not have them. */
#pragma weak ethosu_driver
#pragma weak rocket_driver
extern const struct driver ethosu_driver;
extern const struct driver rocket_driver;
extern const struct driver vsched_driver;

/**
 * struct client - an open file of the driver
 * @driver: the driver
 * @fd: file descriptor, -1 if closed
 * @bo: one buffer object per queue, so that jobs of different queues do not
 *	wait for each other unless told to
 * @cmdstream: what all its jobs execute, if that is not given with each of them
 * @instrument: for &driver.instrument
 */
struct client {
	const struct driver *driver;
	int fd;
	uint32_t bo[MAX_QUEUES];
	uint32_t cmdstream;
	uint32_t instrument;
};

/**
 * struct job - a submitted job
 * @client: its file
 * @queue: its queue
 * @out: syncobj of @client that has its fence, or what the driver calls its fence
 * @sync_file: file descriptor of a sync_file that has its fence
 */
struct job {
	struct client *client;
	unsigned int queue;
	uint32_t out;
	int sync_file;
};

/**
 * struct late - what ioctls are called with when the device is gone
 * @client: file that was opened before
 * @job: one of its jobs
 * @empty: syncobj without a fence
 * @timeline: another one
 * @spare: a third, to be destroyed
 * @dmabuf: an exported buffer object
 */
struct late {
	struct client *client;
	struct job *job;
	uint32_t empty;
	uint32_t timeline;
	uint32_t spare;
	int dmabuf;
};

enum wait_kind {
	WAIT_SYNCOBJ,		/* DRM_IOCTL_SYNCOBJ_WAIT */
	WAIT_SYNC_FILE,		/* poll() on a sync_file */
	WAIT_BO,		/* the driver's own ioctl */
	WAIT_DMABUF,		/* poll() on an exported buffer */
	WAIT_DRIVER,		/* &driver.waits, and all behind */
};

/**
 * struct waiter - a thread that waits for a job
 * @name: for the report
 * @kind: how it waits, an &enum wait_kind or more
 * @job: what it waits for
 * @dmabuf: the exported buffer for %WAIT_DMABUF
 * @thread: the thread
 * @tid: its number in the kernel, 0 until it is about to wait
 * @released_ns: when the wait ended, 0 if it has not
 * @result: what the wait returned: 0 or a negative error code
 * @joined: the thread has ended
 */
struct waiter {
	char name[32];
	unsigned int kind;
	struct job *job;
	int dmabuf;
	pthread_t thread;
	int tid;
	long long released_ns;
	int result;
	bool joined;
};

/**
 * struct unbind - a thread that writes to the driver's unbind file
 * @run: the scenario
 * @device: name of the device, NULL for all cores
 * @driver: name of the driver
 * @thread: the thread
 * @start_ns: when the write began
 * @end_ns: when it returned, 0 if it has not
 * @rc: what it returned: 0 or a negative error code
 */
struct unbind {
	struct run *run;
	const char *device;
	const char *driver;
	pthread_t thread;
	long long start_ns;
	long long end_ns;
	int rc;
};

/**
 * struct verdict - outcome of a scenario, in memory shared by the process that
 *	runs it and the one that waits for it
 * @finished: the scenario ran to its end
 * @num_failures: what went wrong, in all
 * @reason: the first things that went wrong, without blanks
 */
struct verdict {
	bool finished;
	unsigned int num_failures;
	char reason[256];
};

/**
 * struct run - the state of a running scenario
 * @driver: the driver under test
 * @device: name of its device
 * @argument: what follows the name of the scenario on the command line
 * @limit_us: within this time after the unbind began, everybody is released
 * @verdict: outcome
 * @clients: files
 * @jobs: jobs
 * @waiters: waiters
 * @num_clients: number of @clients
 * @num_jobs: number of @jobs
 * @num_waiters: number of @waiters
 * @unbind: the unbind
 * @part: what is unbound, if not the device itself
 * @vanished: the device is gone, and what it ran has been printed
 * @quiet: do not print one line per waiter and unbind
 */
struct run {
	const struct driver *driver;
	char device[64];
	const char *argument;
	long long limit_us;
	struct verdict *verdict;
	struct client clients[MAX_CLIENTS];
	struct job jobs[MAX_JOBS];
	struct waiter waiters[MAX_WAITERS];
	unsigned int num_clients;
	unsigned int num_jobs;
	unsigned int num_waiters;
	struct unbind unbind;
	const struct part *part;
	bool vanished;
	bool quiet;
};

/**
 * struct scenario - something that is done to the device
 * @name: as on the command line
 * @run: does it
 * @what: one line for the help text
 */
struct scenario {
	const char *name;
	void (*run)(struct run *run);
	const char *what;
};

extern const struct scenario scenarios[];
extern const unsigned int num_scenarios;

/* main.c */
long long now_ns(void);
void sleep_us(long long us);
__attribute((format(printf, 2, 3)))
void fail(struct run *run, const char *fmt, ...);
long taint(void);

/* device.c */
const struct part *device_part(const struct driver *driver, unsigned int nth);
int device_find(const char *driver, char *device, size_t size);
int device_write(const char *driver, const char *file, const char *device);
int device_open_node(const struct driver *driver);
int file_read(const char *path, char *text, size_t size);
int file_write(const char *path, const char *text);
int device_bind(struct run *run);
void device_runtime_pm(struct run *run, char *status, size_t size);
int parameter_set(struct run *run, const char *module, const char *name, const char *value);
int knob_set(struct run *run, const char *knob, unsigned long long value);
long long counter(struct run *run, const char *name);
long long counter_queues(struct run *run, const char *name);

/* scenario.c */
void wait_running(struct run *run, int num);
void submit_hanging(struct run *run, struct client *client, int behind);
int count_status(struct run *run, int status);
int complete_jobs(struct run *run);
void let_sleep(struct run *run);
void close_clients(struct run *run);
void close_rest(struct run *run);

/* failnth.c */
void scenario_failnth(struct run *run);

/* client.c */
struct client *client_open(struct run *run);
int client_init(struct client *client, const struct driver *driver);
void client_close(struct client *client);
struct job *job_submit(struct run *run, struct client *client,
		       unsigned int queue, const struct job *after);
int job_init(struct job *job, struct client *client, unsigned int queue,
	     uint32_t in);
int job_init_after(struct job *job, struct client *client, unsigned int queue,
		   const struct job *after);
int job_init_foreign(struct job *job, struct client *client, unsigned int queue,
		     int sync_file);
int job_status(const struct job *job);
int syncobj_wait(int fd, uint32_t handle, long long timeout_us);
int syncobj_share(int from, uint32_t handle, int to, uint32_t *copy);
int sync_file_poll(int fd, long long timeout_us);
int bo_export(int fd, uint32_t bo);
int submit_with_bo(struct job *job, uint32_t bo, int in,
		   int (*submit)(struct client *client, uint32_t bo));
unsigned int second_queue(const struct driver *driver);
int timeline_create(int *fence);
void timeline_advance(int timeline);

/* late.c */
int late_init(struct late *late, struct client *client, struct job *job);
void late_exit(struct late *late);
void late_run(struct run *run, struct late *late, bool check);

/* waiters.c */
const char *wait_name(const struct waiter *waiter);
void waiters_init(void);
int wait_writers(const struct job *job, long long timeout_us);
int wait_for(struct job *job, unsigned int kind, int dmabuf,
	     long long timeout_us);
void watch(struct run *run, struct job *job, enum wait_kind kind);
void waiters_settle(struct run *run);
void waiters_collect(struct run *run);
int thread_join(pthread_t thread, long long deadline_ns);

#endif /* DRM_UNPLUG_H */
