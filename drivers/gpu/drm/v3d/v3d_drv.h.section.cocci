// SPDX-License-Identifier: GPL-2.0+

@include_section@
@@
 #include "v3d_performance_counters.h"
+#include "v3d_section.h"

@asserted_read@
expression regs;
identifier offset;
@@
-readl(regs + offset)
+v3d_readl(regs + (offset))

@asserted_write@
expression val, regs;
identifier offset;
@@
-writel(val, regs + offset)
+v3d_writel(val, regs + (offset))
