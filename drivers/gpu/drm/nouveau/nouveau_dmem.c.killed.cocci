// SPDX-License-Identifier: MIT

@fault@
identifier dmem, sfolio, vmf;
@@
 nouveau_dmem_migrate_to_ram(struct vm_fault *vmf)
 {
	...
	struct nouveau_dmem *dmem = ...;
	...
+	if (atomic_read(&dmem->migrate.chan->killed))
+		return VM_FAULT_SIGBUS;
+
	sfolio = page_folio(vmf->page);
	...
 }

@to_ram@
identifier drm;
@@
 nouveau_dmem_copy_folio(struct nouveau_drm *drm, ...)
 {
	...
	folio_lock(...);
+	if (atomic_read(&drm->dmem->migrate.chan->killed))
+		return -EIO;
	...
 }

@to_vram@
identifier drm, src;
@@
 nouveau_dmem_migrate_copy_one(struct nouveau_drm *drm, ..., unsigned long src, ...)
 {
	<+...
-	if (!(src & MIGRATE_PFN_MIGRATE))
+	if (!(src & MIGRATE_PFN_MIGRATE) || atomic_read(&drm->dmem->migrate.chan->killed))
		goto out;
	...+>
 }

@zero_folio@
identifier dpage, order;
@@
 nouveau_dmem_evict_chunk(...)
 {
	<+...
-	dpage = folio_page(folio_alloc(GFP_HIGHUSER_MOVABLE, order), 0);
+	dpage = folio_page(folio_alloc(GFP_HIGHUSER_MOVABLE |
+				       __GFP_ZERO, order), 0);
	...+>
 }

@zero_page@
@@
 nouveau_dmem_evict_chunk(...)
 {
	<+...
	alloc_page(
-		GFP_HIGHUSER | __GFP_NOFAIL
+		GFP_HIGHUSER | __GFP_ZERO | __GFP_NOFAIL
		)
	...+>
 }
