// SPDX-License-Identifier: MIT

@rq_fini@
identifier rq;
@@
-	rq->head_prio = DRM_SCHED_PRIORITY_INVALID;
+	rq->current_entity = NULL;
