// SPDX-License-Identifier: GPL-2.0+

@run@
identifier fn =~ "^v3d_[a-z_]*_job_run$";
identifier sched_job, v3d;
expression E;
@@
 fn(struct drm_sched_job *sched_job)
 {
	...
	struct v3d_dev *v3d = E;
+	CLASS(v3d_section, section)(&v3d->drm);
	...
 }

@cl_timedout@
identifier job, v3d;
expression E;
@@
 v3d_cl_job_timedout(...)
 {
	...
	struct v3d_dev *v3d = job->v3d;
+	CLASS(v3d_section, section)(&v3d->drm);
	u32 ctca = E;
	...
 }

@tfu_timedout@
identifier fn = {v3d_tfu_job_timedout, v3d_generic_job_timedout};
identifier job;
@@
 fn(...)
 {
	...
	struct v3d_job *job = ...;
+	CLASS(v3d_section, section)(&job->v3d->drm);
	...
 }

@csd_timedout@
identifier job, v3d;
expression E;
@@
 v3d_csd_job_timedout(...)
 {
	...
	struct v3d_dev *v3d = job->base.v3d;
+	CLASS(v3d_section, section)(&v3d->drm);
	u32 batches = E;
	...
 }
