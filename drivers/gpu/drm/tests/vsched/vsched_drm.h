/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSCHED_DRM_H
#define VSCHED_DRM_H

#include <drm/drm.h>

#define VSCHED_NUM_QUEUES	3

/**
 * struct drm_vsched_create_bo - create a buffer object, which has no memory
 * @handle: returned
 * @pad: zero
 */
struct drm_vsched_create_bo {
	__u32 handle;
	__u32 pad;
};

/**
 * struct drm_vsched_submit - submit a job
 * @queue: number of the queue
 * @bo: handle of the buffer object that it writes to; 0: none
 * @in_sync: handle of the syncobj that it waits for; 0: none
 * @out_sync: handle of the syncobj that its fence goes into; 0: none
 * @in_point: point of @in_sync, if that is a timeline
 * @out_point: point of @out_sync, if that is to be a timeline
 */
struct drm_vsched_submit {
	__u32 queue;
	__u32 bo;
	__u32 in_sync;
	__u32 out_sync;
	__u64 in_point;
	__u64 out_point;
};

/**
 * struct drm_vsched_wait_bo - wait for all jobs that use a buffer object
 * @handle: the buffer object
 * @pad: zero
 * @timeout_ns: for so long
 */
struct drm_vsched_wait_bo {
	__u32 handle;
	__u32 pad;
	__s64 timeout_ns;
};

#define DRM_VSCHED_CREATE_BO	0x00
#define DRM_VSCHED_SUBMIT	0x01
#define DRM_VSCHED_WAIT_BO	0x02

#define DRM_IOCTL_VSCHED_CREATE_BO \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VSCHED_CREATE_BO, struct drm_vsched_create_bo)
#define DRM_IOCTL_VSCHED_SUBMIT \
	DRM_IOW(DRM_COMMAND_BASE + DRM_VSCHED_SUBMIT, struct drm_vsched_submit)
#define DRM_IOCTL_VSCHED_WAIT_BO \
	DRM_IOW(DRM_COMMAND_BASE + DRM_VSCHED_WAIT_BO, struct drm_vsched_wait_bo)

#endif
