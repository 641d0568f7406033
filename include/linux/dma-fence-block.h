/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef _LINUX_DMA_FENCE_BLOCK_H_
#define _LINUX_DMA_FENCE_BLOCK_H_

#include <linux/lockdep.h>

#ifdef CONFIG_LOCKDEP
extern struct lockdep_map dma_fence_block_map;

/**
 * dma_fence_might_block - annotate that the caller may block on a fence
 *
 * To be called by functions that wait for fences, before they look at whether there
 * is anything to wait for. What lockdep learns is which locks are held around such
 * waits; that they must not be held in a fence signalling section is the business
 * of dma_fence_begin_signalling().
 */
static inline void dma_fence_might_block(void)
{
	lock_map_acquire(&dma_fence_block_map);
	lock_map_release(&dma_fence_block_map);
}
#else
static inline void dma_fence_might_block(void) {}
#endif

#endif
