// SPDX-License-Identifier: GPL-2.0-only OR MIT

#include "pvr_ccb.h"
#include "pvr_context.h"
#include "pvr_device.h"
#include "pvr_power.h"

#include <drm/drm_drv.h>
#include <drm/gpu_scheduler.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/rwsem.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

/*
 * Where schedulers, fences and contexts of all devices are worked on and released.
 * They outlive the binding, and may release the device from here.
 */
struct workqueue_struct *pvr_sched_wq;

/**
 * pvr_gpu_get() - Keep the memory that the firmware has been given
 * @pvr_dev: Target PowerVR device
 *
 * Contexts are made of it, also while the device is gone.
 *
 * Return: false if it has been freed.
 */
bool
pvr_gpu_get(struct pvr_device *pvr_dev)
{
	if (!kref_get_unless_zero(&pvr_dev->gpu_ref))
		return false;

	drm_dev_get(from_pvr_device(pvr_dev));
	return true;
}

static void pvr_gpu_release(struct kref *ref)
{
	struct pvr_device *pvr_dev = container_of(ref, struct pvr_device, gpu_ref);

	pvr_device_gpu_fini(pvr_dev);

	WARN_ON(!xa_empty(&pvr_dev->job_ids));
	WARN_ON(!xa_empty(&pvr_dev->free_list_ids));
	pvr_context_device_fini(pvr_dev);
}

/**
 * pvr_gpu_put() - Counterpart of pvr_gpu_get()
 * @pvr_dev: Target PowerVR device
 */
void
pvr_gpu_put(struct pvr_device *pvr_dev)
{
	struct drm_device *drm_dev = from_pvr_device(pvr_dev);

	kref_put(&pvr_dev->gpu_ref, pvr_gpu_release);
	drm_dev_put(drm_dev);
}

/**
 * pvr_unplug_fini() - The binding does without the memory of the firmware
 * @pvr_dev: Target PowerVR device
 */
void
pvr_unplug_fini(struct pvr_device *pvr_dev)
{
	/* For what the binding never took. */
	drm_dev_get(from_pvr_device(pvr_dev));
	pvr_gpu_put(pvr_dev);
}

/*
 * No DMA and no interrupt on return. Power stays on as long as ioctls may access
 * registers, unless there is no other way. Return: true if it is off.
 */
static bool pvr_unplug_quiesce(struct pvr_device *pvr_dev)
{
	struct device *dev = from_pvr_device(pvr_dev)->dev;
	bool asleep, off = false;
	int err = 0;

	/* One that sleeps is not woken up, one that is awake stays so. */
	pm_runtime_get_noresume(dev);
	pm_runtime_barrier(dev);

	asleep = !pm_runtime_active(dev);
	if (asleep) {
		WRITE_ONCE(pvr_dev->fw_dev.initialised, false);
		/* An ioctl may just have started the firmware. */
		pm_runtime_barrier(dev);
	}

	/*
	 * A reset that has failed may have left it off. If the device is lost the
	 * firmware is not asked.
	 */
	if (pvr_dev->powered)
		err = pvr_power_fw_disable(pvr_dev, asleep || pvr_dev->lost, true);

	/* It is not started again by a resume. Until it stops it flushes the MMU. */
	WRITE_ONCE(pvr_dev->fw_dev.initialised, false);

	if (err) {
		disable_irq(pvr_dev->irq);
		off = !pm_runtime_force_suspend(dev);
	}

	pm_runtime_put(dev);
	return off;
}

/* The callbacks refuse to do it for an unplugged device. */
static void pvr_unplug_power_off(struct pvr_device *pvr_dev)
{
	struct device *dev = from_pvr_device(pvr_dev)->dev;

	pm_runtime_disable(dev);
	if (pvr_dev->powered) {
		disable_irq(pvr_dev->irq);
		pvr_dev->device_data->pwr_ops->power_off(pvr_dev);
		pvr_dev->powered = false;
	}
	pm_runtime_set_suspended(dev);
	pm_runtime_enable(dev);
}

/* Nobody resets the device any more. */
static void pvr_unplug_jobs(struct pvr_device *pvr_dev)
{
	struct drm_device *drm_dev = from_pvr_device(pvr_dev);
	bool off;

	drm_sched_stop_device(drm_dev->dev);
	off = pvr_unplug_quiesce(pvr_dev);
	drm_sched_fini_device(drm_dev->dev);

	if (!drm_dev_is_unplugged(drm_dev))
		drm_dev_unplug(drm_dev);

	pvr_kccb_cancel(pvr_dev);

	if (off)
		pm_runtime_enable(drm_dev->dev);
	pvr_unplug_power_off(pvr_dev);
}

static void pvr_lost_work(struct work_struct *work)
{
	struct pvr_device *pvr_dev = container_of(work, struct pvr_device, lost_work);

	disable_delayed_work_sync(&pvr_dev->watchdog.work);

	/* The reset that has failed is going to start the queues. It is the last one. */
	down_write(&pvr_dev->reset_sem);
	up_write(&pvr_dev->reset_sem);

	pvr_unplug_jobs(pvr_dev);
}

/**
 * pvr_unplug_init() - Initialise what the removal of the device needs
 * @pvr_dev: Target PowerVR device
 */
void
pvr_unplug_init(struct pvr_device *pvr_dev)
{
	INIT_WORK(&pvr_dev->lost_work, pvr_lost_work);
	kref_init(&pvr_dev->gpu_ref);
}

/**
 * pvr_unplug() - Finish all jobs and unplug the DRM device
 * @pvr_dev: Target PowerVR device, which is being removed
 */
void
pvr_unplug(struct pvr_device *pvr_dev)
{
	disable_delayed_work_sync(&pvr_dev->watchdog.work);

	/* The interrupt handler resets as well, and must not wait for this. */
	down_write(&pvr_dev->reset_sem);
	pvr_dev->no_reset = true;
	up_write(&pvr_dev->reset_sem);

	disable_work_sync(&pvr_dev->lost_work);
	pvr_unplug_jobs(pvr_dev);
}

/**
 * pvr_unplug_register() - Register the driver, with its workqueue
 * @driver: Platform driver
 *
 * Return: 0 on success, a negative error code otherwise.
 */
int
pvr_unplug_register(struct platform_driver *driver)
{
	int err;

	pvr_sched_wq = alloc_workqueue("powervr-sched", WQ_UNBOUND, 0);
	if (!pvr_sched_wq)
		return -ENOMEM;

	err = platform_driver_register(driver);
	if (err)
		destroy_workqueue(pvr_sched_wq);

	return err;
}

/**
 * pvr_unplug_unregister() - Counterpart of pvr_unplug_register()
 * @driver: Platform driver
 */
void
pvr_unplug_unregister(struct platform_driver *driver)
{
	platform_driver_unregister(driver);
	destroy_workqueue(pvr_sched_wq);
}
