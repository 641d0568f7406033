// SPDX-License-Identifier: MIT

@client_member@
typedef uint64_t;
@@
 struct drm_sched_fence {
	...
	void				*owner;
+	uint64_t			drm_client_id;
 };

@compat_client@
@@
 #include <drm/drm_sched_compat.h>
+#include <drm/drm_sched_compat_client.h>
