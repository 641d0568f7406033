// SPDX-License-Identifier: GPL-2.0-only OR MIT
//
// If the device is gone its pages come back empty: pages that cannot be evicted keep
// memunmap_pages() waiting for the process that has them.

@no_device@
identifier err, npages, dst;
@@
 int drm_pagemap_evict_to_ram(...)
 {
	<+...
	drm_pagemap_migrate_unmap_pages(...);
+	/* The device is gone, and what it had with it. */
+	if (err == -ENODEV) {
+		drm_pagemap_clear_pages(npages, dst);
+		err = 0;
+	}
	if (err)
		drm_pagemap_migration_unlock_put_pages(npages, dst);
	...+>
 }
