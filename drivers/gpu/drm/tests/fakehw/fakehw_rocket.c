// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated NPU cores of Rockchip RK3588, for the rocket driver.
 */

/**
 * DOC: Emulated RKNN cores
 *
 * Enabled with ``fakehw_rocket.enable=1`` on the kernel command line, one core, or
 * ``fakehw_rocket.cores=N``, up to three. Each has one queue, ``npu``, two reset lines,
 * and is behind an IOMMU. The driver makes one DRM device of all cores.
 *
 * Registers remember what was written to them, except for commands and status bits.
 * There is nothing that shows progress, and nothing that takes time: ``progress`` and
 * ``busy_us`` have no effect.
 */

#include <linux/device.h>
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "../../../../accel/rocket/rocket_registers.h"
#include "fakehw.h"

#define WINDOW_SIZE	0x1000
#define NUM_REGS	(WINDOW_SIZE / sizeof(u32))

#define RKNN_COMPATIBLE	"rockchip,rk3588-rknn-core"
#define RKNN_VERSION	0x3588

#define DPU_DONE	(PC_INTERRUPT_RAW_STATUS_DPU_0 | PC_INTERRUPT_RAW_STATUS_DPU_1)

enum {
	WINDOW_PC,
	WINDOW_CNA,
	WINDOW_CORE,
	NUM_WINDOWS,
};

enum {
	QUEUE_NPU,
	NUM_QUEUES,
};

struct fakehw_rknn {
	struct fakehw hw;
	u32 regs[NUM_WINDOWS][NUM_REGS];
};

static u32 *fakehw_rknn_pc(struct fakehw *hw, u32 offset)
{
	struct fakehw_rknn *core = container_of(hw, struct fakehw_rknn, hw);

	return &core->regs[WINDOW_PC][offset / sizeof(u32)];
}

static bool fakehw_rknn_line_level(struct fakehw *hw, unsigned int line)
{
	return *fakehw_rknn_pc(hw, REG_PC_INTERRUPT_RAW_STATUS) &
	       *fakehw_rknn_pc(hw, REG_PC_INTERRUPT_MASK) & DPU_DONE;
}

static void fakehw_rknn_job_done(struct fakehw *hw, unsigned int queue)
{
	*fakehw_rknn_pc(hw, REG_PC_INTERRUPT_RAW_STATUS) |= PC_INTERRUPT_RAW_STATUS_DPU_0;
}

static u32 fakehw_rknn_read(struct fakehw *hw, unsigned int window, u32 offset)
{
	struct fakehw_rknn *core = container_of(hw, struct fakehw_rknn, hw);

	if (window == WINDOW_PC && offset == REG_PC_VERSION)
		return RKNN_VERSION;

	return core->regs[window][offset / sizeof(u32)];
}

static void fakehw_rknn_write(struct fakehw *hw, unsigned int window, u32 offset, u32 val)
{
	struct fakehw_rknn *core = container_of(hw, struct fakehw_rknn, hw);

	core->regs[window][offset / sizeof(u32)] = val;
	if (window != WINDOW_PC)
		return;

	if (offset == REG_PC_INTERRUPT_CLEAR)
		*fakehw_rknn_pc(hw, REG_PC_INTERRUPT_RAW_STATUS) &= ~val;
	if (offset == REG_PC_OPERATION_ENABLE && val & PC_OPERATION_ENABLE_OP_EN(1))
		fakehw_job_start(hw, QUEUE_NPU);
}

static void fakehw_rknn_reset(struct fakehw *hw)
{
	struct fakehw_rknn *core = container_of(hw, struct fakehw_rknn, hw);

	memset(core->regs, 0, sizeof(core->regs));
}

static const struct fakehw_ops fakehw_rknn_ops = {
	.read = fakehw_rknn_read,
	.write = fakehw_rknn_write,
	.reset = fakehw_rknn_reset,
	.job_done = fakehw_rknn_job_done,
	.line_level = fakehw_rknn_line_level,
};

#define RKNN_DESC(_name) {					\
	.name = (_name),					\
	.compatible = RKNN_COMPATIBLE,				\
	.ops = &fakehw_rknn_ops,				\
	.window_names = { "pc", "cna", "core" },		\
	.window_sizes = { WINDOW_SIZE, WINDOW_SIZE, WINDOW_SIZE }, \
	.num_windows = NUM_WINDOWS,				\
	.num_lines = 1,						\
	.queue_names = { [QUEUE_NPU] = "npu" },			\
	.num_queues = NUM_QUEUES,				\
	.dma_bits = 40,						\
	.has_clk = true,					\
	.reset_names = { "srst_a", "srst_h" },			\
	.num_resets = 2,					\
}

static const struct fakehw_desc fakehw_rknn_descs[] = {
	RKNN_DESC("fakehw-rknn0"),
	RKNN_DESC("fakehw-rknn1"),
	RKNN_DESC("fakehw-rknn2"),
};

static struct fakehw_rknn fakehw_rknn_cores[ARRAY_SIZE(fakehw_rknn_descs)];

static void fakehw_rknn_detached(struct device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fakehw_rknn_cores); i++) {
		if (fakehw_rknn_cores[i].hw.np == dev->of_node)
			fakehw_detached(&fakehw_rknn_cores[i].hw);
	}
}

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Create emulated RKNN cores (default: no)");

static uint cores = 1;
module_param(cores, uint, 0444);
MODULE_PARM_DESC(cores, "How many (default: 1)");

/* The driver counts the nodes of all cores when it probes the first one. */
static int __init fakehw_rocket_init(void)
{
	unsigned int i, num = min(cores, ARRAY_SIZE(fakehw_rknn_cores));
	struct fakehw *hws[ARRAY_SIZE(fakehw_rknn_cores)];
	int ret;

	if (!enable)
		return 0;

	ret = fakehw_iommu_register(RKNN_COMPATIBLE, fakehw_rknn_detached);
	if (ret)
		return ret;

	for (i = 0; i < num; i++) {
		fakehw_rknn_cores[i].hw.desc = &fakehw_rknn_descs[i];
		hws[i] = &fakehw_rknn_cores[i].hw;
	}

	return fakehw_register_all(hws, num);
}
late_initcall(fakehw_rocket_init);
