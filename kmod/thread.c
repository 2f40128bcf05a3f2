// SPDX-License-Identifier: GPL-2.0-only
/* Thread objects: birth, wake-up, end. See thread.h. */

#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include "call.h"
#include "compat.h"
#include "message.h"
#include "name.h"
#include "process.h"
#include "thread.h"

/* Raw, since the exit hook runs where a sleeping lock is forbidden. */
static DEFINE_RAW_SPINLOCK(threads_lock);
static DEFINE_HASHTABLE(threads, 10);

static void thread_free(struct ipcpp_object *object)
{
	struct ipcpp_thread *thread = ipcpp_thread_of(object);

	ipcpp_handle_table_destroy(&thread->table);
	ipcpp_object_put(&thread->process->object);
	kfree_rcu(thread, object.rcu);
}

static const struct ipcpp_object_ops thread_ops = {
	.type = IPCPP_TYPE_THREAD,
	.resource = IPCPP_RES_THREADS,
	.free = thread_free,
};

/**
 * ipcpp_thread_find - the thread object of a task
 * @task: the task
 *
 * Context: any, under rcu_read_lock(); a miss costs one hash lookup.
 *
 * Return: the object, valid in the RCU section, or NULL
 */
struct ipcpp_thread *ipcpp_thread_find(struct task_struct *task)
{
	struct ipcpp_thread *thread;

	hash_for_each_possible_rcu(threads, thread, link, (unsigned long)task) {
		if (thread->task == task && !READ_ONCE(thread->dead))
			return thread;
	}
	return NULL;
}

/**
 * ipcpp_exit_from_code - how something ended, in the library's terms
 * @exit: keeps what was recorded before
 * @code: as wait(2) gives it; spec/symbian.md §26, point 16
 */
void ipcpp_exit_from_code(struct ipcpp_exit *exit, int code)
{
	const char *category = "";

	if (exit->type != IPCPP_EXIT_PENDING)
		return;
	switch (code & 0x7f) {
	case 0:
		exit->type = IPCPP_EXIT_KILL;
		exit->reason = code >> 8 & 0xff;
		return;
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGTRAP:
	case SIGSYS:
		exit->reason = 3;
		category = "KERN-EXEC";
		break;
	case SIGABRT:
		category = "ABORT";
		break;
	default:
		exit->type = IPCPP_EXIT_TERMINATE;
		exit->reason = code & 0x7f;
		return;
	}
	exit->type = IPCPP_EXIT_PANIC;
	exit->length = strlen(category);
	memcpy(exit->category, category, exit->length);
}

static int thread_name(struct ipcpp_thread *thread)
{
	char prefix[IPCPP_FULL_NAME_MAX + 1];
	size_t length;
	int err;

	thread->object.level = IPCPP_LEVEL_PROTECTED;
	if (!thread_group_leader(thread->task))
		return 0;
	length = ipcpp_name_print(&thread->process->object, true, prefix);
	strscpy(prefix + length, "::", sizeof(prefix) - length);
	err = ipcpp_name_add(&thread->object, thread->process->net, prefix, "Main");
	if (!err)
		thread->object.level = IPCPP_LEVEL_GLOBAL;
	/* An exec leaves the name with the old program's thread as long as a handle does. */
	return err == -EEXIST ? 0 : err;
}

static struct ipcpp_thread *thread_create(struct ipcpp_process *process)
{
	struct ipcpp_ring *ring;
	struct ipcpp_thread *thread;
	int err;

	if (current->flags & (PF_EXITING | PF_KTHREAD | PF_IO_WORKER | IPCPP_PF_USER_WORKER))
		return ERR_PTR(-EPERM);
	thread = kzalloc(sizeof(*thread), GFP_KERNEL_ACCOUNT);
	if (!thread)
		return ERR_PTR(-ENOMEM);
	err = ipcpp_object_init(&thread->object, &thread_ops, process->object.user);
	if (err) {
		kfree(thread);
		return ERR_PTR(err);
	}
	ipcpp_object_get(&process->object);
	thread->process = process;
	thread->task = get_task_struct(current);
	thread->exit.type = IPCPP_EXIT_PENDING;
	init_waitqueue_head(&thread->wait);
	INIT_LIST_HEAD(&thread->destructions);
	ipcpp_handle_table_init(&thread->table, process->object.user);

	ring = ipcpp_process_take_slot(process, &thread->slot);
	err = PTR_ERR_OR_ZERO(ring);
	if (err)
		goto fail;
	ipcpp_ring_init(&thread->ring, ring);
	thread->call = ipcpp_msg_alloc(process->object.user);
	err = PTR_ERR_OR_ZERO(thread->call);
	if (err)
		goto fail_slot;
	err = thread_name(thread);
	if (err)
		goto fail_call;

	mutex_lock(&process->lock);
	list_add_tail(&thread->sibling, &process->threads);
	mutex_unlock(&process->lock);
	raw_spin_lock(&threads_lock);
	hash_add_rcu(threads, &thread->link, (unsigned long)thread->task);
	raw_spin_unlock(&threads_lock);
	return thread;

fail_call:
	ipcpp_msg_free(thread->call);
fail_slot:
	ipcpp_process_give_slot(process, thread->slot);
fail:
	put_task_struct(thread->task);
	ipcpp_object_unuse(&thread->object);
	return ERR_PTR(err);
}

/**
 * ipcpp_thread_current - the calling thread's object, made if need be
 * @process: its context
 *
 * Context: process; may sleep.
 *
 * Return: the object, which lasts as long as the thread does; -EPERM,
 * -ENOMEM, -EDQUOT
 */
struct ipcpp_thread *ipcpp_thread_current(struct ipcpp_process *process)
{
	struct ipcpp_thread *thread;

	rcu_read_lock();
	hash_for_each_possible_rcu(threads, thread, link, (unsigned long)current) {
		/* After exec the old program's object may still be there. */
		if (thread->task == current && thread->process == process)
			break;
	}
	rcu_read_unlock();
	return thread ? : thread_create(process);
}

/**
 * ipcpp_thread_end - release what belongs to a thread that has ended
 * @thread: the thread
 *
 * The second time it does nothing: the hook can mark a thread that the end of
 * its process has reached first. Called by the process' work item only.
 *
 * Context: process; may sleep.
 */
void ipcpp_thread_end(struct ipcpp_thread *thread)
{
	struct ipcpp_process *process = thread->process;

	if (thread->over)
		return;
	thread->over = true;
	WRITE_ONCE(thread->dead, true);
	raw_spin_lock(&threads_lock);
	hash_del_rcu(&thread->link);
	raw_spin_unlock(&threads_lock);
	mutex_lock(&process->lock);
	list_del(&thread->sibling);
	ipcpp_exit_from_code(&thread->exit, thread->code);
	mutex_unlock(&process->lock);

	ipcpp_msg_abandon(thread);
	ipcpp_ring_close(&thread->ring);
	ipcpp_destruction_forget(thread);
	ipcpp_handle_table_close(&thread->table);
	ipcpp_process_give_slot(process, thread->slot);
	put_task_struct(thread->task);
	ipcpp_object_unuse(&thread->object);
}

/**
 * ipcpp_thread_wake - something that the thread may wait for has happened
 * @thread: the thread; valid at least under RCU
 *
 * Context: any task context. The caller is about to sleep as a rule, hence the
 * hint to the scheduler.
 */
void ipcpp_thread_wake(struct ipcpp_thread *thread)
{
	wake_up_interruptible_sync_poll(&thread->wait, EPOLLIN);
}

/**
 * ipcpp_thread_self - IPCPP_IOC_THREAD_SELF
 * @call: the call
 */
long ipcpp_thread_self(struct ipcpp_call *call)
{
	struct ipcpp_thread_self *args = &call->args->thread_self;

	if (args->reserved)
		return -EINVAL;
	args->slot = call->thread->slot;
	args->thread_id = call->thread->object.id;
	args->process_id = call->process->object.id;
	return 0;
}

static void exit_record(struct ipcpp_exit *exit, const struct ipcpp_thread_set_exit *args)
{
	if (exit->type != IPCPP_EXIT_PENDING)
		return;
	exit->type = args->type;
	exit->reason = args->reason;
	exit->length = args->length;
	memcpy(exit->category, args->category, sizeof(exit->category));
}

/**
 * ipcpp_thread_set_exit - IPCPP_IOC_THREAD_SET_EXIT
 * @call: the call
 */
long ipcpp_thread_set_exit(struct ipcpp_call *call)
{
	struct ipcpp_thread_set_exit *args = &call->args->thread_set_exit;
	struct ipcpp_process *process = call->process;

	if (args->type >= IPCPP_EXIT_PENDING || args->length > IPCPP_CATEGORY_MAX ||
	    args->reserved ||
	    memchr_inv(args->category + args->length, 0, IPCPP_CATEGORY_MAX - args->length))
		return -EINVAL;
	mutex_lock(&process->lock);
	exit_record(&call->thread->exit, args);
	if (thread_group_leader(current))
		exit_record(&process->exit, args);
	mutex_unlock(&process->lock);
	return 0;
}

/**
 * ipcpp_exit_info - IPCPP_IOC_EXIT_INFO
 * @call: the call
 */
long ipcpp_exit_info(struct ipcpp_call *call)
{
	static const char * const names[] = { "Kill", "Terminate" };
	struct ipcpp_exit_info *args = &call->args->exit_info;
	struct ipcpp_process *process;
	struct ipcpp_object *object;
	struct ipcpp_exit exit;
	bool alive;

	object = ipcpp_handle_get(call->thread, args->handle, IPCPP_TYPE_ANY);
	if (!object)
		return -EBADF;
	if (object->ops->type == IPCPP_TYPE_THREAD) {
		process = ipcpp_thread_of(object)->process;
		mutex_lock(&process->lock);
		exit = ipcpp_thread_of(object)->exit;
		alive = !READ_ONCE(ipcpp_thread_of(object)->dead);
		mutex_unlock(&process->lock);
	} else if (object->ops->type == IPCPP_TYPE_PROCESS) {
		process = ipcpp_process_of(object);
		mutex_lock(&process->lock);
		exit = process->exit;
		alive = !READ_ONCE(process->dead);
		mutex_unlock(&process->lock);
	} else {
		ipcpp_object_put(object);
		return -EBADF;
	}
	ipcpp_object_put(object);

	memset(args->category, 0, sizeof(args->category));
	args->length = 0;
	args->reason = 0;
	args->type = alive ? IPCPP_EXIT_PENDING : exit.type;
	if (args->type == IPCPP_EXIT_PENDING)
		return 0;
	args->reason = exit.reason;
	if (exit.type < ARRAY_SIZE(names)) {
		args->length = strlen(names[exit.type]);
		memcpy(args->category, names[exit.type], args->length);
	} else {
		args->length = exit.length;
		memcpy(args->category, exit.category, sizeof(exit.category));
	}
	return 0;
}
