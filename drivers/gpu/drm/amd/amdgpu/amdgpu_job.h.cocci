// SPDX-License-Identifier: MIT

@retire_prototype@
@@
 struct amdgpu_job { ... };
+
+/* amdgpu_unplug.c */
+void amdgpu_job_retire_all(struct amdgpu_device *adev);
