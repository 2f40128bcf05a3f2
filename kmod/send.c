// SPDX-License-Identifier: GPL-2.0-only
/* The client's half of a round trip: capture, send, wait, take the reply. */

#include <linux/uaccess.h>
#include "call.h"
#include "handle.h"
#include "message.h"
#include "process.h"
#include "server.h"
#include "thread.h"
#include "wait.h"

static bool is_descriptor(u32 types, unsigned int i)
{
	return ipcpp_arg_type(types, i) & IPCPP_ARG_DESCRIPTOR;
}

static bool is_modifiable(u32 types, unsigned int i)
{
	return ipcpp_arg_modifiable(ipcpp_arg_type(types, i));
}

static bool types_valid(const struct ipcpp_send *args)
{
	unsigned int i;
	u32 type;

	if (args->types >> (IPCPP_ARG_BITS * IPCPP_ARGS))
		return false;
	for (i = 0; i < IPCPP_ARGS; i++) {
		type = ipcpp_arg_type(args->types, i);
		if (type == 2 || type == 3)
			return false;
		if (ipcpp_arg_modifiable(type) &&
		    args->descriptor[i].length > args->descriptor[i].max)
			return false;
	}
	return true;
}

/*
 * Arguments with the same address and width are one descriptor: the one that
 * may be modified speaks for them all, otherwise the first.
 */
static void find_aliases(struct ipcpp_msg *msg)
{
	unsigned int i, j;

	for (i = 0; i < IPCPP_ARGS; i++) {
		u8 best = i;

		for (j = 0; j < IPCPP_ARGS; j++) {
			if (!is_descriptor(msg->types, i) || !is_descriptor(msg->types, j) ||
			    msg->args[i] != msg->args[j] ||
			    (ipcpp_arg_type(msg->types, i) ^ ipcpp_arg_type(msg->types, j)) &
			    IPCPP_ARG_WIDE)
				continue;
			if (is_modifiable(msg->types, j) > is_modifiable(msg->types, best) ||
			    (is_modifiable(msg->types, j) == is_modifiable(msg->types, best) &&
			     j < best))
				best = j;
		}
		msg->alias[i] = best;
	}
}

static bool speaks(const struct ipcpp_msg *msg, unsigned int i)
{
	return is_descriptor(msg->types, i) && msg->alias[i] == i;
}

static u64 arg_bytes(const struct ipcpp_msg *msg, unsigned int i, u32 elements)
{
	return (u64)elements << ipcpp_arg_shift(ipcpp_arg_type(msg->types, i));
}

/* What is to be captured of an argument: all, a beginning, or nothing. */
static u32 capture_size(const struct ipcpp_msg *msg, unsigned int i, u32 room)
{
	u64 bytes = arg_bytes(msg, i, msg->length[i]);

	if (is_modifiable(msg->types, i))
		bytes = min_t(u64, bytes, IPCPP_BLOCK_MODIFIABLE);
	return bytes <= room ? bytes : 0;
}

static void capture(struct ipcpp_msg *msg)
{
	struct ipcpp_block *block = msg->block.block;
	u32 used = 0;
	unsigned int i;

	for (i = 0; i < IPCPP_ARGS; i++) {
		u32 bytes = speaks(msg, i) ? capture_size(msg, i, IPCPP_BLOCK_DATA - used) : 0;

		if (bytes && copy_from_user(block->data + used,
					    u64_to_user_ptr(msg->descriptor[i].data), bytes)) {
			msg->bad |= 1U << i;
			bytes = 0;
		}
		msg->offset[i] = used;
		msg->captured[i] = bytes;
		used += bytes;
	}
	for (i = 0; i < IPCPP_ARGS; i++) {
		block->request_offset[i] = msg->offset[msg->alias[i]];
		block->request_bytes[i] = msg->captured[msg->alias[i]];
		block->alias[i] = msg->alias[i];
		if (msg->bad & 1U << msg->alias[i])
			msg->bad |= 1U << i;
	}
}

/* Places for the replies, if all of them fit. */
static void lay_out_replies(struct ipcpp_msg *msg, u64 total)
{
	struct ipcpp_block *block = msg->block.block;
	struct ipcpp_reply *reply = msg->block.reply;
	u32 used = 0;
	unsigned int i;

	memset(reply->arg, 0, sizeof(reply->arg));
	for (i = 0; i < IPCPP_ARGS; i++) {
		block->reply_offset[i] = IPCPP_NO_REPLY;
		if (total && total <= IPCPP_BLOCK_DATA && speaks(msg, i) &&
		    is_modifiable(msg->types, i)) {
			block->reply_offset[i] = used;
			used += arg_bytes(msg, i, msg->descriptor[i].max);
		}
	}
	for (i = 0; i < IPCPP_ARGS; i++)
		block->reply_offset[i] = block->reply_offset[msg->alias[i]];
}

static void prepare_descriptors(struct ipcpp_msg *msg, struct ipcpp_session *session,
				const struct ipcpp_send *args)
{
	u64 replies = 0;
	u32 captures = 0;
	unsigned int i;

	memcpy(msg->descriptor, args->descriptor, sizeof(msg->descriptor));
	for (i = 0; i < IPCPP_ARGS; i++) {
		msg->length[i] = args->descriptor[i].length;
		msg->captured[i] = 0;
	}
	find_aliases(msg);
	for (i = 0; i < IPCPP_ARGS; i++) {
		if (!speaks(msg, i))
			continue;
		captures += capture_size(msg, i, IPCPP_BLOCK_DATA - captures);
		if (is_modifiable(msg->types, i))
			replies += arg_bytes(msg, i, msg->descriptor[i].max);
	}
	if (!captures && (!replies || replies > IPCPP_BLOCK_DATA))
		return;
	if (!ipcpp_block_take(session->server->process, session->share, &msg->block))
		return;
	capture(msg);
	lay_out_replies(msg, replies);
}

/* Carry one reply to the client's memory. The server may be writing it. */
static int take_reply(struct ipcpp_msg *msg, unsigned int i, u32 offset)
{
	const struct ipcpp_reply_arg *arg = &msg->block.reply->arg[i];
	u64 max = arg_bytes(msg, i, msg->descriptor[i].max);
	u32 length = READ_ONCE(arg->length);
	u32 from = READ_ONCE(arg->from);
	u32 to = READ_ONCE(arg->to);

	if (!READ_ONCE(arg->written))
		return 0;
	if (length > msg->descriptor[i].max || from > to || to > max)
		return -EFAULT;
	if (copy_to_user(u64_to_user_ptr(msg->descriptor[i].data) + from,
			 msg->block.reply->data + offset + from, to - from))
		return -EFAULT;
	msg->length[i] = length;
	msg->written |= 1U << i;
	return 0;
}

static void take_replies(struct ipcpp_msg *msg, struct ipcpp_send *args)
{
	unsigned int i;

	for (i = 0; msg->block.block && i < IPCPP_ARGS; i++) {
		/* The header's copy: the server cannot write that part. */
		u32 offset = msg->block.block->reply_offset[i];

		if (speaks(msg, i) && offset != IPCPP_NO_REPLY && take_reply(msg, i, offset))
			args->result = IPCPP_KERR_BAD_DESCRIPTOR;
	}
	for (i = 0; i < IPCPP_ARGS; i++) {
		if (is_modifiable(msg->types, i) && msg->written & 1U << msg->alias[i]) {
			args->written |= 1U << i;
			args->length[i] = msg->length[msg->alias[i]];
		}
	}
}

static bool call_in_flight(struct ipcpp_msg *msg)
{
	/* Pairs with the release of msg_settle_locked(). */
	return smp_load_acquire(&msg->server);
}

/* Sleep until the message is the thread's again, or is to be left. */
static long call_sleep(struct ipcpp_thread *thread, struct ipcpp_msg *msg)
{
	long err = 0;

	while (call_in_flight(msg) && !READ_ONCE(msg->aborted) && !err) {
		DEFINE_WAIT(wait);

		ipcpp_wait_prepare(thread, &wait);
		if (call_in_flight(msg) && !READ_ONCE(msg->aborted))
			err = ipcpp_wait_sleep(IPCPP_FOREVER);
		ipcpp_wait_finish(thread, &wait);
	}
	return call_in_flight(msg) ? err : 0;
}

static long call_finish(struct ipcpp_call *call, int outcome, s32 result)
{
	struct ipcpp_send *args = &call->args->send;
	struct ipcpp_send __user *user = call->user;
	struct ipcpp_msg *msg = call->thread->call;

	args->cookie = 0;
	args->result = result;
	args->written = 0;
	memset(args->length, 0, sizeof(args->length));
	if (!outcome && msg->types)
		take_replies(msg, args);
	if (msg)
		ipcpp_block_give(&msg->block);
	BUILD_BUG_ON(offsetofend(typeof(*args), length) - offsetof(typeof(*args), cookie) != 32);
	if (copy_to_user(&user->cookie, &args->cookie, 32))
		return -EFAULT;
	return outcome;
}

static long call_wait(struct ipcpp_call *call)
{
	struct ipcpp_thread *thread = call->thread;
	struct ipcpp_msg *msg = thread->call;
	long err;

	err = call_sleep(thread, msg);
	if (err)
		return err;
	if (call_in_flight(msg)) {
		/* The session is being closed, but the server has the message. */
		err = ipcpp_msg_leave(thread);
		if (err)
			return err;
		if (!thread->call)
			return call_finish(call, -ECONNABORTED, IPCPP_KERR_SESSION_CLOSED);
	}
	thread->calling = false;
	return call_finish(call, msg->outcome, msg->result);
}

static long call_begin(struct ipcpp_call *call)
{
	struct ipcpp_send *args = &call->args->send;
	struct ipcpp_send __user *user = call->user;
	struct ipcpp_msg *msg = call->thread->call;
	struct ipcpp_session *session;
	struct ipcpp_object *object;
	long err;

	object = ipcpp_handle_get(call->thread, args->session, IPCPP_TYPE_SESSION);
	if (!object)
		return -EBADF;
	session = ipcpp_session_of(object);
	msg->client = call->thread;
	msg->function = args->function;
	msg->types = args->types;
	msg->written = 0;
	msg->bad = 0;
	memcpy(msg->args, args->args, sizeof(msg->args));
	if (msg->types)
		prepare_descriptors(msg, session, args);
	msg->handle = ipcpp_msg_new_handle(msg);
	/* Written before there is anything to resume: afterwards it must not fail. */
	args->cookie = msg->handle;
	err = put_user(args->cookie, &user->cookie) ? -EFAULT : ipcpp_session_send(session, msg);
	if (err == -ESHUTDOWN) {
		err = call_finish(call, err, IPCPP_KERR_SERVER_TERMINATED);
	} else if (err) {
		ipcpp_block_give(&msg->block);
		if (err != -EFAULT && put_user(0ULL, &user->cookie))
			err = -EFAULT;
	} else {
		call->thread->calling = true;
	}
	ipcpp_object_put(object);
	return err;
}

static long call_renew(struct ipcpp_thread *thread)
{
	struct ipcpp_msg *msg;

	if (thread->call)
		return 0;
	msg = ipcpp_msg_alloc(thread->process->object.user);
	if (IS_ERR(msg))
		return PTR_ERR(msg);
	thread->call = msg;
	return 0;
}

/**
 * ipcpp_send_receive - IPCPP_IOC_SEND_RECEIVE
 * @call: the call
 */
long ipcpp_send_receive(struct ipcpp_call *call)
{
	struct ipcpp_send *args = &call->args->send;
	struct ipcpp_thread *thread = call->thread;
	long err;

	if (args->flags & ~IPCPP_SEND_ABANDON || args->reserved[0] || args->reserved[1] ||
	    args->function < IPCPP_FUNCTION_CONNECT || !types_valid(args))
		return -EINVAL;
	if (args->cookie) {
		if (!thread->calling || thread->call_cookie != args->cookie)
			return -EINVAL;
		return call_wait(call);
	}
	if (thread->calling) {
		if (!(args->flags & IPCPP_SEND_ABANDON))
			return -EBUSY;
		err = ipcpp_msg_leave(thread);
		if (err)
			return err;
		if (thread->call)
			ipcpp_block_give(&thread->call->block);
	}
	err = call_renew(thread);
	if (!err)
		err = call_begin(call);
	if (err)
		return err;
	thread->call_cookie = args->cookie;
	return call_wait(call);
}
