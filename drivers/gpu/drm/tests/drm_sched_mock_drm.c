// SPDX-License-Identifier: GPL-2.0
/*
 * A DRM device in front of the mock hardware.
 */

#include <kunit/test.h>

#include <linux/fs.h>
#include <linux/module.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_kunit_helpers.h>

#include "drm_sched_mock_drm.h"
#include "drm_sched_mock_hw.h"

static const struct file_operations mock_drm_fops = {
	.owner = THIS_MODULE,
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
};

static const struct drm_driver mock_drm_driver = {
	.driver_features = DRIVER_GEM | DRIVER_SYNCOBJ,
	.name = "mock",
	.desc = "mock",
	.fops = &mock_drm_fops,
};

/**
 * mock_drm_new - register a DRM device
 * @hw: its parent
 *
 * Return: the DRM device, which goes away at the end of the test.
 */
struct drm_device *mock_drm_new(struct mock_hw *hw)
{
	struct kunit *test = hw->test;
	struct drm_device *drm;

	drm = __drm_kunit_helper_alloc_drm_device_with_driver(test, hw->dev, sizeof(*drm), 0,
							      &mock_drm_driver);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, drm);
	KUNIT_ASSERT_EQ(test, drm_dev_register(drm, 0), 0);

	return drm;
}
