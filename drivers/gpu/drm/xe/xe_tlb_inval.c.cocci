// SPDX-License-Identifier: MIT

@cancel@
identifier fence;
@@
 static void xe_tlb_inval_fence_signal_unlocked(struct xe_tlb_inval_fence *fence)
 {
	...
 }
+
+/**
+ * xe_tlb_inval_fence_cancel() - Signal a fence whose invalidation is not issued
+ * @fence: TLB invalidation fence
+ *
+ * Drops what xe_tlb_inval_fence_init() has taken.
+ */
+void xe_tlb_inval_fence_cancel(struct xe_tlb_inval_fence *fence)
+{
+	dma_fence_set_error(&fence->base, -ENODEV);
+	xe_tlb_inval_fence_signal_unlocked(fence);
+}
