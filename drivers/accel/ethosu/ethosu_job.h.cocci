// SPDX-License-Identifier: GPL-2.0-only OR MIT

@no_fini@
@@
-void ethosu_job_fini(struct ethosu_device *dev);
