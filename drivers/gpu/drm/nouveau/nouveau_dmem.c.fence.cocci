// SPDX-License-Identifier: MIT

@no_fence@
identifier fence;
@@
 nouveau_dmem_fence_done(struct nouveau_fence **fence)
 {
-	if (fence) {
+	if (*fence) {
	...
	} else { ... }
 }

@init_fence@
identifier fn, fence;
@@
 fn(...)
 {
	<+...
-	struct nouveau_fence *fence;
+	struct nouveau_fence *fence = NULL;
	...+>
	nouveau_fence_new(&fence, ...);
	...
 }
