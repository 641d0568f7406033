// SPDX-License-Identifier: GPL-2.0 OR MIT

@gone@
identifier status;
@@
 lima_mmu_irq_handler(...)
 {
	...
-	if (!status)
+	if (!status || status == ~0u)
		return IRQ_NONE;
	...
 }
