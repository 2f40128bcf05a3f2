/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: requests
 *
 * How an asynchronous request completes: an entry in the request ring of the
 * thread that made it. Each request embeds what is needed to wait when the ring is full, so
 * posting allocates nothing and loses nothing. The user's head index says how
 * much room there is; it is masked and trusted in nothing else, so a thread that writes
 * nonsense there loses its own completions at worst.
 */
#ifndef IPCPP_REQUEST_H
#define IPCPP_REQUEST_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/ipcpp.h>

struct ipcpp_call;
struct ipcpp_object;
struct ipcpp_thread;

/**
 * struct ipcpp_request - a completion on its way into a ring
 * @node: in the ring's overflow list; guarded by the ring's lock
 * @entry: what will be posted
 * @done: a request that had to wait has been posted, or its thread has ended;
 *	  called once, with no lock held; may free the request
 */
struct ipcpp_request {
	struct list_head node;
	struct ipcpp_ring_entry entry;
	void (*done)(struct ipcpp_request *request);
};

/**
 * struct ipcpp_ring_state - the module's side of a thread's ring
 * @lock: serializes those who post
 * @ring: the page, shared with the thread
 * @tail: entries posted so far; guarded by @lock
 * @overflow: requests that found the ring full, oldest first; guarded by @lock
 * @closed: the thread has ended; guarded by @lock
 */
struct ipcpp_ring_state {
	spinlock_t lock;	/* see above */
	struct ipcpp_ring *ring;
	u32 tail;
	struct list_head overflow;
	bool closed;
};

void ipcpp_ring_init(struct ipcpp_ring_state *state, struct ipcpp_ring *ring);
void ipcpp_ring_close(struct ipcpp_ring_state *state);
bool ipcpp_ring_pending(const struct ipcpp_ring_state *state);
void ipcpp_ring_refill(struct ipcpp_ring_state *state);
bool ipcpp_request_put(struct ipcpp_thread *thread, struct ipcpp_request *request);

void ipcpp_destruction_notify(struct ipcpp_object *object);
void ipcpp_destruction_forget(struct ipcpp_thread *thread);

long ipcpp_request_wait(struct ipcpp_call *call);
long ipcpp_notify_destruction(struct ipcpp_call *call);

#endif
