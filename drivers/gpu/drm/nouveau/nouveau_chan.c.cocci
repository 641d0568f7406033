// SPDX-License-Identifier: MIT

@init_entry@
identifier chan;
@@
 nouveau_channel_prep(...)
 {
	<+...
	atomic_set(&chan->killed, 0);
+	INIT_LIST_HEAD(&chan->entry);
	...+>
 }

@del_entry@
identifier chan;
@@
 void nouveau_channel_del(...)
 {
	<+...
	nvif_event_dtor(&chan->kill);
+	nouveau_unplug_del_channel(chan);
	...+>
 }

@add_entry@
identifier ret, pchan;
@@
 nouveau_channel_new(..., struct nouveau_channel **pchan)
 {
	<+...
+	nouveau_unplug_add_channel(*pchan);
	ret = nouveau_svmm_join(...);
	...+>
 }
