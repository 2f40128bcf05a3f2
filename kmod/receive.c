// SPDX-License-Identifier: GPL-2.0-only
/* The server's half of a round trip: complete, then receive. See server.h. */

#include <linux/uaccess.h>
#include "call.h"
#include "handle.h"
#include "message.h"
#include "process.h"
#include "server.h"
#include "thread.h"
#include "wait.h"

/**
 * struct receive - one COMPLETE_RECEIVE under way
 * @call: the call
 * @args: its structure
 * @server: from which to receive; the call has a reference
 * @any: the thread's ring counts as well
 */
struct receive {
	struct ipcpp_call *call;
	struct ipcpp_complete_receive *args;
	struct ipcpp_server *server;
	bool any;
};

static long progress_write(struct ipcpp_call *call)
{
	struct ipcpp_complete_receive __user *user = call->user;

	return put_user(call->args->complete_receive.completed, &user->completed) ? -EFAULT : 0;
}

static long complete_given(struct ipcpp_call *call)
{
	struct ipcpp_complete_receive *args = &call->args->complete_receive;
	const struct ipcpp_completion __user *user = u64_to_user_ptr(args->completion);
	struct ipcpp_completion completion;
	int err;

	while (args->completed < args->completions) {
		if (copy_from_user(&completion, user + args->completed, sizeof(completion)))
			return -EFAULT;
		if (completion.flags)
			return -EINVAL;
		err = ipcpp_msg_complete(call->process, completion.message, completion.result);
		if (err)
			return err;
		args->completed++;
	}
	return 0;
}

static long record_write(struct receive *r, const struct ipcpp_message *record)
{
	struct ipcpp_message __user *user = u64_to_user_ptr(r->args->message);

	if (copy_to_user(user + r->args->received, record, sizeof(*record)))
		return -EFAULT;
	r->args->received++;
	return 0;
}

/*
 * Take what is queued. With none there, become the receiver, or arm, in the
 * same hold of the lock.
 */
static long receive_queued(struct receive *r, struct ipcpp_receiver *receiver, bool wait)
{
	struct ipcpp_server *server = r->server;
	struct ipcpp_msg *msg;
	long err = 0;

	while (r->args->received < r->args->receives && !err) {
		ipcpp_server_lock(server);
		msg = list_first_entry_or_null(&server->queue, struct ipcpp_msg, queue);
		if (server->receiver || server->armed || server->posting) {
			err = -EBUSY;
		} else if (server->closed) {
			err = -ECANCELED;
		} else if (msg) {
			list_del(&msg->queue);
			server->queued--;
			ipcpp_msg_accept_locked(msg, &receiver->record);
		} else if (!r->args->received && wait) {
			server->receiver = receiver;
			server->receiving = r->call->thread;
		} else if (!r->args->received && (r->args->flags & IPCPP_RECEIVE_ARM)) {
			server->armed = true;
			server->request.entry.user_data = r->args->user_data;
		}
		ipcpp_server_unlock(server, NULL);
		if (err || !msg)
			break;
		err = record_write(r, &receiver->record);
	}
	/* Another thread may have begun to receive: what is here stands. */
	return r->args->received && err != -EFAULT ? 0 : err;
}

static bool receive_ready(struct receive *r, struct ipcpp_receiver *receiver)
{
	/* Pairs with the release of ipcpp_server_deliver_locked(). */
	return smp_load_acquire(&receiver->filled) || READ_ONCE(receiver->cancelled) ||
	       (r->any && ipcpp_ring_pending(&r->call->thread->ring));
}

static long receive_sleep(struct receive *r, struct ipcpp_receiver *receiver)
{
	struct ipcpp_thread *thread = r->call->thread;
	long err = 0;

	while (!err && !receive_ready(r, receiver)) {
		DEFINE_WAIT(wait);

		ipcpp_wait_prepare(thread, &wait);
		if (!receive_ready(r, receiver))
			err = ipcpp_wait_sleep(r->args->timeout);
		ipcpp_wait_finish(thread, &wait);
	}
	/* What came together with the time-out counts. */
	return err == -ETIMEDOUT && receive_ready(r, receiver) ? 0 : err;
}

/* No longer the receiver: did a message come? */
static long receive_finish(struct receive *r, struct ipcpp_receiver *receiver, long err)
{
	struct ipcpp_server *server = r->server;

	ipcpp_server_lock(server);
	server->receiver = NULL;
	if (receiver->filled) {
		err = 0;
	} else if (receiver->cancelled) {
		err = -ECANCELED;
	} else if (!err && (r->args->flags & IPCPP_RECEIVE_ARM)) {
		server->armed = true;
		server->request.entry.user_data = r->args->user_data;
	}
	ipcpp_server_unlock(server, NULL);
	return receiver->filled ? record_write(r, &receiver->record) : err;
}

static long receive(struct receive *r)
{
	bool wait = r->args->flags & IPCPP_WAIT_MASK;
	struct ipcpp_receiver receiver;
	long err;

	receiver.filled = false;
	receiver.cancelled = false;
	if (r->any && ipcpp_ring_pending(&r->call->thread->ring))
		wait = false;
	if (r->server) {
		err = receive_queued(r, &receiver, wait);
		if (err || r->args->received || !wait)
			return err;
	}
	/* Completions that have taken effect must not be made again after a signal. */
	err = r->args->completions ? progress_write(r->call) : 0;
	if (!err && wait)
		err = receive_sleep(r, &receiver);
	return r->server ? receive_finish(r, &receiver, err) : err;
}

static bool args_valid(const struct ipcpp_complete_receive *args)
{
	u32 wait = args->flags & IPCPP_WAIT_MASK;

	if (args->flags & ~(IPCPP_WAIT_MASK | IPCPP_RECEIVE_ARM) || wait == IPCPP_WAIT_MASK)
		return false;
	if (args->completions > IPCPP_MESSAGE_BATCH || args->receives > IPCPP_MESSAGE_BATCH ||
	    args->completed > args->completions)
		return false;
	if (args->flags & IPCPP_RECEIVE_ARM && args->receives != 1)
		return false;
	if (wait == IPCPP_WAIT_MESSAGE && !args->receives)
		return false;
	return args->receives || !args->server;
}

/**
 * ipcpp_complete_receive - IPCPP_IOC_COMPLETE_RECEIVE
 * @call: the call
 */
long ipcpp_complete_receive(struct ipcpp_call *call)
{
	struct ipcpp_complete_receive *args = &call->args->complete_receive;
	struct ipcpp_complete_receive __user *user = call->user;
	struct receive r = { .call = call, .args = args };
	struct ipcpp_object *object = NULL;
	long err;

	if (!args_valid(args))
		return -EINVAL;
	args->received = 0;
	r.any = (args->flags & IPCPP_WAIT_MASK) == IPCPP_WAIT_ANY;
	if (args->receives) {
		object = ipcpp_handle_get(call->thread, args->server, IPCPP_TYPE_SERVER);
		if (!object)
			return -EBADF;
		r.server = ipcpp_server_of(object);
		if (args->flags & IPCPP_RECEIVE_ARM && READ_ONCE(r.server->thread->dead)) {
			ipcpp_object_put(object);
			return -ESRCH;
		}
	}
	err = complete_given(call);
	if (!err && (r.server || r.any))
		err = receive(&r);
	if (r.any)
		ipcpp_ring_refill(&call->thread->ring);
	if (object)
		ipcpp_object_put(object);
	if (err)
		return args->completions && progress_write(call) ? -EFAULT : err;
	BUILD_BUG_ON(offsetof(typeof(*args), received) != offsetof(typeof(*args), completed) + 4);
	return copy_to_user(&user->completed, &args->completed, 2 * sizeof(u32)) ? -EFAULT : 0;
}
