// SPDX-License-Identifier: GPL-2.0-only
/* Sessions: making one, sending on it, its end. See server.h. */

#include <linux/slab.h>
#include "arena.h"
#include "call.h"
#include "handle.h"
#include "message.h"
#include "process.h"
#include "quota.h"
#include "server.h"

#define FINISH_AT_ONCE	64

static void session_free(struct ipcpp_object *object)
{
	struct ipcpp_session *session = ipcpp_session_of(object);
	struct ipcpp_server *server = session->server;

	WARN_ON_ONCE(!list_empty(&session->messages) || session->attached);
	ipcpp_msg_free(session->disconnect);
	if (session->share)
		ipcpp_share_leave(server->process->arena, session->share);
	ipcpp_object_put(&session->process->object);
	kfree_rcu(session, object.rcu);
	ipcpp_object_put(&server->object);
}

/* Tell those who wait in calls on a session that it is being closed. */
static void session_abort_calls_locked(struct ipcpp_session *session)
{
	struct ipcpp_msg *msg;

	lockdep_assert_held(&session->server->lock);
	list_for_each_entry(msg, &session->messages, link) {
		if (msg->waiting) {
			WRITE_ONCE(msg->aborted, true);
			ipcpp_thread_wake(msg->client);
		}
	}
}

static struct ipcpp_msg *session_connect_msg_locked(struct ipcpp_session *session)
{
	struct ipcpp_msg *msg;

	lockdep_assert_held(&session->server->lock);
	list_for_each_entry(msg, &session->messages, link) {
		if (msg->function == IPCPP_FUNCTION_CONNECT)
			return msg;
	}
	return NULL;
}

/* The last handle has gone: spec/symbian.md §7 and §9.1. */
static void session_close(struct ipcpp_object *object)
{
	struct ipcpp_session *session = ipcpp_session_of(object);
	struct ipcpp_server *server = session->server;
	struct ipcpp_msg *orphan = NULL;
	struct ipcpp_after after = {};

	ipcpp_server_lock(server);
	session->closing = true;
	if (session->attached && !session->ending) {
		session_abort_calls_locked(session);
		/* A connect that the server has not seen is withdrawn. */
		if (session->connect == IPCPP_CONNECT_QUEUED)
			orphan = ipcpp_msg_finish_locked(session_connect_msg_locked(session),
							 -ECONNABORTED, IPCPP_KERR_SESSION_CLOSED,
							 &after);
		if (session->connect == IPCPP_CONNECT_ACCEPTED && !session->cookie)
			session->withheld = true;
		else
			ipcpp_server_deliver_locked(server, session->disconnect, &after);
	}
	ipcpp_server_unlock(server, &after);
	ipcpp_msg_free_orphan(orphan);
}

/* Who may own a handle to a session: spec/symbian.md §6.6. */
static int session_may_hold(struct ipcpp_object *object, struct ipcpp_thread *thread,
			    enum ipcpp_owner owner)
{
	struct ipcpp_session *session = ipcpp_session_of(object);

	switch (session->server->sharing) {
	case IPCPP_GLOBAL_SHARABLE:
		return 0;
	case IPCPP_SHARABLE:
		return thread->process == session->process ? 0 : -EACCES;
	default:
		/* Found in its creator's own table, since nobody else can have it. */
		return thread->process == session->process && owner == IPCPP_OWNER_THREAD &&
		       ipcpp_handle_table_holds(&thread->table, object) ? 0 : -EACCES;
	}
}

static const struct ipcpp_object_ops session_ops = {
	.type = IPCPP_TYPE_SESSION,
	.resource = IPCPP_RES_SESSIONS,
	.close = session_close,
	.free = session_free,
	.may_hold = session_may_hold,
};

/**
 * ipcpp_session_server - the server of a session, as an object
 * @session: the session; the caller has a reference
 *
 * Return: the server, valid as long as the session
 */
struct ipcpp_object *ipcpp_session_server(struct ipcpp_object *session)
{
	return &ipcpp_session_of(session)->server->object;
}

/**
 * ipcpp_session_connect_done_locked - the connect message is no longer out
 * @session: its session
 * @after: for the release of the lock
 *
 * Context: server->lock held.
 */
void ipcpp_session_connect_done_locked(struct ipcpp_session *session, struct ipcpp_after *after)
{
	session->connect = IPCPP_CONNECT_DONE;
	if (session->withheld && !session->ending) {
		session->withheld = false;
		ipcpp_server_deliver_locked(session->server, session->disconnect, after);
	}
}

/* Finish some messages. Returns whether there are more. */
static bool session_finish_some_locked(struct ipcpp_session *session, bool terminated,
				       struct list_head *orphans)
{
	struct ipcpp_msg *msg, *next, *orphan;
	struct ipcpp_after after = {};
	unsigned int count = 0;

	lockdep_assert_held(&session->server->lock);
	if (session->disconnect->state != IPCPP_MSG_IDLE)
		ipcpp_msg_finish_locked(session->disconnect, 0, 0, &after);
	list_for_each_entry_safe(msg, next, &session->messages, link) {
		if (count++ == FINISH_AT_ONCE)
			break;
		orphan = ipcpp_msg_finish_locked(msg, terminated ? -ESHUTDOWN : -ECONNABORTED,
						 terminated ? IPCPP_KERR_SERVER_TERMINATED :
							      IPCPP_KERR_SESSION_CLOSED, &after);
		if (orphan)
			list_add_tail(&orphan->link, orphans);
	}
	if (after.wake)
		ipcpp_thread_wake(after.wake);
	return !list_empty(&session->messages);
}

/**
 * ipcpp_session_end - detach a session from its server
 * @session: the session; the caller has a reference
 * @terminated: the server has closed; otherwise the disconnect has been completed
 *
 * A session may have gathered many messages; the lock is released now and then.
 * Who comes second helps, or does nothing. Context: process; may sleep.
 */
void ipcpp_session_end(struct ipcpp_session *session, bool terminated)
{
	struct ipcpp_server *server = session->server;
	bool more = false, detached = false;

	do {
		LIST_HEAD(orphans);

		ipcpp_server_lock(server);
		if (session->attached) {
			session->ending = true;
			more = session_finish_some_locked(session, terminated, &orphans);
			detached = !more;
		} else {
			more = false;
		}
		if (detached) {
			session->attached = false;
			list_del(&session->link);
			server->session_count--;
		}
		ipcpp_server_unlock(server, NULL);
		ipcpp_msg_free_orphans(&orphans);
		cond_resched();
	} while (more);
	/* The reference of the server's list. */
	if (detached)
		ipcpp_object_put(&session->object);
}

/**
 * ipcpp_session_send - queue a message, or hand it over
 * @session: the session; the caller has a reference
 * @msg: idle, filled in but for its session; the caller waits for it
 *
 * Context: process.
 *
 * Return: 0; -EBADF the session is closing; -ESHUTDOWN; -EALREADY, -EISCONN for a
 * connect
 */
long ipcpp_session_send(struct ipcpp_session *session, struct ipcpp_msg *msg)
{
	struct ipcpp_server *server = session->server;
	struct ipcpp_after after = {};
	long err = 0;

	ipcpp_server_lock(server);
	if (session->closing)
		err = -EBADF;
	else if (server->closed || !session->attached)
		err = -ESHUTDOWN;
	if (!err && msg->function == IPCPP_FUNCTION_CONNECT) {
		if (session->connect == IPCPP_CONNECT_QUEUED ||
		    session->connect == IPCPP_CONNECT_ACCEPTED)
			err = -EALREADY;
		else if (session->cookie)
			err = -EISCONN;
		else
			session->connect = IPCPP_CONNECT_QUEUED;
	}
	if (!err) {
		msg->session = session;
		msg->waiting = true;
		msg->aborted = false;
		list_add_tail(&msg->link, &session->messages);
		ipcpp_server_deliver_locked(server, msg, &after);
	}
	ipcpp_server_unlock(server, &after);
	return err;
}

static int session_check(const struct ipcpp_server *server, enum ipcpp_sharing sharing)
{
	if (READ_ONCE(server->closed))
		return -ESHUTDOWN;
	if (server->named && !ipcpp_object_may_open(&server->object))
		return -EACCES;
	if (sharing <= server->sharing)
		return 0;
	return server->sharing == IPCPP_UNSHARABLE ? -EPROTOTYPE : -EACCES;
}

static struct ipcpp_session *session_new(struct ipcpp_call *call, struct ipcpp_server *server)
{
	struct ipcpp_user *user = call->process->object.user;
	struct ipcpp_session *session;
	int err;

	session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	if (!session)
		return ERR_PTR(-ENOMEM);
	err = ipcpp_object_init(&session->object, &session_ops, user);
	if (err) {
		kfree(session);
		return ERR_PTR(err);
	}
	INIT_LIST_HEAD(&session->messages);
	ipcpp_object_get(&server->object);
	session->server = server;
	ipcpp_object_get(&call->process->object);
	session->process = call->process;
	session->share = ipcpp_share_join(server->process->arena, ipcpp_user_uid(user));
	session->disconnect = ipcpp_msg_alloc(user);
	err = PTR_ERR_OR_ZERO(session->disconnect);
	if (err)
		session->disconnect = NULL;
	else if (!session->share)
		err = -ENOMEM;
	if (err) {
		ipcpp_object_unuse(&session->object);
		return ERR_PTR(err);
	}
	session->disconnect->disconnect = true;
	session->disconnect->function = IPCPP_FUNCTION_DISCONNECT;
	session->disconnect->session = session;
	return session;
}

static int session_attach(struct ipcpp_session *session)
{
	struct ipcpp_server *server = session->server;
	int err = 0;

	ipcpp_server_lock(server);
	if (server->closed) {
		err = -ESHUTDOWN;
	} else {
		ipcpp_object_get(&session->object);
		session->attached = true;
		list_add_tail(&session->link, &server->sessions);
		server->session_count++;
	}
	ipcpp_server_unlock(server, NULL);
	return err;
}

/**
 * ipcpp_session_create - IPCPP_IOC_SESSION_CREATE
 * @call: the call
 */
long ipcpp_session_create(struct ipcpp_call *call)
{
	struct ipcpp_session_create *args = &call->args->session_create;
	struct ipcpp_session *session;
	struct ipcpp_object *object;
	long err;

	args->handle = 0;
	if (args->flags || (args->name ? args->server : args->length))
		return -EINVAL;
	if (args->name)
		object = ipcpp_server_by_name(call, args->name, args->length);
	else
		object = ipcpp_handle_get(call->thread, args->server, IPCPP_TYPE_SERVER) ? :
			 ERR_PTR(-EBADF);
	if (IS_ERR(object) && PTR_ERR(object) == -EILSEQ)
		return -EILSEQ;
	err = args->slots < -1 || args->slots > IPCPP_SLOTS_MAX ||
	      args->sharing > IPCPP_GLOBAL_SHARABLE ? -EINVAL : PTR_ERR_OR_ZERO(object);
	if (!err)
		err = session_check(ipcpp_server_of(object), args->sharing);
	if (err)
		goto put;

	session = session_new(call, ipcpp_server_of(object));
	err = PTR_ERR_OR_ZERO(session);
	if (err)
		goto put;
	session->slots = args->slots;
	if (args->sharing == IPCPP_GLOBAL_SHARABLE)
		session->object.level = IPCPP_LEVEL_PROTECTED;
	err = session_attach(session);
	if (!err)
		err = ipcpp_handle_make(call->thread, args->sharing == IPCPP_UNSHARABLE ?
					IPCPP_OWNER_THREAD : IPCPP_OWNER_PROCESS,
					&session->object, &args->handle);
	/* A session that never got a handle leaves without a word to the server. */
	if (err)
		ipcpp_session_end(session, false);
	/* From here on the handle is its only user. */
	ipcpp_object_unuse(&session->object);
put:
	if (!IS_ERR(object))
		ipcpp_object_put(object);
	return err;
}
