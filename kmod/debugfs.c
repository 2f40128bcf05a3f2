// SPDX-License-Identifier: GPL-2.0-only
/* Sight of the objects. See debugfs.h. */

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include "arena.h"
#include "debugfs.h"
#include "handle.h"
#include "name.h"
#include "process.h"
#include "quota.h"
#include "server.h"
#include "thread.h"

static struct dentry *directory;

static void show_servers(struct seq_file *m, struct ipcpp_handle_table *table)
{
	struct ipcpp_object *object;
	u32 index = 0;

	while ((object = ipcpp_handle_table_next(table, &index))) {
		if (object->ops->type == IPCPP_TYPE_SERVER)
			ipcpp_server_show(m, ipcpp_server_of(object));
		ipcpp_object_put(object);
	}
}

/**
 * ipcpp_debugfs_show_process - a context and its servers
 * @m: where to
 * @process: the context; the caller has a reference
 */
void ipcpp_debugfs_show_process(struct seq_file *m, struct ipcpp_process *process)
{
	char name[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_thread *thread;
	u32 threads = 0, local = 0, index;

	ipcpp_name_print(&process->object, true, name);
	mutex_lock(&process->lock);
	list_for_each_entry(thread, &process->threads, sibling) {
		threads++;
		local += READ_ONCE(thread->table.count);
	}
	mutex_unlock(&process->lock);
	seq_printf(m, "process %llu %s pid %d threads %u handles %u thread-handles %u%s\n",
		   process->object.id, name, pid_vnr(process->pid), threads,
		   READ_ONCE(process->table.count), local,
		   READ_ONCE(process->dead) ? " dead" : "");
	show_servers(m, &process->table);
	/* Servers are shown with no lock held, thread by thread. */
	for (index = 0; (thread = ipcpp_process_thread(process, index)); index++) {
		show_servers(m, &thread->table);
		ipcpp_object_put(&thread->object);
	}
}

static int state_show(struct seq_file *m, void *data)
{
	struct ipcpp_process *process = NULL;

	while ((process = ipcpp_process_next(process)))
		ipcpp_debugfs_show_process(m, process);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

static int counters_show(struct seq_file *m, void *data)
{
	static const char * const names[IPCPP_RES_COUNT] = {
		[IPCPP_RES_PROCESSES] = "processes",
		[IPCPP_RES_THREADS] = "threads",
		[IPCPP_RES_SERVERS] = "servers",
		[IPCPP_RES_SESSIONS] = "sessions",
		[IPCPP_RES_HANDLES] = "handles",
		[IPCPP_RES_MESSAGES] = "messages",
		[IPCPP_RES_REQUESTS] = "requests",
	};
	int i;

	for (i = 0; i < IPCPP_RES_COUNT; i++)
		seq_printf(m, "%s %ld\n", names[i], ipcpp_quota_total(i));
	seq_printf(m, "blocks %ld\n", ipcpp_arena_blocks_used());
	seq_printf(m, "pages %ld\n", ipcpp_arena_pages() + ipcpp_process_pages());
	seq_printf(m, "users %ld\n", ipcpp_user_count());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/**
 * ipcpp_debugfs_init - make the files; without debugfs there are none
 */
void ipcpp_debugfs_init(void)
{
	directory = debugfs_create_dir("ipcpp", NULL);
	debugfs_create_file("state", 0400, directory, NULL, &state_fops);
	debugfs_create_file("counters", 0400, directory, NULL, &counters_fops);
}

/**
 * ipcpp_debugfs_exit - remove them
 */
void ipcpp_debugfs_exit(void)
{
	debugfs_remove(directory);
}
