// SPDX-License-Identifier: MIT

@stop_twice@
identifier sched, s_job, tmp;
iterator name list_for_each_entry_safe_reverse;
statement S1;
@@
 void drm_sched_stop(struct drm_gpu_scheduler *sched, ...)
 {
 <+...
	if (s_job->s_fence->parent && dma_fence_remove_callback(...))
		S1
	else {
+		/* There was none: nothing has been started since the last stop. */
+		if (!dma_fence_is_signaled(&s_job->s_fence->finished))
+			continue;
+
		...
	}
 ...+>
 }
