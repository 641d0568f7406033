// SPDX-License-Identifier: GPL-2.0
/* The device: sysfs, device nodes, and the knobs of the emulated hardware. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <drm/drm.h>
#include <sys/ioctl.h>

#include "drm_unplug.h"

#define DRIVERS	"/sys/bus/platform/drivers"
#define KNOBS	"/sys/kernel/debug/fakehw"

/* Find the device that @driver is bound to: a link in the driver's directory. */
int device_find(const char *driver, char *device, size_t size)
{
	char path[256];
	struct dirent *entry;
	int ret = -ENODEV;
	DIR *dir;

	snprintf(path, sizeof(path), DRIVERS "/%s", driver);
	dir = opendir(path);
	if (!dir)
		return -errno;

	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_LNK || !strcmp(entry->d_name, "module"))
			continue;
		snprintf(device, size, "%s", entry->d_name);
		ret = 0;
		break;
	}
	closedir(dir);

	return ret;
}

int file_write(const char *path, const char *text)
{
	int fd, ret = 0;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);

	return ret;
}

/* Read a file to its end; @text gets the beginning of it. */
int file_read(const char *path, char *text, size_t size)
{
	char rest[4096];
	ssize_t len;
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	len = read(fd, text, size - 1);
	ret = len < 0 ? -errno : 0;
	text[len < 0 ? 0 : len] = 0;
	while (len > 0)
		len = read(fd, rest, sizeof(rest));
	close(fd);

	return ret;
}

/* A part of the driver's device. NULL: there are no more. */
const struct part *device_part(const struct driver *driver, unsigned int nth)
{
	char path[256];

	if (nth >= MAX_PARTS || !driver->parts[nth].device)
		return NULL;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s", driver->parts[nth].device);

	return driver->cores && access(path, F_OK) ? NULL : &driver->parts[nth];
}

/* The emulated devices: the one that the driver is bound to, or its parts. NULL: no more. */
static const char *device_nth(struct run *run, unsigned int nth)
{
	const struct part *part = device_part(run->driver, nth);

	if (!run->driver->parts[0].device)
		return nth ? NULL : run->device;

	return part ? part->device : NULL;
}

/* Do the devices sleep? "suspended", or what the first says that does not. */
void device_runtime_pm(struct run *run, char *status, size_t size)
{
	const char *device;
	char path[256];
	unsigned int i;

	for (i = 0; (device = device_nth(run, i)); i++) {
		snprintf(path, sizeof(path),
			 "/sys/bus/platform/devices/%s/power/runtime_status", device);
		if (file_read(path, status, size))
			snprintf(status, size, "unknown");
		status[strcspn(status, "\n")] = 0;
		if (strcmp(status, "suspended"))
			break;
	}
}

/* Write the name of the device to the driver's file "bind" or "unbind". */
int device_write(const char *driver, const char *file, const char *device)
{
	char path[256];

	snprintf(path, sizeof(path), DRIVERS "/%s/%s", driver, file);

	return file_write(path, device);
}

static int bind_one(const char *driver, const char *device)
{
	char path[256];

	snprintf(path, sizeof(path), DRIVERS "/%s/%s", driver, device);
	if (!access(path, F_OK))
		return 0;

	return device_write(driver, "bind", device);
}

/* Bind the driver again to what it is not bound to. */
int device_bind(struct run *run)
{
	const struct part *part;
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && (part = device_part(run->driver, i)); i++)
		ret = bind_one(part->driver, part->device);

	return ret ?: bind_one(run->driver->name, run->device);
}

static bool is_driver(int fd, const char *driver)
{
	char name[32] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
	};

	return !ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, driver);
}

/*
 * Open the device node of @driver. While files of an earlier binding are open
 * their node number is in use, and the device gets another one.
 */
int device_open_node(const struct driver *driver)
{
	char path[64];
	int i, fd;
	int err = -ENOENT;

	for (i = 0; i < 64; i++) {
		if (driver->accel)
			snprintf(path, sizeof(path), "/dev/accel/accel%d", i);
		else
			snprintf(path, sizeof(path), "/dev/dri/renderD%d", 128 + i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0) {
			if (errno != ENOENT)
				err = -errno;
			continue;
		}
		if (is_driver(fd, driver->name))
			return fd;
		close(fd);
	}

	return err;
}

/* Set a module parameter. */
int parameter_set(struct run *run, const char *module, const char *name, const char *value)
{
	char path[256];
	int ret;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, name);
	ret = file_write(path, value);
	if (ret)
		fail(run, "%s.%s:%s", module, name, strerror(-ret));

	return ret;
}

/* Set a knob of the emulated devices. One that they do not have is as if it were 0. */
int knob_set(struct run *run, const char *knob, unsigned long long value)
{
	char path[256], text[32];
	const char *device;
	unsigned int i;
	int ret = 0;

	snprintf(text, sizeof(text), "%llu", value);
	for (i = 0; !ret && (device = device_nth(run, i)); i++) {
		snprintf(path, sizeof(path), KNOBS "/%s/%s", device, knob);
		ret = file_write(path, text);
		if (ret == -ENOENT && !value)
			ret = 0;
	}
	if (ret)
		fail(run, "knob-%s:%s", knob, strerror(-ret));

	return ret;
}

/* Sum of the counters of one device that have @name, or end with it if it begins with a dot. */
static long long counter_one(const char *device, const char *name)
{
	long long value, sum = 0;
	char path[256], key[64];
	bool found = false;
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), KNOBS "/%s/stats", device);
	file = fopen(path, "re");
	if (!file)
		return -errno;

	while (fscanf(file, "%63s %lld", key, &value) == 2) {
		end = name[0] == '.' ? strchr(key, '.') : key;
		if (!end || strcmp(end, name))
			continue;
		sum += value;
		found = true;
	}
	fclose(file);

	return found ? sum : -ENOENT;
}

/* Read a counter of the emulated devices; a negative error code if impossible. */
long long counter(struct run *run, const char *name)
{
	long long value, sum = 0;
	const char *device;
	unsigned int i;

	for (i = 0; (device = device_nth(run, i)); i++) {
		value = counter_one(device, name);
		if (value < 0)
			return value;
		sum += value;
	}

	return sum;
}

/* Sum of a counter over all hardware queues. */
long long counter_queues(struct run *run, const char *name)
{
	char dotted[64];

	snprintf(dotted, sizeof(dotted), ".%s", name);

	return counter(run, dotted);
}
