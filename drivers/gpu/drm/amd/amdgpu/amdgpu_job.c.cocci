// SPDX-License-Identifier: MIT
//
// What the hardware has is finished through its fence, or a job could be freed
// while that has a callback to it.

@hw_fences@
identifier sched, s_job, s_fence;
iterator name list_for_each_entry;
@@
 void amdgpu_job_stop_all_jobs_on_sched(struct drm_gpu_scheduler *sched)
 {
	...
-	list_for_each_entry(s_job, &sched->pending_list, list) {
-		struct drm_sched_fence *s_fence = s_job->s_fence;
-		dma_fence_set_error(&s_fence->finished, -EHWPOISON);
-		dma_fence_signal(&s_fence->finished);
-	}
+	amdgpu_fence_driver_force_completion(to_amdgpu_ring(sched), NULL);
 }
