// SPDX-License-Identifier: MIT
//
// one of: unplug unplug_open
//
// Hooks of the checks around drm_dev_enter() and drm_dev_unplug().

@include_internal@
@@
 #include "drm_internal.h"
+#include "drm_unplug_internal.h"

@shared_srcu@
declarer name DEFINE_STATIC_SRCU, DEFINE_SRCU;
@@
-DEFINE_STATIC_SRCU(drm_unplug_srcu);
+DEFINE_SRCU(drm_unplug_srcu);

@section_enter@
identifier dev, idx;
@@
 drm_dev_enter(struct drm_device *dev, int *idx)
 {
	...
+	*idx = drm_unplug_lockdep_enter(dev, *idx);
+
	return true;
 }

@section_exit@
identifier idx;
@@
 void drm_dev_exit(int idx)
 {
-	srcu_read_unlock(&drm_unplug_srcu, idx);
+	srcu_read_unlock(&drm_unplug_srcu, drm_unplug_lockdep_exit(idx));
 }

@unplug@
identifier dev;
@@
 void drm_dev_unplug(struct drm_device *dev)
 {
+	drm_unplug_check(dev);
	drm_dev_synchronize_unplug(dev);
	...
 }

@unplug_open depends on !unplug@
identifier dev;
@@
 void drm_dev_unplug(struct drm_device *dev)
 {
+	drm_unplug_check(dev);
	dev->unplugged = true;
	synchronize_srcu(...);
	...
 }

@init@
@@
 static int __init drm_core_init(void)
 {
	...
+	drm_unplug_lockdep_init();
+
	drm_core_init_complete = true;
	...
 }
