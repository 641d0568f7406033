/* SPDX-License-Identifier: GPL-2.0 */

#ifndef _DRM_SCHED_MOCK_DRM_H_
#define _DRM_SCHED_MOCK_DRM_H_

struct drm_device;
struct mock_hw;

struct drm_device *mock_drm_new(struct mock_hw *hw);

#endif
