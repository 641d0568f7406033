// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated Vivante GC2000 (3D) and GC320 (2D), two of the GPU cores of i.MX6Q,
 * for the etnaviv driver.
 */

/**
 * DOC: Emulated Vivante cores
 *
 * Enabled with ``fakehw_etnaviv.enable=1`` on the kernel command line. The driver
 * makes one DRM device of both cores; that is a platform device of its own,
 * ``etnaviv``, which the driver creates if it finds cores in the device tree when
 * it is initialised. The emulated ones come later, so it is created here.
 *
 * What the driver submits it leaves in memory, where the front end of a core, the
 * command processor, finds it: an idle front end goes round in a loop of WAIT and
 * LINK, which the driver replaces by a LINK to the new commands. So the emulated
 * front end really reads memory: whoever frees its buffers while it runs gets a
 * report from KASAN. Of the commands only those are carried out that lead it from
 * one to the next, and the write to GL.EVENT that ends a job. There the front end
 * waits until the job is over, for the queue ``fe`` has begun one; but for an event
 * behind which the front end stops, a synchronisation point.
 *
 * ``progress`` moves the address of the front end, ``busy_us`` is the time that a
 * reset takes.
 */

#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "../../etnaviv/cmdstream.xml.h"
#include "../../etnaviv/state.xml.h"
#include "../../etnaviv/state_hi.xml.h"
#include "fakehw.h"

/* In common.xml.h, with the names of the hardware's documentation. */
#define VIVANTE_GC320		0x320
#define VIVANTE_GC2000		0x2000
#define VIVANTE_FEATURE_3D	BIT(2)
#define VIVANTE_FEATURE_2D	BIT(9)
#define VIVANTE_FEATURE0_MC20	BIT(22)

#define VIVANTE_WINDOW_SIZE	0x4000
#define VIVANTE_NUM_REGS	(VIVANTE_WINDOW_SIZE / sizeof(u32))

/* How often a front end in its idle loop looks for commands: less and less. */
#define VIVANTE_MIN_WAIT_US	20
#define VIVANTE_MAX_WAIT_US	1000

/* What the driver pads with does nothing. */
#define VIVANTE_OP_PADDING	0

/* More commands than that without a WAIT are a loop that never ends. */
#define VIVANTE_MAX_COMMANDS	4096

/* How far apart the front end of a job that makes progress is each time. */
#define VIVANTE_STRIDE		32

#define VIVANTE_EVENTS		VIVS_HI_INTR_ACKNOWLEDGE_INTR_VEC__MASK

enum {
	QUEUE_FE,
	NUM_QUEUES,
};

enum fe_state {
	FE_STOPPED,
	FE_WAITING,	/* in its idle loop */
	FE_STALLED,	/* until a job is over */
};

/**
 * struct vivante_id - what a core says about itself
 * @model: type
 * @revision: revision of the type
 * @features: what it can do
 */
struct vivante_id {
	u32 model;
	u32 revision;
	u32 features;
};

/**
 * struct fakehw_vivante - an emulated core
 * @hw: what all emulated devices have
 * @id: what it says about itself
 * @fe_timer: ends the WAIT of the front end
 * @fe_state: what the front end does
 * @fe_address: its next command
 * @wait_address: its last WAIT
 * @wait_us: how long that took
 * @reads: how often its address was read
 * @event: event of the job that it waits for
 * @events: events that have happened and were not read yet
 * @reset_busy: until then no reset works, 0 after one that did
 * @regs: registers without a meaning of their own
 */
struct fakehw_vivante {
	struct fakehw hw;
	struct vivante_id id;
	struct hrtimer fe_timer;
	enum fe_state fe_state;
	u32 fe_address;
	u32 wait_address;
	u32 wait_us;
	u32 reads;
	u32 event;
	u32 events;
	ktime_t reset_busy;
	u32 regs[VIVANTE_NUM_REGS];
};

static struct fakehw_vivante *to_fakehw_vivante(struct fakehw *hw)
{
	return container_of(hw, struct fakehw_vivante, hw);
}

static u32 vivante_reg(struct fakehw_vivante *core, u32 offset)
{
	return core->regs[offset / sizeof(u32)];
}

/* Front end */

/* Memory below 2 GiB is seen through a window without a page table. */
static u32 vivante_fe_read(struct fakehw_vivante *core, u32 address)
{
	phys_addr_t pa = vivante_reg(core, VIVS_MC_MEMORY_BASE_ADDR_FE) + address;

	if (!pfn_valid(PHYS_PFN(pa)))
		return VIV_FE_END_HEADER_OP_END;

	return READ_ONCE(*(u32 *)__va(pa));
}

static u32 vivante_fe_opcode(u32 command)
{
	return command & VIV_FE_LOAD_STATE_HEADER_OP__MASK;
}

/* The one command of the driver that does something: an event. */
static void vivante_fe_event(struct fakehw_vivante *core, u32 value, u32 next)
{
	u32 event = BIT(FIELD_GET(VIVS_GL_EVENT_EVENT_ID__MASK, value));

	if (vivante_fe_opcode(next) == VIV_FE_END_HEADER_OP_END) {
		core->events |= event;
		return;
	}

	core->event = event;
	core->fe_state = FE_STALLED;
	fakehw_job_start(&core->hw, QUEUE_FE);
}

static void vivante_fe_load_state(struct fakehw_vivante *core, u32 command, u32 value)
{
	u32 reg = FIELD_GET(VIV_FE_LOAD_STATE_HEADER_OFFSET__MASK, command)
		  << VIV_FE_LOAD_STATE_HEADER_OFFSET__SHR;
	u32 count = FIELD_GET(VIV_FE_LOAD_STATE_HEADER_COUNT__MASK, command);

	/* Commands begin at multiples of 8. */
	core->fe_address += ALIGN((1 + count) * sizeof(u32), 8);
	if (reg == VIVS_GL_EVENT)
		vivante_fe_event(core, value, vivante_fe_read(core, core->fe_address));
}

static void vivante_fe_wait(struct fakehw_vivante *core)
{
	if (core->fe_address == core->wait_address)
		core->wait_us = min(2 * core->wait_us, VIVANTE_MAX_WAIT_US);
	else
		core->wait_us = VIVANTE_MIN_WAIT_US;

	core->wait_address = core->fe_address;
	core->fe_address += 8;
	core->fe_state = FE_WAITING;
	hrtimer_start(&core->fe_timer, us_to_ktime(core->wait_us), HRTIMER_MODE_REL_HARD);
}

/* Return: whether the front end goes on with the next command. */
static bool vivante_fe_step(struct fakehw_vivante *core)
{
	u32 command = vivante_fe_read(core, core->fe_address);
	u32 value = vivante_fe_read(core, core->fe_address + sizeof(u32));

	switch (vivante_fe_opcode(command)) {
	case VIV_FE_LOAD_STATE_HEADER_OP_LOAD_STATE:
		vivante_fe_load_state(core, command, value);
		return core->fe_state != FE_STALLED;
	case VIVANTE_OP_PADDING:
	case VIV_FE_NOP_HEADER_OP_NOP:
	case VIV_FE_STALL_HEADER_OP_STALL:
		core->fe_address += 8;
		return true;
	case VIV_FE_LINK_HEADER_OP_LINK:
		core->fe_address = value;
		return true;
	case VIV_FE_WAIT_HEADER_OP_WAIT:
		vivante_fe_wait(core);
		return false;
	case VIV_FE_END_HEADER_OP_END:
		core->fe_address += 8;
		core->fe_state = FE_STOPPED;
		return false;
	default:
		core->fe_state = FE_STOPPED;
		return false;
	}
}

static void vivante_fe_run(struct fakehw_vivante *core)
{
	unsigned int i;

	for (i = 0; i < VIVANTE_MAX_COMMANDS; i++) {
		if (!vivante_fe_step(core))
			return;
	}

	core->fe_state = FE_STOPPED;
}

static enum hrtimer_restart vivante_fe_fire(struct hrtimer *timer)
{
	struct fakehw_vivante *core = container_of(timer, struct fakehw_vivante, fe_timer);

	scoped_guard(raw_spinlock_irqsave, &core->hw.lock) {
		if (core->fe_state == FE_WAITING && !core->hw.knobs[FAKEHW_VANISH])
			vivante_fe_run(core);
		fakehw_update_lines(&core->hw);
	}

	return HRTIMER_NORESTART;
}

/* While it is stopped the driver takes for granted that this is behind an END. */
static u32 vivante_fe_position(struct fakehw_vivante *core)
{
	if (core->fe_state == FE_STOPPED)
		return core->fe_address - 2;

	/* Round in its loop; the driver reads twice each time. */
	if (core->fe_state == FE_WAITING)
		return core->fe_address + (core->reads++ & 2 ? 8 : 0);

	return core->fe_address +
	       VIVANTE_STRIDE * fakehw_position(&core->hw, QUEUE_FE);
}

/* Registers */

static bool vivante_idle(struct fakehw_vivante *core)
{
	return core->fe_state != FE_STALLED &&
	       !fakehw_busy(&core->hw, core->reset_busy);
}

static u32 vivante_idle_state(struct fakehw_vivante *core)
{
	u32 val = ~VIVS_HI_IDLE_STATE_AXI_LP;

	if (core->fe_state != FE_STOPPED)
		val &= ~VIVS_HI_IDLE_STATE_FE;
	if (!vivante_idle(core))
		val &= ~(VIVS_HI_IDLE_STATE_FE | VIVS_HI_IDLE_STATE_PE);

	return val;
}

static u32 vivante_clock_control(struct fakehw_vivante *core)
{
	u32 val = vivante_reg(core, VIVS_HI_CLOCK_CONTROL);

	val &= ~(VIVS_HI_CLOCK_CONTROL_IDLE_2D | VIVS_HI_CLOCK_CONTROL_IDLE_3D);
	if (vivante_idle(core))
		val |= VIVS_HI_CLOCK_CONTROL_IDLE_2D | VIVS_HI_CLOCK_CONTROL_IDLE_3D;

	return val;
}

static u32 vivante_read(struct fakehw *hw, unsigned int window, u32 offset)
{
	struct fakehw_vivante *core = to_fakehw_vivante(hw);
	u32 val = vivante_reg(core, offset);

	switch (offset) {
	case VIVS_HI_CLOCK_CONTROL:
		return vivante_clock_control(core);
	case VIVS_HI_IDLE_STATE:
		return vivante_idle_state(core);
	case VIVS_HI_INTR_ACKNOWLEDGE:
		val = core->events;
		core->events = 0;
		return val;
	case VIVS_HI_CHIP_FEATURE:
		return core->id.features;
	case VIVS_HI_CHIP_MODEL:
		return core->id.model;
	case VIVS_HI_CHIP_REV:
		return core->id.revision;
	case VIVS_HI_CHIP_MINOR_FEATURE_0:
		return VIVANTE_FEATURE0_MC20;
	case VIVS_FE_DMA_ADDRESS:
		return vivante_fe_position(core);
	default:
		return val;
	}
}

/* The driver repeats a reset that has not worked at once. */
static void vivante_soft_reset(struct fakehw_vivante *core)
{
	if (!core->reset_busy)
		core->reset_busy = fakehw_busy_start(&core->hw);
	if (!fakehw_busy(&core->hw, core->reset_busy))
		core->reset_busy = 0;

	fakehw_reset(&core->hw);
}

static void vivante_write(struct fakehw *hw, unsigned int window, u32 offset, u32 val)
{
	struct fakehw_vivante *core = to_fakehw_vivante(hw);

	if (offset == VIVS_HI_CLOCK_CONTROL && val & VIVS_HI_CLOCK_CONTROL_SOFT_RESET)
		vivante_soft_reset(core);

	core->regs[offset / sizeof(u32)] = val;

	if (offset == VIVS_FE_COMMAND_CONTROL && val & VIVS_FE_COMMAND_CONTROL_ENABLE) {
		core->fe_address = ALIGN_DOWN(vivante_reg(core, VIVS_FE_COMMAND_ADDRESS), 8);
		vivante_fe_run(core);
	}
}

static void vivante_reset(struct fakehw *hw)
{
	struct fakehw_vivante *core = to_fakehw_vivante(hw);

	memset(core->regs, 0, sizeof(core->regs));
	core->fe_state = FE_STOPPED;
	core->fe_address = 0;
	core->wait_address = 0;
	core->events = 0;
}

static void vivante_job_done(struct fakehw *hw, unsigned int queue)
{
	struct fakehw_vivante *core = to_fakehw_vivante(hw);

	core->events |= core->event;
	core->fe_state = FE_WAITING;
	vivante_fe_run(core);
}

static bool vivante_line_level(struct fakehw *hw, unsigned int line)
{
	struct fakehw_vivante *core = to_fakehw_vivante(hw);

	return core->events & vivante_reg(core, VIVS_HI_INTR_ENBL) & VIVANTE_EVENTS;
}

static bool vivante_fetching(struct fakehw *hw)
{
	return to_fakehw_vivante(hw)->fe_state == FE_WAITING &&
	       !hw->knobs[FAKEHW_VANISH];
}

static const struct fakehw_ops vivante_ops = {
	.read = vivante_read,
	.write = vivante_write,
	.reset = vivante_reset,
	.job_done = vivante_job_done,
	.line_level = vivante_line_level,
	.fetching = vivante_fetching,
};

/* The cores */

#define VIVANTE_MASTER	"etnaviv"
#define VIVANTE_3D	"fakehw-gc2000"
#define VIVANTE_2D	"fakehw-gc320"

#define VIVANTE_DESC(_name, _partner) {				\
	.name = (_name),					\
	.compatible = "vivante,gc",				\
	.ops = &vivante_ops,					\
	.window_names = { "gpu" },				\
	.window_sizes = { VIVANTE_WINDOW_SIZE },		\
	.num_windows = 1,					\
	.num_lines = 1,						\
	.queue_names = { [QUEUE_FE] = "fe" },			\
	.num_queues = NUM_QUEUES,				\
	.dma_bits = 32,						\
	.has_clk = true,					\
	.partners = { VIVANTE_MASTER, (_partner) },		\
}

static const struct fakehw_desc vivante_3d_desc = VIVANTE_DESC(VIVANTE_3D, VIVANTE_2D);
static const struct fakehw_desc vivante_2d_desc = VIVANTE_DESC(VIVANTE_2D, VIVANTE_3D);

static struct fakehw_vivante vivante_cores[] = {
	{
		.hw.desc = &vivante_3d_desc,
		.id = {
			.model = VIVANTE_GC2000,
			.revision = 0x5108,
			.features = VIVANTE_FEATURE_3D,
		},
	},
	{
		.hw.desc = &vivante_2d_desc,
		.id = {
			.model = VIVANTE_GC320,
			.revision = 0x5007,
			.features = VIVANTE_FEATURE_2D,
		},
	},
};

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Create the emulated Vivante cores (default: no)");

static int __init fakehw_etnaviv_init(void)
{
	struct platform_device *master;
	unsigned int i;
	int ret;

	for (i = 0; enable && i < ARRAY_SIZE(vivante_cores); i++) {
		hrtimer_setup(&vivante_cores[i].fe_timer, vivante_fe_fire, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
		ret = fakehw_register(&vivante_cores[i].hw);
		if (ret)
			return ret;
	}

	if (!enable)
		return 0;

	master = platform_device_register_simple(VIVANTE_MASTER, PLATFORM_DEVID_NONE,
						 NULL, 0);
	return PTR_ERR_OR_ZERO(master);
}
late_initcall(fakehw_etnaviv_init);
