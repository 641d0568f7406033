// SPDX-License-Identifier: GPL-2.0
//
// one of: bind_labels bind_labels_plain
// one of: unbind unbind_plain

@drv_include@
@@
 #include <drm/drm_ioctl.h>
+#include <drm/drm_managed.h>

@drv_unplug_include@
@@
 #include "etnaviv_perfmon.h"
+#include "etnaviv_unplug.h"

@bind_priv@
identifier drm, priv;
@@
 static int etnaviv_bind(struct device *dev)
 {
	...
	drm = drm_dev_alloc(...);
	...
-	priv = \(kzalloc_obj(*priv)\|kzalloc(...)\);
+	priv = drmm_kzalloc(drm, sizeof(*priv), GFP_KERNEL);
	...
 }

@bind_suballoc@
identifier priv;
@@
 static int etnaviv_bind(struct device *dev)
 {
 <+...
	if (IS_ERR(priv->cmdbuf_suballoc)) {
		...
-		goto out_free_priv;
+		goto out_put;
	}
 ...+>
 }

@bind_release@
expression drm;
@@
 static int etnaviv_bind(struct device *dev)
 {
 <+...
-	dev_set_drvdata(dev, drm);
+	dev_set_drvdata(dev, drm);
+
+	ret = drmm_add_action_or_reset(drm, etnaviv_release, NULL);
+	if (ret)
+		goto out_put;
 ...+>
 }

@bind_error@
@@
 static int etnaviv_bind(struct device *dev)
 {
 <+...
-	goto out_destroy_suballoc;
+	goto out_put;
 ...+>
 }

@bind_labels@
identifier priv;
@@
 static int etnaviv_bind(struct device *dev)
 {
 <+...
-out_destroy_suballoc:
-	etnaviv_cmdbuf_suballoc_destroy(priv->cmdbuf_suballoc);
-out_free_priv:
-	mutex_destroy(&priv->gem_lock);
-	kfree(priv);
 ...+>
 }

@bind_labels_plain depends on !bind_labels@
identifier priv;
@@
 static int etnaviv_bind(struct device *dev)
 {
 <+...
-out_destroy_suballoc:
-	etnaviv_cmdbuf_suballoc_destroy(priv->cmdbuf_suballoc);
-out_free_priv:
-	kfree(priv);
 ...+>
 }

@unbind@
identifier drm, priv;
@@
 static void etnaviv_unbind(struct device *dev)
 {
	...
-	drm_dev_unregister(drm);
+	etnaviv_drain(priv);
+	etnaviv_quiesce(priv);
+	etnaviv_retire(priv);
+	drm_dev_unplug(drm);
	component_unbind_all(...);
-	etnaviv_cmdbuf_free(priv->flop_reset_data_ppu);
-	kfree(priv->flop_reset_data_ppu);
-	etnaviv_cmdbuf_suballoc_destroy(priv->cmdbuf_suballoc);
-	xa_destroy(&priv->active_contexts);
-	drm->dev_private = NULL;
-	kfree(priv);
	drm_dev_put(drm);
 }

@unbind_plain depends on !unbind@
identifier drm, priv;
@@
 static void etnaviv_unbind(struct device *dev)
 {
	...
-	drm_dev_unregister(drm);
+	etnaviv_drain(priv);
+	etnaviv_quiesce(priv);
+	etnaviv_retire(priv);
+	drm_dev_unplug(drm);
	component_unbind_all(...);
-	etnaviv_cmdbuf_suballoc_destroy(priv->cmdbuf_suballoc);
-	xa_destroy(&priv->active_contexts);
-	drm->dev_private = NULL;
-	kfree(priv);
	drm_dev_put(drm);
 }
