/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: handles
 *
 * A handle word is an index into a table and the instance number of the entry
 * (spec/symbian.md §2.1). Each process has a table, and each thread one of its
 * own. An entry holds one user of its object.
 *
 * Lookups take no lock: they read the entry's object, then its instance. A
 * writer that reuses an entry changes the instance before it stores the new
 * object, and clears the object before it changes the instance; so whoever reads the
 * right instance after the object has read the right object. Tables grow by
 * copying; the old array is freed after a grace period.
 */
#ifndef IPCPP_HANDLE_H
#define IPCPP_HANDLE_H

#include <linux/mutex.h>
#include <linux/types.h>
#include "object.h"

#define IPCPP_TYPE_ANY	(-1)

struct ipcpp_call;
struct ipcpp_handle_array;

/**
 * struct ipcpp_handle_table - the handles of a process or of a thread
 * @lock: serializes writers
 * @array: the entries; RCU, written under @lock
 * @first_free: head of the free entries, oldest first; guarded by @lock
 * @last_free: their tail; guarded by @lock
 * @count: entries in use; written under @lock
 * @closed: the owner has ended; guarded by @lock
 * @user: whom handles are charged to; constant, the owner's reference
 */
struct ipcpp_handle_table {
	struct mutex lock;	/* see above */
	struct ipcpp_handle_array __rcu *array;
	u32 first_free;
	u32 last_free;
	u32 count;
	bool closed;
	struct ipcpp_user *user;
};

void ipcpp_handle_table_init(struct ipcpp_handle_table *table, struct ipcpp_user *user);
void ipcpp_handle_table_close(struct ipcpp_handle_table *table);
void ipcpp_handle_table_destroy(struct ipcpp_handle_table *table);
u32 ipcpp_handle_table_holds(struct ipcpp_handle_table *table,
			     const struct ipcpp_object *object);
struct ipcpp_object *ipcpp_handle_table_next(struct ipcpp_handle_table *table, u32 *index);

struct ipcpp_object *ipcpp_handle_get(struct ipcpp_thread *thread, u32 word, int type);
int ipcpp_handle_make(struct ipcpp_thread *thread, enum ipcpp_owner owner,
		      struct ipcpp_object *object, u32 *word);

long ipcpp_handle_close(struct ipcpp_call *call);
long ipcpp_handle_duplicate(struct ipcpp_call *call);
long ipcpp_handle_info(struct ipcpp_call *call);

#endif
