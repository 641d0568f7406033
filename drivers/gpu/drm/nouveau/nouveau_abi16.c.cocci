// SPDX-License-Identifier: MIT

@hung@
identifier chan;
@@
 nouveau_abi16_chan_fini(...)
 {
	<...
-	if (chan->chan)
-		nouveau_channel_idle(chan->chan);
+	/* No job is left that has not finished. */
+	if (chan->chan && nouveau_channel_idle(chan->chan))
+		nouveau_channel_kill(chan->chan);
	...>
 }
