// SPDX-License-Identifier: GPL-2.0-only

@get@
identifier rkt_obj, rocket_priv;
@@
 int rocket_ioctl_create_bo(...)
 {
 <+...
	rkt_obj->driver_priv = rocket_priv;
+	kref_get(&rocket_priv->ref);
 ...+>
 }

@put_failed@
identifier rocket_priv, gem_obj;
expression E;
@@
 int rocket_ioctl_create_bo(...)
 {
	struct rocket_file_priv *rocket_priv = E;
 <+...
	drm_gem_shmem_object_free(gem_obj);
+	rocket_iommu_domain_put(rocket_priv->domain);
+	kref_put(&rocket_priv->ref, rocket_file_priv_release);
 ...+>
 }

@put@
identifier rocket_priv, bo;
@@
 static void rocket_gem_bo_free(...)
 {
	...
	struct rocket_file_priv *rocket_priv = bo->driver_priv;
	...
	bo->domain = NULL;
+	kref_put(&rocket_priv->ref, rocket_file_priv_release);
	...
 }
