/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DRM_FAKEHW_H
#define DRM_FAKEHW_H

#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/notifier.h>
#include <linux/of.h>
#include <linux/reset-controller.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct clk_hw;
struct device;
struct fakehw;
struct platform_device;

#define FAKEHW_MAX_WINDOWS	4
#define FAKEHW_MAX_LINES	4
#define FAKEHW_MAX_QUEUES	8
#define FAKEHW_MAX_PARTNERS	4
#define FAKEHW_MAX_RESETS	2

/**
 * enum fakehw_knob - what a tester can change while the device is in use
 * @FAKEHW_COMPLETE: jobs complete; otherwise they hang
 * @FAKEHW_LATENCY_US: time from the start of a job to its completion
 * @FAKEHW_PROGRESS: registers that show progress move while a job runs
 * @FAKEHW_BUSY_US: time that operations take which the driver polls for
 * @FAKEHW_VANISH: the device has been pulled out
 * @FAKEHW_HOLD_IRQ: interrupts do not leave the device
 * @FAKEHW_LATE_IRQ_US: let held interrupts go this long after unbind begins
 * @FAKEHW_NEIGHBOUR_US: period of interrupts of other devices on the same line
 * @FAKEHW_NUM_KNOBS: number of knobs
 */
enum fakehw_knob {
	FAKEHW_COMPLETE,
	FAKEHW_LATENCY_US,
	FAKEHW_PROGRESS,
	FAKEHW_BUSY_US,
	FAKEHW_VANISH,
	FAKEHW_HOLD_IRQ,
	FAKEHW_LATE_IRQ_US,
	FAKEHW_NEIGHBOUR_US,
	FAKEHW_NUM_KNOBS,
};

/**
 * struct fakehw_ops - what is different in each emulated device
 *
 * All callbacks run in any context with interrupts off and the lock of the
 * device held: they must not sleep or allocate.
 */
struct fakehw_ops {
	/** @read: Return the value of the register at @offset of @window. */
	u32 (*read)(struct fakehw *hw, unsigned int window, u32 offset);

	/** @write: Take a write to the register at @offset of @window. */
	void (*write)(struct fakehw *hw, unsigned int window, u32 offset,
		      u32 val);

	/** @reset: Bring all registers to their power-on state. */
	void (*reset)(struct fakehw *hw);

	/**
	 * @job_done: The job of @queue has completed: set the status bits
	 * from which @line_level computes the interrupt.
	 */
	void (*job_done)(struct fakehw *hw, unsigned int queue);

	/** @line_level: Does the device assert interrupt @line? */
	bool (*line_level)(struct fakehw *hw, unsigned int line);

	/** @fetching: Does the device read memory without a job? Optional. */
	bool (*fetching)(struct fakehw *hw);
};

/**
 * struct fakehw_desc - constant description of an emulated device
 * @name: name of the platform device and of the debugfs directory
 * @compatible: device tree compatible string that the driver matches
 * @ops: behaviour
 * @window_names: resource names of the register windows
 * @window_sizes: their sizes, at most 64 KiB each
 * @num_windows: number of register windows
 * @line_names: resource names of the interrupt lines, if the driver wants names
 * @num_lines: number of interrupt lines
 * @queue_names: names of the hardware queues, for the counters
 * @num_queues: number of hardware queues
 * @dma_bits: width of the DMA mask
 * @has_clk: the driver takes a clock, whatever its name, which must be enabled
 *	while it accesses registers
 * @clk_in_node: it takes all clocks that the device tree node names, so name that one
 * @reset_names: names of the reset lines, each of which resets the whole device
 * @num_resets: number of reset lines
 * @partners: names of further devices without which the driver does not use this
 *	one; when it lets go of one of them, it lets go of all
 */
struct fakehw_desc {
	const char *name;
	const char *compatible;
	const struct fakehw_ops *ops;
	const char *window_names[FAKEHW_MAX_WINDOWS];
	u32 window_sizes[FAKEHW_MAX_WINDOWS];
	unsigned int num_windows;
	const char *line_names[FAKEHW_MAX_LINES];
	unsigned int num_lines;
	const char *queue_names[FAKEHW_MAX_QUEUES];
	unsigned int num_queues;
	unsigned int dma_bits;
	bool has_clk;
	bool clk_in_node;
	const char *reset_names[FAKEHW_MAX_RESETS];
	unsigned int num_resets;
	const char *partners[FAKEHW_MAX_PARTNERS];
};

/**
 * struct fakehw_window - one register window
 * @hw: the device
 * @idx: index in &fakehw_desc.window_names
 * @tombstone: mapping that catches accesses while no driver is bound
 */
struct fakehw_window {
	struct fakehw *hw;
	unsigned int idx;
	void __iomem *tombstone;
};

/**
 * struct fakehw_line - one interrupt line
 * @hw: the device
 * @idx: hardware interrupt number
 * @virq: Linux interrupt number
 * @masked: the interrupt controller masks the line
 * @held: an interrupt waits for the release of %FAKEHW_HOLD_IRQ
 * @posted: an interrupt is on its way, whatever the line does now
 * @timer: delivers the interrupt
 */
struct fakehw_line {
	struct fakehw *hw;
	unsigned int idx;
	unsigned int virq;
	bool masked;
	bool held;
	bool posted;
	struct hrtimer timer;
};

/**
 * struct fakehw_queue - one hardware queue, which runs one job at a time
 * @hw: the device
 * @idx: index in &fakehw_desc.queue_names
 * @running: a job is on the hardware
 * @dma_stopped: the driver has stopped the bus accesses of the running job
 * @due: when the running job completes
 * @timer: completes the running job
 * @position: what registers that show progress read
 * @started: jobs started
 * @completed: jobs completed
 * @aborted: jobs that a reset or the removal of the device ended
 */
struct fakehw_queue {
	struct fakehw *hw;
	unsigned int idx;
	bool running;
	bool dma_stopped;
	ktime_t due;
	struct hrtimer timer;
	u32 position;
	u64 started;
	u64 completed;
	u64 aborted;
};

/**
 * struct fakehw_stats - counters of an emulated device
 * @reads: register reads
 * @writes: register writes
 * @stray: accesses while no driver was bound, or through the mapping of an
 *	earlier binding
 * @vanished: accesses after the device had been pulled out
 * @asleep: accesses while the clock was off
 * @irqs: interrupts delivered, without those of other devices
 * @irqs_late: of these, interrupts that had been held back
 * @irqs_neighbour: interrupts of other devices, for which the driver's handler was
 *	called as well
 * @resets: resets, those at the start of a binding included
 * @early_fences: fences that were signalled with -ENODEV by an unbind while jobs
 *	had access to memory, and address spaces that it took away then
 * @left_running: jobs that still had access to memory when the driver was gone
 * @left_awake: how often the clock was on when the driver was gone
 */
struct fakehw_stats {
	u64 reads;
	u64 writes;
	u64 stray;
	u64 vanished;
	u64 asleep;
	u64 irqs;
	u64 irqs_late;
	u64 irqs_neighbour;
	u64 resets;
	u64 early_fences;
	u64 left_running;
	u64 left_awake;
};

/**
 * struct fakehw - an emulated device
 *
 * To be embedded in the structure of the device, zeroed but for @desc, and
 * handed to fakehw_register(). It lives until the kernel ends.
 */
struct fakehw {
	/** @desc: description of the device */
	const struct fakehw_desc *desc;

	/** @lock: protects everything below */
	raw_spinlock_t lock;

	/** @slot: place in the address space of all emulated devices */
	unsigned int slot;
	/** @windows: register windows */
	struct fakehw_window windows[FAKEHW_MAX_WINDOWS];
	/** @lines: interrupt lines */
	struct fakehw_line lines[FAKEHW_MAX_LINES];
	/** @queues: hardware queues */
	struct fakehw_queue queues[FAKEHW_MAX_QUEUES];
	/** @late_timer: lets held interrupts go after the unbind has begun */
	struct hrtimer late_timer;
	/** @neighbour_timer: raises the interrupts of other devices */
	struct hrtimer neighbour_timer;
	/** @clk: the clock, if there is one */
	struct clk_hw *clk;

	/** @rcdev: the reset lines */
	struct reset_controller_dev rcdev;

	/** @knobs: see &enum fakehw_knob */
	u32 knobs[FAKEHW_NUM_KNOBS];
	/** @stats: counters */
	struct fakehw_stats stats;

	/** @bound: a driver is bound, or its probe runs */
	bool bound;
	/** @unbinding: the driver is being unbound */
	bool unbinding;
	/** @generation: counts bindings; part of each mapping's address */
	unsigned int generation;
	/** @np: device tree node of the device */
	struct device_node *np;
	/** @ocs: how the node was made */
	struct of_changeset ocs;
	/** @nb: tells about bind and unbind */
	struct notifier_block nb;
};

int fakehw_register(struct fakehw *hw);
int fakehw_register_all(struct fakehw * const *hws, unsigned int num);

void fakehw_job_start(struct fakehw *hw, unsigned int queue);
bool fakehw_job_stop(struct fakehw *hw, unsigned int queue);
void fakehw_stop_dma(struct fakehw *hw);
void fakehw_detached(struct fakehw *hw);
u32 fakehw_position(struct fakehw *hw, unsigned int queue);
ktime_t fakehw_busy_start(struct fakehw *hw);
bool fakehw_busy(struct fakehw *hw, ktime_t until);
void fakehw_reset(struct fakehw *hw);
void fakehw_update_lines(struct fakehw *hw);

/* fakehw_iommu.c */
int fakehw_iommu_register(const char *compatible, void (*detached)(struct device *dev));

#endif /* DRM_FAKEHW_H */
