// SPDX-License-Identifier: MIT

@cancel_prototype@
@@
-void xe_tlb_inval_done_handler(struct xe_tlb_inval *tlb_inval, int seqno);
+void xe_tlb_inval_fence_cancel(struct xe_tlb_inval_fence *fence);
+
+void xe_tlb_inval_done_handler(struct xe_tlb_inval *tlb_inval, int seqno);
