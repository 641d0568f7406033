// SPDX-License-Identifier: GPL-2.0-only

@release@
@@
+void rocket_file_priv_release(struct kref *ref)
+{
+	struct rocket_file_priv *rocket_priv = container_of(ref, struct rocket_file_priv, ref);
+
+	mutex_destroy(&rocket_priv->mm_lock);
+	drm_mm_takedown(&rocket_priv->mm);
+	rocket_iommu_domain_put(rocket_priv->domain);
+	kfree(rocket_priv);
+}
+
 rocket_open(...)
 {
	...
 }

@open@
identifier rocket_priv, rdev;
@@
 rocket_open(...)
 {
 <+...
+	kref_init(&rocket_priv->ref);
	rocket_priv->rdev = rdev;
 ...+>
 }

@close@
identifier rocket_priv;
@@
 rocket_postclose(...)
 {
	...
-	mutex_destroy(&rocket_priv->mm_lock);
-	drm_mm_takedown(&rocket_priv->mm);
-	rocket_iommu_domain_put(rocket_priv->domain);
-	kfree(rocket_priv);
+	kref_put(&rocket_priv->ref, rocket_file_priv_release);
	...
 }
