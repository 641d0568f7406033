// SPDX-License-Identifier: MIT
//
// one of: entry_points entry_points_without_args
//
// State and entry points of drm_sched_stop_device() and drm_sched_fini_device().

@sched_members@
@@
 struct drm_gpu_scheduler {
	...
	atomic_t			flushers;
+	/** @halted: stopped for good, see drm_sched_stop_device() */
+	bool				halted;
+	/** @device: where the scheduler is registered; NULL without @dev */
+	struct drm_sched_device		*device;
+	/** @device_link: entry in the list of the device's schedulers */
+	struct list_head		device_link;
+	/** @pins: walks that look at the scheduler, drm_sched_fini() waits for them */
+	unsigned int			pins;
 };

@entry_points@
@@
 struct drm_sched_init_args { ... };
+
+int drm_sched_stop_device(struct device *dev);
+long drm_sched_wait_device(struct device *dev, long timeout);
+void drm_sched_fault_device(struct device *dev);
+int drm_sched_fini_device(struct device *dev);

@entry_points_without_args depends on !entry_points@
@@
 struct drm_gpu_scheduler { ... };
+
+int drm_sched_stop_device(struct device *dev);
+long drm_sched_wait_device(struct device *dev, long timeout);
+void drm_sched_fault_device(struct device *dev);
+int drm_sched_fini_device(struct device *dev);
