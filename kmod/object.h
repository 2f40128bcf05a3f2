/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: objects
 *
 * Everything that a handle can name begins with a struct ipcpp_object. It is
 * counted twice:
 *
 *  - @users counts what keeps the object *in use*: a handle in some table, and
 *    for a thread or a process its being alive. When it falls to zero the
 *    object's name goes and ops->close() says what the end of use means (a
 *    server terminates, a session disconnects). It never rises from zero.
 *  - @ref counts what keeps the *memory*. All users together hold one; the
 *    others are pointers from other objects, each explained where it is kept.
 *    When it falls to zero, the requests that wait for the destruction are
 *    completed and ops->free() gives the memory back, after an RCU grace
 *    period, since lookups take no lock.
 *
 * Lock order of the whole module, outermost first:
 *
 *   all_lock               (rwsem)    the list of contexts
 *   process->lock          (mutex)    threads and ring slots of a process
 *     table->lock          (mutex)    writers of one handle table
 *       name_lock          (spinlock) the register of names
 *       server->lock       (spinlock) queue, sessions and messages of a server
 *         arena->lock      (spinlock) free blocks
 *       destruction_lock   (spinlock) requests that wait for destructions
 *         thread->ring.lock (spinlock) one request ring
 *       user_lock          (spinlock) records of users
 *       processes_lock, threads_lock (raw spinlocks) the two hash tables
 *
 * None is held over a copy to or from user memory. ipcpp_object_put() and
 * ipcpp_object_unuse() may sleep and are called with none of them held.
 */
#ifndef IPCPP_OBJECT_H
#define IPCPP_OBJECT_H

#include <linux/cred.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <uapi/ipcpp.h>

struct ipcpp_name;
struct ipcpp_object;
struct ipcpp_process;
struct ipcpp_thread;
struct ipcpp_user;

/* How far an object reaches: spec/symbian.md §2.3 */
enum ipcpp_level {
	IPCPP_LEVEL_LOCAL,
	IPCPP_LEVEL_PROTECTED,
	IPCPP_LEVEL_GLOBAL,
};

/**
 * struct ipcpp_object_ops - what one type of object does its own way
 * @type: its number in the contract
 * @resource: what an object of the type is charged as
 * @close: the last user has gone; may sleep; may be NULL
 * @free: the last reference has gone; may sleep; frees by RCU
 * @may_hold: may a table of @process get a handle, on behalf of @thread;
 *	      0 or -EACCES; NULL allows all
 */
struct ipcpp_object_ops {
	enum ipcpp_type type;
	enum ipcpp_resource resource;
	void (*close)(struct ipcpp_object *object);
	void (*free)(struct ipcpp_object *object);
	int (*may_hold)(struct ipcpp_object *object, struct ipcpp_thread *thread,
			enum ipcpp_owner owner);
};

/**
 * struct ipcpp_object - what all objects have in common
 * @ref: keeps the memory
 * @users: keeps it in use
 * @level: enum ipcpp_level; written by the type that owns the object
 * @mode: who may open it by name; constant
 * @ops: its type; constant
 * @id: never used twice; grows with creation; constant
 * @name: its name, NULL for none; RCU, written under name_lock
 * @user: whom it is charged to; constant, holds a reference
 * @cred: its creator's credentials; constant, holds a reference
 * @destruction: requests to be told; guarded by destruction_lock
 * @rcu: for ops->free()
 */
struct ipcpp_object {
	refcount_t ref;
	refcount_t users;
	u8 level;
	umode_t mode;
	const struct ipcpp_object_ops *ops;
	u64 id;
	struct ipcpp_name __rcu *name;
	struct ipcpp_user *user;
	const struct cred *cred;
	struct list_head destruction;
	struct rcu_head rcu;
};

int ipcpp_object_init(struct ipcpp_object *object, const struct ipcpp_object_ops *ops,
		      struct ipcpp_user *user);
void ipcpp_object_put(struct ipcpp_object *object);
void ipcpp_object_unuse(struct ipcpp_object *object);
bool ipcpp_object_may_open(const struct ipcpp_object *object);

/**
 * ipcpp_object_get - one more pointer to an object that the caller has one to
 * @object: the object
 */
static inline void ipcpp_object_get(struct ipcpp_object *object)
{
	refcount_inc(&object->ref);
}

/**
 * ipcpp_object_tryget - a reference for an object found under RCU
 * @object: the object
 *
 * Return: false if it is being destroyed.
 */
static inline bool ipcpp_object_tryget(struct ipcpp_object *object)
{
	return refcount_inc_not_zero(&object->ref);
}

/**
 * ipcpp_object_use - one more user
 * @object: the object; the caller has a reference
 *
 * Return: false if the last user has gone: the object has been closed.
 */
static inline bool ipcpp_object_use(struct ipcpp_object *object)
{
	return refcount_inc_not_zero(&object->users);
}

#endif
