// SPDX-License-Identifier: GPL-2.0-only OR MIT

@dependencies@
expression E;
@@
-&E.dependencies
+&E.s_fence->dependencies
