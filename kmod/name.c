// SPDX-License-Identifier: GPL-2.0-only
/* The register of names, finders, and opening by name. See name.h. */

#include <linux/ctype.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stringhash.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>
#include "call.h"
#include "handle.h"
#include "name.h"
#include "process.h"
#include "server.h"
#include "thread.h"

static DEFINE_HASHTABLE(names, 10);
static DEFINE_SPINLOCK(name_lock);
static DEFINE_XARRAY(names_by_id);

static u32 name_hash(enum ipcpp_type type, const struct net *net, const char *name)
{
	unsigned long hash = init_name_hash(net);

	while (*name)
		hash = partial_name_hash(tolower(*name++), hash);
	return end_name_hash(hash) + type;
}

/**
 * ipcpp_name_copy - fetch a name from the caller
 * @to: room for IPCPP_FULL_NAME_MAX + 1 characters
 * @from: user address
 * @length: its length
 *
 * Return: 0; -EILSEQ if it is too long or holds a zero; -EFAULT
 */
int ipcpp_name_copy(char *to, u64 from, u32 length)
{
	if (length > IPCPP_FULL_NAME_MAX)
		return -EILSEQ;
	if (copy_from_user(to, u64_to_user_ptr(from), length))
		return -EFAULT;
	to[length] = '\0';
	return strlen(to) == length ? 0 : -EILSEQ;
}

/**
 * ipcpp_name_valid - may an object be called so
 * @name: the characters
 * @length: how many
 */
bool ipcpp_name_valid(const char *name, size_t length)
{
	size_t i;

	if (!length || length > IPCPP_NAME_MAX)
		return false;
	for (i = 0; i < length; i++) {
		if (name[i] < 0x20 || name[i] > 0x7e || strchr("*?:", name[i]))
			return false;
	}
	return true;
}

static struct ipcpp_object *name_lookup(enum ipcpp_type type, const struct net *net,
					const char *text, u32 hash)
{
	struct ipcpp_name *name;

	hash_for_each_possible_rcu(names, name, link, hash, lockdep_is_held(&name_lock)) {
		if (name->object->ops->type == type && name->net == net &&
		    !strcasecmp(name->text, text))
			return name->object;
	}
	return NULL;
}

/**
 * ipcpp_name_add - give an object its name
 * @object: the object; it has none
 * @net: the namespace where the name shall count
 * @prefix: full name of the owner with its "::", or ""
 * @text: the name; the caller has checked that it is valid
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EEXIST if it is taken; -ENOMEM
 */
int ipcpp_name_add(struct ipcpp_object *object, struct net *net, const char *prefix,
		   const char *text)
{
	size_t lead = strlen(prefix), length = lead + strlen(text);
	struct ipcpp_name *name;
	u32 hash;
	int err;

	name = kzalloc(struct_size(name, text, length + 1), GFP_KERNEL_ACCOUNT);
	if (!name)
		return -ENOMEM;
	memcpy(name->text, prefix, lead);
	memcpy(name->text + lead, text, length - lead);
	name->length = length;
	name->prefix = lead;
	name->object = object;

	err = xa_reserve(&names_by_id, object->id, GFP_KERNEL_ACCOUNT);
	if (err) {
		kfree(name);
		return err;
	}
	name->net = get_net(net);
	hash = name_hash(object->ops->type, net, name->text);
	spin_lock(&name_lock);
	if (name_lookup(object->ops->type, net, name->text, hash)) {
		err = -EEXIST;
	} else {
		hash_add_rcu(names, &name->link, hash);
		rcu_assign_pointer(object->name, name);
	}
	spin_unlock(&name_lock);
	if (err) {
		xa_release(&names_by_id, object->id);
		put_net(net);
		kfree(name);
		return err;
	}
	xa_store(&names_by_id, object->id, object, GFP_KERNEL_ACCOUNT);
	return 0;
}

/**
 * ipcpp_name_remove - the object is no longer to be found
 * @object: the object; may have no name
 *
 * Its full name can still be read until it is freed only as that of an object
 * without one. Context: process.
 */
void ipcpp_name_remove(struct ipcpp_object *object)
{
	struct ipcpp_name *name;

	spin_lock(&name_lock);
	name = rcu_dereference_protected(object->name, lockdep_is_held(&name_lock));
	if (name) {
		hash_del_rcu(&name->link);
		RCU_INIT_POINTER(object->name, NULL);
	}
	spin_unlock(&name_lock);
	if (!name)
		return;
	xa_erase(&names_by_id, object->id);
	put_net(name->net);
	kfree_rcu(name, rcu);
}

/**
 * ipcpp_name_find - look a full name up
 * @type: of the object
 * @net: where
 * @text: the full name
 *
 * Return: a reference to the object, or NULL
 */
struct ipcpp_object *ipcpp_name_find(enum ipcpp_type type, struct net *net, const char *text)
{
	struct ipcpp_object *object;

	rcu_read_lock();
	object = name_lookup(type, net, text, name_hash(type, net, text));
	if (object && !ipcpp_object_tryget(object))
		object = NULL;
	rcu_read_unlock();
	return object;
}

/**
 * ipcpp_name_print - the name of an object, whether it has one or not
 * @object: the object; the caller has a reference
 * @full: the full name
 * @to: room for IPCPP_FULL_NAME_MAX + 1 characters
 *
 * Return: its length
 */
size_t ipcpp_name_print(struct ipcpp_object *object, bool full, char *to)
{
	struct ipcpp_name *name;
	size_t length;

	rcu_read_lock();
	name = rcu_dereference(object->name);
	if (name) {
		length = scnprintf(to, IPCPP_FULL_NAME_MAX + 1, "%s",
				   name->text + (full ? 0 : name->prefix));
		rcu_read_unlock();
		return length;
	}
	rcu_read_unlock();
	length = 0;
	if (full && object->ops->type == IPCPP_TYPE_THREAD) {
		struct ipcpp_thread *thread = ipcpp_thread_of(object);

		length = ipcpp_name_print(&thread->process->object, true, to);
		length += scnprintf(to + length, IPCPP_FULL_NAME_MAX + 1 - length, "::");
	}
	return length + scnprintf(to + length, IPCPP_FULL_NAME_MAX + 1 - length, "Local-%08x",
				  (u32)object->id);
}

/**
 * ipcpp_handle_name - IPCPP_IOC_HANDLE_NAME
 * @call: the call
 */
long ipcpp_handle_name(struct ipcpp_call *call)
{
	struct ipcpp_handle_name *args = &call->args->handle_name;
	char text[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_object *object, *named;

	if (args->flags & ~IPCPP_NAME_FULL)
		return -EINVAL;
	object = ipcpp_handle_get(call->thread, args->handle, IPCPP_TYPE_ANY);
	if (!object)
		return -EBADF;
	named = object;
	if (object->ops->type == IPCPP_TYPE_SESSION)
		named = ipcpp_session_server(object);
	args->length = ipcpp_name_print(named, args->flags & IPCPP_NAME_FULL, text);
	ipcpp_object_put(object);
	if (args->length > args->size)
		return ipcpp_call_copy_back(call) ? : -EMSGSIZE;
	if (copy_to_user(u64_to_user_ptr(args->buffer), text, args->length))
		return -EFAULT;
	return 0;
}

static bool type_valid(u32 type)
{
	return type == IPCPP_TYPE_THREAD || type == IPCPP_TYPE_PROCESS ||
	       type == IPCPP_TYPE_SERVER;
}

/* The next object by id, with a reference. */
static struct ipcpp_object *find_after(struct ipcpp_process *process, enum ipcpp_type type,
				       unsigned long position)
{
	struct ipcpp_object *object = NULL;
	struct ipcpp_name *name;
	unsigned int steps = 0;

	rcu_read_lock();
	while (position != ULONG_MAX) {
		object = xa_find_after(&names_by_id, &position, ULONG_MAX, XA_PRESENT);
		if (!object)
			break;
		name = rcu_dereference(object->name);
		if (name && object->ops->type == type && name->net == process->net &&
		    ipcpp_object_may_open(object) && ipcpp_object_tryget(object))
			break;
		object = NULL;
		if (++steps % 256 == 0) {
			rcu_read_unlock();
			cond_resched();
			rcu_read_lock();
		}
	}
	rcu_read_unlock();
	return object;
}

/* The named object with an id, with a reference; who may open it is not asked. */
static struct ipcpp_object *find_id(struct ipcpp_process *process, enum ipcpp_type type, u64 id)
{
	struct ipcpp_object *object;
	struct ipcpp_name *name;

	rcu_read_lock();
	object = xa_load(&names_by_id, id);
	name = object ? rcu_dereference(object->name) : NULL;
	if (!name || object->ops->type != type || name->net != process->net ||
	    !ipcpp_object_tryget(object))
		object = NULL;
	rcu_read_unlock();
	return object;
}

/**
 * ipcpp_find_next - IPCPP_IOC_FIND_NEXT
 * @call: the call
 */
long ipcpp_find_next(struct ipcpp_call *call)
{
	struct ipcpp_find_next *args = &call->args->find_next;
	char text[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_object *object;

	if (args->reserved || !type_valid(args->type))
		return -EINVAL;
	object = find_after(call->process, args->type, args->position);
	if (!object)
		return -ENOENT;
	args->length = ipcpp_name_print(object, true, text);
	if (args->length <= args->size)
		args->position = object->id;
	ipcpp_object_put(object);
	if (args->length > args->size)
		return ipcpp_call_copy_back(call) ? : -EMSGSIZE;
	if (copy_to_user(u64_to_user_ptr(args->buffer), text, args->length))
		return -EFAULT;
	return 0;
}

/**
 * ipcpp_open - IPCPP_IOC_OPEN
 * @call: the call
 */
long ipcpp_open(struct ipcpp_call *call)
{
	struct ipcpp_open *args = &call->args->open;
	char text[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_object *object;
	long err = 0;

	args->handle = 0;
	if (!type_valid(args->type) || args->owner > IPCPP_OWNER_THREAD)
		return -EINVAL;
	if (args->id) {
		if (args->name || args->length)
			return -EINVAL;
		object = find_id(call->process, args->type, args->id);
	} else {
		err = ipcpp_name_copy(text, args->name, args->length);
		if (err)
			return err;
		if (strpbrk(text, "*?"))
			return -EILSEQ;
		object = ipcpp_name_find(args->type, call->process->net, text);
	}
	if (!object)
		return -ENOENT;
	if (object->level != IPCPP_LEVEL_GLOBAL || !ipcpp_object_may_open(object))
		err = -EACCES;
	else if (object->ops->may_hold)
		err = object->ops->may_hold(object, call->thread, args->owner);
	if (!err)
		err = ipcpp_handle_make(call->thread, args->owner, object, &args->handle);
	ipcpp_object_put(object);
	return err;
}
