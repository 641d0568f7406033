// SPDX-License-Identifier: GPL-2.0
/*
 * Emulated devices on which the kernel's unmodified DRM drivers probe in User
 * Mode Linux.
 */

/**
 * DOC: Emulated hardware
 *
 * Hot-unplug cannot be tested without a device that hangs on demand and goes
 * away on demand. The emulated devices do that: register windows with just
 * enough behaviour for the driver to probe, to start jobs and to be told by
 * interrupt that a job has completed. They execute nothing and do no DMA.
 *
 * This file has what all of them share. A device is one more file with a
 * &struct fakehw_desc, in which &fakehw_ops is the behaviour of its registers.
 * It only appears with its ``enable`` parameter on the kernel command line,
 * for instance ``fakehw_v3d.enable=1``.
 *
 * Each device has a directory /sys/kernel/debug/fakehw/DEVICE. The knobs are
 * files there, read and written as numbers:
 *
 * complete (1)
 *	1: a job completes ``latency_us`` after its start. 0: it hangs, until 1
 *	is written here.
 * latency_us (1000)
 *	See ``complete``. The job really is on the hardware for that time.
 * progress (0)
 *	1: registers from which the driver tells progress move with each read
 *	while a job runs, so that a timeout handler which looks at them does
 *	not reset the device. 0: they stand still.
 * busy_us (0)
 *	For that long after an operation, status bits that the driver polls say
 *	that it has not ended. It makes resets, flushes and power transitions
 *	take time, so that other things can happen meanwhile.
 * vanish (0)
 *	1: the device is pulled out: reads answer all ones, writes are lost,
 *	jobs never complete, no interrupt is raised. 0: it is plugged in again,
 *	freshly reset.
 * hold_irq (0)
 *	1: interrupts do not leave the device, while the status registers do
 *	show what happened. On the change to 0 a held interrupt is delivered,
 *	even if the driver has masked its source in the meantime: it was
 *	already on its way, and another device on a shared line could raise one
 *	at that moment as well.
 * late_irq_us (0)
 *	N > 0: ``hold_irq`` becomes 0 by itself, N us after the driver core has
 *	begun to unbind the driver.
 * neighbour_us (0)
 *	N > 0: every N us, another device that shares the interrupt lines raises
 *	an interrupt, also while this device has vanished.
 *
 * Knobs keep their values over unbind and bind, but a device is freshly reset
 * when a driver is bound to it.
 *
 * The file ``stats`` there has one ``name value`` pair per line: the members
 * of &struct fakehw_stats, and for each queue the members ``running``,
 * ``started``, ``completed`` and ``aborted`` of &struct fakehw_queue as
 * ``QUEUE.running`` and so on. Counters are never cleared; a tester takes
 * differences.
 */

#include <linux/clk-provider.h>
#include <linux/clkdev.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/logic_iomem.h>
#include <linux/platform_device.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

#include <trace/events/dma_fence.h>

#include "fakehw.h"

/*
 * All devices share one region, because the callback that maps a region is not
 * told which region it is asked for.
 */
#define FAKEHW_BASE		0xd0000000
#define FAKEHW_WINDOW_SHIFT	16
#define FAKEHW_WINDOW_SIZE	SZ_64K
#define FAKEHW_SLOT_SHIFT	(FAKEHW_WINDOW_SHIFT + 2)
#define FAKEHW_MAX_SLOTS	16

static_assert(FAKEHW_MAX_WINDOWS << FAKEHW_WINDOW_SHIFT <= 1U << FAKEHW_SLOT_SHIFT);

/* A mapped area has room for this many windows, see fakehw_map(). */
#define FAKEHW_GENERATIONS	(SZ_16M >> FAKEHW_WINDOW_SHIFT)

/* A line that stays asserted is left to the timer after so many interrupts. */
#define FAKEHW_MAX_REPEATS	16

/* Any will do. */
#define FAKEHW_CLK_RATE		100000000

/* Nodes that are referred to: the first number; there is no other device tree. */
#define FAKEHW_PHANDLE		1

/* Accesses that should not happen are reported with their stack, but only a few. */
#define FAKEHW_MAX_REPORTS	4

static struct resource fakehw_res =
	DEFINE_RES_MEM_NAMED(FAKEHW_BASE, FAKEHW_MAX_SLOTS << FAKEHW_SLOT_SHIFT,
			     "fakehw");
static struct fakehw *fakehw_slots[FAKEHW_MAX_SLOTS];
static unsigned int fakehw_num_slots;
static struct dentry *fakehw_debugfs;

static const char * const fakehw_knob_names[FAKEHW_NUM_KNOBS] = {
	[FAKEHW_COMPLETE] = "complete",
	[FAKEHW_LATENCY_US] = "latency_us",
	[FAKEHW_PROGRESS] = "progress",
	[FAKEHW_BUSY_US] = "busy_us",
	[FAKEHW_VANISH] = "vanish",
	[FAKEHW_HOLD_IRQ] = "hold_irq",
	[FAKEHW_LATE_IRQ_US] = "late_irq_us",
	[FAKEHW_NEIGHBOUR_US] = "neighbour_us",
};

/* Interrupts */

static bool fakehw_line_wants(struct fakehw_line *line)
{
	struct fakehw *hw = line->hw;

	return !hw->knobs[FAKEHW_VANISH] && !line->masked &&
	       hw->desc->ops->line_level(hw, line->idx);
}

static void fakehw_line_start(struct fakehw_line *line)
{
	if (!hrtimer_is_queued(&line->timer))
		hrtimer_start(&line->timer, 0, HRTIMER_MODE_REL_HARD);
}

/**
 * fakehw_update_lines - status bits of interrupts may have changed
 * @hw: the device
 *
 * For changes that are not made in a register write or by fakehw_ops.job_done.
 * Does not deliver in the caller's context: a register access must not end up
 * in the interrupt handler of the driver that made it.
 */
void fakehw_update_lines(struct fakehw *hw)
{
	unsigned int i;

	lockdep_assert_held(&hw->lock);

	for (i = 0; i < hw->desc->num_lines; i++) {
		struct fakehw_line *line = &hw->lines[i];

		if (!fakehw_line_wants(line))
			continue;

		if (hw->knobs[FAKEHW_HOLD_IRQ])
			line->held = true;
		else
			fakehw_line_start(line);
	}
}

static void fakehw_release_lines(struct fakehw *hw)
{
	unsigned int i;

	lockdep_assert_held(&hw->lock);

	for (i = 0; i < hw->desc->num_lines; i++) {
		struct fakehw_line *line = &hw->lines[i];

		if (!line->held)
			continue;

		line->held = false;
		line->posted = true;
		fakehw_line_start(line);
	}
}

static bool fakehw_line_take(struct fakehw_line *line)
{
	struct fakehw *hw = line->hw;

	guard(raw_spinlock_irqsave)(&hw->lock);

	if (line->posted) {
		line->posted = false;
		hw->stats.irqs_late++;
	} else if (hw->knobs[FAKEHW_HOLD_IRQ] || !fakehw_line_wants(line)) {
		return false;
	}

	hw->stats.irqs++;

	return true;
}

/*
 * To be called from a timer. The handler may serve one source at a time, and is
 * called again at once as long as there is another: the next run of the timer
 * may be a tick away, when all sources would be pending again.
 */
static void fakehw_deliver(struct fakehw *hw)
{
	unsigned int i, j;

	for (i = 0; i < hw->desc->num_lines; i++) {
		struct fakehw_line *line = &hw->lines[i];

		for (j = 0; j < FAKEHW_MAX_REPEATS && fakehw_line_take(line); j++)
			generic_handle_irq(line->virq);
	}
}

static enum hrtimer_restart fakehw_line_fire(struct hrtimer *timer)
{
	fakehw_deliver(container_of(timer, struct fakehw_line, timer)->hw);

	return HRTIMER_NORESTART;
}

static void fakehw_irq_mask(struct irq_data *data)
{
	struct fakehw_line *line = irq_data_get_irq_chip_data(data);

	guard(raw_spinlock_irqsave)(&line->hw->lock);
	line->masked = true;
}

static void fakehw_irq_unmask(struct irq_data *data)
{
	struct fakehw_line *line = irq_data_get_irq_chip_data(data);

	guard(raw_spinlock_irqsave)(&line->hw->lock);
	line->masked = false;
	fakehw_update_lines(line->hw);
}

/* Level triggered, which the simulator in kernel/irq/irq_sim.c is not */
static struct irq_chip fakehw_irq_chip = {
	.name		= "fakehw",
	.irq_mask	= fakehw_irq_mask,
	.irq_unmask	= fakehw_irq_unmask,
};

static int fakehw_irq_map(struct irq_domain *domain, unsigned int virq,
			  irq_hw_number_t hwirq)
{
	struct fakehw *hw = domain->host_data;

	irq_set_chip_and_handler(virq, &fakehw_irq_chip, handle_level_irq);
	irq_set_chip_data(virq, &hw->lines[hwirq]);
	irq_modify_status(virq, IRQ_NOREQUEST | IRQ_NOAUTOEN, IRQ_NOPROBE);

	return 0;
}

static const struct irq_domain_ops fakehw_irq_domain_ops = {
	.map = fakehw_irq_map,
};

static enum hrtimer_restart fakehw_late_fire(struct hrtimer *timer)
{
	struct fakehw *hw = container_of(timer, struct fakehw, late_timer);

	scoped_guard(raw_spinlock_irqsave, &hw->lock) {
		hw->knobs[FAKEHW_HOLD_IRQ] = 0;
		fakehw_release_lines(hw);
	}
	fakehw_deliver(hw);

	return HRTIMER_NORESTART;
}

static void fakehw_start_neighbour(struct fakehw *hw)
{
	u32 us = hw->knobs[FAKEHW_NEIGHBOUR_US];

	if (us)
		hrtimer_start(&hw->neighbour_timer, us_to_ktime(us),
			      HRTIMER_MODE_REL_HARD);
}

static enum hrtimer_restart fakehw_neighbour_fire(struct hrtimer *timer)
{
	struct fakehw *hw = container_of(timer, struct fakehw, neighbour_timer);
	unsigned int i;
	bool deliver;

	for (i = 0; i < hw->desc->num_lines; i++) {
		scoped_guard(raw_spinlock_irqsave, &hw->lock) {
			deliver = hw->knobs[FAKEHW_NEIGHBOUR_US] &&
				  !hw->lines[i].masked;
			hw->stats.irqs_neighbour += deliver;
		}
		if (deliver)
			generic_handle_irq(hw->lines[i].virq);
	}

	scoped_guard(raw_spinlock_irqsave, &hw->lock)
		fakehw_start_neighbour(hw);

	return HRTIMER_NORESTART;
}

/* Jobs */

static void fakehw_schedule_done(struct fakehw *hw, struct fakehw_queue *queue)
{
	u32 latency = hw->knobs[FAKEHW_LATENCY_US];

	if (!hw->knobs[FAKEHW_COMPLETE]) {
		queue->due = KTIME_MAX;
		return;
	}

	queue->due = ktime_add_us(ktime_get(), latency);
	hrtimer_start(&queue->timer, us_to_ktime(latency), HRTIMER_MODE_REL_HARD);
}

/**
 * fakehw_job_start - a register write has started a job
 * @hw: the device
 * @queue: the queue
 *
 * A job that already runs there is replaced.
 */
void fakehw_job_start(struct fakehw *hw, unsigned int queue)
{
	struct fakehw_queue *q = &hw->queues[queue];

	lockdep_assert_held(&hw->lock);

	if (q->running)
		q->aborted++;

	q->running = true;
	q->dma_stopped = false;
	q->started++;
	fakehw_schedule_done(hw, q);
}

/**
 * fakehw_job_stop - a register write has stopped the running job
 * @hw: the device
 * @queue: the queue
 *
 * Return: whether there was one.
 */
bool fakehw_job_stop(struct fakehw *hw, unsigned int queue)
{
	struct fakehw_queue *q = &hw->queues[queue];

	lockdep_assert_held(&hw->lock);

	if (!q->running)
		return false;

	q->running = false;
	q->aborted++;

	return true;
}

static enum hrtimer_restart fakehw_queue_fire(struct hrtimer *timer)
{
	struct fakehw_queue *q = container_of(timer, struct fakehw_queue, timer);
	struct fakehw *hw = q->hw;

	scoped_guard(raw_spinlock_irqsave, &hw->lock) {
		/* The job for which the timer was started may be gone already. */
		if (!q->running || ktime_before(ktime_get(), q->due))
			return HRTIMER_NORESTART;

		q->running = false;
		q->completed++;
		hw->desc->ops->job_done(hw, q->idx);
		fakehw_update_lines(hw);
	}
	fakehw_deliver(hw);

	return HRTIMER_NORESTART;
}

static unsigned int fakehw_count_dma(struct fakehw *hw)
{
	unsigned int i, num = 0;

	lockdep_assert_held(&hw->lock);

	for (i = 0; i < hw->desc->num_queues; i++)
		num += hw->queues[i].running && !hw->queues[i].dma_stopped;

	return num;
}

/*
 * Memory is free once a fence says so. While a device is unbound, it must not
 * say so before the device has stopped.
 */
static void fakehw_fence_signaled(void *data, struct dma_fence *fence)
{
	struct fakehw *hw = data;

	if (fence->error != -ENODEV)
		return;

	guard(raw_spinlock_irqsave)(&hw->lock);
	if (hw->unbinding && fakehw_count_dma(hw))
		hw->stats.early_fences++;
}

/**
 * fakehw_stop_dma - the driver has stopped the bus accesses of the device
 * @hw: the device
 *
 * Jobs that run have no access to memory from now on.
 */
void fakehw_stop_dma(struct fakehw *hw)
{
	unsigned int i;

	lockdep_assert_held(&hw->lock);

	for (i = 0; i < hw->desc->num_queues; i++)
		hw->queues[i].dma_stopped = true;
}

/**
 * fakehw_detached - the address space that jobs of the device use has been taken away
 * @hw: the device
 */
void fakehw_detached(struct fakehw *hw)
{
	/* A timeout handler of the driver may do it before it resets the device. */
	if (current_work())
		return;

	guard(raw_spinlock_irqsave)(&hw->lock);
	if (hw->unbinding && fakehw_count_dma(hw))
		hw->stats.early_fences++;
}

/**
 * fakehw_position - value of a register that shows progress
 * @hw: the device
 * @queue: the queue
 *
 * Return: a number that differs from the last one if a job runs on @queue and
 * %FAKEHW_PROGRESS is set.
 */
u32 fakehw_position(struct fakehw *hw, unsigned int queue)
{
	struct fakehw_queue *q = &hw->queues[queue];

	lockdep_assert_held(&hw->lock);

	if (q->running && hw->knobs[FAKEHW_PROGRESS])
		q->position++;

	return q->position;
}

/**
 * fakehw_busy_start - an operation that the driver will wait for has begun
 * @hw: the device
 *
 * Return: when it will end, for fakehw_busy().
 */
ktime_t fakehw_busy_start(struct fakehw *hw)
{
	lockdep_assert_held(&hw->lock);

	return ktime_add_us(ktime_get(), hw->knobs[FAKEHW_BUSY_US]);
}

/**
 * fakehw_busy - has an operation not ended yet?
 * @hw: the device
 * @until: what fakehw_busy_start() returned, or 0
 *
 * Return: whether status bits of the operation are to say "busy".
 */
bool fakehw_busy(struct fakehw *hw, ktime_t until)
{
	lockdep_assert_held(&hw->lock);

	return hw->knobs[FAKEHW_BUSY_US] && ktime_before(ktime_get(), until);
}

static void fakehw_abort(struct fakehw *hw)
{
	unsigned int i;

	for (i = 0; i < hw->desc->num_queues; i++) {
		struct fakehw_queue *q = &hw->queues[i];

		if (q->running)
			q->aborted++;
		q->running = false;
	}

	for (i = 0; i < hw->desc->num_lines; i++) {
		hw->lines[i].held = false;
		hw->lines[i].posted = false;
	}
}

/**
 * fakehw_reset - reset the device
 * @hw: the device
 *
 * Running jobs are gone, and all registers have their power-on values.
 */
void fakehw_reset(struct fakehw *hw)
{
	lockdep_assert_held(&hw->lock);

	hw->stats.resets++;
	fakehw_abort(hw);
	hw->desc->ops->reset(hw);
}

/* Registers */

/*
 * Count the access. Return whether the device answers; @wrong says what is wrong
 * with the access, if anything.
 */
static bool fakehw_access(struct fakehw *hw, unsigned int offset,
			  const char **wrong)
{
	unsigned int generation = offset >> FAKEHW_WINDOW_SHIFT;

	lockdep_assert_held(&hw->lock);

	*wrong = NULL;
	if (!hw->bound || generation != hw->generation % FAKEHW_GENERATIONS) {
		hw->stats.stray++;
		*wrong = hw->bound ? "a mapping of an earlier binding" :
				     "no driver bound";
		return false;
	}

	if (hw->knobs[FAKEHW_VANISH]) {
		hw->stats.vanished++;
		return false;
	}

	if (hw->clk && !clk_hw_is_enabled(hw->clk)) {
		hw->stats.asleep++;
		*wrong = "clock off";
	}

	return true;
}

static void fakehw_report(struct fakehw_window *win, unsigned int offset,
			  const char *what, const char *wrong)
{
	static atomic_t reports = ATOMIC_INIT(FAKEHW_MAX_REPORTS);
	struct fakehw *hw = win->hw;

	if (!wrong || atomic_dec_if_positive(&reports) < 0)
		return;

	pr_err("%s: stray %s at %s+0x%x: %s\n", hw->desc->name, what,
	       hw->desc->window_names[win->idx],
	       offset & (FAKEHW_WINDOW_SIZE - 1), wrong);
	dump_stack();
}

static unsigned long fakehw_read(void *priv, unsigned int offset, int size)
{
	struct fakehw_window *win = priv;
	struct fakehw *hw = win->hw;
	unsigned long val = ~0UL;
	const char *wrong;

	WARN_ONCE(size != 4, "%s: %d byte read\n", hw->desc->name, size);

	scoped_guard(raw_spinlock_irqsave, &hw->lock) {
		hw->stats.reads++;
		if (fakehw_access(hw, offset, &wrong))
			val = hw->desc->ops->read(hw, win->idx,
						  offset & (FAKEHW_WINDOW_SIZE - 1));
	}

	fakehw_report(win, offset, "read", wrong);

	return val;
}

static void fakehw_write(void *priv, unsigned int offset, int size,
			 unsigned long val)
{
	struct fakehw_window *win = priv;
	struct fakehw *hw = win->hw;
	const char *wrong;

	WARN_ONCE(size != 4, "%s: %d byte write\n", hw->desc->name, size);

	scoped_guard(raw_spinlock_irqsave, &hw->lock) {
		hw->stats.writes++;
		if (fakehw_access(hw, offset, &wrong)) {
			hw->desc->ops->write(hw, win->idx,
					     offset & (FAKEHW_WINDOW_SIZE - 1), val);
			fakehw_update_lines(hw);
		}
	}

	fakehw_report(win, offset, "write", wrong);
}

static const struct logic_iomem_ops fakehw_iomem_ops = {
	.read = fakehw_read,
	.write = fakehw_write,
};

/*
 * Mappings of different bindings lie at different places in their area, so
 * that an access through a mapping which has been unmapped is recognised even
 * if the area is in use again.
 */
static long fakehw_map(unsigned long offset, size_t size,
		       const struct logic_iomem_ops **ops, void **priv)
{
	unsigned int slot = offset >> FAKEHW_SLOT_SHIFT;
	unsigned int idx = (offset >> FAKEHW_WINDOW_SHIFT) % FAKEHW_MAX_WINDOWS;
	unsigned int start = offset & (FAKEHW_WINDOW_SIZE - 1);
	struct fakehw *hw = fakehw_slots[slot];

	if (!hw || idx >= hw->desc->num_windows ||
	    start + size > hw->desc->window_sizes[idx])
		return -EINVAL;

	*ops = &fakehw_iomem_ops;
	*priv = &hw->windows[idx];

	return ((hw->generation % FAKEHW_GENERATIONS) << FAKEHW_WINDOW_SHIFT) +
	       start;
}

static const struct logic_iomem_region_ops fakehw_region_ops = {
	.map = fakehw_map,
};

static resource_size_t fakehw_window_start(struct fakehw *hw, unsigned int idx)
{
	return FAKEHW_BASE + (hw->slot << FAKEHW_SLOT_SHIFT) +
	       (idx << FAKEHW_WINDOW_SHIFT);
}

/* Binding */

static void fakehw_bind(struct fakehw *hw)
{
	unsigned int i;

	for (i = 0; i < hw->desc->num_windows; i++) {
		if (hw->windows[i].tombstone)
			iounmap(hw->windows[i].tombstone);
		hw->windows[i].tombstone = NULL;
	}

	guard(raw_spinlock_irqsave)(&hw->lock);
	hw->generation++;
	hw->bound = true;
	fakehw_reset(hw);
}

static void fakehw_unbind(struct fakehw *hw)
{
	guard(raw_spinlock_irqsave)(&hw->lock);

	hw->unbinding = true;
	if (hw->knobs[FAKEHW_LATE_IRQ_US])
		hrtimer_start(&hw->late_timer,
			      us_to_ktime(hw->knobs[FAKEHW_LATE_IRQ_US]),
			      HRTIMER_MODE_REL_HARD);
}

static void fakehw_let_go(struct fakehw *hw)
{
	const struct fakehw_ops *ops = hw->desc->ops;

	guard(raw_spinlock_irqsave)(&hw->lock);

	if (!hw->bound)
		return;

	hw->bound = false;
	hw->unbinding = false;
	hw->stats.left_running += fakehw_count_dma(hw) +
				  (ops->fetching && ops->fetching(hw));
	hw->stats.left_awake += hw->clk && clk_hw_is_enabled(hw->clk);
}

static void fakehw_unbound(struct fakehw *hw)
{
	unsigned int i;

	fakehw_let_go(hw);

	/*
	 * The driver's mappings are gone. Take the areas they had, which are
	 * the first free ones, so that accesses through stale pointers end up
	 * here and are counted.
	 */
	for (i = 0; i < hw->desc->num_windows; i++)
		hw->windows[i].tombstone = ioremap(fakehw_window_start(hw, i),
						   hw->desc->window_sizes[i]);
}

/* The driver comes to use the device, or stops to, because of another one. */
static int fakehw_notify_partner(struct fakehw *hw, unsigned long action)
{
	switch (action) {
	case BUS_NOTIFY_BIND_DRIVER:
		scoped_guard(raw_spinlock_irqsave, &hw->lock) {
			if (!hw->bound)
				fakehw_reset(hw);
			hw->bound = true;
		}
		break;
	case BUS_NOTIFY_UNBIND_DRIVER:
		fakehw_unbind(hw);
		break;
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
	case BUS_NOTIFY_UNBOUND_DRIVER:
		fakehw_let_go(hw);
		break;
	}

	return NOTIFY_OK;
}

static int fakehw_notify(struct notifier_block *nb, unsigned long action,
			 void *data)
{
	struct fakehw *hw = container_of(nb, struct fakehw, nb);
	struct device *dev = data;
	unsigned int i;

	for (i = 0; i < FAKEHW_MAX_PARTNERS && hw->desc->partners[i]; i++) {
		if (!strcmp(dev_name(dev), hw->desc->partners[i]))
			return fakehw_notify_partner(hw, action);
	}

	if (dev->of_node != hw->np)
		return NOTIFY_DONE;

	switch (action) {
	case BUS_NOTIFY_BIND_DRIVER:
		fakehw_bind(hw);
		break;
	case BUS_NOTIFY_UNBIND_DRIVER:
		fakehw_unbind(hw);
		break;
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
	case BUS_NOTIFY_UNBOUND_DRIVER:
		if (!hw->windows[0].tombstone)
			fakehw_unbound(hw);
		break;
	}

	return NOTIFY_OK;
}

/* debugfs */

/**
 * struct fakehw_knob_file - what a knob's file refers to
 * @hw: the device
 * @knob: the knob
 */
struct fakehw_knob_file {
	struct fakehw *hw;
	enum fakehw_knob knob;
};

static int fakehw_knob_get(void *data, u64 *val)
{
	struct fakehw_knob_file *file = data;

	*val = file->hw->knobs[file->knob];
	return 0;
}

static int fakehw_knob_set(void *data, u64 val)
{
	struct fakehw_knob_file *file = data;
	struct fakehw *hw = file->hw;
	unsigned int i;
	u32 old;

	if (val > U32_MAX)
		return -ERANGE;

	guard(raw_spinlock_irqsave)(&hw->lock);

	old = hw->knobs[file->knob];
	hw->knobs[file->knob] = val;

	switch (file->knob) {
	case FAKEHW_COMPLETE:
		for (i = 0; i < hw->desc->num_queues && !old != !val; i++) {
			if (hw->queues[i].running)
				fakehw_schedule_done(hw, &hw->queues[i]);
		}
		break;
	case FAKEHW_VANISH:
		if (!old && val)
			fakehw_abort(hw);
		if (old && !val)
			fakehw_reset(hw);
		break;
	case FAKEHW_HOLD_IRQ:
		if (!val) {
			fakehw_release_lines(hw);
			fakehw_update_lines(hw);
		}
		break;
	case FAKEHW_NEIGHBOUR_US:
		fakehw_start_neighbour(hw);
		break;
	default:
		break;
	}

	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(fakehw_knob_fops, fakehw_knob_get, fakehw_knob_set,
			 "%llu\n");

static int fakehw_stats_show(struct seq_file *m, void *unused)
{
	struct fakehw *hw = m->private;
	const struct fakehw_stats *s = &hw->stats;
	unsigned int i;

	guard(raw_spinlock_irqsave)(&hw->lock);

	seq_printf(m, "bound %d\n", hw->bound);
	seq_printf(m, "reads %llu\n", s->reads);
	seq_printf(m, "writes %llu\n", s->writes);
	seq_printf(m, "stray %llu\n", s->stray);
	seq_printf(m, "vanished %llu\n", s->vanished);
	seq_printf(m, "asleep %llu\n", s->asleep);
	seq_printf(m, "irqs %llu\n", s->irqs);
	seq_printf(m, "irqs_late %llu\n", s->irqs_late);
	seq_printf(m, "irqs_neighbour %llu\n", s->irqs_neighbour);
	seq_printf(m, "resets %llu\n", s->resets);
	seq_printf(m, "early_fences %llu\n", s->early_fences);
	seq_printf(m, "left_running %llu\n", s->left_running);
	seq_printf(m, "left_awake %llu\n", s->left_awake);

	for (i = 0; i < hw->desc->num_queues; i++) {
		const struct fakehw_queue *q = &hw->queues[i];
		const char *name = hw->desc->queue_names[i];

		seq_printf(m, "%s.running %d\n", name, q->running);
		seq_printf(m, "%s.started %llu\n", name, q->started);
		seq_printf(m, "%s.completed %llu\n", name, q->completed);
		seq_printf(m, "%s.aborted %llu\n", name, q->aborted);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(fakehw_stats);

static int fakehw_debugfs_init(struct fakehw *hw)
{
	struct fakehw_knob_file *files;
	struct dentry *dir;
	unsigned int i;

	files = kzalloc_objs(*files, FAKEHW_NUM_KNOBS);
	if (!files)
		return -ENOMEM;

	if (!fakehw_debugfs)
		fakehw_debugfs = debugfs_create_dir("fakehw", NULL);
	dir = debugfs_create_dir(hw->desc->name, fakehw_debugfs);

	for (i = 0; i < FAKEHW_NUM_KNOBS; i++) {
		files[i].hw = hw;
		files[i].knob = i;
		debugfs_create_file(fakehw_knob_names[i], 0600, dir, &files[i],
				    &fakehw_knob_fops);
	}
	debugfs_create_file("stats", 0400, dir, hw, &fakehw_stats_fops);

	return 0;
}

/* Creation */

static void fakehw_init(struct fakehw *hw)
{
	unsigned int i;

	raw_spin_lock_init(&hw->lock);
	hw->knobs[FAKEHW_COMPLETE] = 1;
	hw->knobs[FAKEHW_LATENCY_US] = 1000;

	hrtimer_setup(&hw->late_timer, fakehw_late_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_HARD);
	hrtimer_setup(&hw->neighbour_timer, fakehw_neighbour_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_HARD);

	for (i = 0; i < hw->desc->num_windows; i++) {
		hw->windows[i].hw = hw;
		hw->windows[i].idx = i;
	}

	for (i = 0; i < hw->desc->num_lines; i++) {
		struct fakehw_line *line = &hw->lines[i];

		line->hw = hw;
		line->idx = i;
		line->masked = true;
		hrtimer_setup(&line->timer, fakehw_line_fire, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
	}

	for (i = 0; i < hw->desc->num_queues; i++) {
		struct fakehw_queue *q = &hw->queues[i];

		q->hw = hw;
		q->idx = i;
		hrtimer_setup(&q->timer, fakehw_queue_fire, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
	}
}

static int fakehw_add_region(struct fakehw *hw)
{
	int ret;

	if (fakehw_num_slots == FAKEHW_MAX_SLOTS)
		return -ENOSPC;

	if (!fakehw_num_slots) {
		ret = logic_iomem_add_region(&fakehw_res, &fakehw_region_ops);
		if (ret)
			return ret;
	}

	hw->slot = fakehw_num_slots;
	fakehw_slots[fakehw_num_slots++] = hw;

	return 0;
}

static int fakehw_add_lines(struct fakehw *hw)
{
	struct irq_domain *domain;
	unsigned int i;

	domain = irq_domain_create_linear(NULL, hw->desc->num_lines,
					  &fakehw_irq_domain_ops, hw);
	if (!domain)
		return -ENOMEM;

	for (i = 0; i < hw->desc->num_lines; i++) {
		hw->lines[i].virq = irq_create_mapping(domain, i);
		if (!hw->lines[i].virq)
			return -ENOMEM;
	}

	return 0;
}

static int fakehw_add_clk(struct fakehw *hw)
{
	if (!hw->desc->has_clk)
		return 0;

	hw->clk = clk_hw_register_fixed_rate(NULL, hw->desc->name, NULL, 0,
					     FAKEHW_CLK_RATE);
	if (IS_ERR(hw->clk))
		return PTR_ERR(hw->clk);

	return clk_hw_register_clkdev(hw->clk, NULL, hw->desc->name);
}

/* Clock and reset lines are provided by the node itself. */
static int fakehw_add_clk_props(struct fakehw *hw)
{
	int ret;

	if (!hw->desc->clk_in_node)
		return 0;

	ret = of_changeset_add_prop_u32(&hw->ocs, hw->np, "#clock-cells", 0);

	return ret ?: of_changeset_add_prop_u32(&hw->ocs, hw->np, "clocks",
						FAKEHW_PHANDLE + hw->slot);
}

static int fakehw_add_reset_props(struct fakehw *hw)
{
	const struct fakehw_desc *desc = hw->desc;
	u32 resets[2 * FAKEHW_MAX_RESETS];
	unsigned int i;
	int ret;

	if (!desc->num_resets)
		return 0;

	for (i = 0; i < desc->num_resets; i++) {
		resets[2 * i] = FAKEHW_PHANDLE + hw->slot;
		resets[2 * i + 1] = i;
	}

	ret = of_changeset_add_prop_u32(&hw->ocs, hw->np, "#reset-cells", 1);
	if (ret)
		return ret;

	ret = of_changeset_add_prop_u32_array(&hw->ocs, hw->np, "resets", resets,
					      2 * desc->num_resets);

	return ret ?: of_changeset_add_prop_string_array(&hw->ocs, hw->np, "reset-names",
							 desc->reset_names,
							 desc->num_resets);
}

static int fakehw_reset_assert(struct reset_controller_dev *rcdev, unsigned long id)
{
	struct fakehw *hw = container_of(rcdev, struct fakehw, rcdev);

	guard(raw_spinlock_irqsave)(&hw->lock);
	fakehw_reset(hw);

	return 0;
}

static int fakehw_reset_deassert(struct reset_controller_dev *rcdev, unsigned long id)
{
	return 0;
}

static const struct reset_control_ops fakehw_reset_ops = {
	.assert = fakehw_reset_assert,
	.deassert = fakehw_reset_deassert,
};

static int fakehw_add_providers(struct fakehw *hw)
{
	int ret = 0;

	hw->np->phandle = FAKEHW_PHANDLE + hw->slot;

	if (hw->desc->clk_in_node)
		ret = of_clk_add_hw_provider(hw->np, of_clk_hw_simple_get, hw->clk);
	if (ret || !hw->desc->num_resets)
		return ret;

	hw->rcdev.ops = &fakehw_reset_ops;
	hw->rcdev.of_node = hw->np;
	hw->rcdev.nr_resets = hw->desc->num_resets;

	return reset_controller_register(&hw->rcdev);
}

static int fakehw_add_node(struct fakehw *hw)
{
	int ret;

	of_changeset_init(&hw->ocs);

	hw->np = of_changeset_create_node(&hw->ocs, of_root, hw->desc->name);
	if (!hw->np)
		return -ENOMEM;

	ret = of_changeset_add_prop_string(&hw->ocs, hw->np, "compatible",
					   hw->desc->compatible);
	if (ret)
		return ret;

	ret = fakehw_add_clk_props(hw);
	if (ret)
		return ret;

	ret = fakehw_add_reset_props(hw);
	if (ret)
		return ret;

	/* The device is made below; the core must not make another one. */
	of_node_set_flag(hw->np, OF_POPULATED);

	ret = of_changeset_apply(&hw->ocs);

	return ret ?: fakehw_add_providers(hw);
}

static int fakehw_add_device(struct fakehw *hw)
{
	const struct fakehw_desc *desc = hw->desc;
	struct resource res[FAKEHW_MAX_WINDOWS + FAKEHW_MAX_LINES] = {};
	struct platform_device_info info = {
		.fwnode = of_fwnode_handle(hw->np),
		.name = desc->name,
		.id = PLATFORM_DEVID_NONE,
		.res = res,
		.num_res = desc->num_windows + desc->num_lines,
		.dma_mask = DMA_BIT_MASK(desc->dma_bits),
	};
	struct platform_device *pdev;
	unsigned int i;

	for (i = 0; i < desc->num_windows; i++)
		res[i] = DEFINE_RES_MEM_NAMED(fakehw_window_start(hw, i),
					      desc->window_sizes[i],
					      desc->window_names[i]);
	for (i = 0; i < desc->num_lines; i++)
		res[desc->num_windows + i] = DEFINE_RES_IRQ_NAMED(hw->lines[i].virq,
								  desc->line_names[i]);

	pdev = platform_device_register_full(&info);

	return PTR_ERR_OR_ZERO(pdev);
}

/* All but the device itself. */
static int fakehw_prepare(struct fakehw *hw)
{
	int ret;

	if (WARN_ON(hw->desc->num_windows > FAKEHW_MAX_WINDOWS ||
		    hw->desc->num_lines > FAKEHW_MAX_LINES ||
		    hw->desc->num_queues > FAKEHW_MAX_QUEUES ||
		    hw->desc->num_resets > FAKEHW_MAX_RESETS))
		return -EINVAL;

	fakehw_init(hw);

	ret = fakehw_add_region(hw);
	if (ret)
		return ret;

	ret = fakehw_add_lines(hw);
	if (ret)
		return ret;

	ret = fakehw_add_clk(hw);
	if (ret)
		return ret;

	ret = fakehw_add_node(hw);
	if (ret)
		return ret;

	ret = register_trace_dma_fence_signaled(fakehw_fence_signaled, hw);
	if (ret)
		return ret;

	hw->nb.notifier_call = fakehw_notify;
	ret = bus_register_notifier(&platform_bus_type, &hw->nb);
	if (ret)
		return ret;

	return fakehw_debugfs_init(hw);
}

/**
 * fakehw_register_all - make emulated devices appear that belong together
 * @hws: the devices, with &fakehw.desc set
 * @num: how many
 *
 * To be called at late_initcall time, when drivers that are built in are there
 * to probe the devices. There is no way back, since a register region of User
 * Mode Linux cannot be removed. When the first device is probed, the device tree
 * nodes of all are there.
 *
 * Return: 0 on success, a negative error code otherwise.
 */
int fakehw_register_all(struct fakehw * const *hws, unsigned int num)
{
	unsigned int i;
	int ret;

	for (i = 0; i < num; i++) {
		ret = fakehw_prepare(hws[i]);
		if (ret)
			goto err;
	}

	for (i = 0; i < num; i++) {
		ret = fakehw_add_device(hws[i]);
		if (ret)
			goto err;
	}

	return 0;

err:
	pr_err("%s: emulated device not created, error %d\n", hws[i]->desc->name, ret);
	return ret;
}

/**
 * fakehw_register - make an emulated device appear
 * @hw: the device, with &fakehw.desc set
 *
 * As fakehw_register_all() for one.
 *
 * Return: 0 on success, a negative error code otherwise.
 */
int fakehw_register(struct fakehw *hw)
{
	return fakehw_register_all(&hw, 1);
}
