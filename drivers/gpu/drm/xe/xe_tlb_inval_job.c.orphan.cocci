// SPDX-License-Identifier: MIT

@dependencies@
expression E;
@@
-&E.dependencies
+&E.s_fence->dependencies
