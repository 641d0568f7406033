// SPDX-License-Identifier: GPL-2.0
/* One process per scenario, since a scenario may well not survive. */

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "drm_unplug.h"

/* A scenario that takes longer has hung in a way that it could not report. */
#define SCENARIO_LIMIT_S	240

static const struct driver * const drivers[] = {
	&v3d_driver,
	&etnaviv_driver,
	&panfrost_driver,
	&lima_driver,
	&ethosu_driver,
	&rocket_driver,
	&vsched_driver,
};

static const struct driver *driver = &v3d_driver;
static struct run run;

long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return now.tv_sec * USEC_PER_SEC * NSEC_PER_USEC + now.tv_nsec;
}

void sleep_us(long long us)
{
	struct timespec time = {
		.tv_sec = us / USEC_PER_SEC,
		.tv_nsec = us % USEC_PER_SEC * NSEC_PER_USEC,
	};

	nanosleep(&time, NULL);
}

/* Something is not as it should be: for the verdict. */
void fail(struct run *run, const char *fmt, ...)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct verdict *verdict = run->verdict;
	size_t size = sizeof(verdict->reason);
	size_t used;
	va_list args;
	char *c;

	pthread_mutex_lock(&mutex);
	verdict->num_failures++;
	used = strlen(verdict->reason);
	if (used && used + 1 < size)
		verdict->reason[used++] = ',';
	va_start(args, fmt);
	vsnprintf(verdict->reason + used, size - used, fmt, args);
	va_end(args);

	/* The value of a key has no blanks. */
	for (c = verdict->reason; *c; c++) {
		if (*c == ' ')
			*c = '-';
	}
	pthread_mutex_unlock(&mutex);
}

/* Flags that KASAN, lockdep and WARN() leave, see admin-guide/tainted-kernels. */
long taint(void)
{
	const long bad = 1 << 5 | 1 << 7 | 1 << 9 | 1 << 14;
	FILE *file = fopen("/proc/sys/kernel/tainted", "re");
	long value = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &value) != 1)
		value = 0;
	fclose(file);

	return value & bad;
}

/* The state that every scenario starts from. */
static void prepare(void)
{
	static const struct {
		const char *knob;
		unsigned long long value;
	} knobs[] = {
		{ "vanish", 0 },
		{ "hold_irq", 0 },
		{ "late_irq_us", 0 },
		{ "neighbour_us", 0 },
		{ "busy_us", 0 },
		{ "progress", 0 },
		{ "latency_us", 1000 },
		{ "complete", 1 },
	};
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(knobs); i++)
		knob_set(&run, knobs[i].knob, knobs[i].value);

	ret = device_bind(&run);
	if (ret)
		fail(&run, "bind:%s", strerror(-ret));
}

/* Wait for the scenario's process; kill it if it does not end. */
static int wait_for_child(pid_t pid, const sigset_t *chld)
{
	struct timespec limit = { .tv_sec = SCENARIO_LIMIT_S };
	int status;

	for (;;) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		if (sigtimedwait(chld, NULL, &limit) < 0 && errno == EAGAIN)
			break;
	}

	kill(pid, SIGKILL);
	limit.tv_sec = 5;
	sigtimedwait(chld, NULL, &limit);

	return waitpid(pid, &status, WNOHANG) == pid ? status : -1;
}

static bool run_scenario(const struct scenario *scenario, long long limit_us)
{
	static const char * const must_be_zero[] = {
		"stray", "asleep", "early_fences", "left_running", "left_awake",
	};
	long long before[ARRAY_SIZE(must_be_zero)], after[ARRAY_SIZE(must_be_zero)];
	char asleep_before[32], asleep[32];
	struct utsname utsname;
	struct verdict *verdict;
	long tainted = taint();
	unsigned int i;
	sigset_t chld;
	int status;
	pid_t pid;

	verdict = mmap(NULL, sizeof(*verdict), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (verdict == MAP_FAILED) {
		perror("mmap");
		return false;
	}

	run.driver = driver;
	run.limit_us = limit_us;
	run.verdict = verdict;

	uname(&utsname);
	printf("@ scenario=%s driver=%s kernel=%s\n", scenario->name, driver->name,
	       utsname.release);

	prepare();
	/* The device falls asleep, if it can. */
	sleep_us(500000);
	device_runtime_pm(&run, asleep_before, sizeof(asleep_before));
	for (i = 0; i < ARRAY_SIZE(must_be_zero); i++) {
		before[i] = counter(&run, must_be_zero[i]);
		if (before[i] < 0)
			fail(&run, "no-counter-%s", must_be_zero[i]);
	}

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);

	pid = fork();
	if (!pid) {
		sigprocmask(SIG_UNBLOCK, &chld, NULL);
		waiters_init();
		scenario->run(&run);
		verdict->finished = true;
		fflush(stdout);
		_exit(0);
	}

	status = pid < 0 ? -1 : wait_for_child(pid, &chld);
	if (status == -1)
		fail(&run, "scenario-does-not-end");
	else if (WIFSIGNALED(status))
		fail(&run, "scenario-killed-by-signal-%d", WTERMSIG(status));
	else if (!verdict->finished)
		fail(&run, "scenario-did-not-finish");

	/* What is deferred, such as freeing jobs, may still touch the device. */
	sleep_us(500000);

	for (i = 0; i < ARRAY_SIZE(must_be_zero); i++) {
		after[i] = counter(&run, must_be_zero[i]) - before[i];
		if (after[i])
			fail(&run, "%s=%lld", must_be_zero[i], after[i]);
		printf("%s%s=%lld", i ? " " : "@ ", must_be_zero[i], after[i]);
	}
	printf("\n");

	/* Whoever kept it awake has let it go. */
	device_runtime_pm(&run, asleep, sizeof(asleep));
	printf("@ runtime_pm=%s\n", asleep);
	if (strcmp(asleep, asleep_before))
		fail(&run, "runtime-pm-%s-instead-of-%s", asleep, asleep_before);

	tainted = taint() & ~tainted;
	printf("@ taint=%ld\n", tainted);
	if (tainted)
		fail(&run, "kernel-complained");

	if (verdict->num_failures)
		printf("@ verdict=fail reason=%s failures=%u\n", verdict->reason,
		       verdict->num_failures);
	else
		printf("@ verdict=pass\n");
	printf("@ end\n");

	return !verdict->num_failures;
}

static void print_usage(FILE *out)
{
	unsigned int i;

	fprintf(out,
		"usage: drm_unplug [-d DRIVER] [-n DEVICE] [-l MICROSECONDS] SCENARIO[:ARGUMENT][,SCENARIO...]...\n"
		"  -d  driver to test; default: %s\n"
		"  -n  name of the device; default: the one that the driver is bound to\n"
		"  -l  waiters must be released so long after the unbind began; default: 100000\n"
		"Drivers:", drivers[0]->name);
	for (i = 0; i < ARRAY_SIZE(drivers); i++) {
		if (drivers[i])
			fprintf(out, " %s", drivers[i]->name);
	}
	fprintf(out, "\nScenarios:\n");
	for (i = 0; i < num_scenarios; i++)
		fprintf(out, "  %-12s %s\n", scenarios[i].name, scenarios[i].what);
}

static const struct driver *find_driver(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(drivers); i++) {
		if (drivers[i] && !strcmp(drivers[i]->name, name))
			return drivers[i];
	}

	return NULL;
}

static const struct scenario *find_scenario(const char *name)
{
	size_t len = strcspn(name, ":");
	unsigned int i;

	for (i = 0; i < num_scenarios; i++) {
		if (!strncmp(scenarios[i].name, name, len) && !scenarios[i].name[len])
			return &scenarios[i];
	}

	return NULL;
}

int main(int argc, char **argv)
{
	const struct scenario *scenario;
	long long limit_us = 100000;
	bool ok = true;
	char *name;
	int c, ret;

	setvbuf(stdout, NULL, _IOLBF, 0);

	while ((c = getopt(argc, argv, "d:n:l:h")) != -1) {
		switch (c) {
		case 'd':
			driver = find_driver(optarg);
			if (!driver) {
				fprintf(stderr, "drm_unplug: no driver is named '%s'\n",
					optarg);
				print_usage(stderr);
				return 2;
			}
			break;
		case 'n':
			snprintf(run.device, sizeof(run.device), "%s", optarg);
			break;
		case 'l':
			limit_us = atoll(optarg);
			break;
		case 'h':
			print_usage(stdout);
			return 0;
		default:
			print_usage(stderr);
			return 2;
		}
	}

	if (optind == argc) {
		print_usage(stderr);
		return 2;
	}

	if (!run.device[0]) {
		ret = device_find(driver->name, run.device, sizeof(run.device));
		if (ret) {
			fprintf(stderr,
				"drm_unplug: no device is bound to driver %s (%s); is the emulated one enabled on the kernel command line?\n",
				driver->name, strerror(-ret));
			return 2;
		}
	}

	for (; optind < argc; optind++) {
		while ((name = strsep(&argv[optind], ","))) {
			scenario = find_scenario(name);
			if (!scenario) {
				fprintf(stderr, "drm_unplug: no scenario is named '%s'\n",
					name);
				print_usage(stderr);
				return 2;
			}
			run.argument = name + strcspn(name, ":");
			run.argument += *run.argument == ':';
			ok &= run_scenario(scenario, limit_us);
		}
	}

	return ok ? 0 : 1;
}
