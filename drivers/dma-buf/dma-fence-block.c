// SPDX-License-Identifier: GPL-2.0-only

#include <linux/dma-fence-block.h>
#include <linux/export.h>
#include <linux/lockdep.h>

/*
 * Unlike dma_fence_lockdep_map it is not tied to reclaim: it stands for waits that
 * the code spells out, and only means something together with another lock.
 */
struct lockdep_map dma_fence_block_map =
	STATIC_LOCKDEP_MAP_INIT("dma_fence_block_map", &dma_fence_block_map);
EXPORT_SYMBOL(dma_fence_block_map);
