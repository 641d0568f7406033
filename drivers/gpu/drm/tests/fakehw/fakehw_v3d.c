// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated Broadcom V3D 4.2, the GPU of BCM2711, for the v3d driver.
 */

/**
 * DOC: Emulated V3D
 *
 * Enabled with ``fakehw_v3d.enable=1`` on the kernel command line. The queues
 * are ``bin``, ``render``, ``tfu`` and ``csd``; the driver has two more that
 * need no hardware. As on BCM2711, hub and core share one interrupt line.
 *
 * Registers remember what was written to them, except for status bits that the
 * driver polls: those read as "done", at once or after ``busy_us``. ``progress``
 * moves the control list addresses of bin and render and the batch count of
 * csd. The TFU has nothing of that kind: the driver resets the device when a TFU
 * job times out, after 500 ms.
 */

#include <linux/bitfield.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "../../v3d/v3d_regs.h"
#include "fakehw.h"

#define V3D_VER		42
#define V3D_NUM_REGS	(0x4000 / sizeof(u32))

enum {
	WINDOW_HUB,
	WINDOW_CORE,
	WINDOW_BRIDGE,
	NUM_WINDOWS,
};

enum {
	QUEUE_BIN,
	QUEUE_RENDER,
	QUEUE_TFU,
	QUEUE_CSD,
	NUM_QUEUES,
};

/* Interrupt registers, which hub and core have at the same offsets. */
struct fakehw_v3d_int {
	u32 status;
	u32 mask;
};

struct fakehw_v3d {
	struct fakehw hw;
	ktime_t mmuc_busy;
	ktime_t tlb_busy;
	ktime_t l2t_busy;
	ktime_t axi_busy;
	struct fakehw_v3d_int ints[NUM_WINDOWS];
	u32 regs[NUM_WINDOWS][V3D_NUM_REGS];
};

static struct fakehw_v3d *to_fakehw_v3d(struct fakehw *hw)
{
	return container_of(hw, struct fakehw_v3d, hw);
}

static u32 fakehw_v3d_hub_read(struct fakehw *hw, u32 offset, u32 val)
{
	switch (offset) {
	case V3D_HUB_IDENT1:
		return V3D_SET_FIELD(V3D_VER / 10, V3D_HUB_IDENT1_TVER) |
		       V3D_SET_FIELD(V3D_VER % 10, V3D_HUB_IDENT1_REV) |
		       V3D_SET_FIELD(1, V3D_HUB_IDENT1_NCORES) |
		       V3D_HUB_IDENT1_WITH_TFU;
	case V3D_HUB_IDENT2:
		return V3D_HUB_IDENT2_WITH_MMU;
	case V3D_MMU_DEBUG_INFO:
		/* 36 bits of physical and 32 bits of virtual address */
		return V3D_SET_FIELD(6, V3D_MMU_PA_WIDTH) |
		       V3D_SET_FIELD(2, V3D_MMU_VA_WIDTH);
	case V3D_MMUC_CONTROL:
		val &= ~(V3D_MMUC_CONTROL_FLUSH | V3D_MMUC_CONTROL_FLUSHING);
		if (fakehw_busy(hw, to_fakehw_v3d(hw)->mmuc_busy))
			val |= V3D_MMUC_CONTROL_FLUSHING;
		return val;
	case V3D_MMU_CTL:
		val &= ~(V3D_MMU_CTL_TLB_CLEAR | V3D_MMU_CTL_TLB_CLEARING);
		if (fakehw_busy(hw, to_fakehw_v3d(hw)->tlb_busy))
			val |= V3D_MMU_CTL_TLB_CLEARING;
		return val;
	default:
		return val;
	}
}

static u32 fakehw_v3d_core_read(struct fakehw *hw, u32 offset, u32 val)
{
	switch (offset) {
	case V3D_CTL_L2TCACTL:
		if (fakehw_busy(hw, to_fakehw_v3d(hw)->l2t_busy))
			return val;
		return val & ~(V3D_L2TCACTL_L2TFLS | V3D_L2TCACTL_TMUWCF);
	case V3D_GMP_STATUS(V3D_VER):
		return fakehw_busy(hw, to_fakehw_v3d(hw)->axi_busy) ?
		       V3D_SET_FIELD(1, V3D_GMP_STATUS_RD_COUNT) : 0;
	case V3D_CLE_CT0CA:
		return fakehw_position(hw, QUEUE_BIN);
	case V3D_CLE_CT1CA:
		return fakehw_position(hw, QUEUE_RENDER);
	case V3D_CSD_CURRENT_CFG4(V3D_VER):
		return fakehw_position(hw, QUEUE_CSD);
	default:
		return val;
	}
}

static u32 fakehw_v3d_read(struct fakehw *hw, unsigned int window, u32 offset)
{
	struct fakehw_v3d *v3d = to_fakehw_v3d(hw);
	u32 val = v3d->regs[window][offset / sizeof(u32)];

	if (window == WINDOW_BRIDGE)
		return offset == V3D_TOP_GR_BRIDGE_REVISION ?
		       V3D_SET_FIELD(7, V3D_TOP_GR_BRIDGE_MAJOR) : val;

	/* V3D_HUB_INT_* are the same */
	if (offset == V3D_CTL_INT_STS)
		return v3d->ints[window].status;
	if (offset == V3D_CTL_INT_MSK_STS)
		return v3d->ints[window].mask;

	return window == WINDOW_HUB ? fakehw_v3d_hub_read(hw, offset, val) :
				      fakehw_v3d_core_read(hw, offset, val);
}

static bool fakehw_v3d_int_write(struct fakehw_v3d_int *ints, u32 offset, u32 val)
{
	switch (offset) {
	case V3D_CTL_INT_SET:
		ints->status |= val;
		return true;
	case V3D_CTL_INT_CLR:
		ints->status &= ~val;
		return true;
	case V3D_CTL_INT_MSK_SET:
		ints->mask |= val;
		return true;
	case V3D_CTL_INT_MSK_CLR:
		ints->mask &= ~val;
		return true;
	default:
		return false;
	}
}

static void fakehw_v3d_hub_write(struct fakehw *hw, u32 offset, u32 val)
{
	struct fakehw_v3d *v3d = to_fakehw_v3d(hw);

	switch (offset) {
	case V3D_TFU_ICFG(V3D_VER):
		fakehw_job_start(hw, QUEUE_TFU);
		break;
	case V3D_MMUC_CONTROL:
		if (val & V3D_MMUC_CONTROL_FLUSH)
			v3d->mmuc_busy = fakehw_busy_start(hw);
		break;
	case V3D_MMU_CTL:
		if (val & V3D_MMU_CTL_TLB_CLEAR)
			v3d->tlb_busy = fakehw_busy_start(hw);
		break;
	}
}

static void fakehw_v3d_core_write(struct fakehw *hw, u32 offset, u32 val)
{
	switch (offset) {
	case V3D_CLE_CT0QEA:
		fakehw_job_start(hw, QUEUE_BIN);
		break;
	case V3D_CLE_CT1QEA:
		fakehw_job_start(hw, QUEUE_RENDER);
		break;
	case V3D_CSD_QUEUED_CFG0(V3D_VER):
		fakehw_job_start(hw, QUEUE_CSD);
		break;
	case V3D_CTL_L2TCACTL:
		to_fakehw_v3d(hw)->l2t_busy = fakehw_busy_start(hw);
		break;
	case V3D_GMP_CFG(V3D_VER):
		if (!(val & V3D_GMP_CFG_STOP_REQ))
			break;
		fakehw_stop_dma(hw);
		to_fakehw_v3d(hw)->axi_busy = fakehw_busy_start(hw);
		break;
	}
}

static void fakehw_v3d_write(struct fakehw *hw, unsigned int window, u32 offset,
			     u32 val)
{
	struct fakehw_v3d *v3d = to_fakehw_v3d(hw);

	v3d->regs[window][offset / sizeof(u32)] = val;

	switch (window) {
	case WINDOW_BRIDGE:
		if (offset == V3D_TOP_GR_BRIDGE_SW_INIT_1 &&
		    val & V3D_TOP_GR_BRIDGE_SW_INIT_1_V3D_CLK_108_SW_INIT)
			fakehw_reset(hw);
		break;
	case WINDOW_HUB:
		if (!fakehw_v3d_int_write(&v3d->ints[window], offset, val))
			fakehw_v3d_hub_write(hw, offset, val);
		break;
	case WINDOW_CORE:
		if (!fakehw_v3d_int_write(&v3d->ints[window], offset, val))
			fakehw_v3d_core_write(hw, offset, val);
		break;
	}
}

static void fakehw_v3d_reset(struct fakehw *hw)
{
	struct fakehw_v3d *v3d = to_fakehw_v3d(hw);
	unsigned int i;

	memset(v3d->regs, 0, sizeof(v3d->regs));
	for (i = 0; i < NUM_WINDOWS; i++) {
		v3d->ints[i].status = 0;
		v3d->ints[i].mask = ~0;
	}
}

static void fakehw_v3d_job_done(struct fakehw *hw, unsigned int queue)
{
	struct fakehw_v3d *v3d = to_fakehw_v3d(hw);

	switch (queue) {
	case QUEUE_BIN:
		v3d->ints[WINDOW_CORE].status |= V3D_INT_FLDONE;
		break;
	case QUEUE_RENDER:
		v3d->ints[WINDOW_CORE].status |= V3D_INT_FRDONE;
		break;
	case QUEUE_CSD:
		v3d->ints[WINDOW_CORE].status |= V3D_INT_CSDDONE(V3D_VER);
		break;
	case QUEUE_TFU:
		v3d->ints[WINDOW_HUB].status |= V3D_HUB_INT_TFUC;
		break;
	}
}

static bool fakehw_v3d_line_level(struct fakehw *hw, unsigned int line)
{
	const struct fakehw_v3d_int *ints = to_fakehw_v3d(hw)->ints;

	return (ints[WINDOW_HUB].status & ~ints[WINDOW_HUB].mask) ||
	       (ints[WINDOW_CORE].status & ~ints[WINDOW_CORE].mask);
}

static const struct fakehw_ops fakehw_v3d_ops = {
	.read = fakehw_v3d_read,
	.write = fakehw_v3d_write,
	.reset = fakehw_v3d_reset,
	.job_done = fakehw_v3d_job_done,
	.line_level = fakehw_v3d_line_level,
};

static const struct fakehw_desc fakehw_v3d_desc = {
	.name = "fakehw-v3d",
	.compatible = "brcm,2711-v3d",
	.ops = &fakehw_v3d_ops,
	.window_names = {
		[WINDOW_HUB] = "hub",
		[WINDOW_CORE] = "core0",
		[WINDOW_BRIDGE] = "bridge",
	},
	.window_sizes = {
		[WINDOW_HUB] = 0x4000,
		[WINDOW_CORE] = 0x4000,
		[WINDOW_BRIDGE] = 0x1000,
	},
	.num_windows = NUM_WINDOWS,
	.num_lines = 1,
	.queue_names = {
		[QUEUE_BIN] = "bin",
		[QUEUE_RENDER] = "render",
		[QUEUE_TFU] = "tfu",
		[QUEUE_CSD] = "csd",
	},
	.num_queues = NUM_QUEUES,
	.dma_bits = 32,
	.has_clk = true,
};

static struct fakehw_v3d fakehw_v3d = {
	.hw.desc = &fakehw_v3d_desc,
};

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Create the emulated V3D (default: no)");

static int __init fakehw_v3d_init(void)
{
	return enable ? fakehw_register(&fakehw_v3d.hw) : 0;
}
late_initcall(fakehw_v3d_init);
