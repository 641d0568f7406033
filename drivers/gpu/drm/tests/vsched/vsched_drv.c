// SPDX-License-Identifier: GPL-2.0
/* A driver that has nothing but schedulers, for a device that has nothing but queues. */

/**
 * DOC: vsched
 *
 * What a driver does with drm/scheduler when its device goes away can be tried on any
 * machine with this one: jobs of three queues, which the virtual device completes
 * after a while, or not. They wait for syncobjs, timelines included, and for earlier
 * jobs that use the same buffer object, and so can everybody else. Buffer objects have
 * no memory.
 *
 * Knobs and counters of the device are in /sys/kernel/debug/fakehw/vsched, as those of
 * the emulated hardware of real drivers, see vsched_hw.c. Driver and device are bound
 * and unbound in /sys/bus/platform/drivers/vsched.
 */

#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>

#include "vsched.h"

#define VSCHED_NAME	"vsched"

static void vsched_gem_free(struct drm_gem_object *obj)
{
	drm_gem_object_release(obj);
	kfree(obj);
}

static const struct drm_gem_object_funcs vsched_gem_funcs = {
	.free = vsched_gem_free,
};

static int vsched_create_bo_ioctl(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_vsched_create_bo *args = data;
	struct drm_gem_object *obj;
	int ret;

	if (args->pad)
		return -EINVAL;

	obj = kzalloc_obj(*obj);
	if (!obj)
		return -ENOMEM;

	obj->funcs = &vsched_gem_funcs;
	drm_gem_private_object_init(drm, obj, PAGE_SIZE);
	ret = drm_gem_handle_create(file, obj, &args->handle);
	drm_gem_object_put(obj);

	return ret;
}

static int vsched_wait_bo_ioctl(struct drm_device *drm, void *data, struct drm_file *file)
{
	const struct drm_vsched_wait_bo *args = data;

	if (args->pad || args->timeout_ns < 0)
		return -EINVAL;

	return drm_gem_dma_resv_wait(file, args->handle, true,
				     nsecs_to_jiffies(args->timeout_ns));
}

static const struct drm_ioctl_desc vsched_ioctls[] = {
	DRM_IOCTL_DEF_DRV(VSCHED_CREATE_BO, vsched_create_bo_ioctl, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VSCHED_SUBMIT, vsched_submit_ioctl, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VSCHED_WAIT_BO, vsched_wait_bo_ioctl, DRM_RENDER_ALLOW),
};

static void vsched_postclose(struct drm_device *drm, struct drm_file *file)
{
	struct vsched_file *vfile = file->driver_priv;
	unsigned int i;

	for (i = 0; i < VSCHED_NUM_QUEUES; i++)
		drm_sched_entity_destroy(&vfile->entities[i]);
	mutex_destroy(&vfile->lock);
	kfree(vfile);
}

static int vsched_open(struct drm_device *drm, struct drm_file *file)
{
	struct vsched_device *vdev = to_vsched_device(drm);
	struct drm_gpu_scheduler *sched;
	struct vsched_file *vfile;
	unsigned int i;
	int ret;

	vfile = kzalloc_obj(*vfile);
	if (!vfile)
		return -ENOMEM;

	mutex_init(&vfile->lock);
	for (i = 0; i < VSCHED_NUM_QUEUES; i++) {
		sched = &vdev->queues[i].sched;
		ret = drm_sched_entity_init(&vfile->entities[i], DRM_SCHED_PRIORITY_NORMAL,
					    &sched, 1, NULL);
		if (ret)
			goto err;
	}
	file->driver_priv = vfile;

	return 0;

err:
	while (i--)
		drm_sched_entity_destroy(&vfile->entities[i]);
	kfree(vfile);

	return ret;
}

DEFINE_DRM_GEM_FOPS(vsched_fops);

static const struct drm_driver vsched_drm_driver = {
	.driver_features = DRIVER_GEM | DRIVER_RENDER | DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE,
	.open = vsched_open,
	.postclose = vsched_postclose,
	.ioctls = vsched_ioctls,
	.num_ioctls = ARRAY_SIZE(vsched_ioctls),
	.fops = &vsched_fops,
	.name = VSCHED_NAME,
	.desc = "Virtual device that has only queues",
#ifdef VSCHED_DRIVER_DATE
	.date = "0",
#endif
	.major = 1,
};

static int vsched_probe(struct platform_device *pdev)
{
	struct vsched_device *vdev;
	int ret;

	vdev = devm_drm_dev_alloc(&pdev->dev, &vsched_drm_driver, struct vsched_device, drm);
	if (IS_ERR(vdev))
		return PTR_ERR(vdev);

	platform_set_drvdata(pdev, vdev);
	ret = vsched_queues_init(vdev);
	if (ret)
		return ret;

	vdev->binding = vsched_hw_attach(vsched_queue_done, vdev);
	ret = drm_dev_register(&vdev->drm, 0);
	if (ret)
		vsched_hw_detach(vdev->binding);

	return ret;
}

/* The device reads and writes no memory any more, and its interrupt is off. */
static void vsched_quiesce(struct vsched_device *vdev)
{
	unsigned int i;

	vsched_hw_detach(vdev->binding);
	for (i = 0; i < VSCHED_NUM_QUEUES; i++)
		vsched_forget_fences(&vdev->queues[i]);
}

#ifdef VSCHED_FINI_DEVICE
static void vsched_remove(struct platform_device *pdev)
{
	struct vsched_device *vdev = platform_get_drvdata(pdev);

	drm_sched_stop_device(&pdev->dev);
	if (!vsched_hw_gone(vdev->binding))
		drm_sched_wait_device(&pdev->dev, msecs_to_jiffies(VSCHED_DRAIN_MS));
	vsched_quiesce(vdev);
	drm_sched_fini_device(&pdev->dev);
	drm_dev_unplug(&vdev->drm);
}
#else
/* What most drivers do without drm_sched_fini_device(), for comparison. */
static void vsched_remove(struct platform_device *pdev)
{
	struct vsched_device *vdev = platform_get_drvdata(pdev);

	drm_dev_unplug(&vdev->drm);
	vsched_quiesce(vdev);
}
#endif

static struct platform_driver vsched_driver = {
	.probe = vsched_probe,
	.remove = vsched_remove,
	.driver = {
		.name = VSCHED_NAME,
	},
};

static struct platform_device *vsched_pdev;

static bool enable = __is_defined(MODULE);
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Create the virtual device (default: yes if this is a module)");

static int __init vsched_init(void)
{
	int ret;

	if (!enable)
		return 0;

	ret = vsched_hw_init(VSCHED_NAME);
	if (ret)
		return ret;

	ret = platform_driver_register(&vsched_driver);
	if (ret)
		goto err_hw;

	vsched_pdev = platform_device_register_simple(VSCHED_NAME, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(vsched_pdev)) {
		ret = PTR_ERR(vsched_pdev);
		goto err_driver;
	}

	return 0;

err_driver:
	platform_driver_unregister(&vsched_driver);
err_hw:
	vsched_hw_exit();

	return ret;
}
module_init(vsched_init);

static void __exit vsched_exit(void)
{
	if (!enable)
		return;

	platform_device_unregister(vsched_pdev);
	platform_driver_unregister(&vsched_driver);
	vsched_hw_exit();
}
module_exit(vsched_exit);

MODULE_DESCRIPTION("Virtual device that has only queues");
MODULE_LICENSE("GPL");
