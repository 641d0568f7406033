// SPDX-License-Identifier: GPL-2.0-only OR MIT

@forget@
identifier dev;
@@
 static enum drm_gpu_sched_stat ethosu_job_timedout(...)
 {
	...
	WRITE_ONCE(dev->in_flight_job, NULL);
+	synchronize_irq(dev->irq);
	...
 }
