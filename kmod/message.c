// SPDX-License-Identifier: GPL-2.0-only
/* Messages: the table, the states, and who frees one. See message.h. */

#include <linux/random.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include "call.h"
#include "handle.h"
#include "message.h"
#include "process.h"
#include "quota.h"
#include "thread.h"
#include "wait.h"

/* From 1, so that no handle is 0. */
static DEFINE_XARRAY_ALLOC1(messages);
static u32 next_index;

/**
 * ipcpp_msg_alloc - make an idle message
 * @user: whom to charge
 *
 * Context: process; may sleep.
 *
 * Return: the message; -EDQUOT, -ENOMEM
 */
struct ipcpp_msg *ipcpp_msg_alloc(struct ipcpp_user *user)
{
	struct ipcpp_msg *msg;
	int err;

	err = ipcpp_user_charge(user, IPCPP_RES_MESSAGES);
	if (err)
		return ERR_PTR(err);
	msg = kzalloc(sizeof(*msg), GFP_KERNEL_ACCOUNT);
	/* In a circle, so that a place and its handles are not soon used again. */
	err = msg ? xa_alloc_cyclic(&messages, &msg->index, msg, xa_limit_32b, &next_index,
				    GFP_KERNEL_ACCOUNT) : -ENOMEM;
	if (err < 0) {
		kfree(msg);
		ipcpp_user_uncharge(user, IPCPP_RES_MESSAGES);
		return ERR_PTR(err);
	}
	msg->user = ipcpp_user_get(user);
	msg->generation = get_random_u32();
	return msg;
}

/**
 * ipcpp_msg_free - free an idle message
 * @msg: the message, or NULL
 *
 * Context: process; may sleep.
 */
void ipcpp_msg_free(struct ipcpp_msg *msg)
{
	if (!msg)
		return;
	WARN_ON_ONCE(msg->state != IPCPP_MSG_IDLE || msg->server);
	ipcpp_block_give(&msg->block);
	xa_erase(&messages, msg->index);
	ipcpp_user_uncharge(msg->user, IPCPP_RES_MESSAGES);
	ipcpp_user_put(msg->user);
	kfree_rcu(msg, rcu);
}

/**
 * ipcpp_msg_free_orphan - free an orphan that its server is done with
 * @msg: the message, or NULL
 *
 * Context: process; may sleep; no lock of the module may be held.
 */
void ipcpp_msg_free_orphan(struct ipcpp_msg *msg)
{
	struct ipcpp_thread *client;

	if (!msg)
		return;
	client = msg->client;
	ipcpp_msg_free(msg);
	ipcpp_object_put(&client->object);
}

/**
 * ipcpp_msg_free_orphans - free a list of them
 * @orphans: linked by @link
 */
void ipcpp_msg_free_orphans(struct list_head *orphans)
{
	struct ipcpp_msg *msg, *next;

	list_for_each_entry_safe(msg, next, orphans, link)
		ipcpp_msg_free_orphan(msg);
}

/**
 * ipcpp_msg_new_handle - the handle of the next use
 * @msg: an idle message of the caller's
 */
u64 ipcpp_msg_new_handle(struct ipcpp_msg *msg)
{
	msg->generation++;
	return (u64)msg->generation << 32 | msg->index;
}

static void msg_record_locked(const struct ipcpp_msg *msg, struct ipcpp_message *record)
{
	int i;

	memset(record, 0, sizeof(*record));
	record->handle = msg->handle;
	record->session = msg->session->cookie;
	record->function = msg->function;
	record->block = IPCPP_NO_BLOCK;
	if (msg->disconnect)
		return;
	memcpy(record->args, msg->args, sizeof(record->args));
	record->types = msg->types;
	record->bad = msg->bad;
	for (i = 0; msg->types && i < IPCPP_ARGS; i++) {
		if (!(ipcpp_arg_type(msg->types, i) & IPCPP_ARG_DESCRIPTOR))
			continue;
		record->length[i] = msg->length[msg->alias[i]];
		if (ipcpp_arg_modifiable(ipcpp_arg_type(msg->types, i)))
			record->max[i] = msg->descriptor[msg->alias[i]].max;
	}
	if (msg->block.block)
		record->block = msg->block.index;
}

/**
 * ipcpp_msg_accept_locked - the server takes a message
 * @msg: queued, or about to be
 * @record: out: what the server learns
 *
 * Context: server->lock held.
 */
void ipcpp_msg_accept_locked(struct ipcpp_msg *msg, struct ipcpp_message *record)
{
	lockdep_assert_held(&msg->server->lock);
	msg->state = IPCPP_MSG_ACCEPTED;
	if (msg->function == IPCPP_FUNCTION_CONNECT)
		msg->session->connect = IPCPP_CONNECT_ACCEPTED;
	msg_record_locked(msg, record);
	if (msg->block.block) {
		WRITE_ONCE(msg->block.block->state,
			   msg->waiting ? IPCPP_BLOCK_ACCEPTED : IPCPP_BLOCK_DEAD);
		/* The server reads the block only when it sees its message there. */
		smp_store_release(&msg->block.block->message, msg->handle);
	}
}

/* With no copy under way, the message is its sender's again, or to be freed. */
static struct ipcpp_msg *msg_settle_locked(struct ipcpp_msg *msg, struct ipcpp_after *after)
{
	bool orphan = !msg->waiting && !msg->disconnect;
	struct ipcpp_thread *client = msg->waiting ? msg->client : NULL;

	if (msg->copies)
		return NULL;
	/* From here on a waiting sender may use or free it. */
	smp_store_release(&msg->server, NULL);
	if (client)
		ipcpp_after_wake(after, client);
	return orphan ? msg : NULL;
}

/**
 * ipcpp_msg_finish_locked - a message in flight comes to its end
 * @msg: queued or accepted
 * @outcome: 0, or the negative errno of the sender's call
 * @result: for the sender
 * @after: for the release of the lock
 *
 * Context: server->lock held.
 *
 * Return: the message if it is an orphan, to be freed; otherwise NULL
 */
struct ipcpp_msg *ipcpp_msg_finish_locked(struct ipcpp_msg *msg, int outcome, s32 result,
					  struct ipcpp_after *after)
{
	struct ipcpp_server *server = msg->server;

	lockdep_assert_held(&server->lock);
	if (msg->state == IPCPP_MSG_QUEUED) {
		list_del(&msg->queue);
		server->queued--;
	}
	msg->state = IPCPP_MSG_IDLE;
	msg->handle = 0;
	if (msg->block.block)
		WRITE_ONCE(msg->block.block->message, 0);
	if (!msg->disconnect)
		list_del(&msg->link);
	if (msg->function == IPCPP_FUNCTION_CONNECT)
		ipcpp_session_connect_done_locked(msg->session, after);
	msg->outcome = outcome;
	msg->result = result;
	return msg_settle_locked(msg, after);
}

/**
 * ipcpp_msg_lock - find a message that a process has accepted
 * @process: the process
 * @handle: the message's
 * @msg: out
 *
 * Return: its server, locked by ipcpp_server_lock(), or NULL
 */
struct ipcpp_server *ipcpp_msg_lock(struct ipcpp_process *process, u64 handle,
				    struct ipcpp_msg **msg)
{
	struct ipcpp_server *server;

	rcu_read_lock();
	*msg = xa_load(&messages, (u32)handle);
	server = *msg ? READ_ONCE((*msg)->server) : NULL;
	if (server && server->process == process) {
		ipcpp_server_lock(server);
		/* It may have come to its end, and be on its way elsewhere. */
		if (READ_ONCE((*msg)->server) == server && (*msg)->handle == handle &&
		    (*msg)->state == IPCPP_MSG_ACCEPTED) {
			rcu_read_unlock();
			return server;
		}
		ipcpp_server_unlock(server, NULL);
	}
	rcu_read_unlock();
	return NULL;
}

/**
 * ipcpp_msg_copy_begin_locked - keep the client's memory where it is
 * @msg: accepted
 *
 * Until ipcpp_msg_copy_end() the sender does not return from its call, if it is
 * still in it. Context: server->lock held.
 *
 * Return: false if the sender has gone
 */
bool ipcpp_msg_copy_begin_locked(struct ipcpp_msg *msg)
{
	if (!msg->waiting || msg->aborted || READ_ONCE(msg->client->dead))
		return false;
	msg->copies++;
	ipcpp_object_get(&msg->server->object);
	return true;
}

/**
 * ipcpp_msg_copy_end - the copy has been made
 * @server: the message's server when the copy began
 * @msg: the message
 *
 * Context: process; may sleep; no lock of the module may be held.
 */
void ipcpp_msg_copy_end(struct ipcpp_server *server, struct ipcpp_msg *msg)
{
	struct ipcpp_after after = {};
	struct ipcpp_msg *orphan = NULL;

	ipcpp_server_lock(server);
	msg->copies--;
	if (msg->state == IPCPP_MSG_IDLE)
		orphan = msg_settle_locked(msg, &after);
	else if (!msg->copies && msg->waiting && msg->aborted)
		ipcpp_after_wake(&after, msg->client);
	ipcpp_server_unlock(server, &after);
	ipcpp_msg_free_orphan(orphan);
	ipcpp_object_put(&server->object);
}

/**
 * ipcpp_msg_complete - complete a message
 * @process: the server's process
 * @handle: of the message
 * @result: for the sender
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EBADMSG if the process has accepted no such message
 */
int ipcpp_msg_complete(struct ipcpp_process *process, u64 handle, s32 result)
{
	struct ipcpp_session *session = NULL;
	struct ipcpp_after after = {};
	struct ipcpp_server *server;
	struct ipcpp_msg *msg, *orphan = NULL;

	server = ipcpp_msg_lock(process, handle, &msg);
	if (!server)
		return -EBADMSG;
	if (msg->disconnect) {
		session = msg->session;
		ipcpp_object_get(&session->object);
	}
	orphan = ipcpp_msg_finish_locked(msg, 0, result, &after);
	ipcpp_server_unlock(server, &after);
	ipcpp_msg_free_orphan(orphan);
	if (session) {
		ipcpp_session_end(session, false);
		ipcpp_object_put(&session->object);
	}
	return 0;
}

/*
 * Make an orphan of a thread's message, if it is in flight. -EAGAIN: not now, a
 * copy is under way.
 */
static int msg_disown(struct ipcpp_thread *thread, bool despite_copies)
{
	struct ipcpp_msg *msg = thread->call;
	struct ipcpp_server *server;
	int err = 0;

	rcu_read_lock();
	/* Without a server the sender goes on to read what was left in the message. */
	server = smp_load_acquire(&msg->server);
	if (server) {
		ipcpp_server_lock(server);
		if (READ_ONCE(msg->server) != server) {
			/* It has just come to its end. */
		} else if (msg->copies && !despite_copies) {
			msg->aborted = true;
			err = -EAGAIN;
		} else {
			msg->waiting = false;
			ipcpp_object_get(&thread->object);
			if (msg->block.block)
				WRITE_ONCE(msg->block.block->state, IPCPP_BLOCK_DEAD);
			thread->call = NULL;
		}
		ipcpp_server_unlock(server, NULL);
	}
	rcu_read_unlock();
	return err;
}

/**
 * ipcpp_msg_leave - the calling thread gives up its outstanding call
 * @thread: the thread
 *
 * Waits for copies into its memory to end. Context: process; may sleep.
 *
 * Return: 0, with the message idle or an orphan; -ERESTARTNOINTR
 */
long ipcpp_msg_leave(struct ipcpp_thread *thread)
{
	struct ipcpp_msg *msg = thread->call;
	long err;

	while (msg_disown(thread, false)) {
		DEFINE_WAIT(wait);

		ipcpp_wait_prepare(thread, &wait);
		/* Pairs with the release of msg_settle_locked(). */
		err = smp_load_acquire(&msg->server) && READ_ONCE(msg->copies) ?
		      ipcpp_wait_sleep(IPCPP_FOREVER) : 0;
		ipcpp_wait_finish(thread, &wait);
		if (err)
			return err;
	}
	thread->calling = false;
	return 0;
}

/**
 * ipcpp_msg_abandon - a thread has ended
 * @thread: the thread
 *
 * Context: the work item of its process; may sleep.
 */
void ipcpp_msg_abandon(struct ipcpp_thread *thread)
{
	if (!thread->call)
		return;
	msg_disown(thread, true);
	ipcpp_msg_free(thread->call);
	thread->call = NULL;
	thread->calling = false;
}

/**
 * ipcpp_message_record - IPCPP_IOC_MESSAGE_RECORD
 * @call: the call
 */
long ipcpp_message_record(struct ipcpp_call *call)
{
	struct ipcpp_message *record = &call->args->message_record.message;
	struct ipcpp_server *server;
	struct ipcpp_msg *msg;

	server = ipcpp_msg_lock(call->process, record->handle, &msg);
	if (!server)
		return -EBADMSG;
	msg_record_locked(msg, record);
	ipcpp_server_unlock(server, NULL);
	return 0;
}

/**
 * ipcpp_message_set_cookie - IPCPP_IOC_MESSAGE_SET_COOKIE
 * @call: the call
 */
long ipcpp_message_set_cookie(struct ipcpp_call *call)
{
	struct ipcpp_message_set_cookie *args = &call->args->message_set_cookie;
	struct ipcpp_after after = {};
	struct ipcpp_server *server;
	struct ipcpp_msg *msg;
	long err = 0;

	server = ipcpp_msg_lock(call->process, args->message, &msg);
	if (!server)
		return -EBADMSG;
	if (msg->disconnect) {
		err = -EBADMSG;
	} else if (!args->cookie) {
		err = -EINVAL;
	} else if (msg->function != IPCPP_FUNCTION_CONNECT) {
		err = -EPROTO;
	} else if (msg->session->cookie) {
		err = -EEXIST;
	} else {
		msg->session->cookie = args->cookie;
		if (msg->session->withheld) {
			msg->session->withheld = false;
			ipcpp_server_deliver_locked(server, msg->session->disconnect, &after);
		}
	}
	ipcpp_server_unlock(server, &after);
	return err;
}

/**
 * ipcpp_message_client - IPCPP_IOC_MESSAGE_CLIENT
 * @call: the call
 */
long ipcpp_message_client(struct ipcpp_call *call)
{
	struct ipcpp_message_client *args = &call->args->message_client;
	struct ipcpp_thread *client = NULL;
	struct ipcpp_server *server;
	struct ipcpp_msg *msg;
	long err;

	if (args->owner > IPCPP_OWNER_THREAD)
		return -EINVAL;
	server = ipcpp_msg_lock(call->process, args->message, &msg);
	if (!server)
		return -EBADMSG;
	if (!msg->disconnect) {
		client = msg->client;
		ipcpp_object_get(&client->object);
	}
	ipcpp_server_unlock(server, NULL);
	if (!client)
		return -EBADMSG;
	err = ipcpp_handle_make(call->thread, args->owner, &client->object, &args->handle);
	ipcpp_object_put(&client->object);
	/* Its last user has gone: it has ended, and nobody held it. */
	return err == -ENOENT ? -ESRCH : err;
}
