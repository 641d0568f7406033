/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ETNAVIV_UNPLUG_H__
#define __ETNAVIV_UNPLUG_H__

#include <linux/types.h>

struct drm_device;
struct etnaviv_drm_private;
struct etnaviv_gem_submit;
struct etnaviv_gpu;
struct work_struct;

void etnaviv_submit_put_later(struct etnaviv_gem_submit *submit);
void etnaviv_put_worker(struct work_struct *work);
bool etnaviv_gpu_is_lost(struct etnaviv_gpu *gpu);
void etnaviv_gpu_drop_events(struct etnaviv_gpu *gpu);
void etnaviv_drain(struct etnaviv_drm_private *priv);
void etnaviv_quiesce(struct etnaviv_drm_private *priv);
void etnaviv_retire(struct etnaviv_drm_private *priv);
void etnaviv_gpu_release(struct drm_device *drm, void *data);
void etnaviv_release(struct drm_device *drm, void *unused);

#endif /* __ETNAVIV_UNPLUG_H__ */
