/* SPDX-License-Identifier: MIT */

#if !defined(_DRM_SCHED_DEVICE_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _DRM_SCHED_DEVICE_TRACE_H_

#include <linux/device.h>
#include <linux/tracepoint.h>

#include "sched_retire.h"

#undef TRACE_SYSTEM
#define TRACE_SYSTEM gpu_scheduler
#define TRACE_INCLUDE_FILE sched_device_trace

TRACE_EVENT(drm_sched_fini_device,
	    TP_PROTO(struct device *dev, const struct drm_sched_retire_stats *stats, s64 us),
	    TP_ARGS(dev, stats, us),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(unsigned int, schedulers)
			     __field(unsigned int, running)
			     __field(unsigned int, queued)
			     __field(unsigned int, finished)
			     __field(s64, us)
			     ),
	    TP_fast_assign(__assign_str(dev);
			   __entry->schedulers = stats->schedulers;
			   __entry->running = stats->running;
			   __entry->queued = stats->queued;
			   __entry->finished = stats->finished;
			   __entry->us = us;
			   ),
	    TP_printk("dev=%s, schedulers=%u, running=%u, queued=%u, finished=%u, us=%lld",
		      __get_str(dev), __entry->schedulers, __entry->running,
		      __entry->queued, __entry->finished, __entry->us)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#include <trace/define_trace.h>
