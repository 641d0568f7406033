// SPDX-License-Identifier: GPL-2.0+
//
// The active perfmon has no lock of its own.

@active_perfmon@
iterator name scoped_guard;
identifier v3d;
@@
-	scoped_guard(spinlock_irqsave, &v3d->perfmon_state.lock)
-		v3d->perfmon_state.active = NULL;
+	WRITE_ONCE(v3d->active_perfmon, NULL);
