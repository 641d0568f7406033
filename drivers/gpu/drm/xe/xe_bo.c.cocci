// SPDX-License-Identifier: MIT
//
// What is in the memory of a device that is gone is lost: importers get empty pages.

@zero@
identifier bo, xe, tt, page_flags;
@@
 xe_ttm_tt_create(struct ttm_buffer_object *ttm_bo, u32 page_flags)
 {
	...
	struct xe_device *xe = xe_bo_device(bo);
	...
	tt = &xe_tt->ttm;
+
+	/* If the device is gone nobody fills what is evicted to. */
+	if (drm_dev_is_unplugged(&xe->drm))
+		page_flags |= TTM_TT_FLAG_ZERO_ALLOC;
	...
 }

@null_move@
identifier xe, fence, ret, ttm_bo, new_mem;
@@
 xe_bo_move(struct ttm_buffer_object *ttm_bo, ..., struct ttm_resource *new_mem, ...)
 {
	...
	struct xe_device *xe = ttm_to_xe_device(...);
	<+...
	if (IS_ERR(fence)) {
		ret = PTR_ERR(fence);
		xe_pm_runtime_put(xe);
+		/* The device is gone, and what it had with it. */
+		if (ret == -ENODEV && drm_dev_is_unplugged(&xe->drm)) {
+			ttm_bo_move_null(ttm_bo, new_mem);
+			ret = 0;
+		}
		goto out;
	}
	...+>
 }
