// SPDX-License-Identifier: MIT

@killed@
identifier ret, chan, drm;
@@
 nouveau_bo_move_m2mf(...)
 {
	...
	struct nouveau_channel *chan = ...;
	...
	ret = nouveau_fence_sync(...);
+	if (!ret && atomic_read(&chan->killed))
+		ret = -ENODEV;
	if (ret)
		goto out_unlock;
	...
	ret = drm->ttm.move(...);
	...
 }
