// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated Arm Mali-G31 as in Allwinner H616, for the panfrost driver.
 */

/**
 * DOC: Emulated Mali with a job manager
 *
 * Enabled with ``fakehw_panfrost.enable=1`` on the kernel command line. The queues
 * are the job slots ``js0``, ``js1`` and ``js2``; the driver uses the first two. Each
 * takes two jobs, of which one runs; only that is counted as running. GPU, job
 * manager and MMU have an interrupt line each. The MMU never faults.
 *
 * Registers remember what was written to them, except for commands and status bits
 * that the driver polls. With ``busy_us``, MMU commands take that long; after 100 ms
 * the driver takes the device for one that hangs and resets it. Resets and power
 * transitions take that long, too, but not longer than the driver waits for them.
 * There is nothing that shows progress: the driver resets the device when a job
 * times out, after 500 ms. A job that hangs does not obey a soft stop.
 */

#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "../../panfrost/panfrost_device.h"
#include "../../panfrost/panfrost_regs.h"
#include "fakehw.h"

#define WINDOW_SIZE	0x4000
#define NUM_REGS	(WINDOW_SIZE / sizeof(u32))

/* r1p0 */
#define GPU_ID_G31	0x70931000

/* virtual and physical addresses of 33 and 40 bits */
#define MMU_FEATURES	(40 << 8 | 33)

/* What the driver grants to operations, with some room */
#define RESET_MAX_US	5000
#define POWER_ON_MAX_US	15000
#define TILER_MAX_US	500
#define POWER_OFF_MAX_US	1000

enum {
	LINE_GPU,
	LINE_JOB,
	LINE_MMU,
	NUM_LINES,
};

/* Offsets of the registers of a line from its first one */
enum {
	INT_RAWSTAT = 0x0,
	INT_CLEAR = 0x4,
	INT_MASK = 0x8,
	INT_STAT = 0xc,
};

static const u32 fakehw_panfrost_int_base[NUM_LINES] = {
	[LINE_GPU] = GPU_INT_RAWSTAT,
	[LINE_JOB] = JOB_INT_RAWSTAT,
	[LINE_MMU] = MMU_INT_RAWSTAT,
};

struct fakehw_panfrost {
	struct fakehw hw;
	ktime_t reset_busy;
	ktime_t power_busy;
	ktime_t as_busy;
	bool resetting;
	u32 rawstat[NUM_LINES];
	u32 mask[NUM_LINES];
	/* Slots that start nothing until the failure of a job is acknowledged */
	bool failed[NUM_JOB_SLOTS];
	u32 regs[NUM_REGS];
};

static struct fakehw_panfrost *to_fakehw_panfrost(struct fakehw *hw)
{
	return container_of(hw, struct fakehw_panfrost, hw);
}

static u32 *fakehw_panfrost_reg(struct fakehw *hw, u32 offset)
{
	return &to_fakehw_panfrost(hw)->regs[offset / sizeof(u32)];
}

static ktime_t fakehw_panfrost_busy(struct fakehw *hw, unsigned int max_us)
{
	return min(fakehw_busy_start(hw), ktime_add_us(ktime_get(), max_us));
}

/* Interrupts */

static void fakehw_panfrost_poll_reset(struct fakehw_panfrost *mali)
{
	if (!mali->resetting || fakehw_busy(&mali->hw, mali->reset_busy))
		return;

	mali->resetting = false;
	mali->rawstat[LINE_GPU] |= GPU_IRQ_RESET_COMPLETED;
}

static int fakehw_panfrost_find_line(u32 offset)
{
	int line;

	for (line = 0; line < NUM_LINES; line++) {
		if (offset - fakehw_panfrost_int_base[line] <= INT_STAT)
			return line;
	}

	return -1;
}

static bool fakehw_panfrost_line_level(struct fakehw *hw, unsigned int line)
{
	struct fakehw_panfrost *mali = to_fakehw_panfrost(hw);

	return mali->rawstat[line] & mali->mask[line];
}

/* Job slots */

static bool fakehw_panfrost_has_next(struct fakehw *hw, unsigned int slot)
{
	return *fakehw_panfrost_reg(hw, JS_COMMAND_NEXT(slot)) == JS_COMMAND_START;
}

static void fakehw_panfrost_start_next(struct fakehw *hw, unsigned int slot)
{
	static const u32 next[][2] = {
		{ JS_HEAD_NEXT_LO(0), JS_HEAD_LO(0) },
		{ JS_HEAD_NEXT_HI(0), JS_HEAD_HI(0) },
		{ JS_AFFINITY_NEXT_LO(0), JS_AFFINITY_LO(0) },
		{ JS_AFFINITY_NEXT_HI(0), JS_AFFINITY_HI(0) },
		{ JS_CONFIG_NEXT(0), JS_CONFIG(0) },
	};
	u32 base = slot * JS_SLOT_STRIDE;
	unsigned int i;

	if (hw->queues[slot].running || to_fakehw_panfrost(hw)->failed[slot] ||
	    !fakehw_panfrost_has_next(hw, slot))
		return;

	for (i = 0; i < ARRAY_SIZE(next); i++)
		*fakehw_panfrost_reg(hw, next[i][1] + base) =
			*fakehw_panfrost_reg(hw, next[i][0] + base);
	*fakehw_panfrost_reg(hw, JS_COMMAND_NEXT(slot)) = JS_COMMAND_NOP;
	*fakehw_panfrost_reg(hw, JS_STATUS(slot)) = DRM_PANFROST_EXCEPTION_ACTIVE;
	fakehw_job_start(hw, slot);
}

static void fakehw_panfrost_job_done(struct fakehw *hw, unsigned int slot)
{
	*fakehw_panfrost_reg(hw, JS_STATUS(slot)) = DRM_PANFROST_EXCEPTION_DONE;
	to_fakehw_panfrost(hw)->rawstat[LINE_JOB] |= JOB_INT_MASK_DONE(slot);
	fakehw_panfrost_start_next(hw, slot);
}

static void fakehw_panfrost_stop(struct fakehw *hw, unsigned int slot, u32 command)
{
	u32 flag = *fakehw_panfrost_reg(hw, JS_CONFIG(slot)) & JS_CONFIG_JOB_CHAIN_FLAG;
	struct fakehw_panfrost *mali = to_fakehw_panfrost(hw);
	u32 status = DRM_PANFROST_EXCEPTION_TERMINATED;

	switch (command) {
	case JS_COMMAND_SOFT_STOP:
		if (!hw->knobs[FAKEHW_COMPLETE])
			return;
		status = DRM_PANFROST_EXCEPTION_STOPPED;
		break;
	case JS_COMMAND_HARD_STOP:
		break;
	case JS_COMMAND_HARD_STOP_0:
		if (flag)
			return;
		break;
	case JS_COMMAND_HARD_STOP_1:
		if (!flag)
			return;
		break;
	default:
		return;
	}

	if (!fakehw_job_stop(hw, slot))
		return;

	*fakehw_panfrost_reg(hw, JS_STATUS(slot)) = status;
	*fakehw_panfrost_reg(hw, JS_TAIL_LO(slot)) = *fakehw_panfrost_reg(hw, JS_HEAD_LO(slot));
	*fakehw_panfrost_reg(hw, JS_TAIL_HI(slot)) = *fakehw_panfrost_reg(hw, JS_HEAD_HI(slot));
	mali->failed[slot] = true;
	mali->rawstat[LINE_JOB] |= JOB_INT_MASK_ERR(slot);
}

static u32 fakehw_panfrost_js_state(struct fakehw *hw)
{
	unsigned int slot;
	u32 state = 0;

	for (slot = 0; slot < NUM_JOB_SLOTS; slot++) {
		if (hw->queues[slot].running)
			state |= BIT(slot);
		if (fakehw_panfrost_has_next(hw, slot))
			state |= BIT(slot + 16);
	}

	return state;
}

static void fakehw_panfrost_int_clear(struct fakehw *hw, int line, u32 val)
{
	struct fakehw_panfrost *mali = to_fakehw_panfrost(hw);
	unsigned int slot;

	mali->rawstat[line] &= ~val;
	if (line != LINE_JOB)
		return;

	for (slot = 0; slot < NUM_JOB_SLOTS; slot++) {
		if (!(val & JOB_INT_MASK_ERR(slot)))
			continue;
		mali->failed[slot] = false;
		fakehw_panfrost_start_next(hw, slot);
	}
}

/* Registers */

static u32 fakehw_panfrost_read_int(struct fakehw_panfrost *mali, int line, u32 offset)
{
	fakehw_panfrost_poll_reset(mali);

	switch (offset - fakehw_panfrost_int_base[line]) {
	case INT_RAWSTAT:
		return mali->rawstat[line];
	case INT_MASK:
		return mali->mask[line];
	case INT_STAT:
		return mali->rawstat[line] & mali->mask[line];
	default:
		return 0;
	}
}

static u32 fakehw_panfrost_read(struct fakehw *hw, unsigned int window, u32 offset)
{
	struct fakehw_panfrost *mali = to_fakehw_panfrost(hw);
	u32 val = *fakehw_panfrost_reg(hw, offset);
	int line = fakehw_panfrost_find_line(offset);

	if (line >= 0)
		return fakehw_panfrost_read_int(mali, line, offset);

	switch (offset) {
	case GPU_ID:
		return GPU_ID_G31;
	case GPU_MMU_FEATURES:
		return MMU_FEATURES;
	case GPU_AS_PRESENT:
		return 0xff;
	case GPU_JS_PRESENT:
		return BIT(NUM_JOB_SLOTS) - 1;
	case GPU_SHADER_PRESENT_LO:
	case GPU_TILER_PRESENT_LO:
	case GPU_L2_PRESENT_LO:
		return 1;
	case SHADER_READY_LO:
	case TILER_READY_LO:
	case L2_READY_LO:
		return fakehw_busy(hw, mali->power_busy) ? 0 : val;
	case SHADER_PWRTRANS_LO:
	case TILER_PWRTRANS_LO:
	case L2_PWRTRANS_LO:
		return fakehw_busy(hw, mali->power_busy);
	case JOB_INT_JS_STATE:
		return fakehw_panfrost_js_state(hw);
	}

	if (offset >= MMU_BASE && (offset - MMU_BASE) % MMU_AS_STRIDE ==
	    AS_STATUS(0) - MMU_BASE)
		return fakehw_busy(hw, mali->as_busy) ? AS_STATUS_AS_ACTIVE : 0;

	return val;
}

static void fakehw_panfrost_command(struct fakehw *hw, u32 command)
{
	struct fakehw_panfrost *mali = to_fakehw_panfrost(hw);

	switch (command) {
	case GPU_CMD_SOFT_RESET:
	case GPU_CMD_HARD_RESET:
		fakehw_reset(hw);
		mali->resetting = true;
		mali->reset_busy = fakehw_panfrost_busy(hw, RESET_MAX_US);
		break;
	case GPU_CMD_PERFCNT_SAMPLE:
		mali->rawstat[LINE_GPU] |= GPU_IRQ_PERFCNT_SAMPLE_COMPLETED;
		break;
	case GPU_CMD_CLEAN_CACHES:
	case GPU_CMD_CLEAN_INV_CACHES:
		mali->rawstat[LINE_GPU] |= GPU_IRQ_CLEAN_CACHES_COMPLETED;
		break;
	}
}

static void fakehw_panfrost_power(struct fakehw *hw, u32 ready, bool on, unsigned int max_us)
{
	*fakehw_panfrost_reg(hw, ready) = on;
	to_fakehw_panfrost(hw)->power_busy = fakehw_panfrost_busy(hw, max_us);
}

static void fakehw_panfrost_write_js(struct fakehw *hw, u32 offset, u32 val)
{
	unsigned int slot = (offset - JS_BASE) / JS_SLOT_STRIDE;

	if (offset == JS_COMMAND(slot))
		fakehw_panfrost_stop(hw, slot, val);
	else if (offset == JS_COMMAND_NEXT(slot))
		fakehw_panfrost_start_next(hw, slot);
}

static void fakehw_panfrost_write(struct fakehw *hw, unsigned int window, u32 offset, u32 val)
{
	struct fakehw_panfrost *mali = to_fakehw_panfrost(hw);
	int line = fakehw_panfrost_find_line(offset);

	if (line >= 0) {
		offset -= fakehw_panfrost_int_base[line];
		if (offset == INT_MASK)
			mali->mask[line] = val;
		else if (offset == INT_CLEAR)
			fakehw_panfrost_int_clear(hw, line, val);
		return;
	}

	*fakehw_panfrost_reg(hw, offset) = val;

	switch (offset) {
	case GPU_CMD:
		fakehw_panfrost_command(hw, val);
		return;
	case SHADER_PWRON_LO:
		fakehw_panfrost_power(hw, SHADER_READY_LO, val, POWER_ON_MAX_US);
		return;
	case TILER_PWRON_LO:
		fakehw_panfrost_power(hw, TILER_READY_LO, val, TILER_MAX_US);
		return;
	case L2_PWRON_LO:
		fakehw_panfrost_power(hw, L2_READY_LO, val, POWER_ON_MAX_US);
		return;
	case SHADER_PWROFF_LO:
		fakehw_panfrost_power(hw, SHADER_READY_LO, !val, POWER_OFF_MAX_US);
		return;
	case TILER_PWROFF_LO:
		fakehw_panfrost_power(hw, TILER_READY_LO, !val, POWER_OFF_MAX_US);
		return;
	case L2_PWROFF_LO:
		fakehw_panfrost_power(hw, L2_READY_LO, !val, POWER_OFF_MAX_US);
		return;
	}

	if (offset >= JS_BASE && offset < JS_BASE + NUM_JOB_SLOTS * JS_SLOT_STRIDE)
		fakehw_panfrost_write_js(hw, offset, val);
	else if (offset >= MMU_BASE && (offset - MMU_BASE) % MMU_AS_STRIDE ==
		 AS_COMMAND(0) - MMU_BASE)
		mali->as_busy = fakehw_busy_start(hw);
}

static void fakehw_panfrost_reset(struct fakehw *hw)
{
	struct fakehw_panfrost *mali = to_fakehw_panfrost(hw);

	mali->resetting = false;
	memset(mali->rawstat, 0, sizeof(mali->rawstat));
	memset(mali->mask, 0, sizeof(mali->mask));
	memset(mali->failed, 0, sizeof(mali->failed));
	memset(mali->regs, 0, sizeof(mali->regs));
}

static const struct fakehw_ops fakehw_panfrost_ops = {
	.read = fakehw_panfrost_read,
	.write = fakehw_panfrost_write,
	.reset = fakehw_panfrost_reset,
	.job_done = fakehw_panfrost_job_done,
	.line_level = fakehw_panfrost_line_level,
};

static const struct fakehw_desc fakehw_panfrost_desc = {
	.name = "fakehw-panfrost",
	.compatible = "allwinner,sun50i-h616-mali",
	.ops = &fakehw_panfrost_ops,
	.window_names = { "gpu" },
	.window_sizes = { WINDOW_SIZE },
	.num_windows = 1,
	.line_names = {
		[LINE_GPU] = "gpu",
		[LINE_JOB] = "job",
		[LINE_MMU] = "mmu",
	},
	.num_lines = NUM_LINES,
	.queue_names = { "js0", "js1", "js2" },
	.num_queues = NUM_JOB_SLOTS,
	.dma_bits = 40,
	.has_clk = true,
};

static struct fakehw_panfrost fakehw_panfrost = {
	.hw.desc = &fakehw_panfrost_desc,
};

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Create the emulated Mali (default: no)");

static int __init fakehw_panfrost_init(void)
{
	return enable ? fakehw_register(&fakehw_panfrost.hw) : 0;
}
late_initcall(fakehw_panfrost_init);
