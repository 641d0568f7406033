// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated Arm Mali-400 MP1, for the lima driver.
 */

/**
 * DOC: Emulated Mali-400
 *
 * Enabled with ``fakehw_lima.enable=1`` on the kernel command line. The queues are the
 * geometry processor ``gp`` and the one pixel processor ``pp``. Both, and their MMUs,
 * have an interrupt line each. The MMUs never fault, and the heap is never too small.
 *
 * Registers remember what was written to them, except for commands and status bits
 * that the driver polls. Resets and other commands are done at once, ``busy_us`` has no
 * effect: the driver grants them 100 us. There is nothing that shows progress.
 */

#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "../../lima/lima_regs.h"
#include "fakehw.h"

#define WINDOW_SIZE	0x10000
#define NUM_REGS	(WINDOW_SIZE / sizeof(u32))

#define GP_BASE		0x0000
#define L2_BASE		0x1000
#define GPMMU_BASE	0x3000
#define PPMMU_BASE	0x4000
#define PP_BASE		0x8000

#define GP_VERSION	0x0b070101
#define PP_VERSION	0xcd070101

/* 64 KiB, 4 ways, lines of 64 bytes, a bus of 64 bits */
#define L2_SIZE		(6 << 24 | 16 << 16 | 2 << 8 | 6)

enum {
	QUEUE_GP,
	QUEUE_PP,
	NUM_QUEUES,
};

enum {
	LINE_GP,
	LINE_PP,
	LINE_GPMMU,
	LINE_PPMMU,
	NUM_LINES,
};

struct fakehw_lima {
	struct fakehw hw;
	bool stopped[NUM_QUEUES];
	u32 regs[NUM_REGS];
};

static struct fakehw_lima *to_fakehw_lima(struct fakehw *hw)
{
	return container_of(hw, struct fakehw_lima, hw);
}

static u32 *fakehw_lima_reg(struct fakehw *hw, u32 offset)
{
	return &to_fakehw_lima(hw)->regs[offset / sizeof(u32)];
}

static bool fakehw_lima_line_level(struct fakehw *hw, unsigned int line)
{
	static const u32 regs[NUM_LINES][2] = {
		[LINE_GP] = { GP_BASE + LIMA_GP_INT_RAWSTAT, GP_BASE + LIMA_GP_INT_MASK },
		[LINE_PP] = { PP_BASE + LIMA_PP_INT_RAWSTAT, PP_BASE + LIMA_PP_INT_MASK },
		[LINE_GPMMU] = { GPMMU_BASE + LIMA_MMU_INT_RAWSTAT,
				 GPMMU_BASE + LIMA_MMU_INT_MASK },
		[LINE_PPMMU] = { PPMMU_BASE + LIMA_MMU_INT_RAWSTAT,
				 PPMMU_BASE + LIMA_MMU_INT_MASK },
	};

	return *fakehw_lima_reg(hw, regs[line][0]) & *fakehw_lima_reg(hw, regs[line][1]);
}

static void fakehw_lima_job_done(struct fakehw *hw, unsigned int queue)
{
	if (queue == QUEUE_GP)
		*fakehw_lima_reg(hw, GP_BASE + LIMA_GP_INT_RAWSTAT) |=
			LIMA_GP_IRQ_VS_END_CMD_LST | LIMA_GP_IRQ_PLBU_END_CMD_LST;
	else
		*fakehw_lima_reg(hw, PP_BASE + LIMA_PP_INT_RAWSTAT) |= LIMA_PP_IRQ_END_OF_FRAME;
}

/* Resets of one processor; the rest of the device goes on. */
static void fakehw_lima_reset_queue(struct fakehw *hw, unsigned int queue, u32 completed)
{
	u32 rawstat = queue == QUEUE_GP ? GP_BASE + LIMA_GP_INT_RAWSTAT :
					  PP_BASE + LIMA_PP_INT_RAWSTAT;
	u32 mask = queue == QUEUE_GP ? GP_BASE + LIMA_GP_INT_MASK : PP_BASE + LIMA_PP_INT_MASK;

	hw->stats.resets++;
	fakehw_job_stop(hw, queue);
	to_fakehw_lima(hw)->stopped[queue] = false;
	*fakehw_lima_reg(hw, rawstat) = completed;
	*fakehw_lima_reg(hw, mask) = 0;
}

static void fakehw_lima_gp_command(struct fakehw *hw, u32 command)
{
	if (command & LIMA_GP_CMD_STOP_BUS)
		to_fakehw_lima(hw)->stopped[QUEUE_GP] = true;
	if (command & LIMA_GP_CMD_RESET)
		fakehw_lima_reset_queue(hw, QUEUE_GP, 0);
	if (command & LIMA_GP_CMD_SOFT_RESET)
		fakehw_lima_reset_queue(hw, QUEUE_GP, LIMA_GP_IRQ_RESET_COMPLETED);
	if (command & (LIMA_GP_CMD_START_VS | LIMA_GP_CMD_START_PLBU))
		fakehw_job_start(hw, QUEUE_GP);
}

static void fakehw_lima_pp_command(struct fakehw *hw, u32 command)
{
	if (command & LIMA_PP_CTRL_STOP_BUS)
		to_fakehw_lima(hw)->stopped[QUEUE_PP] = true;
	if (command & LIMA_PP_CTRL_FORCE_RESET)
		fakehw_lima_reset_queue(hw, QUEUE_PP, 0);
	if (command & LIMA_PP_CTRL_SOFT_RESET)
		fakehw_lima_reset_queue(hw, QUEUE_PP, LIMA_PP_IRQ_RESET_COMPLETED);
	if (command & LIMA_PP_CTRL_START_RENDERING)
		fakehw_job_start(hw, QUEUE_PP);
}

static void fakehw_lima_mmu_command(struct fakehw *hw, u32 base, u32 command)
{
	u32 *status = fakehw_lima_reg(hw, base + LIMA_MMU_STATUS);

	switch (command) {
	case LIMA_MMU_COMMAND_ENABLE_PAGING:
		*status |= LIMA_MMU_STATUS_PAGING_ENABLED;
		break;
	case LIMA_MMU_COMMAND_DISABLE_PAGING:
		*status &= ~LIMA_MMU_STATUS_PAGING_ENABLED;
		break;
	case LIMA_MMU_COMMAND_ENABLE_STALL:
		*status |= LIMA_MMU_STATUS_STALL_ACTIVE;
		break;
	case LIMA_MMU_COMMAND_DISABLE_STALL:
		*status &= ~LIMA_MMU_STATUS_STALL_ACTIVE;
		break;
	case LIMA_MMU_COMMAND_HARD_RESET:
		*status = 0;
		*fakehw_lima_reg(hw, base + LIMA_MMU_DTE_ADDR) = 0;
		*fakehw_lima_reg(hw, base + LIMA_MMU_INT_RAWSTAT) = 0;
		*fakehw_lima_reg(hw, base + LIMA_MMU_INT_MASK) = 0;
		break;
	}
}

static u32 fakehw_lima_pending(struct fakehw *hw, u32 rawstat, u32 mask)
{
	return *fakehw_lima_reg(hw, rawstat) & *fakehw_lima_reg(hw, mask);
}

static u32 fakehw_lima_read(struct fakehw *hw, unsigned int window, u32 offset)
{
	struct fakehw_lima *mali = to_fakehw_lima(hw);

	switch (offset) {
	case GP_BASE + LIMA_GP_VERSION:
		return GP_VERSION;
	case GP_BASE + LIMA_GP_INT_STAT:
		return fakehw_lima_pending(hw, GP_BASE + LIMA_GP_INT_RAWSTAT,
					   GP_BASE + LIMA_GP_INT_MASK);
	case GP_BASE + LIMA_GP_STATUS:
		return (hw->queues[QUEUE_GP].running ? LIMA_GP_STATUS_VS_ACTIVE : 0) |
		       (mali->stopped[QUEUE_GP] ? LIMA_GP_STATUS_BUS_STOPPED : 0);
	case PP_BASE + LIMA_PP_VERSION:
		return PP_VERSION;
	case PP_BASE + LIMA_PP_INT_STATUS:
		return fakehw_lima_pending(hw, PP_BASE + LIMA_PP_INT_RAWSTAT,
					   PP_BASE + LIMA_PP_INT_MASK);
	case PP_BASE + LIMA_PP_STATUS:
		return (hw->queues[QUEUE_PP].running ? LIMA_PP_STATUS_RENDERING_ACTIVE : 0) |
		       (mali->stopped[QUEUE_PP] ? LIMA_PP_STATUS_BUS_STOPPED : 0);
	case GPMMU_BASE + LIMA_MMU_INT_STATUS:
	case PPMMU_BASE + LIMA_MMU_INT_STATUS:
		return fakehw_lima_pending(hw, offset - LIMA_MMU_INT_STATUS + LIMA_MMU_INT_RAWSTAT,
					   offset - LIMA_MMU_INT_STATUS + LIMA_MMU_INT_MASK);
	case L2_BASE + LIMA_L2_CACHE_SIZE:
		return L2_SIZE;
	case L2_BASE + LIMA_L2_CACHE_STATUS:
		return 0;
	}

	return *fakehw_lima_reg(hw, offset);
}

static void fakehw_lima_write(struct fakehw *hw, unsigned int window, u32 offset, u32 val)
{
	switch (offset) {
	case GP_BASE + LIMA_GP_CMD:
		fakehw_lima_gp_command(hw, val);
		return;
	case GP_BASE + LIMA_GP_INT_CLEAR:
		*fakehw_lima_reg(hw, GP_BASE + LIMA_GP_INT_RAWSTAT) &= ~val;
		return;
	case PP_BASE + LIMA_PP_CTRL:
		fakehw_lima_pp_command(hw, val);
		return;
	case PP_BASE + LIMA_PP_INT_CLEAR:
		*fakehw_lima_reg(hw, PP_BASE + LIMA_PP_INT_RAWSTAT) &= ~val;
		return;
	/* Written before a reset, which clears it. */
	case PP_BASE + LIMA_PP_INT_RAWSTAT:
		return;
	case GPMMU_BASE + LIMA_MMU_COMMAND:
	case PPMMU_BASE + LIMA_MMU_COMMAND:
		fakehw_lima_mmu_command(hw, offset - LIMA_MMU_COMMAND, val);
		return;
	case GPMMU_BASE + LIMA_MMU_INT_CLEAR:
	case PPMMU_BASE + LIMA_MMU_INT_CLEAR:
		*fakehw_lima_reg(hw, offset - LIMA_MMU_INT_CLEAR + LIMA_MMU_INT_RAWSTAT) &= ~val;
		return;
	case GPMMU_BASE + LIMA_MMU_DTE_ADDR:
	case PPMMU_BASE + LIMA_MMU_DTE_ADDR:
		val &= ~0xfff;
		break;
	}

	*fakehw_lima_reg(hw, offset) = val;
}

static void fakehw_lima_reset(struct fakehw *hw)
{
	struct fakehw_lima *mali = to_fakehw_lima(hw);

	memset(mali->stopped, 0, sizeof(mali->stopped));
	memset(mali->regs, 0, sizeof(mali->regs));
}

static const struct fakehw_ops fakehw_lima_ops = {
	.read = fakehw_lima_read,
	.write = fakehw_lima_write,
	.reset = fakehw_lima_reset,
	.job_done = fakehw_lima_job_done,
	.line_level = fakehw_lima_line_level,
};

static const struct fakehw_desc fakehw_lima_desc = {
	.name = "fakehw-lima",
	.compatible = "arm,mali-400",
	.ops = &fakehw_lima_ops,
	.window_names = { "mali" },
	.window_sizes = { WINDOW_SIZE },
	.num_windows = 1,
	.line_names = {
		[LINE_GP] = "gp",
		[LINE_PP] = "pp0",
		[LINE_GPMMU] = "gpmmu",
		[LINE_PPMMU] = "ppmmu0",
	},
	.num_lines = NUM_LINES,
	.queue_names = { "gp", "pp" },
	.num_queues = NUM_QUEUES,
	.dma_bits = 32,
	.has_clk = true,
};

static struct fakehw_lima fakehw_lima = {
	.hw.desc = &fakehw_lima_desc,
};

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Create the emulated Mali-400 (default: no)");

static int __init fakehw_lima_init(void)
{
	return enable ? fakehw_register(&fakehw_lima.hw) : 0;
}
late_initcall(fakehw_lima_init);
