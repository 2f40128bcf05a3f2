/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: threads
 *
 * A thread object is made at the first command of a thread, found by its task,
 * and ends when the task exits or its process execs. The exit hook only marks
 * it; the rest is done by its process' work item (process.c).
 */
#ifndef IPCPP_THREAD_H
#define IPCPP_THREAD_H

#include <linux/llist.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include "handle.h"
#include "object.h"
#include "request.h"

struct ipcpp_call;
struct ipcpp_msg;
struct ipcpp_process;

/**
 * struct ipcpp_exit - how a thread or a process ended
 * @type: enum ipcpp_exit_type
 * @reason: the number
 * @length: characters of @category
 * @category: of a panic
 */
struct ipcpp_exit {
	u32 type;
	s32 reason;
	u32 length;
	u8 category[IPCPP_CATEGORY_MAX];
};

/**
 * struct ipcpp_thread - a thread
 * @object: common part; one user while the thread lives
 * @process: its process; holds a reference
 * @task: its task; holds a reference until the thread has been ended
 * @link: in the table of threads; guarded by threads_lock, read under RCU
 * @sibling: in process->threads; guarded by process->lock
 * @ended: in process->ended; set by the hook
 * @dead: the task has ended; set by the hook
 * @code: the task's exit code; set by the hook before @dead
 * @over: ipcpp_thread_end() has run; only the work item uses it
 * @wait: where it sleeps
 * @table: its thread-relative handles
 * @ring: its request ring
 * @slot: of its ring
 * @destructions: what it wants to be told; guarded by destruction_lock
 * @call: its synchronous message, which it owns; only the thread itself and, after
 *	  its end, the work item use the pointer; NULL while an abandoned one has
 *	  not been replaced
 * @calling: @call is outstanding; only the thread itself and the work item
 * @call_cookie: of the outstanding call; only the thread itself
 * @exit: how it ended or will end; guarded by process->lock
 */
struct ipcpp_thread {
	struct ipcpp_object object;
	struct ipcpp_process *process;
	struct task_struct *task;
	struct hlist_node link;
	struct list_head sibling;
	struct llist_node ended;
	int code;
	bool dead;
	bool over;
	wait_queue_head_t wait;
	struct ipcpp_handle_table table;
	struct ipcpp_ring_state ring;
	u32 slot;
	struct list_head destructions;
	struct ipcpp_msg *call;
	bool calling;
	u64 call_cookie;
	struct ipcpp_exit exit;
};

#define ipcpp_thread_of(o) container_of(o, struct ipcpp_thread, object)

void ipcpp_exit_from_code(struct ipcpp_exit *exit, int code);
struct ipcpp_thread *ipcpp_thread_find(struct task_struct *task);
struct ipcpp_thread *ipcpp_thread_current(struct ipcpp_process *process);
void ipcpp_thread_end(struct ipcpp_thread *thread);
void ipcpp_thread_wake(struct ipcpp_thread *thread);

long ipcpp_thread_self(struct ipcpp_call *call);
long ipcpp_thread_set_exit(struct ipcpp_call *call);
long ipcpp_exit_info(struct ipcpp_call *call);

#endif
