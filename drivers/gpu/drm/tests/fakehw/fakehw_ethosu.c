// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated Arm Ethos-U65, an NPU, for the ethosu driver.
 */

/**
 * DOC: Emulated Ethos-U65
 *
 * Enabled with ``fakehw_ethosu.enable=1`` on the kernel command line. There is one
 * queue, ``npu``, and no SRAM.
 *
 * Registers remember what was written to them, except for commands and status bits.
 * ``progress`` moves the position in the command stream, ``busy_us`` is the time that
 * a reset takes. Performance counters read zero.
 */

#include <linux/bitfield.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "../../../../accel/ethosu/ethosu_device.h"
#include "fakehw.h"

#define WINDOW_SIZE	0x1000
#define NUM_REGS	(WINDOW_SIZE / sizeof(u32))

/* Architecture 1.0.6 */
#define U65_ID		(FIELD_PREP(ID_ARCH_MAJOR_MASK, 1) | FIELD_PREP(ID_ARCH_PATCH_MASK, 6))
/* 256 MACs per cycle, version 0 of the command stream */
#define U65_CONFIG	FIELD_PREP(CONFIG_MACS_PER_CC_MASK, 8)
#define U65_NUM_EVENTS	4

enum {
	QUEUE_NPU,
	NUM_QUEUES,
};

struct fakehw_ethosu {
	struct fakehw hw;
	u32 status;
	ktime_t reset_busy;
	u32 regs[NUM_REGS];
};

static struct fakehw_ethosu *to_fakehw_ethosu(struct fakehw *hw)
{
	return container_of(hw, struct fakehw_ethosu, hw);
}

static bool fakehw_ethosu_line_level(struct fakehw *hw, unsigned int line)
{
	return to_fakehw_ethosu(hw)->status & STATUS_IRQ_RAISED;
}

static void fakehw_ethosu_job_done(struct fakehw *hw, unsigned int queue)
{
	to_fakehw_ethosu(hw)->status |= STATUS_IRQ_RAISED | STATUS_CMD_END_REACHED;
}

static u32 fakehw_ethosu_status(struct fakehw *hw)
{
	struct fakehw_ethosu *npu = to_fakehw_ethosu(hw);

	return npu->status |
	       (hw->queues[QUEUE_NPU].running ? STATUS_STATE_RUNNING : 0) |
	       (fakehw_busy(hw, npu->reset_busy) ? STATUS_RESET_STATUS : 0);
}

/* Bytes from the begin of the command stream, whose size is in bytes as well. */
static u32 fakehw_ethosu_qread(struct fakehw *hw)
{
	u32 num = to_fakehw_ethosu(hw)->regs[NPU_REG_QSIZE / sizeof(u32)] / sizeof(u32);

	return num ? fakehw_position(hw, QUEUE_NPU) % num * sizeof(u32) : 0;
}

static u32 fakehw_ethosu_read(struct fakehw *hw, unsigned int window, u32 offset)
{
	u32 val = to_fakehw_ethosu(hw)->regs[offset / sizeof(u32)];

	switch (offset) {
	case NPU_REG_ID:
		return U65_ID;
	case NPU_REG_CONFIG:
		return U65_CONFIG;
	case NPU_REG_STATUS:
		return fakehw_ethosu_status(hw);
	case NPU_REG_QREAD:
		return fakehw_ethosu_qread(hw);
#ifdef NPU_REG_PMCR /* not in Linux 7.2 */
	case NPU_REG_PMCR:
		return val | FIELD_PREP(PMCR_NUM_EVENT_CNT_MASK, U65_NUM_EVENTS);
#endif
	default:
		return val;
	}
}

static void fakehw_ethosu_soft_reset(struct fakehw *hw, u32 pending)
{
	struct fakehw_ethosu *npu = to_fakehw_ethosu(hw);

	fakehw_reset(hw);
	npu->reset_busy = fakehw_busy_start(hw);
	/* Security and privilege are as asked for. */
	npu->regs[NPU_REG_PROT / sizeof(u32)] = pending;
}

static void fakehw_ethosu_command(struct fakehw *hw, u32 command)
{
	struct fakehw_ethosu *npu = to_fakehw_ethosu(hw);

	if (command & CMD_CLEAR_IRQ)
		npu->status &= ~STATUS_IRQ_RAISED;
	if (command & CMD_TRANSITION_TO_RUN) {
		npu->status &= ~STATUS_CMD_END_REACHED;
		fakehw_job_start(hw, QUEUE_NPU);
	}
}

static void fakehw_ethosu_write(struct fakehw *hw, unsigned int window, u32 offset, u32 val)
{
	switch (offset) {
	case NPU_REG_CMD:
		fakehw_ethosu_command(hw, val);
		return;
	case NPU_REG_RESET:
		fakehw_ethosu_soft_reset(hw, val);
		return;
	}

	to_fakehw_ethosu(hw)->regs[offset / sizeof(u32)] = val;
}

static void fakehw_ethosu_reset(struct fakehw *hw)
{
	struct fakehw_ethosu *npu = to_fakehw_ethosu(hw);

	npu->status = 0;
	npu->reset_busy = 0;
	memset(npu->regs, 0, sizeof(npu->regs));
}

static const struct fakehw_ops fakehw_ethosu_ops = {
	.read = fakehw_ethosu_read,
	.write = fakehw_ethosu_write,
	.reset = fakehw_ethosu_reset,
	.job_done = fakehw_ethosu_job_done,
	.line_level = fakehw_ethosu_line_level,
};

static const struct fakehw_desc fakehw_ethosu_desc = {
	.name = "fakehw-ethosu",
	.compatible = "arm,ethos-u65",
	.ops = &fakehw_ethosu_ops,
	.window_names = { "npu" },
	.window_sizes = { WINDOW_SIZE },
	.num_windows = 1,
	.num_lines = 1,
	.queue_names = { [QUEUE_NPU] = "npu" },
	.num_queues = NUM_QUEUES,
	.dma_bits = 40,
	.has_clk = true,
	.clk_in_node = true,
};

static struct fakehw_ethosu fakehw_ethosu = {
	.hw.desc = &fakehw_ethosu_desc,
};

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Create the emulated Ethos-U65 (default: no)");

static int __init fakehw_ethosu_init(void)
{
	return enable ? fakehw_register(&fakehw_ethosu.hw) : 0;
}
late_initcall(fakehw_ethosu_init);
