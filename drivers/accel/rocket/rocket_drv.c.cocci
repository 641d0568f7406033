// SPDX-License-Identifier: GPL-2.0-only

// Cores come and go in any order. A place is not used again while files may know its scheduler.

@place@
identifier core, ret;
@@
 static int rocket_probe(...)
 {
	...
-	unsigned int core = rdev->num_cores;
+	unsigned int core = 0;
+
+	while (core < rdev->max_cores && rdev->cores[core].reset.wq)
+		core++;
+	if (core == rdev->max_cores) {
+		dev_err(&pdev->dev, "no place left until all cores have been unbound\n");
+		return -EBUSY;
+	}
	...
 }

@failed@
identifier core, ret;
@@
 static int rocket_probe(...)
 {
	...
	ret = rocket_core_init(&rdev->cores[core]);
	if (ret) {
+		rdev->cores[core].dev = NULL;
		...
	}
	...
 }

@remove@
identifier core;
@@
 static void rocket_remove(...)
 {
	...
-	rocket_core_fini(&rdev->cores[core]);
+	rocket_core_unplug(&rdev->cores[core]);
	...
 }

@open_core@
identifier rocket_priv;
@@
 rocket_open(...)
 {
	...
	struct rocket_file_priv *rocket_priv;
+	struct device *core;
	...
 }

@open_up@
identifier rdev, rocket_priv;
@@
 rocket_open(...)
 {
 <+...
-	rocket_priv->domain = rocket_iommu_domain_create(rdev->cores[0].dev);
+	core = rocket_any_core(rdev);
+	rocket_priv->domain = core ? rocket_iommu_domain_create(core) : ERR_PTR(-ENODEV);
 ...+>
 }
