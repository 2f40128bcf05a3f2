// SPDX-License-Identifier: GPL-2.0-only
/* Servers: making one, delivering to it, its end. See server.h. */

#include <linux/seq_file.h>
#include <linux/slab.h>
#include "arena.h"
#include "call.h"
#include "handle.h"
#include "message.h"
#include "name.h"
#include "process.h"
#include "server.h"
#include "thread.h"

#define SHOW_SESSIONS	32

/**
 * ipcpp_server_lock - enter a server
 * @server: the server; valid at least under the caller's RCU section
 */
void ipcpp_server_lock(struct ipcpp_server *server)
{
	rcu_read_lock();
	spin_lock(&server->lock);
	/* Callers are checked by lockdep; sparse cannot follow ipcpp_msg_lock(). */
	__release(&server->lock);
	__release(RCU);
}

/**
 * ipcpp_server_unlock - leave it, and do what has become due
 * @server: the server
 * @after: what is due; may be NULL
 */
void ipcpp_server_unlock(struct ipcpp_server *server, struct ipcpp_after *after)
{
	__acquire(RCU);
	__acquire(&server->lock);
	spin_unlock(&server->lock);
	if (after && after->wake)
		ipcpp_thread_wake(after->wake);
	rcu_read_unlock();
}

static void server_request_done(struct ipcpp_request *request)
{
	struct ipcpp_server *server = container_of(request, struct ipcpp_server, request);

	ipcpp_server_lock(server);
	server->posting = false;
	ipcpp_server_unlock(server, NULL);
	ipcpp_object_put(&server->object);
}

/* The armed receive completes. */
static void server_post_locked(struct ipcpp_server *server, s32 value, u64 handle,
			       struct ipcpp_after *after)
{
	struct ipcpp_ring_entry *entry = &server->request.entry;

	lockdep_assert_held(&server->lock);
	server->armed = false;
	entry->value = value;
	entry->flags = handle ? IPCPP_ENTRY_MESSAGE : 0;
	entry->length[0] = lower_32_bits(handle);
	entry->length[1] = upper_32_bits(handle);
	/* Before the lock is released: who cancels finds it in the ring. */
	if (ipcpp_request_put(server->thread, &server->request)) {
		server->posting = true;
		ipcpp_object_get(&server->object);
	}
	ipcpp_after_wake(after, server->thread);
}

/**
 * ipcpp_server_deliver_locked - give a message to whoever receives, or queue it
 * @server: the server; not closed
 * @msg: idle
 * @after: for the release of the lock
 *
 * Context: server->lock held.
 */
void ipcpp_server_deliver_locked(struct ipcpp_server *server, struct ipcpp_msg *msg,
				 struct ipcpp_after *after)
{
	struct ipcpp_receiver *receiver = server->receiver;
	struct ipcpp_message record;

	lockdep_assert_held(&server->lock);
	if (msg->disconnect)
		msg->handle = ipcpp_msg_new_handle(msg);
	WRITE_ONCE(msg->server, server);
	if (receiver && !receiver->filled && !receiver->cancelled) {
		ipcpp_msg_accept_locked(msg, &receiver->record);
		/* The receiver may see this before it is woken. */
		smp_store_release(&receiver->filled, true);
		ipcpp_after_wake(after, server->receiving);
	} else if (server->armed) {
		ipcpp_msg_accept_locked(msg, &record);
		server_post_locked(server, 0, msg->handle, after);
	} else {
		msg->state = IPCPP_MSG_QUEUED;
		list_add_tail(&msg->queue, &server->queue);
		server->queued++;
	}
}

static void server_cancel_locked(struct ipcpp_server *server, struct ipcpp_after *after)
{
	struct ipcpp_receiver *receiver = server->receiver;

	if (receiver && !receiver->filled && !receiver->cancelled) {
		WRITE_ONCE(receiver->cancelled, true);
		ipcpp_after_wake(after, server->receiving);
	} else if (server->armed) {
		server_post_locked(server, IPCPP_KERR_CANCEL, 0, after);
	}
}

/* The last handle has gone: spec/symbian.md §9.3. */
static void server_close(struct ipcpp_object *object)
{
	struct ipcpp_server *server = ipcpp_server_of(object);
	struct ipcpp_session *session;
	struct ipcpp_after after = {};

	ipcpp_server_lock(server);
	WRITE_ONCE(server->closed, true);
	server_cancel_locked(server, &after);
	ipcpp_server_unlock(server, &after);
	/* One session at a time, so that the lock is never held for long. */
	for (;;) {
		ipcpp_server_lock(server);
		session = list_first_entry_or_null(&server->sessions, struct ipcpp_session, link);
		if (session)
			ipcpp_object_get(&session->object);
		ipcpp_server_unlock(server, NULL);
		if (!session)
			break;
		ipcpp_session_end(session, true);
		ipcpp_object_put(&session->object);
	}
}

static void server_free(struct ipcpp_object *object)
{
	struct ipcpp_server *server = ipcpp_server_of(object);

	WARN_ON_ONCE(!list_empty(&server->queue));
	ipcpp_object_put(&server->thread->object);
	ipcpp_object_put(&server->process->object);
	kfree_rcu(server, object.rcu);
}

static int server_may_hold(struct ipcpp_object *object, struct ipcpp_thread *thread,
			   enum ipcpp_owner owner)
{
	return thread->process == ipcpp_server_of(object)->process ? 0 : -EACCES;
}

static const struct ipcpp_object_ops server_ops = {
	.type = IPCPP_TYPE_SERVER,
	.resource = IPCPP_RES_SERVERS,
	.close = server_close,
	.free = server_free,
	.may_hold = server_may_hold,
};

/**
 * ipcpp_server_by_name - find a server to connect to
 * @call: the call
 * @name: user address of the name
 * @length: its length
 *
 * Return: a reference to it; -EILSEQ, -EFAULT, -ENOENT
 */
struct ipcpp_object *ipcpp_server_by_name(struct ipcpp_call *call, u64 name, u32 length)
{
	char text[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_object *object;
	int err;

	err = ipcpp_name_copy(text, name, length);
	if (!err && !ipcpp_name_valid(text, length))
		err = -EILSEQ;
	if (err)
		return ERR_PTR(err);
	object = ipcpp_name_find(IPCPP_TYPE_SERVER, call->process->net, text);
	return object ? : ERR_PTR(-ENOENT);
}

static int process_need_arena(struct ipcpp_process *process)
{
	struct ipcpp_arena *arena;

	if (READ_ONCE(process->arena))
		return 0;
	arena = ipcpp_arena_new();
	if (!arena)
		return -ENOMEM;
	if (cmpxchg(&process->arena, NULL, arena))
		ipcpp_arena_free(arena);
	return 0;
}

static struct ipcpp_server *server_new(struct ipcpp_call *call)
{
	struct ipcpp_server_create *args = &call->args->server_create;
	struct ipcpp_server *server;
	int err;

	err = process_need_arena(call->process);
	if (err)
		return ERR_PTR(err);
	server = kzalloc(sizeof(*server), GFP_KERNEL_ACCOUNT);
	if (!server)
		return ERR_PTR(-ENOMEM);
	err = ipcpp_object_init(&server->object, &server_ops, call->process->object.user);
	if (err) {
		kfree(server);
		return ERR_PTR(err);
	}
	ipcpp_object_get(&call->process->object);
	server->process = call->process;
	ipcpp_object_get(&call->thread->object);
	server->thread = call->thread;
	server->sharing = args->sharing;
	if (args->mode)
		server->object.mode = args->mode;
	spin_lock_init(&server->lock);
	INIT_LIST_HEAD(&server->queue);
	INIT_LIST_HEAD(&server->sessions);
	server->request.done = server_request_done;
	return server;
}

/**
 * ipcpp_server_create - IPCPP_IOC_SERVER_CREATE
 * @call: the call
 */
long ipcpp_server_create(struct ipcpp_call *call)
{
	struct ipcpp_server_create *args = &call->args->server_create;
	char text[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_server *server;
	long err;

	args->handle = 0;
	if (args->sharing > IPCPP_GLOBAL_SHARABLE || args->role > 1 || args->mode > 0777 ||
	    (args->options != 0 && args->options != 4 && args->options != 8))
		return -EINVAL;
	err = ipcpp_name_copy(text, args->name, args->length);
	if (!err && args->length && !ipcpp_name_valid(text, args->length))
		err = -EILSEQ;
	if (err)
		return err;
	server = server_new(call);
	if (IS_ERR(server))
		return PTR_ERR(server);
	if (args->length) {
		server->object.level = IPCPP_LEVEL_GLOBAL;
		server->named = true;
		err = ipcpp_name_add(&server->object, call->process->net, "", text);
	}
	if (!err)
		err = ipcpp_handle_make(call->thread, args->length ? IPCPP_OWNER_THREAD :
					IPCPP_OWNER_PROCESS, &server->object, &args->handle);
	/* From here on the handle is its only user. */
	ipcpp_object_unuse(&server->object);
	return err;
}

/**
 * ipcpp_server_cancel - IPCPP_IOC_SERVER_CANCEL
 * @call: the call
 */
long ipcpp_server_cancel(struct ipcpp_call *call)
{
	struct ipcpp_server_cancel *args = &call->args->server_cancel;
	struct ipcpp_after after = {};
	struct ipcpp_server *server;
	struct ipcpp_object *object;

	if (args->reserved)
		return -EINVAL;
	object = ipcpp_handle_get(call->thread, args->server, IPCPP_TYPE_SERVER);
	if (!object)
		return -EBADF;
	server = ipcpp_server_of(object);
	ipcpp_server_lock(server);
	server_cancel_locked(server, &after);
	ipcpp_server_unlock(server, &after);
	ipcpp_object_put(object);
	return 0;
}

/**
 * ipcpp_server_show - a server and its sessions, for people
 * @m: where to
 * @server: the server; the caller has a reference
 */
void ipcpp_server_show(struct seq_file *m, struct ipcpp_server *server)
{
	static const char * const modes[] = { "unsharable", "sharable", "global" };
	char name[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_session *session;
	struct ipcpp_msg *msg;
	u32 shown = 0;

	ipcpp_name_print(&server->object, false, name);
	ipcpp_server_lock(server);
	seq_printf(m, "  server %llu %s %s mode %03o queued %u sessions %u%s\n", server->object.id,
		   name, modes[server->sharing], server->object.mode, server->queued,
		   server->session_count,
		   server->armed ? " armed" : server->receiver ? " receiving" : "");
	list_for_each_entry(session, &server->sessions, link) {
		u32 queued = 0, accepted = 0;

		if (shown++ == SHOW_SESSIONS) {
			seq_puts(m, "    ...\n");
			break;
		}
		list_for_each_entry(msg, &session->messages, link) {
			if (msg->state == IPCPP_MSG_QUEUED)
				queued++;
			else
				accepted++;
		}
		seq_printf(m, "    session %llu client pid %d slots %d queued %u accepted %u%s%s\n",
			   session->object.id, pid_vnr(session->process->pid), session->slots,
			   queued, accepted, session->cookie ? " connected" : "",
			   session->closing ? " closing" : "");
	}
	ipcpp_server_unlock(server, NULL);
}
