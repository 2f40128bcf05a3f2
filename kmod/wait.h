/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: waiting
 *
 * A thread sleeps in one place only: the wait queue of its own thread object,
 * whatever it waits for. Who changes a condition wakes the thread afterwards;
 * the sleeper checks its condition between prepare and sleep.
 */
#ifndef IPCPP_WAIT_H
#define IPCPP_WAIT_H

#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>
#include "thread.h"

/**
 * ipcpp_wait_prepare - from here on a wake-up is not lost
 * @thread: the calling thread
 * @wait: on its stack, DEFINE_WAIT()
 */
static inline void ipcpp_wait_prepare(struct ipcpp_thread *thread, struct wait_queue_entry *wait)
{
	prepare_to_wait(&thread->wait, wait, TASK_INTERRUPTIBLE | TASK_FREEZABLE);
}

/**
 * ipcpp_wait_finish - awake again
 * @thread: the calling thread
 * @wait: as prepared
 */
static inline void ipcpp_wait_finish(struct ipcpp_thread *thread, struct wait_queue_entry *wait)
{
	finish_wait(&thread->wait, wait);
}

/**
 * ipcpp_wait_sleep - sleep until woken
 * @timeout: absolute CLOCK_MONOTONIC nanoseconds, or IPCPP_FOREVER
 *
 * Return: 0 after a wake-up, which may be spurious; -ETIMEDOUT;
 * -ERESTARTNOINTR when a signal is pending: the call is made again after its
 * handler.
 */
static inline long ipcpp_wait_sleep(u64 timeout)
{
	ktime_t expires;

	if (signal_pending(current))
		return -ERESTARTNOINTR;
	if (timeout >= KTIME_MAX) {
		schedule();
		return 0;
	}
	expires = ns_to_ktime(timeout);
	if (ktime_get() >= expires || !schedule_hrtimeout_range(&expires, 0, HRTIMER_MODE_ABS))
		return -ETIMEDOUT;
	return 0;
}

#endif
