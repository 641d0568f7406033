// SPDX-License-Identifier: GPL-2.0
/* What sw_sync lacks to be a module. */

#include <linux/module.h>
#include <linux/string.h>
#include <linux/sync_file.h>

char *sync_file_get_name(struct sync_file *sync_file, char *buf, int len);

/* Not exported; sync_debug.c of older kernels prints what it returns. */
char *sync_file_get_name(struct sync_file *sync_file, char *buf, int len)
{
	strscpy(buf, sync_file->user_name, len);
	return buf;
}

MODULE_DESCRIPTION("Fences that user space signals");
MODULE_LICENSE("GPL");
