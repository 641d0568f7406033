// SPDX-License-Identifier: GPL-2.0+

@include_section@
@@
 #include "v3d_performance_counters.h"
+#include "v3d_section.h"

@asserted_read@
expression addr;
@@
-readl(addr)
+v3d_readl(addr)

@asserted_write@
expression val, addr;
@@
-writel(val, addr)
+v3d_writel(val, addr)
