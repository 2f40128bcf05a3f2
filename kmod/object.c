// SPDX-License-Identifier: GPL-2.0-only
/* Objects: the two counts, credentials, and the end. See object.h. */

#include <linux/atomic.h>
#include <linux/capability.h>
#include "name.h"
#include "object.h"
#include "quota.h"
#include "request.h"

static atomic64_t last_id;

/**
 * ipcpp_object_init - make the common part of a new object
 * @object: zeroed memory
 * @ops: its type
 * @user: whom to charge
 *
 * The object begins with one user and the users' one reference; both are the
 * caller's. Context: process; does not sleep.
 *
 * Return: 0, or -EDQUOT; then nothing is to be undone.
 */
int ipcpp_object_init(struct ipcpp_object *object, const struct ipcpp_object_ops *ops,
		      struct ipcpp_user *user)
{
	int err = ipcpp_user_charge(user, ops->resource);

	if (err)
		return err;
	refcount_set(&object->ref, 1);
	refcount_set(&object->users, 1);
	object->ops = ops;
	object->id = atomic64_inc_return(&last_id);
	object->user = ipcpp_user_get(user);
	object->cred = get_current_cred();
	object->mode = 0600;
	INIT_LIST_HEAD(&object->destruction);
	return 0;
}

/**
 * ipcpp_object_put - drop a reference
 * @object: the object
 *
 * Context: process; may sleep; no lock of the module may be held.
 */
void ipcpp_object_put(struct ipcpp_object *object)
{
	struct ipcpp_user *user = object->user;
	enum ipcpp_resource resource = object->ops->resource;

	if (!refcount_dec_and_test(&object->ref))
		return;
	ipcpp_destruction_notify(object);
	put_cred(object->cred);
	object->ops->free(object);
	ipcpp_user_uncharge(user, resource);
	ipcpp_user_put(user);
}

/**
 * ipcpp_object_unuse - one user less
 * @object: the object
 *
 * Context: process; may sleep; no lock of the module may be held.
 */
void ipcpp_object_unuse(struct ipcpp_object *object)
{
	if (!refcount_dec_and_test(&object->users))
		return;
	ipcpp_name_remove(object);
	if (object->ops->close)
		object->ops->close(object);
	ipcpp_object_put(object);
}

/**
 * ipcpp_object_may_open - does the mode let the current task open the object
 * @object: the object
 *
 * Context: any task context; does not sleep.
 *
 * Return: true if so, by owner, group, others, or CAP_DAC_OVERRIDE towards the
 * creator.
 */
bool ipcpp_object_may_open(const struct ipcpp_object *object)
{
	unsigned int mode = object->mode;

	if (uid_eq(current_fsuid(), object->cred->fsuid))
		mode >>= 6;
	else if (in_group_p(object->cred->fsgid))
		mode >>= 3;
	return (mode & 4) || ns_capable_noaudit(object->cred->user_ns, CAP_DAC_OVERRIDE);
}
