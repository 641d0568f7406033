// SPDX-License-Identifier: GPL-2.0+

@asserted_read_sms@
expression regs;
identifier offset;
@@
-readl(regs + (offset))
+v3d_readl(regs + (offset))

@asserted_write_sms@
expression val, regs;
identifier offset;
@@
-writel(val, regs + (offset))
+v3d_writel(val, regs + (offset))
