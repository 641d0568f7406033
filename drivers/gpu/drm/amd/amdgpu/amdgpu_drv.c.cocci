// SPDX-License-Identifier: MIT

@include_job@
@@
+#include "amdgpu_job.h"
 #include "amdgpu_ras.h"

@retire_in_remove@
identifier adev;
@@
 amdgpu_pci_remove(...)
 {
	...
+	amdgpu_job_retire_all(adev);
	amdgpu_xcp_dev_unplug(adev);
	...
 }
