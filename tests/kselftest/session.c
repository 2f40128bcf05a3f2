// SPDX-License-Identifier: MIT
/* Sessions: creation, the connect protocol, and the one disconnect that ends each. */
#include "ipc.h"

#include <signal.h>

struct pair {
	const char *name;
	uint32_t server;
	uint32_t session;	/* process-relative, not connected */
};

static void pair_setup(struct pair *self)
{
	enter();
	self->name = unique_name();
	ASSERT_OK(server_new(self->name, IPCPP_SHARABLE, 0, &self->server));
	ASSERT_OK(session_new(self->name, IPCPP_SHARABLE, &self->session));
}

/* --- creation ---------------------------------------------------------------- */

static int create(const char *name, uint32_t server, uint32_t sharing, int32_t slots)
{
	struct ipcpp_session_create io = {
		.name = (uintptr_t)name,
		.length = name ? (uint32_t)strlen(name) : 0,
		.server = server,
		.sharing = sharing,
		.slots = slots,
		.handle = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_SESSION_CREATE, &io);

	if (error)
		EXPECT_EQ(PATTERN32, io.handle);
	return error;
}

TEST(creation_checks_in_the_documented_order)
{
	const char *unsharable = unique_name(), *sharable = unique_name();
	const char *nobody = unique_name();
	uint32_t server;

	enter();
	ASSERT_OK(server_new(unsharable, IPCPP_UNSHARABLE, 0, &server));
	ASSERT_OK(server_new(sharable, IPCPP_SHARABLE, 0, &server));
	EXPECT_ERR(EILSEQ, create("no:name", 0, 3, -2));
	EXPECT_ERR(EINVAL, create(nobody, 0, 0, -2));
	EXPECT_ERR(EINVAL, create(nobody, 0, 0, IPCPP_SLOTS_MAX + 1));
	EXPECT_ERR(EINVAL, create(nobody, 0, 3, 0));
	EXPECT_ERR(ENOENT, create(nobody, 0, 2, 0));
	EXPECT_ERR(EINVAL, create(unsharable, 0, 3, 0));
	EXPECT_ERR(EPROTOTYPE, create(unsharable, 0, 1, 0));
	EXPECT_ERR(EPROTOTYPE, create(unsharable, 0, 2, 0));
	EXPECT_ERR(EACCES, create(sharable, 0, 2, 0));
	EXPECT_ERR(EBADF, create(NULL, 0, 0, 0));
	EXPECT_ERR(EBADF, create(NULL, 999, 0, 0));
	EXPECT_ERR(EINVAL, create(NULL, server, 0, 1000));
}

TEST(slots_from_none_to_the_limit)
{
	static const int32_t slots[] = { -1, 0, 1, 2, IPCPP_SLOTS_MAX };
	struct ipcpp_usage before;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	usage_settled(&before);
	for (size_t i = 0; i < ARRAY_SIZE(slots); i++) {
		struct ipcpp_session_create io = {
			.server = server, .sharing = IPCPP_SHARABLE, .slots = slots[i],
		};

		ASSERT_OK(ipc(IPCPP_IOC_SESSION_CREATE, &io));
		ASSERT_OK(handle_close(io.handle));
		expect_disconnect(server, 0);
	}
	expect_usage_returns_to(&before);
}

TEST(names_of_servers_are_found_without_regard_to_case)
{
	uint32_t server, session;

	enter();
	ASSERT_OK(server_new("kselftest Server", IPCPP_SHARABLE, 0, &server));
	EXPECT_OK(session_new("KSELFTEST sERVER", IPCPP_SHARABLE, &session));
}

/* --- connecting --------------------------------------------------------------- */

TEST_F(pair, connect_carries_version_and_result)
{
	static const int32_t results[] = { 0, 1, -5, INT32_MAX, -45 };
	struct ipcpp_message message;
	struct call call;

	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		ASSERT_OK(session_new(self->name, IPCPP_SHARABLE, &self->session));
		send_init(&call.send, self->session, IPCPP_FUNCTION_CONNECT);
		call.send.args[0] = 0x01020304;
		call_start(&call);
		ASSERT_OK(receive(self->server, &message));
		EXPECT_EQ(IPCPP_FUNCTION_CONNECT, message.function);
		EXPECT_EQ(0x01020304, message.args[0]);
		EXPECT_EQ(0, message.session);
		EXPECT_EQ(0, message.client_status);
		ASSERT_OK(complete(message.handle, results[i]));
		EXPECT_OK(call_join(&call));
		EXPECT_EQ(results[i], call.send.result);
	}
}

TEST_F(pair, one_connect_at_a_time)
{
	struct ipcpp_message message;
	struct call call;
	int32_t result;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	call_wait_blocked(&call);
	EXPECT_ERR(EALREADY, connect_client(self->session, &result));
	EXPECT_EQ((int32_t)PATTERN32, result);
	ASSERT_OK(receive(self->server, &message));
	EXPECT_ERR(EALREADY, connect_client(self->session, &result));
	/* Outstanding is outstanding, whether or not the cookie is set. */
	ASSERT_OK(set_cookie(message.handle, 5));
	EXPECT_ERR(EALREADY, connect_client(self->session, &result));
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
	EXPECT_ERR(EISCONN, connect_client(self->session, &result));
	EXPECT_EQ((int32_t)PATTERN32, result);
	expect_no_message(self->server);
}

TEST_F(pair, a_refused_connect_may_be_tried_again)
{
	struct ipcpp_message message;
	struct call call;

	for (int i = 0; i < 3; i++) {
		call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
		ASSERT_OK(receive(self->server, &message));
		EXPECT_EQ(0, message.session);
		ASSERT_OK(complete(message.handle, -46));
		EXPECT_OK(call_join(&call));
		EXPECT_EQ(-46, call.send.result);
	}
	connect_session(self->server, self->session, 7);
}

/* The cookie belongs to the session even where the connect is refused afterwards. */
TEST_F(pair, a_cookie_counts_although_the_connect_is_refused)
{
	struct ipcpp_message message;
	struct call call;
	int32_t result;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(set_cookie(message.handle, 5));
	ASSERT_OK(complete(message.handle, -1));
	EXPECT_OK(call_join(&call));
	EXPECT_ERR(EISCONN, connect_client(self->session, &result));
	ASSERT_OK(handle_close(self->session));
	expect_disconnect(self->server, 5);
}

TEST_F(pair, cookie_is_set_once_and_on_connects_only)
{
	struct ipcpp_message message, record;
	struct call call;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(self->server, &message));
	EXPECT_ERR(EINVAL, set_cookie(message.handle, 0));
	EXPECT_ERR(EBADMSG, set_cookie(message.handle ^ 0x100, 1));
	EXPECT_ERR(EBADMSG, set_cookie(0, 1));
	ASSERT_OK(set_cookie(message.handle, 0xfeedfacecafebeefULL));
	EXPECT_ERR(EEXIST, set_cookie(message.handle, 2));
	ASSERT_OK(message_record(message.handle, &record));
	EXPECT_EQ((long long)0xfeedfacecafebeefULL, record.session);
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
	EXPECT_ERR(EBADMSG, set_cookie(message.handle, 3));

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	EXPECT_EQ((long long)0xfeedfacecafebeefULL, message.session);
	EXPECT_ERR(EPROTO, set_cookie(message.handle, 4));
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));

	ASSERT_OK(handle_close(self->session));
	ASSERT_OK(receive(self->server, &message));
	EXPECT_EQ(IPCPP_FUNCTION_DISCONNECT, message.function);
	EXPECT_ERR(EBADMSG, set_cookie(message.handle, 4));
}

TEST_F(pair, messages_carry_the_cookie_as_of_their_acceptance)
{
	struct ipcpp_message connect, early, late, record;
	struct call connecting, first, second;

	call_begin(&connecting, self->session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(self->server, &connect));
	call_begin(&first, self->session, 1);
	ASSERT_OK(receive(self->server, &early));
	EXPECT_EQ(0, early.session);
	ASSERT_OK(set_cookie(connect.handle, 0x77));
	call_begin(&second, self->session, 2);
	ASSERT_OK(receive(self->server, &late));
	EXPECT_EQ(0x77, late.session);
	/* The record is fetched with the cookie of now. */
	ASSERT_OK(message_record(early.handle, &record));
	EXPECT_EQ(0x77, record.session);
	ASSERT_OK(complete(early.handle, 0));
	ASSERT_OK(complete(late.handle, 0));
	ASSERT_OK(complete(connect.handle, 0));
	EXPECT_OK(call_join(&connecting));
	EXPECT_OK(call_join(&first));
	EXPECT_OK(call_join(&second));
}

TEST_F(pair, a_connect_without_a_cookie_is_legal)
{
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(0, call.send.result);
	call_begin(&call, self->session, 3);
	ASSERT_OK(receive(self->server, &message));
	EXPECT_EQ(0, message.session);
	ASSERT_OK(complete(message.handle, 4));
	EXPECT_OK(call_join(&call));
	ASSERT_OK(handle_close(self->session));
	expect_disconnect(self->server, 0);
}

/* --- close while a connect is in progress: spec/symbian.md §7 ----------------------- */

TEST_F(pair, close_before_the_connect_disconnects_at_once)
{
	ASSERT_OK(handle_close(self->session));
	expect_disconnect(self->server, 0);
	expect_no_message(self->server);
}

TEST_F(pair, close_withdraws_a_connect_that_was_not_received)
{
	struct call call;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	call_wait_blocked(&call);
	ASSERT_OK(handle_close(self->session));
	EXPECT_ERR(ECONNABORTED, call_join(&call));
	EXPECT_EQ(KERR_SESSION_CLOSED, call.send.result);
	expect_disconnect(self->server, 0);
	expect_no_message(self->server);
}

static void close_during_connect(struct pair *self, struct ipcpp_message *connect)
{
	struct call call;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(self->server, connect));
	ASSERT_OK(handle_close(self->session));
	EXPECT_ERR(ECONNABORTED, call_join(&call));
	EXPECT_EQ(KERR_SESSION_CLOSED, call.send.result);
}

TEST_F(pair, close_withholds_the_disconnect_until_the_cookie_is_set)
{
	struct ipcpp_message connect;

	close_during_connect(self, &connect);
	expect_no_message(self->server);
	ASSERT_OK(set_cookie(connect.handle, 0x99));
	expect_disconnect(self->server, 0x99);
	EXPECT_ERR(EBADMSG, complete(connect.handle, 0));
	expect_no_message(self->server);
}

TEST_F(pair, close_withholds_the_disconnect_until_the_connect_completes)
{
	static const int32_t results[] = { 0, -4 };
	struct ipcpp_message connect;

	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		ASSERT_OK(session_new(self->name, IPCPP_SHARABLE, &self->session));
		close_during_connect(self, &connect);
		expect_no_message(self->server);
		ASSERT_OK(complete(connect.handle, results[i]));
		expect_disconnect(self->server, 0);
		expect_no_message(self->server);
	}
}

TEST_F(pair, close_with_the_cookie_set_disconnects_at_once)
{
	struct ipcpp_message connect, disconnect;
	struct call call;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(self->server, &connect));
	ASSERT_OK(set_cookie(connect.handle, 0x55));
	ASSERT_OK(handle_close(self->session));
	EXPECT_ERR(ECONNABORTED, call_join(&call));
	ASSERT_OK(receive(self->server, &disconnect));
	EXPECT_EQ(IPCPP_FUNCTION_DISCONNECT, disconnect.function);
	EXPECT_EQ(0x55, disconnect.session);
	/* The connect is still the server's to complete. */
	EXPECT_OK(complete(connect.handle, 0));
	EXPECT_OK(complete(disconnect.handle, 0));
	expect_no_message(self->server);
}

TEST_F(pair, close_after_a_refused_connect_disconnects)
{
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(complete(message.handle, -1));
	EXPECT_OK(call_join(&call));
	ASSERT_OK(handle_close(self->session));
	expect_disconnect(self->server, 0);
	expect_no_message(self->server);
}

/* --- the disconnect ---------------------------------------------------------------------- */

TEST_F(link, disconnect_is_last_and_exactly_once)
{
	struct ipcpp_message message;
	struct call calls[4];

	for (int i = 0; i < 4; i++) {
		call_begin(&calls[i], self->session, i);
		call_wait_blocked(&calls[i]);
	}
	ASSERT_OK(handle_close(self->session));
	for (int i = 0; i < 4; i++) {
		EXPECT_ERR(ECONNABORTED, call_join(&calls[i]));
		EXPECT_EQ(KERR_SESSION_CLOSED, calls[i].send.result);
	}
	/* What was sent before the close is received before the disconnect, in order. */
	for (int i = 0; i < 4; i++) {
		ASSERT_OK(receive(self->server, &message));
		EXPECT_EQ(i, message.function);
		EXPECT_EQ(LINK_COOKIE, message.session);
		EXPECT_OK(complete(message.handle, 0));
	}
	expect_disconnect(self->server, LINK_COOKIE);
	expect_no_message(self->server);
}

TEST_F(link, completing_the_disconnect_ends_what_is_still_held)
{
	struct ipcpp_message message, disconnect, none;
	struct call call;
	char buffer[4];
	uint32_t copied;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(handle_close(self->session));
	EXPECT_ERR(ECONNABORTED, call_join(&call));
	ASSERT_OK(receive(self->server, &disconnect));
	EXPECT_EQ(IPCPP_FUNCTION_DISCONNECT, disconnect.function);
	ASSERT_OK(message_record(message.handle, &none));
	ASSERT_OK(complete(disconnect.handle, 0));
	EXPECT_ERR(EBADMSG, complete(message.handle, 0));
	EXPECT_ERR(EBADMSG, message_record(message.handle, &none));
	EXPECT_ERR(EBADMSG, message_read(message.handle, 0, false, buffer, 4, 0, &copied));
	EXPECT_ERR(EBADMSG, complete(disconnect.handle, 0));
	expect_no_message(self->server);
}

TEST_F(link, a_disconnect_can_only_be_completed)
{
	struct ipcpp_message disconnect, record;
	uint32_t copied, client;
	char buffer[4] = { 0 };

	ASSERT_OK(handle_close(self->session));
	ASSERT_OK(receive(self->server, &disconnect));
	EXPECT_EQ(IPCPP_FUNCTION_DISCONNECT, disconnect.function);
	EXPECT_EQ(0, disconnect.types);
	EXPECT_EQ(IPCPP_NO_BLOCK, disconnect.block);
	EXPECT_ERR(EBADMSG, message_read(disconnect.handle, 0, false, buffer, 4, 0, &copied));
	EXPECT_EQ(PATTERN32, copied);
	EXPECT_ERR(EBADMSG, message_write(disconnect.handle, 0, false, buffer, 4, 0));
	EXPECT_ERR(EBADMSG, message_client(disconnect.handle, IPCPP_OWNER_PROCESS, &client));
	ASSERT_OK(message_record(disconnect.handle, &record));
	EXPECT_EQ(IPCPP_FUNCTION_DISCONNECT, record.function);
	EXPECT_EQ(LINK_COOKIE, record.session);
	EXPECT_OK(complete(disconnect.handle, -99));
	EXPECT_ERR(EBADMSG, complete(disconnect.handle, 0));
}

TEST_F(link, session_lives_as_long_as_its_last_handle)
{
	struct ipcpp_message message;
	uint32_t copy = self->session;
	struct call call;

	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &copy, IPCPP_OWNER_THREAD));
	ASSERT_OK(handle_close(self->session));
	EXPECT_ERR(EBADF, send_simple(self->session, 1, &message.function));
	expect_no_message(self->server);
	self->session = copy;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &copy, IPCPP_OWNER_PROCESS));
	ASSERT_OK(handle_close(self->session));
	call_begin(&call, copy, 8);
	ASSERT_OK(receive(self->server, &message));
	EXPECT_EQ(LINK_COOKIE, message.session);
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
	ASSERT_OK(handle_close(copy));
	expect_disconnect(self->server, LINK_COOKIE);
}

/* A server that never completes a disconnect keeps nothing of the client's alive. */
TEST(the_session_goes_with_the_completion_of_its_disconnect)
{
	struct ipcpp_ring_entry entry;
	struct ipcpp_message message;
	struct ipcpp_ring *ring;
	uint32_t server, session;

	enter();
	ring = ring_of_thread();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(session_new_to(server, IPCPP_SHARABLE, &session));
	ASSERT_OK(notify_destruction(session, 31));
	ASSERT_OK(handle_close(session));
	ASSERT_OK(receive(server, &message));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	ASSERT_OK(complete(message.handle, 0));
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(31, entry.user_data);
}

/* --- the client's end ---------------------------------------------------------------------- */

TEST(death_of_a_client_disconnects_once)
{
	const char *name = unique_name();
	struct ipcpp_message message, disconnect;
	static char data[16] = "sent by a child";
	uint32_t server, copied;
	struct child child;
	char buffer[16];

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	if (child_start(&child) == 0) {
		struct ipcpp_send send;
		uint32_t session;
		int32_t result;

		enter();
		ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
		ASSERT_OK(connect_client(session, &result));
		send_init(&send, session, 1);
		send_descriptor(&send, 0, IPCPP_ARG_DES8, data, sizeof(data), sizeof(data));
		send_receive(&send);
		DIE("a call came back that nobody completed");
	}
	accept_connect(server, 3);
	ASSERT_OK(receive(server, &message));
	ASSERT_OK(message_read(message.handle, 0, false, buffer, sizeof(buffer), 0, &copied));
	EXPECT_EQ(sizeof(buffer), copied);
	EXPECT_EQ(0, memcmp(buffer, data, sizeof(buffer)));
	child_kill(&child);
	ASSERT_OK(receive(server, &disconnect));
	EXPECT_EQ(IPCPP_FUNCTION_DISCONNECT, disconnect.function);
	EXPECT_EQ(3, disconnect.session);
	EXPECT_ERR(ESRCH, message_read(message.handle, 0, false, buffer, 1, 0, &copied));
	EXPECT_ERR(ESRCH, message_write(message.handle, 0, false, buffer, 1, 0));
	EXPECT_OK(complete(message.handle, 0));
	EXPECT_OK(complete(disconnect.handle, 0));
	expect_no_message(server);
}

/* Both ends of the same process, closed in the least likely order. */
TEST_F(link, closing_a_session_of_a_server_that_has_gone_sends_nothing)
{
	ASSERT_OK(handle_close(self->server));
	ASSERT_OK(handle_close(self->session));
	EXPECT_ERR(EBADF, handle_close(self->session));
}
