/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: processes
 *
 * The context of a thread group, found by its struct pid, made at the first open of
 * the device, and itself an object. It ends when the thread group exits or
 * execs, not when files are closed: a forked child can keep a file open for ever.
 *
 * The hooks on exit and exec run where nothing may sleep or fail. They mark the
 * object dead and queue the context's work item, which ends the threads that have
 * ended, in order, and last of all the process. Until then a module reference
 * is held; the module's exit waits for the work queue.
 */
#ifndef IPCPP_PROCESS_H
#define IPCPP_PROCESS_H

#include <linux/idr.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "handle.h"
#include "object.h"
#include "thread.h"

#define IPCPP_SLOTS	32768	/* threads of one process at a time */

struct ipcpp_arena;
struct net;

/**
 * struct ipcpp_process - the context of a thread group
 * @object: common part; one user while the process lives
 * @pid: of the thread group; holds a reference, so that nobody else can be it
 * @mm: its memory as of the first open; holds a structure reference (mmgrab)
 * @net: where its names count; holds a reference
 * @link: in the table of processes; guarded by processes_lock, read under RCU
 * @all: in the list of all contexts; guarded by all_lock
 * @code: the exit code of the thread group; set by the hook before @dead
 * @dead: the program has ended; set once, by a hook
 * @over: process_end() has run; only the work item uses it
 * @lock: guards @threads, @pages, @slots and the exits
 * @threads: its thread objects that have not been ended
 * @pages: ring pages by slot; a page stays until the process is freed; read
 *	   without a lock by the fault handler
 * @slots: slots in use
 * @table: its process-relative handles
 * @arena: message blocks of its servers; NULL until the first one; set once
 * @ended: thread objects whose tasks have ended
 * @work: ends them; holds a reference to the process while queued
 * @exit: how it ended; guarded by @lock
 */
struct ipcpp_process {
	struct ipcpp_object object;
	struct pid *pid;
	struct mm_struct *mm;
	struct net *net;
	struct hlist_node link;
	struct list_head all;
	int code;
	bool dead;
	bool over;
	struct mutex lock;	/* see above */
	struct list_head threads;
	struct xarray pages;
	struct ida slots;
	struct ipcpp_handle_table table;
	struct ipcpp_arena *arena;
	struct llist_head ended;
	struct work_struct work;
	struct ipcpp_exit exit;
};

#define ipcpp_process_of(o) container_of(o, struct ipcpp_process, object)

struct ipcpp_process *ipcpp_process_attach(void);
bool ipcpp_process_is_current(const struct ipcpp_process *process);
struct ipcpp_ring *ipcpp_process_take_slot(struct ipcpp_process *process, u32 *slot);
void ipcpp_process_give_slot(struct ipcpp_process *process, u32 slot);
long ipcpp_process_pages(void);
void ipcpp_process_count_holders(struct ipcpp_object *object, u32 *processes, u32 *threads);
struct ipcpp_process *ipcpp_process_next(struct ipcpp_process *process);
struct ipcpp_thread *ipcpp_process_thread(struct ipcpp_process *process, u32 index);

int ipcpp_process_init(void);
void ipcpp_process_exit(void);

#endif
