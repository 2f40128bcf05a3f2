// SPDX-License-Identifier: MIT
/* Servers: creation, cancelling, closing. */
#include "ipc.h"

#include <limits.h>

TEST(named_servers_belong_to_their_thread_and_anonymous_ones_to_their_process)
{
	struct ipcpp_handle_info info;
	uint32_t named, anonymous;

	enter();
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &named));
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &anonymous));
	ASSERT_OK(handle_info(named, &info));
	EXPECT_EQ(IPCPP_TYPE_SERVER, info.type);
	EXPECT_EQ(1, info.in_thread);
	EXPECT_EQ(0, info.in_process);
	ASSERT_OK(handle_info(anonymous, &info));
	EXPECT_EQ(IPCPP_TYPE_SERVER, info.type);
	EXPECT_EQ(0, info.in_thread);
	EXPECT_EQ(1, info.in_process);
}

/* --- modes of sharing: spec/symbian.md §14 -------------------------------------- */

TEST(sharing_matrix_of_creation)
{
	static const int expected[3][3] = {
		/* requested:	unsharable, sharable,	global */
		{ 0, EPROTOTYPE, EPROTOTYPE },	/* unsharable server */
		{ 0, 0, EACCES },		/* sharable server */
		{ 0, 0, 0 },			/* global sharable server */
	};
	const char *name;
	uint32_t server, session, by_handle;

	enter();
	for (uint32_t mode = 0; mode < 3; mode++) {
		name = unique_name();
		ASSERT_OK(server_new(name, mode, 0, &server));
		for (uint32_t asked = 0; asked < 3; asked++) {
			EXPECT_ERR(expected[mode][asked], session_new(name, asked, &session));
			EXPECT_ERR(expected[mode][asked],
				   session_new_to(server, asked, &by_handle));
			if (expected[mode][asked]) {
				EXPECT_EQ(PATTERN32, session);
				EXPECT_EQ(PATTERN32, by_handle);
				continue;
			}
			EXPECT_EQ(asked == IPCPP_UNSHARABLE ? IPCPP_HANDLE_LOCAL : 0,
				  session & IPCPP_HANDLE_LOCAL);
			EXPECT_EQ(asked == IPCPP_UNSHARABLE ? IPCPP_HANDLE_LOCAL : 0,
				  by_handle & IPCPP_HANDLE_LOCAL);
		}
	}
}

/* --- IPCPP_IOC_SERVER_CANCEL ------------------------------------------------------ */

TEST_F(link, cancel_completes_an_armed_receive)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;

	ASSERT_OK(receive_arm(self->server, 0xabcdef));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	ASSERT_OK(server_cancel(self->server));
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(0xabcdef, entry.user_data);
	EXPECT_EQ(KERR_CANCEL, entry.value);
	EXPECT_EQ(0, entry.flags & IPCPP_ENTRY_MESSAGE);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	/* It is gone: a second cancel finds nothing, a new receive may come. */
	ASSERT_OK(server_cancel(self->server));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	ASSERT_OK(receive_arm(self->server, 1));
}

TEST_F(link, cancel_with_nothing_outstanding_does_nothing)
{
	struct ipcpp_message message;
	struct call call;

	ASSERT_OK(server_cancel(self->server));
	call_begin(&call, self->session, 5);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(complete(message.handle, 50));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(50, call.send.result);
}

struct waiter {
	pthread_t thread;
	_Atomic pid_t tid;
	uint32_t server;
	struct ipcpp_message message;
	int error;
};

static void *waiter_run(void *context)
{
	struct waiter *waiter = context;

	atomic_store(&waiter->tid, gettid());
	waiter->error = receive(waiter->server, &waiter->message);
	return NULL;
}

/* Returns when the thread sleeps in its receive, as far as anybody can tell from outside. */
static void waiter_start(struct waiter *waiter, uint32_t server)
{
	atomic_store(&waiter->tid, 0);
	waiter->server = server;
	ASSERT_EQ(0, pthread_create(&waiter->thread, NULL, waiter_run, waiter));
	EVENTUALLY(atomic_load(&waiter->tid) && thread_sleeps(getpid(), atomic_load(&waiter->tid)));
}

TEST(cancel_ends_the_wait_of_another_thread)
{
	struct waiter waiter;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	waiter_start(&waiter, server);
	ASSERT_OK(server_cancel(server));
	join_bounded(waiter.thread);
	EXPECT_ERR(ECANCELED, waiter.error);
	EXPECT_EQ(PATTERN64, waiter.message.handle);
	expect_no_message(server);
}

TEST(one_receive_at_a_time)
{
	struct ipcpp_message message;
	struct waiter waiter;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	waiter_start(&waiter, server);
	EXPECT_ERR(EBUSY, receive_now(server, &message));
	EXPECT_EQ(PATTERN64, message.handle);
	EXPECT_ERR(EBUSY, receive(server, &message));
	EXPECT_ERR(EBUSY, receive_arm(server, 1));
	ASSERT_OK(server_cancel(server));
	join_bounded(waiter.thread);
	EXPECT_ERR(ECANCELED, waiter.error);

	ASSERT_OK(receive_arm(server, 1));
	EXPECT_ERR(EBUSY, receive_arm(server, 2));
	EXPECT_ERR(EBUSY, receive_now(server, &message));
	ASSERT_OK(server_cancel(server));
	expect_no_message(server);
}

/* --- closing ------------------------------------------------------------------------ */

TEST_F(link, close_ends_messages_in_every_state)
{
	struct call queued[3], accepted[3];
	struct ipcpp_message message;
	uint32_t session, again;
	int32_t result;

	for (int i = 0; i < 3; i++) {
		call_begin(&accepted[i], self->session, 10 + i);
		ASSERT_OK(receive(self->server, &message));
		EXPECT_EQ(10 + i, message.function);
	}
	for (int i = 0; i < 3; i++) {
		call_begin(&queued[i], self->session, 20 + i);
		call_wait_blocked(&queued[i]);
	}
	ASSERT_OK(handle_close(self->server));
	for (int i = 0; i < 3; i++) {
		EXPECT_ERR(ESHUTDOWN, call_join(&accepted[i]));
		EXPECT_EQ(KERR_SERVER_TERMINATED, accepted[i].send.result);
		EXPECT_ERR(ESHUTDOWN, call_join(&queued[i]));
		EXPECT_EQ(KERR_SERVER_TERMINATED, queued[i].send.result);
	}
	EXPECT_ERR(EBADMSG, complete(message.handle, 0));
	EXPECT_ERR(EBADF, receive_now(self->server, &message));
	EXPECT_ERR(ENOENT, session_new(self->name, IPCPP_SHARABLE, &session));

	/* The old session stays dead, also when the name is taken again. */
	ASSERT_OK(server_new(self->name, IPCPP_SHARABLE, 0, &again));
	EXPECT_ERR(ESHUTDOWN, send_simple(self->session, 1, &result));
	EXPECT_EQ(KERR_SERVER_TERMINATED, result);
	EXPECT_ERR(ESHUTDOWN, send_simple(self->session, 1, &result));
	ASSERT_OK(handle_close(self->session));
	expect_no_message(again);
}

TEST_F(link, close_completes_an_armed_receive)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;

	ASSERT_OK(receive_arm(self->server, 99));
	ASSERT_OK(handle_close(self->server));
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(99, entry.user_data);
	EXPECT_EQ(KERR_CANCEL, entry.value);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

TEST(close_ends_the_wait_of_another_thread)
{
	struct waiter waiter;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	waiter_start(&waiter, server);
	ASSERT_OK(handle_close(server));
	join_bounded(waiter.thread);
	EXPECT_ERR(ECANCELED, waiter.error);
}

TEST_F(link, close_of_one_handle_of_two_ends_nothing)
{
	uint32_t copy = self->server;
	struct ipcpp_message message;
	struct call call;

	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &copy, IPCPP_OWNER_PROCESS));
	ASSERT_OK(handle_close(self->server));
	call_begin(&call, self->session, 5);
	ASSERT_OK(receive(copy, &message));
	ASSERT_OK(complete(message.handle, 6));
	EXPECT_OK(call_join(&call));
	ASSERT_OK(handle_close(copy));
	EXPECT_ERR(ESHUTDOWN, send_simple(self->session, 1, &message.function));
}

/* The server's process dies while a client of another process waits. */
TEST(death_of_the_server_is_told_to_its_clients)
{
	const char *name = unique_name();
	struct ipcpp_message message;
	struct child child;
	struct call call;
	uint32_t session;
	int32_t result;

	if (child_start(&child) == 0) {
		uint32_t server;

		enter();
		ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
		say(1);
		accept_connect(server, 1);
		ASSERT_OK(receive(server, &message));
		say(2);
		hear();
	}
	enter();
	child_hear(&child);
	ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
	ASSERT_OK(connect_client(session, &result));
	call_begin(&call, session, 1);
	child_hear(&child);
	child_kill(&child);
	EXPECT_ERR(ESHUTDOWN, call_join(&call));
	EXPECT_EQ(KERR_SERVER_TERMINATED, call.send.result);
	EXPECT_EQ(0, call.send.written);
	EXPECT_ERR(ESHUTDOWN, send_simple(session, 1, &result));
	EXPECT_OK(handle_close(session));
}

/* --- the receiving thread --------------------------------------------------------------- */

static void *arm_elsewhere(void *context)
{
	uint32_t *server = context;

	ASSERT_OK(receive_arm(*server, 4242));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	return NULL;
}

TEST(armed_receives_complete_to_the_creating_thread)
{
	struct ipcpp_ring_entry entry;
	struct ipcpp_ring *ring;
	uint32_t server, session;
	pthread_t thread;

	enter();
	ring = ring_of_thread();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	ASSERT_EQ(0, pthread_create(&thread, NULL, arm_elsewhere, &server));
	join_bounded(thread);
	/* Never connected: its disconnect comes at once. */
	ASSERT_OK(session_new_to(server, IPCPP_SHARABLE, &session));
	ASSERT_OK(handle_close(session));
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(4242, entry.user_data);
	EXPECT_EQ(0, entry.value);
	EXPECT_EQ(IPCPP_ENTRY_MESSAGE, entry.flags);
}
