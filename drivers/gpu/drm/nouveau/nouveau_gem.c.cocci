// SPDX-License-Identifier: MIT

@closed@
identifier chan;
@@
 nouveau_gem_ioctl_pushbuf(...)
 {
	<...
-	if (unlikely(atomic_read(&chan->killed)))
+	if (unlikely(atomic_read(&chan->killed) || READ_ONCE(drm->channels.closed)))
		return nouveau_abi16_put(abi16, -ENODEV);
	...>
 }
