/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: messages
 *
 * A message is made ahead of its use: one for each thread (its synchronous
 * calls) and one for each session (its disconnect). It is idle, then queued,
 * then accepted, then idle again; server->lock of the server it was sent to
 * orders all of that.
 *
 * Its handle is its place in a table and a generation that changes with each
 * use. @server is set exactly while the message is in flight, or while a copy
 * into or out of the client's memory is under way: when it is NULL again, the
 * sender owns everything in the message.
 *
 * The sender waits (@waiting). If it dies, or leaves the call, the message is an
 * orphan: it stays with the server until that completes it, holds a reference to the
 * client's thread object meanwhile, and is then freed.
 */
#ifndef IPCPP_MESSAGE_H
#define IPCPP_MESSAGE_H

#include <linux/list.h>
#include <linux/types.h>
#include <uapi/ipcpp.h>
#include "arena.h"
#include "server.h"

struct ipcpp_call;
struct ipcpp_process;
struct ipcpp_thread;
struct ipcpp_user;

/* What clients are told in the library's numbers: spec/symbian.md §1.2 */
#define IPCPP_KERR_CANCEL		(-3)
#define IPCPP_KERR_SERVER_TERMINATED	(-15)
#define IPCPP_KERR_BAD_DESCRIPTOR	(-38)
#define IPCPP_KERR_SESSION_CLOSED	(-45)

enum ipcpp_msg_state {
	IPCPP_MSG_IDLE,
	IPCPP_MSG_QUEUED,
	IPCPP_MSG_ACCEPTED,
};

/**
 * struct ipcpp_msg - a message
 * @rcu: for kfree_rcu()
 * @user: charged; holds a reference
 * @index: in the table; constant
 * @generation: of the last use
 * @handle: of this use; 0 when idle
 * @server: see above; read without the lock
 * @session: its session, while in flight
 * @client: the sender; an orphan holds a reference
 * @queue: in server->queue, when queued
 * @link: in session->messages, while in flight; disconnects are in no list
 * @state: enum ipcpp_msg_state
 * @disconnect: it is its session's disconnect message
 * @waiting: the sender waits for it
 * @aborted: the sender is to give up waiting; read without the lock
 * @copies: copies to and from the client's memory under way; read without the lock
 * @outcome: 0 or a negative errno of the call
 * @result: what the server completed it with
 * @function: what is asked for
 * @types: of the arguments
 * @args: their words
 * @descriptor: where the client has them
 * @alias: argument that speaks for each
 * @length: present lengths, in elements, of arguments that speak for themselves
 * @captured: bytes in the block, likewise
 * @offset: of these bytes
 * @written: bit i: the server changed length i
 * @bad: bit i: could not be read when sent
 * @block: its block, if any
 *
 * All but the first three are guarded by server->lock while in flight, and the sender's
 * otherwise.
 */
struct ipcpp_msg {
	struct rcu_head rcu;
	struct ipcpp_user *user;
	u32 index;
	u32 generation;
	u64 handle;
	struct ipcpp_server *server;
	struct ipcpp_session *session;
	struct ipcpp_thread *client;
	struct list_head queue;
	struct list_head link;
	enum ipcpp_msg_state state;
	bool disconnect;
	bool waiting;
	bool aborted;
	u32 copies;
	int outcome;
	s32 result;
	s32 function;
	u32 types;
	u64 args[IPCPP_ARGS];
	struct ipcpp_descriptor descriptor[IPCPP_ARGS];
	u8 alias[IPCPP_ARGS];
	u32 length[IPCPP_ARGS];
	u32 captured[IPCPP_ARGS];
	u32 offset[IPCPP_ARGS];
	u32 written;
	u32 bad;
	struct ipcpp_block_ref block;
};

/**
 * ipcpp_arg_type - the type of one argument
 * @types: of all
 * @i: which
 */
static inline u32 ipcpp_arg_type(u32 types, unsigned int i)
{
	return types >> (IPCPP_ARG_BITS * i) & IPCPP_ARG_MASK;
}

/**
 * ipcpp_arg_modifiable - may the server write this argument
 * @type: of the argument
 */
static inline bool ipcpp_arg_modifiable(u32 type)
{
	return (type & IPCPP_ARG_DESCRIPTOR) && !(type & IPCPP_ARG_CONST);
}

/**
 * ipcpp_arg_shift - log2 of the bytes of an element
 * @type: of the argument
 */
static inline unsigned int ipcpp_arg_shift(u32 type)
{
	return type & IPCPP_ARG_WIDE;
}

struct ipcpp_msg *ipcpp_msg_alloc(struct ipcpp_user *user);
void ipcpp_msg_free(struct ipcpp_msg *msg);
u64 ipcpp_msg_new_handle(struct ipcpp_msg *msg);
void ipcpp_msg_accept_locked(struct ipcpp_msg *msg, struct ipcpp_message *record);
struct ipcpp_msg *ipcpp_msg_finish_locked(struct ipcpp_msg *msg, int outcome, s32 result,
					  struct ipcpp_after *after);
void ipcpp_msg_free_orphan(struct ipcpp_msg *msg);
void ipcpp_msg_free_orphans(struct list_head *orphans);
struct ipcpp_server *ipcpp_msg_lock(struct ipcpp_process *process, u64 handle,
				    struct ipcpp_msg **msg);
bool ipcpp_msg_copy_begin_locked(struct ipcpp_msg *msg);
void ipcpp_msg_copy_end(struct ipcpp_server *server, struct ipcpp_msg *msg);
int ipcpp_msg_complete(struct ipcpp_process *process, u64 handle, s32 result);
long ipcpp_msg_leave(struct ipcpp_thread *thread);
void ipcpp_msg_abandon(struct ipcpp_thread *thread);

long ipcpp_send_receive(struct ipcpp_call *call);
long ipcpp_message_read(struct ipcpp_call *call);
long ipcpp_message_write(struct ipcpp_call *call);
long ipcpp_message_record(struct ipcpp_call *call);
long ipcpp_message_set_cookie(struct ipcpp_call *call);
long ipcpp_message_client(struct ipcpp_call *call);

#endif
