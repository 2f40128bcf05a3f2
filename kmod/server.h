/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: servers and sessions
 *
 * A server is a queue of messages, a receiving thread, and its sessions. One
 * spinlock per server guards all that can be raced for: the queue, who
 * receives, the sessions, and the state of each of their messages. So a
 * message's completion, its client's death, its session's close and its
 * server's end are ordered, and each message completes once.
 *
 * A session holds a reference to its server for as long as it exists. While it is
 * attached, i.e. in the server's list, the list holds a reference to the
 * session: until its disconnect has been completed, or the server has closed.
 */
#ifndef IPCPP_SERVER_H
#define IPCPP_SERVER_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include "object.h"
#include "request.h"
#include "thread.h"

struct ipcpp_call;
struct ipcpp_msg;
struct ipcpp_process;
struct ipcpp_share;
struct ipcpp_thread;
struct seq_file;

/**
 * struct ipcpp_receiver - a thread that waits for a message, on its stack
 * @record: filled in by whoever hands the message over
 * @filled: it has been
 * @cancelled: there will be none
 *
 * Guarded by server->lock; the waiting thread reads @filled and @cancelled
 * without it only to decide whether to look.
 */
struct ipcpp_receiver {
	struct ipcpp_message record;
	bool filled;
	bool cancelled;
};

/**
 * struct ipcpp_server - a server
 * @object: common part
 * @process: its process; holds a reference
 * @thread: its receiving thread; holds a reference
 * @sharing: what its sessions may be; constant
 * @named: it was made with a name, and its mode counts; constant
 * @lock: guards everything below
 * @closed: its last handle has been closed
 * @queue: messages not yet received, oldest first
 * @queued: how many
 * @sessions: attached sessions
 * @session_count: how many
 * @receiver: who waits; NULL for nobody
 * @receiving: the thread of @receiver
 * @armed: a receive is outstanding
 * @posting: @request waits for room in the ring and cannot be used yet
 * @request: announces the message of an armed receive; while @posting it holds
 *	     a reference to the server
 */
struct ipcpp_server {
	struct ipcpp_object object;
	struct ipcpp_process *process;
	struct ipcpp_thread *thread;
	enum ipcpp_sharing sharing;
	bool named;
	spinlock_t lock;	/* see above */
	bool closed;
	struct list_head queue;
	u32 queued;
	struct list_head sessions;
	u32 session_count;
	struct ipcpp_receiver *receiver;
	struct ipcpp_thread *receiving;
	bool armed;
	bool posting;
	struct ipcpp_request request;
};

/* The connect message of a session, as its server and the session see it */
enum ipcpp_connect {
	IPCPP_CONNECT_NONE,	/* not sent */
	IPCPP_CONNECT_QUEUED,	/* not yet received */
	IPCPP_CONNECT_ACCEPTED,	/* not yet completed */
	IPCPP_CONNECT_DONE,
};

/**
 * struct ipcpp_session - a session
 * @object: common part
 * @server: its server; holds a reference
 * @process: its creator's process; holds a reference
 * @share: of the server's arena, constant
 * @slots: asked for; constant
 * @link: in server->sessions; guarded by server->lock
 * @attached: it is in that list, which holds a reference; guarded by server->lock
 * @ending: ipcpp_session_end() has begun; guarded by server->lock
 * @closing: its last handle has been closed; guarded by server->lock
 * @cookie: the server's word for it; guarded by server->lock
 * @connect: guarded by server->lock
 * @withheld: the disconnect waits for the connect; guarded by server->lock
 * @messages: all its messages that are queued or accepted, but the disconnect;
 *	      guarded by server->lock
 * @disconnect: its disconnect message; holds it
 */
struct ipcpp_session {
	struct ipcpp_object object;
	struct ipcpp_server *server;
	struct ipcpp_process *process;
	struct ipcpp_share *share;
	s32 slots;
	struct list_head link;
	bool attached;
	bool ending;
	bool closing;
	u64 cookie;
	enum ipcpp_connect connect;
	bool withheld;
	struct list_head messages;
	struct ipcpp_msg *disconnect;
};

#define ipcpp_server_of(o) container_of(o, struct ipcpp_server, object)
#define ipcpp_session_of(o) container_of(o, struct ipcpp_session, object)

/**
 * struct ipcpp_after - what is to be done when server->lock is released
 * @wake: a thread to wake, valid in the RCU section of the lock
 */
struct ipcpp_after {
	struct ipcpp_thread *wake;
};

/**
 * ipcpp_after_wake - a thread is to be woken after the lock
 * @after: one thread waits for the release; a second is woken at once
 * @thread: the thread
 */
static inline void ipcpp_after_wake(struct ipcpp_after *after, struct ipcpp_thread *thread)
{
	if (after->wake)
		ipcpp_thread_wake(after->wake);
	after->wake = thread;
}

void ipcpp_server_lock(struct ipcpp_server *server);
void ipcpp_server_unlock(struct ipcpp_server *server, struct ipcpp_after *after);
void ipcpp_server_deliver_locked(struct ipcpp_server *server, struct ipcpp_msg *msg,
				 struct ipcpp_after *after);
struct ipcpp_object *ipcpp_server_by_name(struct ipcpp_call *call, u64 name, u32 length);
void ipcpp_server_show(struct seq_file *m, struct ipcpp_server *server);

long ipcpp_server_create(struct ipcpp_call *call);
long ipcpp_server_cancel(struct ipcpp_call *call);
long ipcpp_complete_receive(struct ipcpp_call *call);

struct ipcpp_object *ipcpp_session_server(struct ipcpp_object *session);
void ipcpp_session_connect_done_locked(struct ipcpp_session *session, struct ipcpp_after *after);
void ipcpp_session_end(struct ipcpp_session *session, bool terminated);
long ipcpp_session_send(struct ipcpp_session *session, struct ipcpp_msg *msg);
long ipcpp_session_create(struct ipcpp_call *call);

#endif
