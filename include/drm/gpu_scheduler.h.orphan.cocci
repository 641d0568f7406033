// SPDX-License-Identifier: MIT
//
// What an orphan needs is part of its fence.

@fence_no_deadline@
@@
 struct drm_sched_fence {
	...
-	ktime_t				deadline;
	...
 };

@fence_layout@
@@
 struct drm_sched_fence {
	...
	spinlock_t			lock;
-	void				*owner;
-	uint64_t			drm_client_id;
+
+	union {
+		struct {
+			/**
+			 * @deadline: deadline set on &drm_sched_fence.finished which
+			 * potentially needs to be propagated to @parent
+			 */
+			ktime_t		deadline;
+
+			/** @owner: job owner for debugging */
+			void		*owner;
+
+			/** @drm_client_id: client_id of the drm_file which owns the job */
+			u64		drm_client_id;
+		};
+
+		/** @cb: of a fence that outlives its job, see sched_orphan.c */
+		struct dma_fence_cb	cb;
+	};
+
+	/**
+	 * @dependencies: what the job waits for, see drm_sched_job_add_dependency()
+	 * and drm_sched_job_add_implicit_dependencies()
+	 */
+	struct xarray			dependencies;
 };

@job_layout@
@@
 struct drm_sched_job {
	...
-	struct xarray			dependencies;
	...
 };

@job_kill_work@
@@
 struct drm_sched_job {
	...
-	union {
-		struct dma_fence_cb		finish_cb;
-		struct work_struct		work;
-	};
+	/** @killed_node: entry in &drm_gpu_scheduler.killed_done */
+	struct llist_node		killed_node;
	...
 };

@free_op_out@
@@
 struct drm_sched_backend_ops {
	...
-	void (*free_job)(struct drm_sched_job *sched_job);
	...
 };

@discard_op@
@@
 struct drm_sched_backend_ops {
	...
	enum drm_gpu_sched_stat (*timedout_job)(struct drm_sched_job *sched_job);
+
+	/**
+	 * @free_job: Called once the job's finished fence has been signaled
+	 * and it's time to clean it up. When the device is gone or the
+	 * scheduler is destroyed, a job that will never run is cleaned up at
+	 * once, its finished fence may signal much later.
+	 */
+	void (*free_job)(struct drm_sched_job *sched_job);
+
+	/**
+	 * @discard_job: Called for a job that will never run, because its
+	 * entity was killed or its device is gone, right before free_job().
+	 * Exactly once, and instead of run_job(). Drops what run_job() would
+	 * have consumed.
+	 *
+	 * Optional; only needed if run_job() has duties other than running the
+	 * job.
+	 */
+	void (*discard_job)(struct drm_sched_job *sched_job);
	...
 };

@discarded_member@
@@
 struct drm_gpu_scheduler {
	...
	struct device			*dev;
+	/** @discarded_list: jobs to be freed, not on @pending_list. Under @job_list_lock. */
+	struct list_head		discarded_list;
+	/**
+	 * @killed_list: jobs that never run and are kept until their fences have
+	 * signalled, see sched_discard.c. Under @job_list_lock.
+	 */
+	struct list_head		killed_list;
+	/** @killed_done: those of @killed_list whose fences have signalled */
+	struct llist_head		killed_done;
+	/** @discard_at_once: jobs that never run are not kept, see sched_discard.c */
+	bool				discard_at_once;
	...
 };
