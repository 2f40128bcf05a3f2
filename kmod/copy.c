// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing a client's descriptors where they are. The client's
 * memory is the one captured with its context, never that of a task, which may
 * have exec'd something else.
 */

#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include "call.h"
#include "compat.h"
#include "message.h"
#include "process.h"
#include "thread.h"

#define PAGES_AT_ONCE	16

/**
 * struct transfer - one MESSAGE_READ or MESSAGE_WRITE under way
 * @mm: the client's memory
 * @client: whose thread; lasts until ipcpp_msg_copy_end()
 * @address: in @mm
 * @buffer: in the caller's memory
 * @bytes: how many are left
 * @write: into the client's memory
 */
struct transfer {
	struct mm_struct *mm;
	struct ipcpp_thread *client;
	u64 address;
	void __user *buffer;
	u64 bytes;
	bool write;
};

static long transfer_page(struct transfer *t, struct page *page)
{
	size_t offset = offset_in_page(t->address);
	size_t bytes = min_t(u64, t->bytes, PAGE_SIZE - offset);
	void *address = kmap_local_page(page) + offset;
	unsigned long left;

	left = t->write ? copy_from_user(address, t->buffer, bytes) :
			  copy_to_user(t->buffer, address, bytes);
	kunmap_local(address);
	t->address += bytes;
	t->buffer += bytes;
	t->bytes -= bytes;
	return left ? -EFAULT : 0;
}

static long transfer_pages(struct transfer *t)
{
	struct page *pages[PAGES_AT_ONCE];
	u64 span = offset_in_page(t->address) + t->bytes;
	long i, count = min_t(u64, PAGES_AT_ONCE, DIV_ROUND_UP(span, PAGE_SIZE));
	long err = 0;

	/* Fails once the client's program has gone. */
	if (!mmget_not_zero(t->mm))
		return -ESRCH;
	count = ipcpp_pin_remote(t->mm, t->address, count, t->write ? FOLL_WRITE : 0, pages);
	/* The pins are enough: a client that dies is not kept by a slow buffer. */
	mmput(t->mm);
	for (i = 0; i < count && !err; i++)
		err = transfer_page(t, pages[i]);
	if (count > 0)
		unpin_user_pages_dirty_lock(pages, count, t->write);
	if (count > 0)
		return err;
	return fatal_signal_pending(current) ? -EINTR : -EREMOTEIO;
}

static long transfer_all(struct transfer *t)
{
	long err = 0;

	if (!t->bytes)
		return 0;
	if (t->address + t->bytes < t->address || t->address + t->bytes > TASK_SIZE_MAX)
		return -EREMOTEIO;
	while (t->bytes && !err) {
		/* A client that has died is owed nothing more, and gets nothing. */
		if (READ_ONCE(t->client->dead))
			return -ESRCH;
		err = transfer_pages(t);
		cond_resched();
	}
	return err;
}

/* The checks of spec/symbian.md §8.2, in its order. */
static long argument_check_locked(const struct ipcpp_msg *msg,
				  const struct ipcpp_message_copy *args, bool write)
{
	u32 type = ipcpp_arg_type(msg->types, args->argument);
	unsigned int speaker;

	if (msg->disconnect)
		return -EBADMSG;
	if (!(type & IPCPP_ARG_DESCRIPTOR) || !(type & IPCPP_ARG_WIDE) != !args->wide ||
	    (write && type & IPCPP_ARG_CONST) || msg->bad & 1U << args->argument)
		return -EREMOTEIO;
	speaker = msg->alias[args->argument];
	if (write && (u64)args->offset + args->elements > msg->descriptor[speaker].max)
		return -EMSGSIZE;
	return 0;
}

static struct ipcpp_server *copy_begin(struct ipcpp_call *call, struct ipcpp_msg **msg, bool write)
{
	struct ipcpp_message_copy *args = &call->args->message_copy;
	struct ipcpp_server *server;
	long err;

	if (args->argument >= IPCPP_ARGS || args->wide > 1 || args->reserved)
		return ERR_PTR(-EINVAL);
	server = ipcpp_msg_lock(call->process, args->message, msg);
	if (!server)
		return ERR_PTR(-EBADMSG);
	err = argument_check_locked(*msg, args, write);
	if (!err && !ipcpp_msg_copy_begin_locked(*msg))
		err = -ESRCH;
	ipcpp_server_unlock(server, NULL);
	return err ? ERR_PTR(err) : server;
}

/**
 * ipcpp_message_read - IPCPP_IOC_MESSAGE_READ
 * @call: the call
 */
long ipcpp_message_read(struct ipcpp_call *call)
{
	struct ipcpp_message_copy *args = &call->args->message_copy;
	struct ipcpp_server *server;
	struct ipcpp_msg *msg;
	struct transfer t = {};
	u64 offset, captured;
	unsigned int i;
	long err = 0;

	server = copy_begin(call, &msg, false);
	if (IS_ERR(server))
		return PTR_ERR(server);
	i = msg->alias[args->argument];
	args->copied = args->offset >= READ_ONCE(msg->length[i]) ? 0 :
		       min(READ_ONCE(msg->length[i]) - args->offset, args->elements);
	t.mm = msg->client->process->mm;
	t.client = msg->client;
	t.buffer = u64_to_user_ptr(args->buffer);
	t.bytes = (u64)args->copied << args->wide;
	offset = (u64)args->offset << args->wide;
	t.address = msg->descriptor[i].data + offset;
	captured = READ_ONCE(msg->captured[i]);
	if (t.bytes && msg->block.block && offset < captured) {
		captured = min_t(u64, t.bytes, captured - offset);
		if (copy_to_user(t.buffer, msg->block.block->data + msg->offset[i] + offset,
				 captured))
			err = -EFAULT;
		t.address += captured;
		t.buffer += captured;
		t.bytes -= captured;
	}
	if (!err)
		err = transfer_all(&t);
	ipcpp_msg_copy_end(server, msg);
	return err;
}

/* What was captured of an argument is no longer what the client has. */
static void forget_capture_locked(struct ipcpp_msg *msg, unsigned int argument)
{
	unsigned int i;

	msg->captured[argument] = 0;
	for (i = 0; msg->block.block && i < IPCPP_ARGS; i++) {
		if (msg->alias[i] == argument)
			WRITE_ONCE(msg->block.block->request_bytes[i], 0);
	}
}

/**
 * ipcpp_message_write - IPCPP_IOC_MESSAGE_WRITE
 * @call: the call
 */
long ipcpp_message_write(struct ipcpp_call *call)
{
	struct ipcpp_message_copy *args = &call->args->message_copy;
	struct ipcpp_server *server;
	struct ipcpp_msg *msg;
	struct transfer t = { .write = true };
	unsigned int i;
	long err;

	server = copy_begin(call, &msg, true);
	if (IS_ERR(server))
		return PTR_ERR(server);
	i = msg->alias[args->argument];
	t.mm = msg->client->process->mm;
	t.client = msg->client;
	t.buffer = u64_to_user_ptr(args->buffer);
	t.bytes = (u64)args->elements << args->wide;
	t.address = msg->descriptor[i].data + ((u64)args->offset << args->wide);
	err = transfer_all(&t);
	if (!err) {
		args->copied = args->elements;
		ipcpp_server_lock(server);
		WRITE_ONCE(msg->length[i], args->offset + args->elements);
		msg->written |= 1U << i;
		forget_capture_locked(msg, i);
		ipcpp_server_unlock(server, NULL);
	}
	ipcpp_msg_copy_end(server, msg);
	return err;
}
