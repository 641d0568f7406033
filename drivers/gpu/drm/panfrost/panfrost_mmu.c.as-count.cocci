// SPDX-License-Identifier: GPL-2.0

@as_count@
identifier en;
@@
 panfrost_mmu_as_get(...)
 {
 <+...
-	WARN_ON(en >= (NUM_JOB_SLOTS + 1));
+	WARN_ON(en > 2 * NUM_JOB_SLOTS + 1);
 ...+>
 }
