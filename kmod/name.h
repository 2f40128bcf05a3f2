/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: names
 *
 * The register of named objects. A name belongs to a type and to a network
 * namespace; case does not count. Lookups walk RCU lists. A second index, by
 * object id, gives finders their order: that of creation. An object's name
 * goes with its last user, so that it can be used again at once.
 */
#ifndef IPCPP_NAME_H
#define IPCPP_NAME_H

#include <linux/rcupdate.h>
#include <linux/types.h>
#include <net/net_namespace.h>
#include "object.h"

/**
 * struct ipcpp_name - the full name of an object; constant while it is linked
 * @link: in the register; guarded by name_lock, read under RCU
 * @object: the object; valid under RCU
 * @net: where it counts; holds a reference
 * @rcu: for kfree_rcu()
 * @length: characters of the full name
 * @prefix: characters before the name proper
 * @text: the full name, with a terminating zero
 */
struct ipcpp_name {
	struct hlist_node link;
	struct ipcpp_object *object;
	struct net *net;
	struct rcu_head rcu;
	u16 length;
	u16 prefix;
	char text[];
};

int ipcpp_name_copy(char *to, u64 from, u32 length);
bool ipcpp_name_valid(const char *name, size_t length);
int ipcpp_name_add(struct ipcpp_object *object, struct net *net, const char *prefix,
		   const char *name);
void ipcpp_name_remove(struct ipcpp_object *object);
struct ipcpp_object *ipcpp_name_find(enum ipcpp_type type, struct net *net, const char *name);
size_t ipcpp_name_print(struct ipcpp_object *object, bool full, char *to);

struct ipcpp_call;

long ipcpp_handle_name(struct ipcpp_call *call);
long ipcpp_find_next(struct ipcpp_call *call);
long ipcpp_open(struct ipcpp_call *call);

#endif
