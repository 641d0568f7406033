// SPDX-License-Identifier: GPL-2.0
/* The virtual device: queues that complete jobs, hang, or are gone. */

/**
 * DOC: The virtual device of vsched
 *
 * The directory /sys/kernel/debug/fakehw/vsched has the knobs
 *
 * complete (1)
 *	1: a job completes ``latency_us`` after it began to run. 0: it hangs, until 1 is
 *	written here.
 * latency_us (1000)
 *	See ``complete``.
 * progress (0)
 *	1: the register from which the driver tells progress moves with each read while
 *	a job runs.
 * busy_us (0)
 *	A reset takes that long.
 * vanish (0)
 *	1: the device is pulled out: what it ran is gone, and so is what it is told.
 *
 * and the file ``stats`` with the counters, one ``name value`` per line. They are never
 * cleared. ``stray`` counts accesses while no driver is bound, or by an earlier binding;
 * ``early_fences`` the fences that were signalled with -ENODEV by an unbind while jobs
 * ran; ``left_running`` the jobs that still ran when the driver was gone.
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/hrtimer.h>
#include <linux/platform_device.h>
#include <linux/seq_file.h>

#include <trace/events/dma_fence.h>

#include "vsched.h"

enum vsched_knob {
	KNOB_COMPLETE,
	KNOB_LATENCY_US,
	KNOB_PROGRESS,
	KNOB_BUSY_US,
	KNOB_VANISH,
	NUM_KNOBS,
};

static const char * const vsched_knob_names[NUM_KNOBS] = {
	[KNOB_COMPLETE] = "complete",
	[KNOB_LATENCY_US] = "latency_us",
	[KNOB_PROGRESS] = "progress",
	[KNOB_BUSY_US] = "busy_us",
	[KNOB_VANISH] = "vanish",
};

static const char * const vsched_queue_names[VSCHED_NUM_QUEUES] = {
	"copy", "compute", "render",
};

/**
 * struct vsched_hw_queue - a queue of the device
 * @timer: completes the oldest job
 * @num: jobs that it has; the oldest one runs
 * @due: when that completes
 * @position: what the register that shows progress reads
 * @started: jobs that it was given
 * @completed: jobs that it has completed
 * @aborted: jobs that a reset or the removal of the device has ended
 */
struct vsched_hw_queue {
	struct hrtimer timer;
	unsigned int num;
	ktime_t due;
	u32 position;
	u64 started;
	u64 completed;
	u64 aborted;
};

/**
 * struct vsched_hw - the device, of which there is one
 * @name: its name
 * @lock: protects all below
 * @queues: its queues
 * @knobs: see &enum vsched_knob
 * @binding: counts bindings
 * @bound: a driver is bound, or its probe runs
 * @unbinding: the driver is being unbound
 * @done: to be called when the oldest job of a queue has completed
 * @done_data: for @done
 * @stray: see above
 * @vanished: accesses while the device was pulled out
 * @resets: resets
 * @early_fences: see above
 * @left_running: see above
 * @dir: in debugfs
 */
static struct vsched_hw {
	const char *name;
	raw_spinlock_t lock;
	struct vsched_hw_queue queues[VSCHED_NUM_QUEUES];
	u32 knobs[NUM_KNOBS];
	unsigned int binding;
	bool bound;
	bool unbinding;
	void (*done)(void *data, unsigned int queue);
	void *done_data;
	u64 stray;
	u64 vanished;
	u64 resets;
	u64 early_fences;
	u64 left_running;
	struct dentry *dir;
} vsched_hw;

static void vsched_hw_schedule(struct vsched_hw_queue *queue)
{
	u32 latency = vsched_hw.knobs[KNOB_LATENCY_US];

	if (!vsched_hw.knobs[KNOB_COMPLETE]) {
		queue->due = KTIME_MAX;
		return;
	}

	queue->due = ktime_add_us(ktime_get(), latency);
	hrtimer_start(&queue->timer, ns_to_ktime((u64)latency * NSEC_PER_USEC), HRTIMER_MODE_REL);
}

static enum hrtimer_restart vsched_hw_fire(struct hrtimer *timer)
{
	struct vsched_hw_queue *queue = container_of(timer, struct vsched_hw_queue, timer);
	void (*done)(void *data, unsigned int queue);
	void *data;

	scoped_guard(raw_spinlock_irqsave, &vsched_hw.lock) {
		/* The job for which the timer was started may be gone already. */
		if (!queue->num || ktime_before(ktime_get(), queue->due))
			return HRTIMER_NORESTART;

		queue->num--;
		queue->completed++;
		done = vsched_hw.done;
		data = vsched_hw.done_data;
		if (queue->num)
			vsched_hw_schedule(queue);
	}
	if (done)
		done(data, queue - vsched_hw.queues);

	return HRTIMER_NORESTART;
}

static void vsched_hw_abort(struct vsched_hw_queue *queue)
{
	lockdep_assert_held(&vsched_hw.lock);

	queue->aborted += queue->num;
	queue->num = 0;
}

static void vsched_hw_abort_all(void)
{
	unsigned int i;

	for (i = 0; i < VSCHED_NUM_QUEUES; i++)
		vsched_hw_abort(&vsched_hw.queues[i]);
}

static unsigned int vsched_hw_num_running(void)
{
	unsigned int i, num = 0;

	lockdep_assert_held(&vsched_hw.lock);

	for (i = 0; i < VSCHED_NUM_QUEUES; i++)
		num += !!vsched_hw.queues[i].num;

	return num;
}

/* Does the device answer? */
static bool vsched_hw_access(unsigned int binding)
{
	lockdep_assert_held(&vsched_hw.lock);

	if (!vsched_hw.bound || binding != vsched_hw.binding) {
		vsched_hw.stray++;
		return false;
	}
	if (vsched_hw.knobs[KNOB_VANISH]) {
		vsched_hw.vanished++;
		return false;
	}

	return true;
}

/**
 * vsched_hw_attach - take the interrupt
 * @done: to be called when the oldest job of a queue has completed
 * @data: for @done
 *
 * Return: number of the binding, which all others want to know.
 */
unsigned int vsched_hw_attach(void (*done)(void *data, unsigned int queue), void *data)
{
	guard(raw_spinlock_irqsave)(&vsched_hw.lock);

	vsched_hw.done = done;
	vsched_hw.done_data = data;

	return vsched_hw.binding;
}

/**
 * vsched_hw_detach - stop the device, and give back the interrupt
 * @binding: number of the binding
 *
 * No job runs any more, and the handler has returned.
 */
void vsched_hw_detach(unsigned int binding)
{
	unsigned int i;

	scoped_guard(raw_spinlock_irqsave, &vsched_hw.lock) {
		vsched_hw_access(binding);
		vsched_hw_abort_all();
		vsched_hw.done = NULL;
	}
	for (i = 0; i < VSCHED_NUM_QUEUES; i++)
		hrtimer_cancel(&vsched_hw.queues[i].timer);
}

/**
 * vsched_hw_gone - read a register that cannot read as all ones
 * @binding: number of the binding
 *
 * Return: whether it does.
 */
bool vsched_hw_gone(unsigned int binding)
{
	guard(raw_spinlock_irqsave)(&vsched_hw.lock);

	return !vsched_hw_access(binding);
}

/**
 * vsched_hw_start - give the device a job
 * @binding: number of the binding
 * @queue: number of the queue
 */
void vsched_hw_start(unsigned int binding, unsigned int queue)
{
	struct vsched_hw_queue *q = &vsched_hw.queues[queue];

	guard(raw_spinlock_irqsave)(&vsched_hw.lock);

	if (!vsched_hw_access(binding))
		return;

	q->started++;
	if (!q->num++)
		vsched_hw_schedule(q);
}

/**
 * vsched_hw_reset - reset a queue of the device
 * @binding: number of the binding
 * @queue: number of the queue
 *
 * It has no jobs any more, and the interrupt handler does not know of any.
 */
void vsched_hw_reset(unsigned int binding, unsigned int queue)
{
	unsigned long busy_us;

	scoped_guard(raw_spinlock_irqsave, &vsched_hw.lock) {
		if (vsched_hw_access(binding))
			vsched_hw.resets++;
		vsched_hw_abort(&vsched_hw.queues[queue]);
		busy_us = vsched_hw.knobs[KNOB_BUSY_US];
	}
	hrtimer_cancel(&vsched_hw.queues[queue].timer);
	fsleep(busy_us);
}

/**
 * vsched_hw_position - read the register that shows progress
 * @binding: number of the binding
 * @queue: number of the queue
 *
 * Return: another number than the last time if the queue gets on.
 */
u32 vsched_hw_position(unsigned int binding, unsigned int queue)
{
	struct vsched_hw_queue *q = &vsched_hw.queues[queue];

	guard(raw_spinlock_irqsave)(&vsched_hw.lock);

	if (vsched_hw_access(binding) && q->num && vsched_hw.knobs[KNOB_PROGRESS])
		q->position++;

	return q->position;
}

static int vsched_hw_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct device *dev = data;

	if (strcmp(dev_name(dev), vsched_hw.name))
		return NOTIFY_DONE;

	guard(raw_spinlock_irqsave)(&vsched_hw.lock);

	switch (action) {
	case BUS_NOTIFY_BIND_DRIVER:
		vsched_hw.binding++;
		vsched_hw.bound = true;
		vsched_hw_abort_all();
		break;
	case BUS_NOTIFY_UNBIND_DRIVER:
		vsched_hw.unbinding = true;
		break;
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
	case BUS_NOTIFY_UNBOUND_DRIVER:
		vsched_hw.bound = false;
		vsched_hw.unbinding = false;
		vsched_hw.left_running += vsched_hw_num_running();
		break;
	}

	return NOTIFY_OK;
}

static struct notifier_block vsched_hw_nb = {
	.notifier_call = vsched_hw_notify,
};

static void vsched_hw_fence_signaled(void *data, struct dma_fence *fence)
{
	if (fence->error != -ENODEV)
		return;

	guard(raw_spinlock_irqsave)(&vsched_hw.lock);
	if (vsched_hw.unbinding && vsched_hw_num_running())
		vsched_hw.early_fences++;
}

static int vsched_knob_get(void *data, u64 *val)
{
	*val = *(u32 *)data;
	return 0;
}

static int vsched_knob_set(void *data, u64 val)
{
	u32 *knob = data, old;
	unsigned int i;

	if (val > U32_MAX)
		return -ERANGE;

	guard(raw_spinlock_irqsave)(&vsched_hw.lock);

	old = *knob;
	*knob = val;

	switch (knob - vsched_hw.knobs) {
	case KNOB_COMPLETE:
		for (i = 0; i < VSCHED_NUM_QUEUES && !old != !val; i++) {
			if (vsched_hw.queues[i].num)
				vsched_hw_schedule(&vsched_hw.queues[i]);
		}
		break;
	case KNOB_VANISH:
		if (val)
			vsched_hw_abort_all();
		break;
	}

	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(vsched_knob_fops, vsched_knob_get, vsched_knob_set, "%llu\n");

static int vsched_stats_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	guard(raw_spinlock_irqsave)(&vsched_hw.lock);

	seq_printf(m, "bound %d\n", vsched_hw.bound);
	seq_printf(m, "stray %llu\n", vsched_hw.stray);
	seq_printf(m, "vanished %llu\n", vsched_hw.vanished);
	seq_printf(m, "resets %llu\n", vsched_hw.resets);
	seq_printf(m, "early_fences %llu\n", vsched_hw.early_fences);
	seq_printf(m, "left_running %llu\n", vsched_hw.left_running);
	/* It has no clock, so it never sleeps. */
	seq_puts(m, "asleep 0\nleft_awake 0\n");

	for (i = 0; i < VSCHED_NUM_QUEUES; i++) {
		const struct vsched_hw_queue *q = &vsched_hw.queues[i];
		const char *name = vsched_queue_names[i];

		seq_printf(m, "%s.running %d\n", name, !!q->num);
		seq_printf(m, "%s.started %llu\n", name, q->started);
		seq_printf(m, "%s.completed %llu\n", name, q->completed);
		seq_printf(m, "%s.aborted %llu\n", name, q->aborted);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vsched_stats);

static void vsched_hw_debugfs_init(void)
{
	struct dentry *parent = debugfs_lookup("fakehw", NULL);
	unsigned int i;

	if (!parent) {
		debugfs_create_dir("fakehw", NULL);
		parent = debugfs_lookup("fakehw", NULL);
	}
	vsched_hw.dir = debugfs_create_dir(vsched_hw.name, parent);
	dput(parent);

	for (i = 0; i < NUM_KNOBS; i++)
		debugfs_create_file(vsched_knob_names[i], 0600, vsched_hw.dir,
				    &vsched_hw.knobs[i], &vsched_knob_fops);
	debugfs_create_file("stats", 0400, vsched_hw.dir, NULL, &vsched_stats_fops);
}

static void vsched_hw_timer_init(struct hrtimer *timer)
{
#ifdef VSCHED_HRTIMER_SETUP
	hrtimer_setup(timer, vsched_hw_fire, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer->function = vsched_hw_fire;
#endif
}

/**
 * vsched_hw_init - make the device, to which a driver is not yet bound
 * @name: name that the platform device is going to have
 *
 * Return: 0 on success, a negative error code otherwise.
 */
int vsched_hw_init(const char *name)
{
	unsigned int i;
	int ret;

	vsched_hw.name = name;
	raw_spin_lock_init(&vsched_hw.lock);
	vsched_hw.knobs[KNOB_COMPLETE] = 1;
	vsched_hw.knobs[KNOB_LATENCY_US] = 1000;
	for (i = 0; i < VSCHED_NUM_QUEUES; i++)
		vsched_hw_timer_init(&vsched_hw.queues[i].timer);

	ret = register_trace_dma_fence_signaled(vsched_hw_fence_signaled, NULL);
	if (ret)
		return ret;

	ret = bus_register_notifier(&platform_bus_type, &vsched_hw_nb);
	if (ret) {
		unregister_trace_dma_fence_signaled(vsched_hw_fence_signaled, NULL);
		return ret;
	}
	vsched_hw_debugfs_init();

	return 0;
}

/**
 * vsched_hw_exit - undo vsched_hw_init()
 */
void vsched_hw_exit(void)
{
	debugfs_remove(vsched_hw.dir);
	bus_unregister_notifier(&platform_bus_type, &vsched_hw_nb);
	unregister_trace_dma_fence_signaled(vsched_hw_fence_signaled, NULL);
	tracepoint_synchronize_unregister();
}
