// SPDX-License-Identifier: MIT
/* Messages as their server sees them: records, handles, reading, writing. */
#include "ipc.h"

#include <sys/mman.h>

TEST_F(link, words_arrive_as_they_were_sent)
{
	struct ipcpp_message message;
	struct call call;

	send_init(&call.send, self->session, INT32_MAX);
	for (uint64_t i = 0; i < IPCPP_ARGS; i++)
		call.send.args[i] = 0x0123456789abcdefULL * (i + 1);
	/* A handle argument is a word to the module's transport. */
	call.send.types = IPCPP_ARG_HANDLE << (3 * 2);
	call_start(&call);
	ASSERT_OK(receive(self->server, &message));
	EXPECT_NE(0U, message.handle);
	EXPECT_EQ(LINK_COOKIE, message.session);
	EXPECT_EQ(INT32_MAX, message.function);
	EXPECT_EQ(IPCPP_ARG_HANDLE << 6, message.types);
	for (uint64_t i = 0; i < IPCPP_ARGS; i++) {
		EXPECT_EQ((long long)(0x0123456789abcdefULL * (i + 1)), message.args[i]);
		EXPECT_EQ(0, message.length[i]);
		EXPECT_EQ(0, message.max[i]);
	}
	EXPECT_EQ(IPCPP_NO_BLOCK, message.block);
	EXPECT_EQ(0, message.bad);
	EXPECT_EQ(0, message.client_status);
	EXPECT_EQ(0, message.reserved);
	ASSERT_OK(complete(message.handle, INT32_MIN + 2));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(INT32_MIN + 2, call.send.result);
	EXPECT_EQ(0, call.send.written);
}

TEST_F(link, messages_are_received_in_the_order_they_were_sent)
{
	enum { CALLS = 20 };
	struct ipcpp_message message;
	struct call calls[CALLS];
	uint32_t other;

	ASSERT_OK(session_new(self->name, IPCPP_SHARABLE, &other));
	connect_session(self->server, other, 2);
	for (int i = 0; i < CALLS; i++) {
		call_begin(&calls[i], i % 3 ? self->session : other, i);
		call_wait_blocked(&calls[i]);
	}
	for (int i = 0; i < CALLS; i++) {
		ASSERT_OK(receive(self->server, &message));
		EXPECT_EQ(i, message.function);
		EXPECT_EQ(i % 3 ? LINK_COOKIE : 2, message.session);
		ASSERT_OK(complete(message.handle, 1000 + i));
	}
	for (int i = 0; i < CALLS; i++) {
		EXPECT_OK(call_join(&calls[i]));
		EXPECT_EQ(1000 + i, calls[i].send.result);
	}
}

TEST_F(link, messages_may_be_completed_in_any_order)
{
	struct ipcpp_message messages[3];
	struct call calls[3];

	for (int i = 0; i < 3; i++) {
		call_begin(&calls[i], self->session, i);
		ASSERT_OK(receive(self->server, &messages[i]));
	}
	for (int i = 2; i >= 0; i--) {
		ASSERT_OK(complete(messages[i].handle, i + 7));
		EXPECT_OK(call_join(&calls[i]));
		EXPECT_EQ(i + 7, calls[i].send.result);
	}
}

/* --- handles of messages ------------------------------------------------------------ */

static void expect_bad_message(uint64_t handle)
{
	struct ipcpp_message record;
	uint32_t copied, client;
	char buffer[4] = { 0 };

	EXPECT_ERR(EBADMSG, complete(handle, 0));
	EXPECT_ERR(EBADMSG, message_read(handle, 0, false, buffer, 4, 0, &copied));
	EXPECT_EQ(PATTERN32, copied);
	EXPECT_ERR(EBADMSG, message_write(handle, 0, false, buffer, 4, 0));
	EXPECT_ERR(EBADMSG, message_record(handle, &record));
	EXPECT_ERR(EBADMSG, set_cookie(handle, 1));
	EXPECT_ERR(EBADMSG, message_client(handle, IPCPP_OWNER_PROCESS, &client));
	EXPECT_EQ(PATTERN32, client);
}

TEST_F(link, a_message_completes_exactly_once)
{
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(complete(message.handle, 2));
	expect_bad_message(message.handle);
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(2, call.send.result);
	/* The thread's message is used again, its handle is not. */
	for (int i = 0; i < 50; i++) {
		uint64_t before = message.handle;

		call_begin(&call, self->session, 1);
		ASSERT_OK(receive(self->server, &message));
		EXPECT_NE(before, message.handle);
		EXPECT_ERR(EBADMSG, complete(before, 3));
		ASSERT_OK(complete(message.handle, 4));
		EXPECT_OK(call_join(&call));
		EXPECT_EQ(4, call.send.result);
	}
}

TEST_F(link, forged_message_handles_are_refused)
{
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	expect_bad_message(0);
	expect_bad_message(UINT64_MAX);
	for (int bit = 0; bit < 64; bit++)
		EXPECT_ERR(EBADMSG, complete(message.handle ^ (1ULL << bit), 9));
	for (int bit = 0; bit < 64; bit += 7)
		expect_bad_message(message.handle ^ (1ULL << bit));
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(0, call.send.result);
}

TEST_F(link, message_handles_count_in_the_servers_process_alone)
{
	struct ipcpp_message message;
	struct child child;
	struct call call;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	if (child_start(&child) == 0) {
		uint32_t server;

		enter();
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
		expect_bad_message(message.handle);
		child_exit();
	}
	child_expect_ok(&child);
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
}

/* The client itself, in a process that is not the server's, has no business with it either. */
TEST(a_client_cannot_complete_its_own_message)
{
	const char *name = unique_name();
	struct ipcpp_message message;
	struct child child;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	if (child_start(&child) == 0) {
		struct call call;
		uint32_t session;

		enter();
		ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
		call_begin(&call, session, 5);
		expect_bad_message(hear());
		say(1);
		EXPECT_OK(call_join(&call));
		EXPECT_EQ(6, call.send.result);
		child_exit();
	}
	ASSERT_OK(receive(server, &message));
	child_say(&child, message.handle);
	child_hear(&child);
	ASSERT_OK(complete(message.handle, 6));
	child_expect_ok(&child);
}

static void *complete_elsewhere(void *context)
{
	struct ipcpp_message *message = context, record;

	EXPECT_OK(message_record(message->handle, &record));
	EXPECT_EQ(message->function, record.function);
	EXPECT_OK(complete(message->handle, 11));
	return NULL;
}

TEST_F(link, any_thread_of_the_server_completes)
{
	struct ipcpp_message message;
	struct call call;
	pthread_t thread;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_EQ(0, pthread_create(&thread, NULL, complete_elsewhere, &message));
	join_bounded(thread);
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(11, call.send.result);
}

static void *tell_id(void *context)
{
	struct call *call = context;
	struct ipcpp_thread_self me;

	thread_self(&me);
	call->send.args[0] = me.thread_id;
	call->error = send_receive(&call->send);
	return NULL;
}

TEST_F(link, client_of_a_message_is_its_thread)
{
	struct ipcpp_message message;
	struct ipcpp_handle_info info;
	uint32_t client, own;
	struct call call;

	send_init(&call.send, self->session, 1);
	ASSERT_EQ(0, pthread_create(&call.thread, NULL, tell_id, &call));
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(message_client(message.handle, IPCPP_OWNER_PROCESS, &client));
	ASSERT_OK(message_client(message.handle, IPCPP_OWNER_THREAD, &own));
	EXPECT_EQ(0, client & IPCPP_HANDLE_LOCAL);
	EXPECT_EQ(IPCPP_HANDLE_LOCAL, own & IPCPP_HANDLE_LOCAL);
	ASSERT_OK(handle_info(client, &info));
	EXPECT_EQ(IPCPP_TYPE_THREAD, info.type);
	EXPECT_EQ(message.args[0], info.id);
	EXPECT_EQ(1, info.in_process);
	EXPECT_EQ(1, info.in_thread);
	ASSERT_OK(complete(message.handle, 0));
	join_bounded(call.thread);
	EXPECT_OK(call.error);
}

/* --- reading -------------------------------------------------------------------------- */

/* A call with one descriptor, received. */
static void descriptor_call(struct link *self, struct call *call, uint32_t type, void *data,
			    uint32_t length, uint32_t max, struct ipcpp_message *message)
{
	send_init(&call->send, self->session, 1);
	send_descriptor(&call->send, 0, type, data, length, max);
	call_start(call);
	ASSERT_OK(receive(self->server, message));
	EXPECT_EQ(type, message->types);
	EXPECT_EQ(length, message->length[0]);
	EXPECT_EQ(type & IPCPP_ARG_CONST ? 0 : max, message->max[0]);
}

static void finish(struct call *call, struct ipcpp_message *message)
{
	ASSERT_OK(complete(message->handle, 1));
	ASSERT_OK(call_join(call));
	EXPECT_EQ(1, call->send.result);
}

static void fill(char *data, size_t size, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		data[i] = (char)(i * 7 + i / 251 + seed);
}

static char source[1 << 20], sink[1 << 20];

TEST_F(link, reading_takes_what_there_is)
{
	static const struct {
		uint32_t length, elements, offset, copied;
	} cases[] = {
		{ 100, 100, 0, 100 }, { 100, 200, 0, 100 }, { 100, 10, 0, 10 },
		{ 100, 10, 95, 5 }, { 100, 10, 100, 0 }, { 100, 10, 101, 0 },
		{ 100, 10, UINT32_MAX, 0 }, { 100, UINT32_MAX, 1, 99 }, { 100, 0, 0, 0 },
		{ 0, 10, 0, 0 }, { 4096, 4096, 0, 4096 }, { 4097, 4097, 0, 4097 },
		{ 4097, 10, 4090, 7 }, { 1 << 20, 1 << 20, 0, 1 << 20 },
		{ 1 << 20, 5, (1 << 20) - 5, 5 }, { 1 << 20, 5000, 12345, 5000 },
	};
	static const uint32_t types[] = { IPCPP_ARG_DES8, IPCPP_ARG_DESC8 };
	struct ipcpp_message message;
	uint32_t copied;
	struct call call;

	fill(source, sizeof(source), 3);
	for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			descriptor_call(self, &call, types[t], source, cases[i].length,
					sizeof(source), &message);
			memset(sink, PATTERN_BYTE, cases[i].copied + 1 < sizeof(sink) ?
			       cases[i].copied + 1 : sizeof(sink));
			EXPECT_OK(message_read(message.handle, 0, false, sink, cases[i].elements,
					       cases[i].offset, &copied));
			EXPECT_EQ(cases[i].copied, copied);
			if (cases[i].copied &&
			    memcmp(sink, source + cases[i].offset, cases[i].copied))
				FAIL("type %u, case %zu: other bytes", types[t], i);
			if (cases[i].copied < sizeof(sink))
				EXPECT_EQ(PATTERN_BYTE, (unsigned char)sink[cases[i].copied]);
			finish(&call, &message);
			EXPECT_EQ(0, call.send.written);
		}
	}
}

TEST_F(link, wide_elements_are_counted_in_elements)
{
	static const uint32_t types[] = { IPCPP_ARG_DES16, IPCPP_ARG_DESC16 };
	static const uint32_t lengths[] = { 10, 128, 129, 2048, 2049, 100000 };
	struct ipcpp_message message;
	uint32_t copied;
	struct call call;

	fill(source, sizeof(source), 5);
	for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
		for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
			uint32_t length = lengths[i];

			descriptor_call(self, &call, types[t], source, length, sizeof(source) / 2,
					&message);
			EXPECT_OK(message_read(message.handle, 0, true, sink, length, 3, &copied));
			EXPECT_EQ(length - 3, copied);
			EXPECT_EQ(0, memcmp(sink, source + 6, (length - 3) * 2));
			EXPECT_ERR(EREMOTEIO, message_read(message.handle, 0, false, sink, length,
							   0, &copied));
			EXPECT_EQ(PATTERN32, copied);
			finish(&call, &message);
		}
	}
}

TEST_F(link, reading_what_is_no_such_descriptor)
{
	struct ipcpp_message message;
	struct call call;
	uint32_t copied;

	descriptor_call(self, &call, IPCPP_ARG_DESC8, source, 10, 0, &message);
	EXPECT_ERR(EREMOTEIO, message_read(message.handle, 0, true, sink, 1, 0, &copied));
	EXPECT_ERR(EREMOTEIO, message_read(message.handle, 1, false, sink, 1, 0, &copied));
	EXPECT_ERR(EREMOTEIO, message_read(message.handle, 3, true, sink, 1, 0, &copied));
	EXPECT_ERR(EINVAL, message_read(message.handle, 4, false, sink, 1, 0, &copied));
	EXPECT_ERR(EFAULT, message_read(message.handle, 0, false, NULL, 1, 0, &copied));
	EXPECT_EQ(PATTERN32, copied);
	EXPECT_OK(message_read(message.handle, 0, false, NULL, 0, 0, &copied));
	EXPECT_EQ(0, copied);
	EXPECT_ERR(EREMOTEIO, message_write(message.handle, 0, false, source, 1, 0));
	EXPECT_ERR(EREMOTEIO, message_write(message.handle, 1, false, source, 1, 0));
	EXPECT_ERR(EINVAL, message_write(message.handle, 4, false, source, 1, 0));
	finish(&call, &message);
}

/* --- writing in place --------------------------------------------------------------------- */

TEST_F(link, writing_goes_to_the_clients_memory)
{
	static const uint32_t maxima[] = { 64, 4096, 4097, 1 << 20 };
	struct ipcpp_message message, record;
	struct call call;

	fill(sink, sizeof(sink), 9);
	for (size_t i = 0; i < ARRAY_SIZE(maxima); i++) {
		uint32_t max = maxima[i];

		memset(source, 0, sizeof(source));
		descriptor_call(self, &call, IPCPP_ARG_DES8, source, 5, max, &message);
		EXPECT_OK(message_write(message.handle, 0, false, sink, max, 0));
		ASSERT_OK(message_record(message.handle, &record));
		EXPECT_EQ(max, record.length[0]);
		EXPECT_EQ(max, record.max[0]);
		/* The new length is where the last write ended, shorter or longer. */
		EXPECT_OK(message_write(message.handle, 0, false, sink + 100, 10, 4));
		ASSERT_OK(message_record(message.handle, &record));
		EXPECT_EQ(14, record.length[0]);
		finish(&call, &message);
		EXPECT_EQ(1, call.send.written);
		EXPECT_EQ(14, call.send.length[0]);
		EXPECT_EQ(0, memcmp(source, sink, 4));
		EXPECT_EQ(0, memcmp(source + 4, sink + 100, 10));
		EXPECT_EQ(0, memcmp(source + 14, sink + 14, max - 14));
		if (max < sizeof(source))
			EXPECT_EQ(0, source[max]);
	}
}

TEST_F(link, writing_beyond_the_maximum_writes_nothing)
{
	struct ipcpp_message message, record;
	struct call call;

	memset(source, 'c', 200);
	fill(sink, 200, 1);
	descriptor_call(self, &call, IPCPP_ARG_DES8, source, 7, 100, &message);
	EXPECT_ERR(EMSGSIZE, message_write(message.handle, 0, false, sink, 101, 0));
	EXPECT_ERR(EMSGSIZE, message_write(message.handle, 0, false, sink, 1, 100));
	EXPECT_ERR(EMSGSIZE, message_write(message.handle, 0, false, sink, 2, UINT32_MAX));
	EXPECT_ERR(EMSGSIZE, message_write(message.handle, 0, false, sink, UINT32_MAX, 1));
	ASSERT_OK(message_record(message.handle, &record));
	EXPECT_EQ(7, record.length[0]);
	for (int i = 0; i < 200; i++)
		ASSERT_EQ('c', source[i]);
	EXPECT_OK(message_write(message.handle, 0, false, sink, 0, 100));
	finish(&call, &message);
	EXPECT_EQ(1, call.send.written);
	EXPECT_EQ(100, call.send.length[0]);
}

TEST_F(link, writing_from_memory_that_faults_changes_no_length)
{
	struct ipcpp_message message, record;
	struct call call;

	descriptor_call(self, &call, IPCPP_ARG_DES8, source, 7, 100, &message);
	EXPECT_ERR(EFAULT, message_write(message.handle, 0, false, (void *)8, 50, 0));
	ASSERT_OK(message_record(message.handle, &record));
	EXPECT_EQ(7, record.length[0]);
	finish(&call, &message);
	EXPECT_EQ(0, call.send.written);
}

TEST_F(link, wide_writing)
{
	struct ipcpp_message message;
	struct call call;

	memset(source, 0, 300);
	fill(sink, 300, 2);
	descriptor_call(self, &call, IPCPP_ARG_DES16, source, 0, 100, &message);
	EXPECT_ERR(EREMOTEIO, message_write(message.handle, 0, false, sink, 1, 0));
	EXPECT_ERR(EMSGSIZE, message_write(message.handle, 0, true, sink, 100, 1));
	EXPECT_OK(message_write(message.handle, 0, true, sink, 90, 10));
	finish(&call, &message);
	EXPECT_EQ(100, call.send.length[0]);
	EXPECT_EQ(0, memcmp(source + 20, sink, 180));
	EXPECT_EQ(0, source[200]);
}

/* --- memory of the client that is not there --------------------------------------------- */

TEST_F(link, unreadable_data_is_the_servers_to_learn)
{
	static const uint32_t lengths[] = { 16, 4096, 70000 };
	struct ipcpp_message message;
	struct call call;
	uint32_t copied;

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		descriptor_call(self, &call, IPCPP_ARG_DESC8, (void *)64, lengths[i], 0, &message);
		if (lengths[i] <= IPCPP_BLOCK_DATA)
			EXPECT_EQ(1, message.bad & 1);
		EXPECT_ERR(EREMOTEIO, message_read(message.handle, 0, false, sink, 16, 0, &copied));
		finish(&call, &message);
	}
}

TEST_F(link, one_bad_argument_does_not_spoil_the_others)
{
	struct ipcpp_message message;
	struct call call;
	uint32_t copied;

	fill(source, 100, 4);
	send_init(&call.send, self->session, 1);
	send_descriptor(&call.send, 0, IPCPP_ARG_DESC8, source, 50, 0);
	send_descriptor(&call.send, 1, IPCPP_ARG_DESC8, (void *)64, 50, 0);
	send_descriptor(&call.send, 2, IPCPP_ARG_DES8, source + 50, 50, 50);
	call.send.args[3] = 0x3333;
	call_start(&call);
	ASSERT_OK(receive(self->server, &message));
	EXPECT_EQ(1 << 1, message.bad);
	EXPECT_EQ(0x3333, message.args[3]);
	ASSERT_OK(message_read(message.handle, 0, false, sink, 50, 0, &copied));
	ASSERT_OK(message_read(message.handle, 2, false, sink + 50, 50, 0, &copied));
	EXPECT_EQ(0, memcmp(source, sink, 100));
	EXPECT_ERR(EREMOTEIO, message_read(message.handle, 1, false, sink, 1, 0, &copied));
	finish(&call, &message);
}

TEST_F(link, unwritable_data_is_the_servers_to_learn)
{
	long page = sysconf(_SC_PAGESIZE);
	char *data = mmap(NULL, (size_t)page * 4, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ipcpp_message message, record;
	struct call call;

	ASSERT_TRUE(data != MAP_FAILED);
	descriptor_call(self, &call, IPCPP_ARG_DES8, data, 10, (uint32_t)page * 4, &message);
	EXPECT_EQ(0, message.bad);
	EXPECT_ERR(EREMOTEIO, message_write(message.handle, 0, false, sink, 20, 0));
	ASSERT_OK(message_record(message.handle, &record));
	EXPECT_EQ(10, record.length[0]);
	finish(&call, &message);
	EXPECT_EQ(0, call.send.written);
}
