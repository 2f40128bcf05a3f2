// SPDX-License-Identifier: GPL-2.0-only
/* Ceilings per user, along the chain of user namespaces. See quota.h. */

#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>
#include "quota.h"

/**
 * struct ipcpp_user - a uid in a user namespace
 * @ref: objects charged to it, contexts and children; changes to and from zero
 *	 under user_lock
 * @link: in users; guarded by user_lock
 * @uid: key
 * @ns: key; holds a reference
 * @parent: the owner of @ns in the namespace above, NULL at the top; holds a
 *	    reference
 * @used: what is charged, its descendants' included
 */
struct ipcpp_user {
	refcount_t ref;
	struct hlist_node link;
	kuid_t uid;
	struct user_namespace *ns;
	struct ipcpp_user *parent;
	atomic_long_t used[IPCPP_RES_COUNT];
};

static DEFINE_HASHTABLE(users, 6);
static DEFINE_SPINLOCK(user_lock);
static atomic_long_t user_count;
static atomic_long_t total[IPCPP_RES_COUNT];

static ulong limits[IPCPP_RES_COUNT] = {
	[IPCPP_RES_PROCESSES] = 8192,
	[IPCPP_RES_THREADS] = 65536,
	[IPCPP_RES_SERVERS] = 8192,
	[IPCPP_RES_SESSIONS] = 65536,
	[IPCPP_RES_HANDLES] = 262144,
	[IPCPP_RES_MESSAGES] = 262144,
	[IPCPP_RES_REQUESTS] = 262144,
};
module_param_array(limits, ulong, NULL, 0644);
MODULE_PARM_DESC(limits,
		 "per user: processes,threads,servers,sessions,handles,messages,requests");

static struct ipcpp_user *user_lookup_locked(kuid_t uid, struct user_namespace *ns)
{
	struct ipcpp_user *user;

	lockdep_assert_held(&user_lock);
	hash_for_each_possible(users, user, link, __kuid_val(uid)) {
		if (uid_eq(user->uid, uid) && user->ns == ns) {
			refcount_inc(&user->ref);
			return user;
		}
	}
	return NULL;
}

static struct ipcpp_user *user_find(kuid_t uid, struct user_namespace *ns)
{
	struct ipcpp_user *parent = NULL;
	struct ipcpp_user *user, *fresh;

	spin_lock(&user_lock);
	user = user_lookup_locked(uid, ns);
	spin_unlock(&user_lock);
	if (user)
		return user;

	/* The depth of namespaces is bounded by the kernel (32). */
	if (ns->parent) {
		parent = user_find(ns->owner, ns->parent);
		if (!parent)
			return NULL;
	}
	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh) {
		if (parent)
			ipcpp_user_put(parent);
		return NULL;
	}
	refcount_set(&fresh->ref, 1);
	fresh->uid = uid;
	fresh->ns = get_user_ns(ns);
	fresh->parent = parent;

	spin_lock(&user_lock);
	user = user_lookup_locked(uid, ns);
	if (!user) {
		hash_add(users, &fresh->link, __kuid_val(uid));
		atomic_long_inc(&user_count);
	}
	spin_unlock(&user_lock);
	if (!user)
		return fresh;

	put_user_ns(fresh->ns);
	kfree(fresh);
	if (parent)
		ipcpp_user_put(parent);
	return user;
}

/**
 * ipcpp_user_find - the record of a task's user
 * @cred: the task's credentials
 *
 * Context: may sleep.
 *
 * Return: a reference to it, made if need be; NULL without memory.
 */
struct ipcpp_user *ipcpp_user_find(const struct cred *cred)
{
	return user_find(cred->uid, cred->user_ns);
}

/**
 * ipcpp_user_get - one more reference
 * @user: the user
 *
 * Return: @user
 */
struct ipcpp_user *ipcpp_user_get(struct ipcpp_user *user)
{
	refcount_inc(&user->ref);
	return user;
}

/**
 * ipcpp_user_put - drop a reference
 * @user: the user
 *
 * Context: may take user_lock.
 */
void ipcpp_user_put(struct ipcpp_user *user)
{
	struct ipcpp_user *parent;
	bool last;
	int i;

	for (; user && !refcount_dec_not_one(&user->ref); user = parent) {
		spin_lock(&user_lock);
		/* A lookup may have come first. */
		last = refcount_dec_and_test(&user->ref);
		if (last)
			hash_del(&user->link);
		spin_unlock(&user_lock);
		if (!last)
			break;
		atomic_long_dec(&user_count);
		for (i = 0; i < IPCPP_RES_COUNT; i++)
			WARN_ON_ONCE(atomic_long_read(&user->used[i]));
		put_user_ns(user->ns);
		parent = user->parent;
		kfree(user);
	}
}

/**
 * ipcpp_user_charge - count one more, unless a ceiling forbids it
 * @user: the user
 * @resource: of what
 *
 * Return: 0, or -EDQUOT with nothing charged.
 */
int ipcpp_user_charge(struct ipcpp_user *user, enum ipcpp_resource resource)
{
	struct ipcpp_user *at, *undo;

	for (at = user; at; at = at->parent) {
		unsigned long used = atomic_long_inc_return(&at->used[resource]);

		if (used > READ_ONCE(limits[resource]))
			goto over;
	}
	atomic_long_inc(&total[resource]);
	return 0;
over:
	for (undo = user; undo != at->parent; undo = undo->parent)
		atomic_long_dec(&undo->used[resource]);
	return -EDQUOT;
}

/**
 * ipcpp_user_uncharge - count one less
 * @user: as charged
 * @resource: as charged
 */
void ipcpp_user_uncharge(struct ipcpp_user *user, enum ipcpp_resource resource)
{
	atomic_long_dec(&total[resource]);
	for (; user; user = user->parent)
		atomic_long_dec(&user->used[resource]);
}

/**
 * ipcpp_user_uid - who it is
 * @user: the user
 */
kuid_t ipcpp_user_uid(const struct ipcpp_user *user)
{
	return user->uid;
}

/**
 * ipcpp_user_usage - what a user has in use, and may have
 * @user: the user
 * @usage: zeroed; filled in
 */
void ipcpp_user_usage(const struct ipcpp_user *user, struct ipcpp_usage *usage)
{
	int i;

	BUILD_BUG_ON(IPCPP_RES_COUNT > ARRAY_SIZE(usage->used));
	for (i = 0; i < IPCPP_RES_COUNT; i++) {
		usage->used[i] = atomic_long_read(&user->used[i]);
		usage->limit[i] = READ_ONCE(limits[i]);
	}
}

/**
 * ipcpp_user_count - records that exist
 */
long ipcpp_user_count(void)
{
	return atomic_long_read(&user_count);
}

/**
 * ipcpp_quota_total - what all users together have of a resource
 * @resource: the resource
 */
long ipcpp_quota_total(enum ipcpp_resource resource)
{
	return atomic_long_read(&total[resource]);
}
