// SPDX-License-Identifier: MIT
//
// Not every scheduler is part of a ring.

@sched_device@
identifier adev, f, s_fence, ring;
@@
 amdgpu_sync_same_dev(struct amdgpu_device *adev, struct dma_fence *f)
 {
	...
-	if (s_fence) {
-		struct amdgpu_ring *ring;
-		ring = container_of(s_fence->sched, struct amdgpu_ring, sched);
-		return ring->adev == adev;
-	}
+	if (s_fence)
+		return s_fence->sched->dev == adev->dev;
	...
 }
