// SPDX-License-Identifier: GPL-2.0+
//
// one of: no_job no_job_plain

@gone_core@
identifier intsts;
@@
 v3d_irq(int irq, void *arg)
 {
	...
	intsts = V3D_CORE_READ(0, V3D_CTL_INT_STS);
+	if (intsts == ~0u)
+		return IRQ_NONE;
	...
 }

@gone_hub@
identifier intsts;
@@
 v3d_hub_irq(int irq, void *arg)
 {
	...
	intsts = V3D_READ(V3D_HUB_INT_STS);
+	if (intsts == ~0u)
+		return IRQ_NONE;
	...
 }

// Jobs are forgotten while the interrupt is still requested.

@no_job@
identifier queue, job, fence;
@@
 v3d_irq_signal_fence(...)
 {
	...
-	struct v3d_job *job = queue->active_job;
-	struct v3d_fence *fence = to_v3d_fence(job->irq_fence);
+	struct v3d_job *job = READ_ONCE(queue->active_job);
+	struct v3d_fence *fence;
+
+	/* A device that was lost may come back. */
+	if (!job)
+		return;
+
+	fence = to_v3d_fence(job->irq_fence);
	...
 }

@no_job_plain depends on !no_job@
identifier queue, fence;
expression list es;
@@
 v3d_irq_signal_fence(...)
 {
	...
-	struct v3d_fence *fence = to_v3d_fence(queue->active_job->irq_fence);
+	struct v3d_job *job = READ_ONCE(queue->active_job);
+	struct v3d_fence *fence;
+
+	/* A device that was lost may come back. */
+	if (!job)
+		return;
	...
-	v3d_job_update_stats(queue->active_job, es);
+	fence = to_v3d_fence(job->irq_fence);
+	v3d_job_update_stats(job, es);
	...
 }
