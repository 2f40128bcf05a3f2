/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: quota
 *
 * What users cause is counted by user and bounded. A user is a uid in a user
 * namespace; what is charged to it is charged as well to the owner of that
 * namespace, and so on upward, so that making namespaces multiplies nothing.
 * Charging and the decision are one step; each charge has one uncharge, and a
 * record that is freed with a count that is not zero warns.
 */
#ifndef IPCPP_QUOTA_H
#define IPCPP_QUOTA_H

#include <linux/cred.h>
#include <uapi/ipcpp.h>

struct ipcpp_user;

struct ipcpp_user *ipcpp_user_find(const struct cred *cred);
struct ipcpp_user *ipcpp_user_get(struct ipcpp_user *user);
void ipcpp_user_put(struct ipcpp_user *user);
int ipcpp_user_charge(struct ipcpp_user *user, enum ipcpp_resource resource);
void ipcpp_user_uncharge(struct ipcpp_user *user, enum ipcpp_resource resource);
kuid_t ipcpp_user_uid(const struct ipcpp_user *user);
void ipcpp_user_usage(const struct ipcpp_user *user, struct ipcpp_usage *usage);
long ipcpp_user_count(void);
long ipcpp_quota_total(enum ipcpp_resource resource);

#endif
