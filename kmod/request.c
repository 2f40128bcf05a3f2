// SPDX-License-Identifier: GPL-2.0-only
/* Request rings, waiting for them, and news of destructions. See request.h. */

#include <linux/slab.h>
#include "call.h"
#include "handle.h"
#include "object.h"
#include "process.h"
#include "quota.h"
#include "request.h"
#include "thread.h"
#include "wait.h"

/**
 * ipcpp_ring_init - begin with an empty ring
 * @state: zeroed memory
 * @ring: the page
 */
void ipcpp_ring_init(struct ipcpp_ring_state *state, struct ipcpp_ring *ring)
{
	BUILD_BUG_ON(sizeof(*ring) > IPCPP_RING_BYTES);
	BUILD_BUG_ON(sizeof(struct ipcpp_ring_entry) != 32);
	memset(ring, 0, sizeof(*ring));
	spin_lock_init(&state->lock);
	INIT_LIST_HEAD(&state->overflow);
	state->ring = ring;
}

static bool ring_has_room(const struct ipcpp_ring_state *state)
{
	/* A head that makes no sense reads as a full ring. */
	return state->tail - READ_ONCE(state->ring->head) < IPCPP_RING_ENTRIES;
}

static void ring_put_locked(struct ipcpp_ring_state *state, const struct ipcpp_ring_entry *entry)
{
	lockdep_assert_held(&state->lock);
	state->ring->entry[state->tail % IPCPP_RING_ENTRIES] = *entry;
	/* The thread loads tail with acquire before it reads entries. */
	smp_store_release(&state->ring->tail, ++state->tail);
}

/**
 * ipcpp_ring_pending - is there a completion that the thread has not taken
 * @state: the ring
 */
bool ipcpp_ring_pending(const struct ipcpp_ring_state *state)
{
	return READ_ONCE(state->tail) != READ_ONCE(state->ring->head) ||
	       !list_empty_careful(&state->overflow);
}

static void requests_done(struct list_head *list)
{
	struct ipcpp_request *request, *next;

	list_for_each_entry_safe(request, next, list, node) {
		list_del_init(&request->node);
		request->done(request);
	}
}

/**
 * ipcpp_ring_refill - move waiting completions into the ring
 * @state: the ring
 *
 * Context: process; may sleep.
 */
void ipcpp_ring_refill(struct ipcpp_ring_state *state)
{
	struct ipcpp_request *request;
	LIST_HEAD(moved);

	if (list_empty_careful(&state->overflow))
		return;
	spin_lock(&state->lock);
	while (!list_empty(&state->overflow) && ring_has_room(state)) {
		request = list_first_entry(&state->overflow, struct ipcpp_request, node);
		ring_put_locked(state, &request->entry);
		list_move_tail(&request->node, &moved);
	}
	if (list_empty(&state->overflow))
		WRITE_ONCE(state->ring->flags, 0);
	spin_unlock(&state->lock);
	requests_done(&moved);
}

/**
 * ipcpp_ring_close - the thread has ended; nothing more is posted
 * @state: the ring
 *
 * Context: process; may sleep.
 */
void ipcpp_ring_close(struct ipcpp_ring_state *state)
{
	LIST_HEAD(dropped);

	spin_lock(&state->lock);
	state->closed = true;
	list_splice_init(&state->overflow, &dropped);
	spin_unlock(&state->lock);
	requests_done(&dropped);
}

/**
 * ipcpp_request_put - complete a request, under whatever lock guards it
 * @thread: whose it is; the caller has a reference, and wakes it afterwards
 * @request: the request
 *
 * Context: any task context; server->lock may be held.
 *
 * Return: true if the request waits for room; then @request->done() is called
 * later. false if it is through, and done() will not be called.
 */
bool ipcpp_request_put(struct ipcpp_thread *thread, struct ipcpp_request *request)
{
	struct ipcpp_ring_state *state = &thread->ring;
	bool waits = false;

	spin_lock(&state->lock);
	if (!state->closed) {
		waits = !list_empty(&state->overflow) || !ring_has_room(state);
		if (waits) {
			list_add_tail(&request->node, &state->overflow);
			WRITE_ONCE(state->ring->flags, IPCPP_RING_OVERFLOW);
		} else {
			ring_put_locked(state, &request->entry);
		}
	}
	spin_unlock(&state->lock);
	return waits;
}

/**
 * ipcpp_request_wait - IPCPP_IOC_REQUEST_WAIT
 * @call: the call
 */
long ipcpp_request_wait(struct ipcpp_call *call)
{
	struct ipcpp_request_wait *args = &call->args->request_wait;
	struct ipcpp_thread *thread = call->thread;
	long err = 0;

	if (args->flags || args->reserved)
		return -EINVAL;
	ipcpp_ring_refill(&thread->ring);
	while (!ipcpp_ring_pending(&thread->ring) && !err) {
		DEFINE_WAIT(wait);

		ipcpp_wait_prepare(thread, &wait);
		if (!ipcpp_ring_pending(&thread->ring))
			err = ipcpp_wait_sleep(args->timeout);
		ipcpp_wait_finish(thread, &wait);
	}
	/* A completion that came together with the time-out or a signal counts. */
	if (err && ipcpp_ring_pending(&thread->ring))
		err = 0;
	ipcpp_ring_refill(&thread->ring);
	return err;
}

/**
 * struct destruction - a request to be told of an object's end
 * @request: completes it
 * @of_object: in object->destruction; guarded by destruction_lock
 * @of_thread: in thread->destructions; guarded by destruction_lock
 * @thread: who wants to know; valid while linked, since a thread that ends
 *	    forgets its requests first
 * @user: charged; holds a reference
 */
struct destruction {
	struct ipcpp_request request;
	struct list_head of_object;
	struct list_head of_thread;
	struct ipcpp_thread *thread;
	struct ipcpp_user *user;
};

static DEFINE_SPINLOCK(destruction_lock);

static void destruction_done(struct ipcpp_request *request)
{
	struct destruction *d = container_of(request, struct destruction, request);

	ipcpp_user_uncharge(d->user, IPCPP_RES_REQUESTS);
	ipcpp_user_put(d->user);
	kfree(d);
}

/**
 * ipcpp_destruction_notify - tell those who asked that an object is gone
 * @object: the object, whose last reference has gone
 *
 * Context: process; may sleep.
 */
void ipcpp_destruction_notify(struct ipcpp_object *object)
{
	struct ipcpp_thread *thread;
	struct destruction *d;

	/* Nobody can add to the list of an object without references. */
	while (!list_empty_careful(&object->destruction)) {
		spin_lock(&destruction_lock);
		d = list_first_entry_or_null(&object->destruction, struct destruction, of_object);
		if (d) {
			list_del(&d->of_object);
			list_del(&d->of_thread);
			thread = d->thread;
			ipcpp_object_get(&thread->object);
		}
		spin_unlock(&destruction_lock);
		if (d) {
			if (!ipcpp_request_put(thread, &d->request))
				destruction_done(&d->request);
			ipcpp_thread_wake(thread);
			ipcpp_object_put(&thread->object);
		}
	}
}

/**
 * ipcpp_destruction_forget - a thread that ends wants to know nothing more
 * @thread: the thread; its ring is closed
 *
 * Context: process; may sleep.
 */
void ipcpp_destruction_forget(struct ipcpp_thread *thread)
{
	struct destruction *d, *next;
	LIST_HEAD(list);

	spin_lock(&destruction_lock);
	list_splice_init(&thread->destructions, &list);
	list_for_each_entry(d, &list, of_thread)
		list_del_init(&d->of_object);
	spin_unlock(&destruction_lock);
	list_for_each_entry_safe(d, next, &list, of_thread)
		destruction_done(&d->request);
}

/**
 * ipcpp_notify_destruction - IPCPP_IOC_NOTIFY_DESTRUCTION
 * @call: the call
 */
long ipcpp_notify_destruction(struct ipcpp_call *call)
{
	struct ipcpp_notify_destruction *args = &call->args->notify_destruction;
	struct ipcpp_user *user = call->process->object.user;
	struct ipcpp_object *object;
	struct destruction *d;
	int err;

	if (args->reserved)
		return -EINVAL;
	object = ipcpp_handle_get(call->thread, args->handle, IPCPP_TYPE_ANY);
	if (!object)
		return -EBADF;
	err = ipcpp_user_charge(user, IPCPP_RES_REQUESTS);
	if (err)
		goto put;
	d = kzalloc(sizeof(*d), GFP_KERNEL_ACCOUNT);
	if (!d) {
		ipcpp_user_uncharge(user, IPCPP_RES_REQUESTS);
		err = -ENOMEM;
		goto put;
	}
	d->user = ipcpp_user_get(user);
	d->thread = call->thread;
	d->request.entry.user_data = args->user_data;
	d->request.done = destruction_done;
	spin_lock(&destruction_lock);
	list_add_tail(&d->of_object, &object->destruction);
	list_add_tail(&d->of_thread, &call->thread->destructions);
	spin_unlock(&destruction_lock);
put:
	ipcpp_object_put(object);
	return err;
}
