// SPDX-License-Identifier: MIT

@include_unplug@
@@
+#include "xe_unplug.h"
 #include "xe_vm.h"

@retire@
identifier xe;
@@
 void xe_device_remove(struct xe_device *xe)
 {
+	bool lost = xe_device_is_lost(xe);
+
+	/* Nothing will finish any more, and whoever waits keeps us from going on. */
+	if (lost)
+		xe_device_retire(xe);
+
	xe_display_unregister(xe);
	...
	xe_bo_pci_dev_remove_all(xe);
+
+	/* The engines have just moved exported buffers to system memory. */
+	if (!lost)
+		xe_device_retire(xe);
 }
