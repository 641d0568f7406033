// SPDX-License-Identifier: GPL-2.0-only OR MIT

@no_device_fini@
@@
-void pvr_queue_device_fini(struct pvr_device *pvr_dev);
