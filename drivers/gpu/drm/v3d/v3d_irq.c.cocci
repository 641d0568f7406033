// SPDX-License-Identifier: GPL-2.0+

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
