// SPDX-License-Identifier: GPL-2.0-only
/* Handle tables and the commands on handles. See handle.h. */

#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "call.h"
#include "handle.h"
#include "process.h"
#include "quota.h"
#include "thread.h"

#define TABLE_MIN	8
#define TABLE_MAX	(IPCPP_HANDLE_INDEX_MASK + 1)
#define INSTANCE_MAX	(IPCPP_HANDLE_INSTANCE_MASK >> IPCPP_HANDLE_INSTANCE_SHIFT)
#define NO_ENTRY	TABLE_MAX

/**
 * struct handle_entry - one handle
 * @object: what it names, NULL when free
 * @instance: 1..INSTANCE_MAX; of the present or, when free, of the last use
 * @next_free: index, when free; guarded by the table's lock
 */
struct handle_entry {
	struct ipcpp_object *object;
	u32 instance;
	u32 next_free;
};

struct ipcpp_handle_array {
	struct rcu_head rcu;
	u32 size;
	struct handle_entry entry[];
};

/**
 * ipcpp_handle_table_init - make an empty table
 * @table: zeroed memory
 * @user: whom to charge; must outlive the table
 */
void ipcpp_handle_table_init(struct ipcpp_handle_table *table, struct ipcpp_user *user)
{
	mutex_init(&table->lock);
	table->first_free = NO_ENTRY;
	table->last_free = NO_ENTRY;
	table->user = user;
}

static struct ipcpp_handle_array *table_array_locked(struct ipcpp_handle_table *table)
{
	return rcu_dereference_protected(table->array, lockdep_is_held(&table->lock));
}

static int table_grow_locked(struct ipcpp_handle_table *table)
{
	struct ipcpp_handle_array *old = table_array_locked(table);
	u32 from = old ? old->size : 0;
	u32 size = old ? 2 * from : TABLE_MIN;
	struct ipcpp_handle_array *array;
	u32 i;

	if (size > TABLE_MAX)
		return -ENOMEM;
	array = kvzalloc(struct_size(array, entry, size), GFP_KERNEL_ACCOUNT);
	if (!array)
		return -ENOMEM;
	array->size = size;
	if (old)
		memcpy(array->entry, old->entry, array_size(from, sizeof(old->entry[0])));
	for (i = from; i < size; i++)
		array->entry[i].next_free = i + 1 < size ? i + 1 : NO_ENTRY;
	/* The caller grows a table only when nothing in it is free. */
	table->first_free = from;
	table->last_free = size - 1;
	rcu_assign_pointer(table->array, array);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

static int table_insert(struct ipcpp_handle_table *table, struct ipcpp_object *object, u32 *word)
{
	struct handle_entry *entry;
	u32 index;
	int err = 0;

	mutex_lock(&table->lock);
	if (table->closed)
		err = -ESRCH;
	else if (table->first_free == NO_ENTRY)
		err = table_grow_locked(table);
	if (err) {
		mutex_unlock(&table->lock);
		return err;
	}
	index = table->first_free;
	entry = &table_array_locked(table)->entry[index];
	table->first_free = entry->next_free;
	if (table->first_free == NO_ENTRY)
		table->last_free = NO_ENTRY;
	table->count++;
	WRITE_ONCE(entry->instance, entry->instance % INSTANCE_MAX + 1);
	/* Pairs with the acquire of table_find(). */
	smp_store_release(&entry->object, object);
	*word = index | entry->instance << IPCPP_HANDLE_INSTANCE_SHIFT;
	mutex_unlock(&table->lock);
	return 0;
}

/* Free an entry; its user passes to the caller. */
static struct ipcpp_object *table_take_locked(struct ipcpp_handle_table *table, u32 index)
{
	struct ipcpp_handle_array *array = table_array_locked(table);
	struct handle_entry *entry = &array->entry[index];
	struct ipcpp_object *object = entry->object;

	lockdep_assert_held(&table->lock);
	WRITE_ONCE(entry->object, NULL);
	/* The next use changes the instance only after this is seen. */
	smp_wmb();
	entry->next_free = NO_ENTRY;
	if (table->last_free == NO_ENTRY)
		table->first_free = index;
	else
		array->entry[table->last_free].next_free = index;
	table->last_free = index;
	table->count--;
	return object;
}

static void table_release(struct ipcpp_handle_table *table, struct ipcpp_object *object)
{
	ipcpp_user_uncharge(table->user, IPCPP_RES_HANDLES);
	ipcpp_object_unuse(object);
}

/**
 * ipcpp_handle_table_close - close all handles, in ascending order
 * @table: the table; afterwards it takes none
 *
 * Context: process; may sleep.
 */
void ipcpp_handle_table_close(struct ipcpp_handle_table *table)
{
	struct ipcpp_object *object;
	u32 i = 0;

	mutex_lock(&table->lock);
	table->closed = true;
	while (table_array_locked(table) && i < table_array_locked(table)->size) {
		if (!table_array_locked(table)->entry[i].object) {
			i++;
			continue;
		}
		object = table_take_locked(table, i);
		mutex_unlock(&table->lock);
		table_release(table, object);
		cond_resched();
		mutex_lock(&table->lock);
	}
	mutex_unlock(&table->lock);
}

/**
 * ipcpp_handle_table_destroy - free a closed table
 * @table: the table; nobody can find it any more, but RCU readers may be in it
 */
void ipcpp_handle_table_destroy(struct ipcpp_handle_table *table)
{
	struct ipcpp_handle_array *array = rcu_dereference_protected(table->array, true);

	WARN_ON_ONCE(table->count);
	if (array)
		kvfree_rcu(array, rcu);
	mutex_destroy(&table->lock);
}

/* The object of a word, for as long as the caller is in its RCU section. */
static struct ipcpp_object *table_find(struct ipcpp_handle_table *table, u32 word)
{
	u32 instance = (word & IPCPP_HANDLE_INSTANCE_MASK) >> IPCPP_HANDLE_INSTANCE_SHIFT;
	u32 index = word & IPCPP_HANDLE_INDEX_MASK;
	struct ipcpp_handle_array *array = rcu_dereference(table->array);
	struct ipcpp_object *object;

	if (!array || index >= array->size)
		return NULL;
	index = array_index_nospec(index, array->size);
	/* Pairs with the release of table_insert(). */
	object = smp_load_acquire(&array->entry[index].object);
	if (READ_ONCE(array->entry[index].instance) != instance)
		return NULL;
	return object;
}

/**
 * ipcpp_handle_table_holds - handles to one object in a table
 * @table: the table
 * @object: the object
 */
u32 ipcpp_handle_table_holds(struct ipcpp_handle_table *table, const struct ipcpp_object *object)
{
	struct ipcpp_handle_array *array;
	u32 i, count = 0;

	rcu_read_lock();
	array = rcu_dereference(table->array);
	for (i = 0; array && i < array->size; i++)
		count += READ_ONCE(array->entry[i].object) == object;
	rcu_read_unlock();
	return count;
}

/**
 * ipcpp_handle_table_next - walk the objects in a table
 * @table: the table
 * @index: where to go on; 0 to begin; moved on
 *
 * Return: a reference to the next object, NULL at the end
 */
struct ipcpp_object *ipcpp_handle_table_next(struct ipcpp_handle_table *table, u32 *index)
{
	struct ipcpp_handle_array *array;
	struct ipcpp_object *object = NULL;

	rcu_read_lock();
	array = rcu_dereference(table->array);
	while (array && !object && *index < array->size) {
		object = READ_ONCE(array->entry[*index].object);
		if (object && !ipcpp_object_tryget(object))
			object = NULL;
		++*index;
	}
	rcu_read_unlock();
	return object;
}

/**
 * ipcpp_handle_get - the object that a word names in a thread's context
 * @thread: the context
 * @word: the handle word; the no-close bit does not count
 * @type: enum ipcpp_type, or IPCPP_TYPE_ANY
 *
 * Return: a reference to it, NULL if there is none or it is of another type
 */
struct ipcpp_object *ipcpp_handle_get(struct ipcpp_thread *thread, u32 word, int type)
{
	struct ipcpp_object *object;

	rcu_read_lock();
	if (word == IPCPP_CURRENT_THREAD)
		object = &thread->object;
	else if (word == IPCPP_CURRENT_PROCESS)
		object = &thread->process->object;
	else if (word & IPCPP_HANDLE_SPECIAL)
		object = NULL;
	else if (word & IPCPP_HANDLE_LOCAL)
		object = table_find(&thread->table, word);
	else
		object = table_find(&thread->process->table, word);
	if (object && ((type != IPCPP_TYPE_ANY && object->ops->type != type) ||
		       !ipcpp_object_tryget(object)))
		object = NULL;
	rcu_read_unlock();
	return object;
}

/**
 * ipcpp_handle_make - a new handle for an object
 * @thread: whose tables
 * @owner: which of them
 * @object: the object; the caller has a reference
 * @word: out: the handle word, 0 on error
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EINVAL bad owner; -ENOENT the object has been closed; -EDQUOT;
 * -ENOMEM; -ESRCH the thread or process has ended
 */
int ipcpp_handle_make(struct ipcpp_thread *thread, enum ipcpp_owner owner,
		      struct ipcpp_object *object, u32 *word)
{
	struct ipcpp_handle_table *table = owner == IPCPP_OWNER_THREAD ?
					   &thread->table : &thread->process->table;
	int err;

	*word = 0;
	if (owner > IPCPP_OWNER_THREAD)
		return -EINVAL;
	if (!ipcpp_object_use(object))
		return -ENOENT;
	err = ipcpp_user_charge(table->user, IPCPP_RES_HANDLES);
	if (!err) {
		err = table_insert(table, object, word);
		if (err)
			ipcpp_user_uncharge(table->user, IPCPP_RES_HANDLES);
	}
	if (err) {
		ipcpp_object_unuse(object);
		return err;
	}
	if (owner == IPCPP_OWNER_THREAD)
		*word |= IPCPP_HANDLE_LOCAL;
	return 0;
}

/**
 * ipcpp_handle_close - IPCPP_IOC_HANDLE_CLOSE
 * @call: the call
 */
long ipcpp_handle_close(struct ipcpp_call *call)
{
	struct ipcpp_handle_close *args = &call->args->handle_close;
	struct ipcpp_object *object = NULL;
	struct ipcpp_handle_table *table;
	u32 word = args->handle;

	if (args->reserved)
		return -EINVAL;
	if (!word || (word & IPCPP_HANDLE_NO_CLOSE))
		return 0;
	if (word & IPCPP_HANDLE_SPECIAL)
		return -EBADF;
	table = word & IPCPP_HANDLE_LOCAL ? &call->thread->table : &call->process->table;

	mutex_lock(&table->lock);
	rcu_read_lock();
	if (table_find(table, word))
		object = table_take_locked(table, word & IPCPP_HANDLE_INDEX_MASK);
	rcu_read_unlock();
	mutex_unlock(&table->lock);
	if (!object)
		return -EBADF;
	table_release(table, object);
	return 0;
}

static long duplicate_check(struct ipcpp_call *call, struct ipcpp_thread *source,
			    struct ipcpp_object *object, enum ipcpp_owner owner)
{
	if (source->process != call->process &&
	    (object->level != IPCPP_LEVEL_GLOBAL || !ipcpp_object_may_open(object)))
		return -EACCES;
	if (object->ops->may_hold)
		return object->ops->may_hold(object, call->thread, owner);
	return 0;
}

/**
 * ipcpp_handle_duplicate - IPCPP_IOC_HANDLE_DUPLICATE
 * @call: the call
 */
long ipcpp_handle_duplicate(struct ipcpp_call *call)
{
	struct ipcpp_handle_duplicate *args = &call->args->handle_duplicate;
	struct ipcpp_object *source, *object;
	u32 word = args->handle;
	long err;

	if (args->reserved || args->owner > IPCPP_OWNER_THREAD)
		return -EINVAL;
	source = ipcpp_handle_get(call->thread, args->thread, IPCPP_TYPE_THREAD);
	if (!source)
		return -EBADF;
	args->handle = 0;
	object = ipcpp_handle_get(ipcpp_thread_of(source), word, IPCPP_TYPE_ANY);
	if (!object) {
		err = -ENOENT;
	} else {
		err = duplicate_check(call, ipcpp_thread_of(source), object, args->owner);
		if (!err)
			err = ipcpp_handle_make(call->thread, args->owner, object, &args->handle);
		ipcpp_object_put(object);
	}
	ipcpp_object_put(source);
	if (err)
		return ipcpp_call_copy_back(call) ? : err;
	return 0;
}

/**
 * ipcpp_handle_info - IPCPP_IOC_HANDLE_INFO
 * @call: the call
 */
long ipcpp_handle_info(struct ipcpp_call *call)
{
	struct ipcpp_handle_info *args = &call->args->handle_info;
	struct ipcpp_object *object;

	if (args->reserved)
		return -EINVAL;
	object = ipcpp_handle_get(call->thread, args->handle, IPCPP_TYPE_ANY);
	if (!object)
		return -EBADF;
	args->type = object->ops->type;
	args->id = object->id;
	args->in_process = ipcpp_handle_table_holds(&call->process->table, object);
	args->in_thread = ipcpp_handle_table_holds(&call->thread->table, object);
	/* Readable and writable, directly and not: only chunks know less. */
	args->attributes = 0xf;
	ipcpp_process_count_holders(object, &args->processes, &args->threads);
	ipcpp_object_put(object);
	return 0;
}
