// SPDX-License-Identifier: MIT
/* IPCPP_IOC_COMPLETE_RECEIVE: batches, waits, armed receives, partial failures. */
#include "ipc.h"

enum { CALLS = 6 };

static void start_calls(struct link *link, struct call *calls, int count)
{
	for (int i = 0; i < count; i++) {
		call_begin(&calls[i], link->session, i);
		call_wait_blocked(&calls[i]);
	}
}

static struct ipcpp_complete_receive receive_io(uint32_t server, struct ipcpp_message *messages,
						uint32_t receives, uint32_t flags)
{
	struct ipcpp_complete_receive io = {
		.server = server,
		.flags = flags,
		.receives = receives,
		.message = (uintptr_t)messages,
		.timeout = bound(),
	};

	return io;
}

TEST_F(link, receives_as_many_as_there_are_oldest_first)
{
	struct ipcpp_message messages[IPCPP_MESSAGE_BATCH];
	struct ipcpp_completion completions[CALLS];
	struct ipcpp_complete_receive io;
	struct call calls[CALLS];

	start_calls(self, calls, CALLS);
	memset(messages, PATTERN_BYTE, sizeof(messages));
	io = receive_io(self->server, messages, 4, IPCPP_WAIT_MESSAGE);
	ASSERT_OK(complete_receive(&io));
	EXPECT_EQ(4, io.received);
	EXPECT_EQ(PATTERN64, messages[4].handle);
	io = receive_io(self->server, messages + 4, IPCPP_MESSAGE_BATCH - 4, IPCPP_WAIT_NONE);
	ASSERT_OK(complete_receive(&io));
	EXPECT_EQ(CALLS - 4, io.received);
	EXPECT_EQ(PATTERN64, messages[CALLS].handle);
	for (int i = 0; i < CALLS; i++) {
		EXPECT_EQ(i, messages[i].function);
		completions[i] = (struct ipcpp_completion){ messages[i].handle, 100 + i, 0 };
	}
	io = (struct ipcpp_complete_receive){
		.completions = CALLS,
		.completion = (uintptr_t)completions,
	};
	ASSERT_OK(complete_receive(&io));
	EXPECT_EQ(CALLS, io.completed);
	EXPECT_EQ(0, io.received);
	for (int i = 0; i < CALLS; i++) {
		EXPECT_OK(call_join(&calls[i]));
		EXPECT_EQ(100 + i, calls[i].send.result);
	}
}

TEST_F(link, a_batch_of_the_documented_size)
{
	enum { MANY = IPCPP_MESSAGE_BATCH + 6 };
	static struct ipcpp_message messages[MANY];
	static struct ipcpp_completion completions[MANY];
	static struct call calls[MANY];
	struct ipcpp_complete_receive io;

	start_calls(self, calls, MANY);
	io = receive_io(self->server, messages, IPCPP_MESSAGE_BATCH, IPCPP_WAIT_NONE);
	ASSERT_OK(complete_receive(&io));
	ASSERT_EQ(IPCPP_MESSAGE_BATCH, io.received);
	for (int i = 0; i < IPCPP_MESSAGE_BATCH; i++)
		completions[i] = (struct ipcpp_completion){ messages[i].handle, i, 0 };
	/* Completes and receives in one call. */
	io = receive_io(self->server, messages + IPCPP_MESSAGE_BATCH, IPCPP_MESSAGE_BATCH,
			IPCPP_WAIT_MESSAGE);
	io.completions = IPCPP_MESSAGE_BATCH;
	io.completion = (uintptr_t)completions;
	io.receives = MANY - IPCPP_MESSAGE_BATCH;
	ASSERT_OK(complete_receive(&io));
	EXPECT_EQ(IPCPP_MESSAGE_BATCH, io.completed);
	EXPECT_EQ(MANY - IPCPP_MESSAGE_BATCH, io.received);
	for (int i = 0; i < IPCPP_MESSAGE_BATCH; i++) {
		EXPECT_OK(call_join(&calls[i]));
		EXPECT_EQ(i, calls[i].send.result);
	}
	for (int i = IPCPP_MESSAGE_BATCH; i < MANY; i++) {
		EXPECT_EQ(i, messages[i].function);
		ASSERT_OK(complete(messages[i].handle, i));
		EXPECT_OK(call_join(&calls[i]));
	}
}

/* --- failures ------------------------------------------------------------------------ */

TEST_F(link, a_bad_completion_stops_there)
{
	struct ipcpp_completion completions[4];
	struct ipcpp_complete_receive io;
	struct ipcpp_message messages[3], none;
	struct call calls[3];

	start_calls(self, calls, 3);
	io = receive_io(self->server, messages, 3, IPCPP_WAIT_MESSAGE);
	ASSERT_OK(complete_receive(&io));
	ASSERT_EQ(3, io.received);
	completions[0] = (struct ipcpp_completion){ messages[0].handle, 10, 0 };
	completions[1] = (struct ipcpp_completion){ messages[1].handle, 11, 0 };
	completions[2] = (struct ipcpp_completion){ messages[0].handle, 12, 0 };
	completions[3] = (struct ipcpp_completion){ messages[2].handle, 13, 0 };
	memset(&none, PATTERN_BYTE, sizeof(none));
	io = receive_io(self->server, &none, 1, IPCPP_WAIT_MESSAGE);
	io.completions = 4;
	io.completion = (uintptr_t)completions;
	EXPECT_ERR(EBADMSG, complete_receive(&io));
	EXPECT_EQ(2, io.completed);
	EXPECT_EQ(PATTERN64, none.handle);
	for (int i = 0; i < 2; i++) {
		EXPECT_OK(call_join(&calls[i]));
		EXPECT_EQ(10 + i, calls[i].send.result);
	}
	ASSERT_OK(complete(messages[2].handle, 14));
	EXPECT_OK(call_join(&calls[2]));
	EXPECT_EQ(14, calls[2].send.result);
}

/* Completes the message, then fails as the caller arranged: the completion stands. */
static void expect_completion_stands(struct link *self, struct call *call, uint64_t handle,
				     int error, uint64_t timeout)
{
	struct ipcpp_completion completion = { handle, 21, 0 };
	struct ipcpp_complete_receive io;
	struct ipcpp_message message;

	io = receive_io(self->server, &message, 1, IPCPP_WAIT_MESSAGE);
	io.completions = 1;
	io.completion = (uintptr_t)&completion;
	io.timeout = timeout;
	EXPECT_ERR(error, complete_receive(&io));
	EXPECT_EQ(1, io.completed);
	EXPECT_OK(call_join(call));
	EXPECT_EQ(21, call->send.result);
	EXPECT_ERR(EBADMSG, complete(handle, 0));
}

TEST_F(link, completions_stand_after_a_timeout)
{
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	expect_completion_stands(self, &call, message.handle, ETIMEDOUT, 0);
	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	expect_completion_stands(self, &call, message.handle, ETIMEDOUT, after_ms(5));
}

TEST_F(link, completions_stand_where_a_receive_is_outstanding)
{
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_OK(receive_arm(self->server, 1));
	expect_completion_stands(self, &call, message.handle, EBUSY, bound());
}

struct canceller {
	struct call *call;
	uint32_t server;
	_Atomic bool stop;
};

static void *cancel_later(void *context)
{
	struct canceller *canceller = context;

	/* Once the client is back, the server is on its way into the wait. */
	join_bounded(canceller->call->thread);
	while (!atomic_load(&canceller->stop)) {
		nap();
		server_cancel(canceller->server);
	}
	return NULL;
}

TEST_F(link, completions_stand_after_a_cancel)
{
	struct ipcpp_completion completion;
	struct ipcpp_complete_receive io;
	struct ipcpp_message message;
	struct canceller canceller = { 0 };
	pthread_t thread;
	struct call call;

	canceller.call = &call;
	canceller.server = self->server;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &canceller.server, IPCPP_OWNER_PROCESS));
	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	ASSERT_EQ(0, pthread_create(&thread, NULL, cancel_later, &canceller));
	completion = (struct ipcpp_completion){ message.handle, 5, 0 };
	io = receive_io(self->server, &message, 1, IPCPP_WAIT_MESSAGE);
	io.completions = 1;
	io.completion = (uintptr_t)&completion;
	EXPECT_ERR(ECANCELED, complete_receive(&io));
	EXPECT_EQ(1, io.completed);
	atomic_store(&canceller.stop, true);
	join_bounded(thread);
	EXPECT_EQ(5, call.send.result);
}

TEST_F(link, the_server_is_looked_up_before_anything_is_done)
{
	static const uint32_t bad[] = { 4711, IPCPP_CURRENT_THREAD };
	struct ipcpp_completion completion;
	struct ipcpp_complete_receive io;
	struct ipcpp_message message, none;
	struct call call;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	completion = (struct ipcpp_completion){ message.handle, 5, 0 };
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		io = receive_io(bad[i], &none, 1, IPCPP_WAIT_NONE);
		io.completions = 1;
		io.completion = (uintptr_t)&completion;
		EXPECT_ERR(EBADF, complete_receive(&io));
		EXPECT_EQ(0, io.completed);
	}
	ASSERT_OK(complete(message.handle, 6));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(6, call.send.result);
}

TEST_F(link, flags_of_a_completion_are_refused)
{
	struct ipcpp_completion completion = { .result = 1, .flags = 1 };
	struct ipcpp_complete_receive io = { .completions = 1 };
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	completion.message = message.handle;
	io.completion = (uintptr_t)&completion;
	EXPECT_ERR(EINVAL, complete_receive(&io));
	ASSERT_OK(complete(message.handle, 6));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(6, call.send.result);
}

TEST_F(link, waits_for_nothing_are_refused)
{
	struct ipcpp_complete_receive io = receive_io(self->server, NULL, 0, IPCPP_WAIT_MESSAGE);

	EXPECT_ERR(EINVAL, complete_receive(&io));
	io = receive_io(0, NULL, 0, IPCPP_WAIT_MESSAGE);
	EXPECT_ERR(EINVAL, complete_receive(&io));
	io = receive_io(0, NULL, 0, IPCPP_RECEIVE_ARM);
	EXPECT_ERR(EINVAL, complete_receive(&io));
}

TEST_F(link, arming_is_for_one_receive)
{
	struct ipcpp_message messages[2];
	struct ipcpp_complete_receive io;

	for (uint32_t receives = 0; receives <= IPCPP_MESSAGE_BATCH; receives++) {
		if (receives == 1)
			continue;
		io = receive_io(self->server, messages, receives, IPCPP_RECEIVE_ARM);
		EXPECT_ERR(EINVAL, complete_receive(&io));
	}
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	ASSERT_OK(receive_arm(self->server, 1));
}

TEST_F(link, nothing_at_all_succeeds)
{
	struct ipcpp_message messages[2];
	struct ipcpp_complete_receive io = { 0 };

	EXPECT_OK(complete_receive(&io));
	EXPECT_EQ(0, io.completed);
	EXPECT_EQ(0, io.received);
	memset(messages, PATTERN_BYTE, sizeof(messages));
	io = receive_io(self->server, messages, 2, IPCPP_WAIT_NONE);
	EXPECT_OK(complete_receive(&io));
	EXPECT_EQ(0, io.received);
	EXPECT_EQ(PATTERN64, messages[0].handle);
}

/* --- time ---------------------------------------------------------------------------------- */

static void expect_timeout(uint32_t server, uint32_t flags, uint64_t timeout)
{
	struct ipcpp_message message;
	struct ipcpp_complete_receive io = receive_io(server, &message, 1, flags);
	uint64_t before = now_ns();

	io.timeout = timeout;
	EXPECT_ERR(ETIMEDOUT, complete_receive(&io));
	EXPECT_TRUE(now_ns() >= timeout);
	EXPECT_TRUE(now_ns() < (timeout > before ? timeout : before) + 5000000000ULL * slowness());
}

TEST_F(link, timeouts_are_absolute)
{
	static const uint32_t flags[] = { IPCPP_WAIT_MESSAGE, IPCPP_WAIT_ANY };

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		expect_timeout(self->server, flags[i], 0);
		expect_timeout(self->server, flags[i], 1);
		expect_timeout(self->server, flags[i], now_ns() - 1);
		expect_timeout(self->server, flags[i], after_ms(2));
		expect_timeout(self->server, flags[i], after_ms(60));
	}
}

TEST_F(link, a_queued_message_is_received_also_after_the_timeout)
{
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, 3);
	call_wait_blocked(&call);
	EXPECT_OK(receive_now(self->server, &message));
	EXPECT_EQ(3, message.function);
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
}

TEST_F(link, waiting_for_ever_ends_with_a_message)
{
	struct ipcpp_message message;
	struct ipcpp_complete_receive io = receive_io(self->server, &message, 1, IPCPP_WAIT_MESSAGE);
	struct call call;

	io.timeout = IPCPP_FOREVER;
	call_begin(&call, self->session, 3);
	EXPECT_OK(complete_receive(&io));
	EXPECT_EQ(3, message.function);
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
}

/* --- armed receives --------------------------------------------------------------------------- */

static uint64_t entry_handle(const struct ipcpp_ring_entry *entry)
{
	return entry->length[0] | (uint64_t)entry->length[1] << 32;
}

TEST_F(link, an_armed_receive_is_announced_in_the_ring)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;
	struct ipcpp_message message;
	struct call call;

	ASSERT_OK(receive_arm(self->server, 0x1122334455667788ULL));
	send_init(&call.send, self->session, 4);
	call.send.args[2] = 0x99;
	call_start(&call);
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(0x1122334455667788LL, entry.user_data);
	EXPECT_EQ(0, entry.value);
	EXPECT_EQ(IPCPP_ENTRY_MESSAGE, entry.flags);
	ASSERT_OK(message_record(entry_handle(&entry), &message));
	EXPECT_EQ(entry_handle(&entry), message.handle);
	EXPECT_EQ(4, message.function);
	EXPECT_EQ(0x99, message.args[2]);
	EXPECT_EQ(LINK_COOKIE, message.session);
	EXPECT_EQ(IPCPP_NO_BLOCK, message.block);
	/* It was taken from the queue, and the receive is used up. */
	expect_no_message(self->server);
	ASSERT_OK(complete(message.handle, 77));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(77, call.send.result);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

TEST_F(link, an_armed_receive_takes_one_message)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;
	struct ipcpp_message message;
	struct call calls[3];

	ASSERT_OK(receive_arm(self->server, 1));
	start_calls(self, calls, 3);
	ASSERT_OK(ring_next(ring, &entry));
	ASSERT_OK(complete(entry_handle(&entry), 0));
	EXPECT_OK(call_join(&calls[0]));
	for (int i = 1; i < 3; i++) {
		ASSERT_OK(receive(self->server, &message));
		EXPECT_EQ(i, message.function);
		ASSERT_OK(complete(message.handle, 0));
		EXPECT_OK(call_join(&calls[i]));
	}
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

TEST_F(link, what_is_queued_is_received_and_nothing_armed)
{
	struct ipcpp_message messages[2];
	struct ipcpp_complete_receive io;
	struct call calls[2];

	start_calls(self, calls, 2);
	memset(messages, PATTERN_BYTE, sizeof(messages));
	io = receive_io(self->server, messages, 1, IPCPP_WAIT_NONE | IPCPP_RECEIVE_ARM);
	ASSERT_OK(complete_receive(&io));
	EXPECT_EQ(1, io.received);
	EXPECT_EQ(0, messages[0].function);
	EXPECT_EQ(PATTERN64, messages[1].handle);
	EXPECT_OK(receive_now(self->server, &messages[1]));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	for (int i = 0; i < 2; i++) {
		ASSERT_OK(complete(messages[i].handle, 0));
		EXPECT_OK(call_join(&calls[i]));
	}
}

TEST_F(link, an_armed_receive_takes_a_disconnect)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;
	struct ipcpp_message message;

	ASSERT_OK(receive_arm(self->server, 6));
	ASSERT_OK(handle_close(self->session));
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(6, entry.user_data);
	ASSERT_OK(message_record(entry_handle(&entry), &message));
	EXPECT_EQ(IPCPP_FUNCTION_DISCONNECT, message.function);
	ASSERT_OK(complete(message.handle, 0));
}

/* --- waiting for anything ------------------------------------------------------------------------ */

TEST_F(link, waiting_for_anything_ends_with_a_completion)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;
	struct ipcpp_complete_receive io;
	struct ipcpp_message message;
	uint32_t other;

	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &other));
	ASSERT_OK(notify_destruction(other, 8));
	ASSERT_OK(handle_close(other));
	memset(&message, PATTERN_BYTE, sizeof(message));
	/* As long as the entry is not taken, there is something. */
	for (int i = 0; i < 2; i++) {
		io = receive_io(self->server, &message, 1, IPCPP_WAIT_ANY);
		EXPECT_OK(complete_receive(&io));
		EXPECT_EQ(0, io.received);
		EXPECT_EQ(PATTERN64, message.handle);
	}
	ASSERT_TRUE(ring_take(ring, &entry));
	EXPECT_EQ(8, entry.user_data);
	io = receive_io(self->server, &message, 1, IPCPP_WAIT_ANY);
	io.timeout = after_ms(2);
	EXPECT_ERR(ETIMEDOUT, complete_receive(&io));
}

TEST_F(link, waiting_for_anything_ends_with_a_message)
{
	struct ipcpp_complete_receive io;
	struct ipcpp_message message;
	struct call call;

	call_begin(&call, self->session, 9);
	io = receive_io(self->server, &message, 1, IPCPP_WAIT_ANY);
	EXPECT_OK(complete_receive(&io));
	EXPECT_EQ(1, io.received);
	EXPECT_EQ(9, message.function);
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
}

/* What a server does that waits for all its requests in one call. */
TEST_F(link, arming_and_waiting_for_anything_in_one_call)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;
	struct ipcpp_complete_receive io;
	struct ipcpp_message message;
	struct call call;

	for (int i = 0; i < 20; i++) {
		uint64_t handle;

		call_begin(&call, self->session, i);
		io = receive_io(self->server, &message, 1, IPCPP_WAIT_ANY | IPCPP_RECEIVE_ARM);
		io.user_data = 1000;
		ASSERT_OK(complete_receive(&io));
		if (io.received) {
			handle = message.handle;
		} else {
			ASSERT_TRUE(ring_take(ring, &entry));
			EXPECT_EQ(1000, entry.user_data);
			handle = entry_handle(&entry);
			ASSERT_OK(message_record(handle, &message));
		}
		EXPECT_EQ(i, message.function);
		ASSERT_OK(complete(handle, i));
		EXPECT_OK(call_join(&call));
		EXPECT_EQ(i, call.send.result);
		EXPECT_TRUE(!ring_take(ring, &entry));
	}
}

static void *close_later(void *context)
{
	uint32_t *handles = context;

	while (!thread_sleeps(getpid(), (pid_t)handles[1]))
		nap();
	ASSERT_OK(handle_close(handles[0]));
	return NULL;
}

/* The completion comes while the thread is already waiting. */
TEST_F(link, a_waiter_for_anything_is_woken_by_its_ring)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;
	struct ipcpp_complete_receive io;
	struct ipcpp_message message;
	uint32_t handles[2];
	pthread_t thread;

	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &handles[0]));
	ASSERT_OK(notify_destruction(handles[0], 12));
	handles[1] = (uint32_t)gettid();
	ASSERT_EQ(0, pthread_create(&thread, NULL, close_later, handles));
	io = receive_io(self->server, &message, 1, IPCPP_WAIT_ANY);
	EXPECT_OK(complete_receive(&io));
	EXPECT_EQ(0, io.received);
	ASSERT_TRUE(ring_take(ring, &entry));
	EXPECT_EQ(12, entry.user_data);
	join_bounded(thread);
}
