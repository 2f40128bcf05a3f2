// SPDX-License-Identifier: GPL-2.0-only
/* Contexts, and the hooks that end them. See process.h. */

#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include "arena.h"
#include "compat.h"
#include "name.h"
#include "process.h"
#include "quota.h"
#include "thread.h"

/* Raw, since the hooks run where a sleeping lock is forbidden. */
static DEFINE_RAW_SPINLOCK(processes_lock);
static DEFINE_HASHTABLE(processes, 8);
static DECLARE_RWSEM(all_lock);
static LIST_HEAD(all);
static struct workqueue_struct *endings;
static atomic_long_t ring_pages;

static void process_free(struct ipcpp_object *object)
{
	struct ipcpp_process *process = ipcpp_process_of(object);
	unsigned long slot;
	struct page *page;

	xa_for_each(&process->pages, slot, page) {
		__free_page(page);
		atomic_long_dec(&ring_pages);
	}
	xa_destroy(&process->pages);
	ida_destroy(&process->slots);
	ipcpp_arena_free(process->arena);
	ipcpp_handle_table_destroy(&process->table);
	put_net(process->net);
	mmdrop(process->mm);
	put_pid(process->pid);
	mutex_destroy(&process->lock);
	kfree_rcu(process, object.rcu);
}

static const struct ipcpp_object_ops process_ops = {
	.type = IPCPP_TYPE_PROCESS,
	.resource = IPCPP_RES_PROCESSES,
	.free = process_free,
};

/* Under RCU. A dead context stays in the table until its work item has run. */
static struct ipcpp_process *process_find(const struct pid *pid)
{
	struct ipcpp_process *process;

	hash_for_each_possible_rcu(processes, process, link, (unsigned long)pid) {
		if (process->pid == pid && !READ_ONCE(process->dead))
			return process;
	}
	return NULL;
}

/* Under RCU, or with the process alive. */
static void process_queue_work(struct ipcpp_process *process)
{
	refcount_inc(&process->object.ref);
	/* Already queued: that run has a reference of its own, unless it is over by now. */
	while (!queue_work(endings, &process->work)) {
		if (refcount_dec_not_one(&process->object.ref))
			return;
	}
}

static void process_end(struct ipcpp_process *process)
{
	struct ipcpp_thread *thread;

	process->over = true;
	raw_spin_lock(&processes_lock);
	hash_del_rcu(&process->link);
	raw_spin_unlock(&processes_lock);
	down_write(&all_lock);
	list_del(&process->all);
	up_write(&all_lock);
	for (;;) {
		mutex_lock(&process->lock);
		thread = list_first_entry_or_null(&process->threads, struct ipcpp_thread, sibling);
		mutex_unlock(&process->lock);
		if (!thread)
			break;
		ipcpp_thread_end(thread);
	}
	ipcpp_handle_table_close(&process->table);
	mutex_lock(&process->lock);
	ipcpp_exit_from_code(&process->exit, process->code);
	mutex_unlock(&process->lock);
	ipcpp_object_unuse(&process->object);
	module_put(THIS_MODULE);
}

static void process_work(struct work_struct *work)
{
	struct ipcpp_process *process = container_of(work, struct ipcpp_process, work);
	/* Read first: threads that the hook adds later queue the work again. */
	bool dead = smp_load_acquire(&process->dead);
	struct ipcpp_thread *thread, *next;
	struct llist_node *list;

	list = llist_reverse_order(llist_del_all(&process->ended));
	llist_for_each_entry_safe(thread, next, list, ended) {
		ipcpp_thread_end(thread);
		ipcpp_object_put(&thread->object);
	}
	if (dead && !process->over)
		process_end(process);
	ipcpp_object_put(&process->object);
}

/* A program's name as it may stand in an object's name. */
static void program_name(char *to, size_t size)
{
	struct file *file = ipcpp_exe_file(current->mm);
	size_t i;

	if (file) {
		scnprintf(to, size, "%pD", file);
		fput(file);
	} else {
		strscpy(to, current->comm, size);
	}
	for (i = 0; to[i]; i++) {
		if (to[i] < 0x20 || to[i] > 0x7e || strchr("*?:", to[i]))
			to[i] = '_';
	}
}

static int process_name(struct ipcpp_process *process)
{
	char file[IPCPP_NAME_MAX - 20], name[IPCPP_NAME_MAX + 1];
	unsigned int generation = 0;
	int err;

	program_name(file, sizeof(file));
	do {
		scnprintf(name, sizeof(name), "%s[00000000]%04u", file, ++generation);
		err = ipcpp_name_add(&process->object, process->net, "", name);
	} while (err == -EEXIST);
	return err;
}

static struct ipcpp_process *process_create(void)
{
	struct ipcpp_process *process;
	struct ipcpp_user *user;
	int err;

	user = ipcpp_user_find(current_cred());
	process = kzalloc(sizeof(*process), GFP_KERNEL_ACCOUNT);
	err = user && process ? ipcpp_object_init(&process->object, &process_ops, user) : -ENOMEM;
	if (user)
		ipcpp_user_put(user);
	if (err) {
		kfree(process);
		return ERR_PTR(err);
	}
	process->object.level = IPCPP_LEVEL_GLOBAL;
	process->pid = get_pid(task_tgid(current));
	process->mm = current->mm;
	mmgrab(process->mm);
	process->net = get_net(current->nsproxy->net_ns);
	process->exit.type = IPCPP_EXIT_PENDING;
	mutex_init(&process->lock);
	INIT_LIST_HEAD(&process->threads);
	xa_init(&process->pages);
	ida_init(&process->slots);
	ipcpp_handle_table_init(&process->table, process->object.user);
	init_llist_head(&process->ended);
	INIT_WORK(&process->work, process_work);
	err = process_name(process);
	if (err) {
		ipcpp_object_unuse(&process->object);
		return ERR_PTR(err);
	}
	return process;
}

/**
 * ipcpp_process_attach - the calling thread group's context, made if need be
 *
 * Context: process; may sleep.
 *
 * Return: a reference to it; -EPERM, -ENOMEM, -EDQUOT
 */
struct ipcpp_process *ipcpp_process_attach(void)
{
	struct ipcpp_process *process, *fresh;

	if (!current->mm || !current->nsproxy ||
	    current->flags & (PF_EXITING | PF_KTHREAD | PF_IO_WORKER | IPCPP_PF_USER_WORKER))
		return ERR_PTR(-EPERM);
	rcu_read_lock();
	process = process_find(task_tgid(current));
	if (process)
		ipcpp_object_get(&process->object);
	rcu_read_unlock();
	if (process)
		return process;

	fresh = process_create();
	if (IS_ERR(fresh))
		return fresh;
	rcu_read_lock();
	raw_spin_lock(&processes_lock);
	process = process_find(task_tgid(current));
	if (!process) {
		process = fresh;
		fresh = NULL;
		/* The open file holds the module while this is taken. */
		__module_get(THIS_MODULE);
		hash_add_rcu(processes, &process->link, (unsigned long)process->pid);
	}
	ipcpp_object_get(&process->object);
	raw_spin_unlock(&processes_lock);
	rcu_read_unlock();
	if (fresh) {
		ipcpp_object_unuse(&fresh->object);
		return process;
	}
	down_write(&all_lock);
	list_add_tail(&process->all, &all);
	up_write(&all_lock);
	return process;
}

/**
 * ipcpp_process_is_current - is a context the caller's own
 * @process: the context
 */
bool ipcpp_process_is_current(const struct ipcpp_process *process)
{
	return process->pid == task_tgid(current) && !READ_ONCE(process->dead);
}

/**
 * ipcpp_process_take_slot - a ring page for a new thread
 * @process: the process
 * @slot: out: its place in the mapping
 *
 * Context: process; may sleep.
 *
 * Return: the page's address; -ENOMEM, -ENOSPC as -ENOMEM
 */
struct ipcpp_ring *ipcpp_process_take_slot(struct ipcpp_process *process, u32 *slot)
{
	struct page *page;
	int id, err;

	id = ida_alloc_max(&process->slots, IPCPP_SLOTS - 1, GFP_KERNEL_ACCOUNT);
	if (id < 0)
		return ERR_PTR(-ENOMEM);
	page = xa_load(&process->pages, id);
	if (!page) {
		page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		err = page ? xa_insert(&process->pages, id, page, GFP_KERNEL_ACCOUNT) : -ENOMEM;
		if (err) {
			if (page)
				__free_page(page);
			ida_free(&process->slots, id);
			return ERR_PTR(-ENOMEM);
		}
		atomic_long_inc(&ring_pages);
	}
	*slot = id;
	return page_address(page);
}

/**
 * ipcpp_process_give_slot - a slot is free again; its page stays
 * @process: the process
 * @slot: the slot
 */
void ipcpp_process_give_slot(struct ipcpp_process *process, u32 slot)
{
	ida_free(&process->slots, slot);
}

/**
 * ipcpp_process_pages - ring pages of all contexts
 */
long ipcpp_process_pages(void)
{
	return atomic_long_read(&ring_pages);
}

/**
 * ipcpp_process_next - walk the contexts, oldest first
 * @process: the last one, whose reference is dropped; NULL to begin
 *
 * Context: process; may sleep.
 *
 * Return: a reference to the next one, NULL at the end
 */
struct ipcpp_process *ipcpp_process_next(struct ipcpp_process *process)
{
	u64 id = process ? process->object.id : 0;
	struct ipcpp_process *next, *found = NULL;

	down_read(&all_lock);
	list_for_each_entry(next, &all, all) {
		if (next->object.id > id && (!found || next->object.id < found->object.id))
			found = next;
	}
	if (found)
		ipcpp_object_get(&found->object);
	up_read(&all_lock);
	if (process)
		ipcpp_object_put(&process->object);
	return found;
}

/**
 * ipcpp_process_thread - a thread by its number
 * @process: the process
 * @index: how many come before it
 *
 * Return: a reference to it, NULL if there are not so many
 */
struct ipcpp_thread *ipcpp_process_thread(struct ipcpp_process *process, u32 index)
{
	struct ipcpp_thread *thread, *found = NULL;

	mutex_lock(&process->lock);
	list_for_each_entry(thread, &process->threads, sibling) {
		if (!index--) {
			ipcpp_object_get(&thread->object);
			found = thread;
			break;
		}
	}
	mutex_unlock(&process->lock);
	return found;
}

/**
 * ipcpp_process_count_holders - who has a handle to an object
 * @object: the object; the caller has a reference
 * @processes: out: processes whose table holds one
 * @threads: out: threads whose table holds one
 *
 * Context: process; may sleep. Walks every table: it is for people who look,
 * not for the call path.
 */
void ipcpp_process_count_holders(struct ipcpp_object *object, u32 *processes, u32 *threads)
{
	struct ipcpp_process *process;
	struct ipcpp_thread *thread;

	*processes = 0;
	*threads = 0;
	down_read(&all_lock);
	list_for_each_entry(process, &all, all) {
		if (ipcpp_handle_table_holds(&process->table, object))
			++*processes;
		mutex_lock(&process->lock);
		list_for_each_entry(thread, &process->threads, sibling) {
			if (ipcpp_handle_table_holds(&thread->table, object))
				++*threads;
		}
		mutex_unlock(&process->lock);
		cond_resched();
	}
	up_read(&all_lock);
}

/* The hooks. Both run with preemption off: no sleeping, no allocation. */

static void thread_died(struct ipcpp_thread *thread, int code)
{
	thread->code = code;
	WRITE_ONCE(thread->dead, true);
	if (!ipcpp_object_tryget(&thread->object))
		return;
	llist_add(&thread->ended, &thread->process->ended);
	process_queue_work(thread->process);
}

static void process_died(struct ipcpp_process *process, int code)
{
	/* Several threads may be the last; they say the same. */
	WRITE_ONCE(process->code, code);
	/* Whoever sets it knows that the end has not begun. */
	if (!xchg(&process->dead, true))
		process_queue_work(process);
}

static void task_ended(struct task_struct *task, bool group, int code, int group_code)
{
	struct ipcpp_process *process;
	struct ipcpp_thread *thread;

	rcu_read_lock();
	thread = ipcpp_thread_find(task);
	if (thread)
		thread_died(thread, code);
	if (group) {
		process = process_find(task_tgid(task));
		if (process)
			process_died(process, group_code);
	}
	rcu_read_unlock();
}

static void on_exit_hook(IPCPP_EXIT_PROBE_ARGS)
{
	struct signal_struct *signal = task->signal;
	/* The last thread of the group has been counted out before the hook. */
	bool group = !atomic_read(&signal->live);

	task_ended(task, group, task->exit_code, signal->flags & SIGNAL_GROUP_EXIT ?
		   signal->group_exit_code : task->group_leader->exit_code);
}

static void on_exec_hook(void *data, struct task_struct *task, pid_t old_pid,
			 struct linux_binprm *bprm)
{
	/* To those who watch, the old program has ended well. */
	task_ended(task, true, 0, 0);
}

/**
 * struct hook - a tracepoint to listen to
 * @name: of the tracepoint
 * @probe: what it calls
 * @tracepoint: found at load
 */
struct hook {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
};

static struct hook hooks[] = {
	{ "sched_process_exit", on_exit_hook },
	{ "sched_process_exec", on_exec_hook },
};

static void hook_match(struct tracepoint *tracepoint, void *data)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!strcmp(tracepoint->name, hooks[i].name))
			hooks[i].tracepoint = tracepoint;
	}
}

static void hooks_remove(int count)
{
	while (count--)
		tracepoint_probe_unregister(hooks[count].tracepoint, hooks[count].probe, NULL);
	tracepoint_synchronize_unregister();
}

static int hooks_install(void)
{
	int i, err;

	for_each_kernel_tracepoint(hook_match, NULL);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = hooks[i].tracepoint ?
		      tracepoint_probe_register(hooks[i].tracepoint, hooks[i].probe, NULL) :
		      -ENODEV;
		if (err) {
			pr_err("no tracepoint %s: this kernel cannot tell when a process ends\n",
			       hooks[i].name);
			hooks_remove(i);
			return err;
		}
	}
	return 0;
}

/**
 * ipcpp_process_init - learn of every exit and exec from now on
 *
 * Return: 0; -ENOMEM; -ENODEV if the kernel lacks the tracepoints
 */
int ipcpp_process_init(void)
{
	int err;

	endings = alloc_workqueue("ipcpp", WQ_UNBOUND, 0);
	if (!endings)
		return -ENOMEM;
	err = hooks_install();
	if (err)
		destroy_workqueue(endings);
	return err;
}

/**
 * ipcpp_process_exit - hear of no more exits, and finish what is under way
 *
 * Called when no context is left alive: each holds the module.
 */
void ipcpp_process_exit(void)
{
	hooks_remove(ARRAY_SIZE(hooks));
	destroy_workqueue(endings);
}
