// SPDX-License-Identifier: GPL-2.0-only
/*
 * The door: one misc device, one table of commands. Every file operation first
 * checks that the file's context is the caller's own.
 */

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include "arena.h"
#include "call.h"
#include "compat.h"
#include "debugfs.h"
#include "handle.h"
#include "message.h"
#include "name.h"
#include "process.h"
#include "quota.h"
#include "request.h"
#include "server.h"
#include "thread.h"

#define RINGS_BYTES	((unsigned long)IPCPP_SLOTS * IPCPP_RING_BYTES)

static long info_get(struct ipcpp_call *call)
{
	struct ipcpp_info *args = &call->args->info;

	if (args->reserved)
		return -EINVAL;
	args->abi = IPCPP_ABI_VERSION;
	args->features = 0;
	args->rings_bytes = RINGS_BYTES;
	args->blocks_bytes = IPCPP_BLOCKS_BYTES;
	args->blocks = IPCPP_BLOCKS;
	return 0;
}

static long usage_get(struct ipcpp_call *call)
{
	memset(&call->args->usage, 0, sizeof(call->args->usage));
	ipcpp_user_usage(call->process->object.user, &call->args->usage);
	return 0;
}

#define NO_THREAD	0x1	/* the command needs no thread object */
#define WRITES_ITSELF	0x2	/* the handler writes what it returns */

/**
 * struct ipcpp_command - one entry of the table
 * @cmd: the number, with direction and size
 * @flags: NO_THREAD, WRITES_ITSELF
 * @handler: carries it out
 * @min: the least size that makes sense; 0: all of it
 */
struct ipcpp_command {
	unsigned int cmd;
	unsigned int flags;
	long (*handler)(struct ipcpp_call *call);
	unsigned int min;
};

/* In the order of their numbers. */
static const struct ipcpp_command commands[] = {
	{ IPCPP_IOC_INFO, NO_THREAD, info_get },
	{ IPCPP_IOC_THREAD_SELF, 0, ipcpp_thread_self },
	{ IPCPP_IOC_HANDLE_CLOSE, 0, ipcpp_handle_close },
	{ IPCPP_IOC_HANDLE_DUPLICATE, 0, ipcpp_handle_duplicate },
	{ IPCPP_IOC_HANDLE_INFO, 0, ipcpp_handle_info },
	{ IPCPP_IOC_HANDLE_NAME, 0, ipcpp_handle_name },
	{ IPCPP_IOC_NOTIFY_DESTRUCTION, 0, ipcpp_notify_destruction },
	{ IPCPP_IOC_FIND_NEXT, 0, ipcpp_find_next },
	{ IPCPP_IOC_OPEN, 0, ipcpp_open },
	{ IPCPP_IOC_REQUEST_WAIT, 0, ipcpp_request_wait },
	{ IPCPP_IOC_SERVER_CREATE, 0, ipcpp_server_create },
	{ IPCPP_IOC_SERVER_CANCEL, 0, ipcpp_server_cancel },
	{ IPCPP_IOC_SESSION_CREATE, 0, ipcpp_session_create },
	{ IPCPP_IOC_SEND_RECEIVE, WRITES_ITSELF, ipcpp_send_receive, IPCPP_SEND_SHORT },
	{ IPCPP_IOC_COMPLETE_RECEIVE, WRITES_ITSELF, ipcpp_complete_receive },
	{ IPCPP_IOC_MESSAGE_READ, 0, ipcpp_message_read },
	{ IPCPP_IOC_MESSAGE_WRITE, 0, ipcpp_message_write },
	{ IPCPP_IOC_MESSAGE_RECORD, 0, ipcpp_message_record },
	{ IPCPP_IOC_MESSAGE_SET_COOKIE, 0, ipcpp_message_set_cookie },
	{ IPCPP_IOC_MESSAGE_CLIENT, 0, ipcpp_message_client },
	{ IPCPP_IOC_THREAD_SET_EXIT, 0, ipcpp_thread_set_exit },
	{ IPCPP_IOC_EXIT_INFO, 0, ipcpp_exit_info },
	{ IPCPP_IOC_USAGE, NO_THREAD, usage_get },
};

/**
 * ipcpp_call_copy_back - write the structure to where it came from
 * @call: the call
 *
 * Return: 0 or -EFAULT
 */
long ipcpp_call_copy_back(struct ipcpp_call *call)
{
	return copy_to_user(call->user, call->args, call->size) ? -EFAULT : 0;
}

/* Everything that an entry point has to do, whichever it is. */
static long command_run(struct ipcpp_process *process, unsigned int cmd, void __user *user)
{
	const struct ipcpp_command *command;
	unsigned int nr = _IOC_NR(cmd), size = _IOC_SIZE(cmd);
	union ipcpp_args args;
	struct ipcpp_call call = { .process = process, .args = &args, .user = user };
	long err;

	if (_IOC_TYPE(cmd) != IPCPP_IOC_MAGIC || nr >= ARRAY_SIZE(commands))
		return -ENOTTY;
	command = &commands[array_index_nospec(nr, ARRAY_SIZE(commands))];
	if (_IOC_DIR(cmd) != _IOC_DIR(command->cmd))
		return -ENOTTY;
	if (size < (command->min ? : _IOC_SIZE(command->cmd)))
		return -EINVAL;
	err = copy_struct_from_user(&args, _IOC_SIZE(command->cmd), user, size);
	if (err)
		return err;
	call.size = min(size, _IOC_SIZE(command->cmd));
	if (!(command->flags & NO_THREAD)) {
		call.thread = ipcpp_thread_current(process);
		if (IS_ERR(call.thread))
			return PTR_ERR(call.thread);
	}
	err = command->handler(&call);
	if (!err && !(command->flags & WRITES_ITSELF) && _IOC_DIR(cmd) & _IOC_READ)
		err = ipcpp_call_copy_back(&call);
	return err;
}

static int door_open(struct inode *inode, struct file *file)
{
	struct ipcpp_process *process = ipcpp_process_attach();

	if (IS_ERR(process))
		return PTR_ERR(process);
	file->private_data = process;
	return nonseekable_open(inode, file);
}

static int door_release(struct inode *inode, struct file *file)
{
	struct ipcpp_process *process = file->private_data;

	ipcpp_object_put(&process->object);
	return 0;
}

static long door_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ipcpp_process *process = file->private_data;

	if (!ipcpp_process_is_current(process))
		return -ECHILD;
	return command_run(process, cmd, (void __user *)arg);
}

static __poll_t door_poll(struct file *file, struct poll_table_struct *table)
{
	/* Nothing to wait for here; a stranger learns that the door is not his. */
	return ipcpp_process_is_current(file->private_data) ? 0 : EPOLLERR;
}

static vm_fault_t door_fault(struct vm_fault *vmf)
{
	struct ipcpp_process *process = vmf->vma->vm_file->private_data;
	u64 offset = (u64)vmf->pgoff << PAGE_SHIFT;
	struct page *page;

	if (vmf->vma->vm_mm != process->mm)
		return VM_FAULT_SIGBUS;
	if (offset >= IPCPP_MMAP_REPLIES)
		page = process->arena ? ipcpp_arena_page(process->arena,
							 offset - IPCPP_MMAP_REPLIES, true) : NULL;
	else if (offset >= IPCPP_MMAP_BLOCKS)
		page = process->arena ? ipcpp_arena_page(process->arena,
							 offset - IPCPP_MMAP_BLOCKS, false) : NULL;
	else
		page = xa_load(&process->pages, offset / IPCPP_RING_BYTES);
	if (!page)
		return VM_FAULT_SIGBUS;
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct door_vm_ops = {
	.fault = door_fault,
};

static int door_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ipcpp_process *process = file->private_data;
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	unsigned long size = vma->vm_end - vma->vm_start;
	bool writable = offset != IPCPP_MMAP_BLOCKS;

	if (!ipcpp_process_is_current(process) || vma->vm_mm != process->mm)
		return -ECHILD;
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_flags & VM_EXEC)
		return -EINVAL;
	if (offset == IPCPP_MMAP_RINGS ? size != RINGS_BYTES :
	    (offset != IPCPP_MMAP_BLOCKS && offset != IPCPP_MMAP_REPLIES) ||
	    size != IPCPP_BLOCKS_BYTES)
		return -EINVAL;
	if (!writable && vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_mod(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP,
		     VM_MAYEXEC | (writable ? 0 : VM_MAYWRITE));
	vma->vm_ops = &door_vm_ops;
	return 0;
}

static void door_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct ipcpp_process *process = file->private_data;

	/* Who was merely handed the descriptor learns nothing. */
	if (uid_eq(current_uid(), process->object.cred->uid) || capable(CAP_SYS_PTRACE))
		ipcpp_debugfs_show_process(m, process);
}

static const struct file_operations door_ops = {
	.owner = THIS_MODULE,
	.open = door_open,
	.release = door_release,
	.unlocked_ioctl = door_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = door_poll,
	.mmap = door_mmap,
	.show_fdinfo = door_show_fdinfo,
};

static struct miscdevice door = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ipcpp",
	.fops = &door_ops,
	.mode = 0666,
};

static int __init ipcpp_init(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (WARN_ON(_IOC_NR(commands[i].cmd) != i))
			return -EINVAL;
	}
	BUILD_BUG_ON(offsetof(struct ipcpp_send, descriptor) != IPCPP_SEND_SHORT);
	err = ipcpp_process_init();
	if (err)
		return err;
	ipcpp_debugfs_init();
	err = misc_register(&door);
	if (err) {
		ipcpp_debugfs_exit();
		ipcpp_process_exit();
	}
	return err;
}

static void __exit ipcpp_exit(void)
{
	misc_deregister(&door);
	ipcpp_process_exit();
	ipcpp_debugfs_exit();
	/* Objects are freed by RCU, some by callbacks of this module. */
	rcu_barrier();
}

module_init(ipcpp_init);
module_exit(ipcpp_exit);

MODULE_DESCRIPTION("Kernel objects for local inter-process communication");
MODULE_AUTHOR("The ipcpp authors");
MODULE_LICENSE("GPL");
