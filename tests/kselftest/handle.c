// SPDX-License-Identifier: MIT
/* Handle words: their layout, whose they are, what they stand for. */
#include "ipc.h"

#include <stddef.h>

struct mine {
	const char *name;
	uint32_t server;	/* thread-relative */
	uint32_t anonymous;	/* process-relative */
};

static void mine_setup(struct mine *self)
{
	enter();
	self->name = unique_name();
	ASSERT_OK(server_new(self->name, IPCPP_SHARABLE, 0, &self->server));
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &self->anonymous));
}

TEST_F(mine, words_have_the_documented_layout)
{
	EXPECT_EQ(IPCPP_HANDLE_LOCAL, self->server & IPCPP_HANDLE_LOCAL);
	EXPECT_EQ(0, self->anonymous & IPCPP_HANDLE_LOCAL);
	EXPECT_EQ(0, (self->server | self->anonymous) & IPCPP_HANDLE_SPECIAL);
	EXPECT_EQ(0, (self->server | self->anonymous) & IPCPP_HANDLE_NO_CLOSE);
	EXPECT_NE(0U, self->server);
	EXPECT_NE(0U, self->anonymous);
}

/* More uses of few slots than the 14 bits of the instance count, so that it wraps. */
TEST(a_slot_never_gives_the_same_word_twice_running)
{
	static uint32_t before[IPCPP_HANDLE_INDEX_MASK + 1];
	uint32_t word, index;
	int again = 0;

	enter();
	for (int i = 0; i < 20000; i++) {
		word = IPCPP_CURRENT_THREAD;
		ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &word, IPCPP_OWNER_PROCESS));
		index = word & IPCPP_HANDLE_INDEX_MASK;
		ASSERT_TRUE(word != 0 && word != before[index]);
		ASSERT_EQ(0, word & (IPCPP_HANDLE_SPECIAL | IPCPP_HANDLE_NO_CLOSE |
				     IPCPP_HANDLE_LOCAL));
		/* The slot is in use again, and the word of its last use is still stale. */
		if (before[index]) {
			ASSERT_ERR(EBADF, handle_close(before[index]));
			again++;
		}
		ASSERT_OK(handle_close(word));
		ASSERT_ERR(EBADF, handle_close(word));
		before[index] = word;
	}
	/* With a few live handles the table stays small: slots do come round. */
	EXPECT_TRUE(again > 10000);
}

TEST_F(mine, stale_words_are_refused)
{
	struct ipcpp_handle_info info;
	uint32_t again;

	ASSERT_OK(handle_close(self->anonymous));
	EXPECT_ERR(EBADF, handle_close(self->anonymous));
	EXPECT_ERR(EBADF, handle_info(self->anonymous, &info));
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &again));
	EXPECT_NE(again, self->anonymous);
	EXPECT_ERR(EBADF, handle_info(self->anonymous, &info));
	EXPECT_ERR(EBADF, handle_close(self->anonymous));
	EXPECT_OK(handle_info(again, &info));
}

TEST_F(mine, forged_words_are_refused)
{
	const uint32_t base = self->anonymous;
	const uint32_t forged[] = {
		base + (1U << IPCPP_HANDLE_INSTANCE_SHIFT),
		base ^ IPCPP_HANDLE_INSTANCE_MASK,
		base + 1000,
		base | IPCPP_HANDLE_INDEX_MASK,
		base | IPCPP_HANDLE_SPECIAL,
		base ^ IPCPP_HANDLE_LOCAL,
		0x7fff7fff, 0x3fff7fff, 0x80000000, 0xffffffff, 0xffff8002, 0xffff7fff, 1,
	};
	struct ipcpp_handle_info info, untouched;

	for (size_t i = 0; i < ARRAY_SIZE(forged); i++) {
		if (forged[i] == self->server || forged[i] == self->anonymous)
			continue;
		EXPECT_ERR(EBADF, handle_info(forged[i], &info));
		memset(&untouched, PATTERN_BYTE, sizeof(untouched));
		EXPECT_EQ(0, memcmp(&info.type, &untouched.type,
				    offsetof(struct ipcpp_handle_info, reserved) -
				    offsetof(struct ipcpp_handle_info, type)));
		if (!(forged[i] & IPCPP_HANDLE_NO_CLOSE))
			EXPECT_ERR(EBADF, handle_close(forged[i]));
	}
	EXPECT_OK(handle_info(base, &info));
}

TEST_F(mine, no_close_bit_keeps_the_handle)
{
	struct ipcpp_handle_info info;
	uint32_t word = self->anonymous | IPCPP_HANDLE_NO_CLOSE;

	EXPECT_OK(handle_info(word, &info));
	EXPECT_EQ(IPCPP_TYPE_SERVER, info.type);
	EXPECT_OK(server_cancel(word));
	EXPECT_OK(handle_close(word));
	EXPECT_OK(handle_info(self->anonymous, &info));
	ASSERT_OK(handle_close(self->anonymous));
	/* Nothing happens even where nothing is. */
	EXPECT_OK(handle_close(word));
	EXPECT_ERR(EBADF, handle_info(word, &info));
}

TEST(closing_null_and_special_words_does_nothing)
{
	struct ipcpp_handle_info info;

	enter();
	EXPECT_OK(handle_close(0));
	EXPECT_OK(handle_close(IPCPP_CURRENT_THREAD));
	EXPECT_OK(handle_close(IPCPP_CURRENT_PROCESS));
	EXPECT_OK(handle_info(IPCPP_CURRENT_THREAD, &info));
	EXPECT_OK(handle_info(IPCPP_CURRENT_PROCESS, &info));
	EXPECT_ERR(EBADF, handle_info(0, &info));
}

TEST(special_words_stand_for_the_caller)
{
	struct ipcpp_handle_info thread, process;
	struct ipcpp_thread_self me;

	enter();
	thread_self(&me);
	ASSERT_OK(handle_info(IPCPP_CURRENT_THREAD, &thread));
	ASSERT_OK(handle_info(IPCPP_CURRENT_PROCESS, &process));
	EXPECT_EQ(IPCPP_TYPE_THREAD, thread.type);
	EXPECT_EQ(IPCPP_TYPE_PROCESS, process.type);
	EXPECT_EQ(me.thread_id, thread.id);
	EXPECT_EQ(me.process_id, process.id);
	/* They own no reference. */
	EXPECT_EQ(0, thread.in_process + thread.in_thread + thread.processes + thread.threads);
	EXPECT_EQ(0, process.in_process + process.in_thread);
}

TEST_F(mine, handles_of_the_wrong_type_are_refused)
{
	struct ipcpp_exit_info exit;
	struct ipcpp_message message;
	uint32_t session, none;
	int32_t result;

	ASSERT_OK(session_new(self->name, IPCPP_SHARABLE, &session));
	EXPECT_ERR(EBADF, server_cancel(session));
	EXPECT_ERR(EBADF, server_cancel(IPCPP_CURRENT_THREAD));
	EXPECT_ERR(EBADF, server_cancel(IPCPP_CURRENT_PROCESS));
	EXPECT_ERR(EBADF, server_cancel(0));
	EXPECT_ERR(EBADF, send_simple(self->server, 1, &result));
	EXPECT_ERR(EBADF, send_simple(IPCPP_CURRENT_THREAD, 1, &result));
	EXPECT_EQ((int32_t)PATTERN32, result);
	EXPECT_ERR(EBADF, receive_now(session, &message));
	EXPECT_ERR(EBADF, receive_now(IPCPP_CURRENT_PROCESS, &message));
	EXPECT_ERR(EBADF, exit_info(self->server, &exit));
	EXPECT_ERR(EBADF, exit_info(session, &exit));
	EXPECT_ERR(EBADF, session_new_to(session, IPCPP_SHARABLE, &none));
	EXPECT_ERR(EBADF, session_new_to(IPCPP_CURRENT_THREAD, IPCPP_SHARABLE, &none));
	EXPECT_EQ(PATTERN32, none);
}

static void *use_anothers(void *context)
{
	struct mine *mine = context;
	struct ipcpp_handle_info info;
	struct ipcpp_message message;

	EXPECT_ERR(EBADF, handle_info(mine->server, &info));
	EXPECT_ERR(EBADF, handle_close(mine->server));
	EXPECT_ERR(EBADF, server_cancel(mine->server));
	EXPECT_ERR(EBADF, receive_now(mine->server, &message));
	EXPECT_ERR(EBADF, notify_destruction(mine->server, 1));
	EXPECT_OK(handle_info(mine->anonymous, &info));
	EXPECT_OK(server_cancel(mine->anonymous));
	return NULL;
}

TEST_F(mine, thread_relative_words_work_only_in_their_thread)
{
	struct ipcpp_handle_info info;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, use_anothers, self));
	join_bounded(thread);
	EXPECT_OK(handle_info(self->server, &info));
	EXPECT_EQ(1, info.in_thread);
}

/* The same word in two threads is two handles. */
static void *make_same_word(void *context)
{
	struct ipcpp_handle_info info;
	uint32_t server;

	(void)context;
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(handle_info(server, &info));
	ASSERT_OK(handle_close(server));
	return (void *)(uintptr_t)info.id;
}

TEST_F(mine, tables_of_threads_are_apart)
{
	uint64_t own = object_id(self->server);
	struct ipcpp_handle_info info;
	pthread_t thread;
	void *id;

	ASSERT_EQ(0, pthread_create(&thread, NULL, make_same_word, self));
	ASSERT_EQ(0, pthread_join(thread, &id));
	EXPECT_TRUE((uintptr_t)id > own);
	ASSERT_OK(handle_info(self->server, &info));
	EXPECT_EQ(own, info.id);
}

/* --- information ----------------------------------------------------------- */

TEST_F(mine, info_counts_handles)
{
	uint32_t first = self->server, second = self->server, third = self->server;
	struct ipcpp_handle_info info;

	ASSERT_OK(handle_info(self->server, &info));
	EXPECT_EQ(self->server, info.handle);
	EXPECT_EQ(IPCPP_TYPE_SERVER, info.type);
	EXPECT_EQ(0, info.in_process);
	EXPECT_EQ(1, info.in_thread);
	EXPECT_EQ(0, info.processes);
	EXPECT_EQ(1, info.threads);
	EXPECT_EQ(0xf, info.attributes);
	EXPECT_EQ(0, info.reserved);

	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &first, IPCPP_OWNER_PROCESS));
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &second, IPCPP_OWNER_PROCESS));
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &third, IPCPP_OWNER_THREAD));
	ASSERT_OK(handle_info(first, &info));
	EXPECT_EQ(2, info.in_process);
	EXPECT_EQ(2, info.in_thread);
	EXPECT_EQ(1, info.processes);
	EXPECT_EQ(1, info.threads);

	ASSERT_OK(handle_close(self->server));
	ASSERT_OK(handle_close(third));
	ASSERT_OK(handle_close(first));
	ASSERT_OK(handle_info(second, &info));
	EXPECT_EQ(1, info.in_process);
	EXPECT_EQ(0, info.in_thread);
	EXPECT_EQ(1, info.processes);
	EXPECT_EQ(0, info.threads);
}

static void *hold_in_thread(void *context)
{
	struct mine *mine = context;
	struct ipcpp_handle_info info;
	uint32_t own = mine->anonymous;

	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &own, IPCPP_OWNER_THREAD));
	ASSERT_OK(handle_info(mine->anonymous, &info));
	EXPECT_EQ(1, info.in_process);
	EXPECT_EQ(1, info.in_thread);
	EXPECT_EQ(1, info.processes);
	EXPECT_EQ(2, info.threads);
	ASSERT_OK(handle_close(own));
	return NULL;
}

TEST_F(mine, info_counts_threads_that_hold_one)
{
	uint32_t own = self->anonymous;
	struct ipcpp_handle_info info;
	pthread_t thread;

	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &own, IPCPP_OWNER_THREAD));
	ASSERT_EQ(0, pthread_create(&thread, NULL, hold_in_thread, self));
	join_bounded(thread);
	ASSERT_OK(handle_info(self->anonymous, &info));
	EXPECT_EQ(1, info.threads);
}

TEST(ids_grow_and_are_never_used_twice)
{
	uint64_t before = 0, id;
	uint32_t server;

	enter();
	for (int i = 0; i < 100; i++) {
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
		id = object_id(server);
		ASSERT_TRUE(id > before);
		before = id;
		ASSERT_OK(handle_close(server));
	}
}

TEST_F(mine, handles_to_one_object_have_one_id)
{
	uint32_t other = self->anonymous;

	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &other, IPCPP_OWNER_PROCESS));
	EXPECT_NE(other, self->anonymous);
	EXPECT_EQ(object_id(self->anonymous), object_id(other));
	EXPECT_NE(object_id(self->anonymous), object_id(self->server));
}

/* --- destruction ----------------------------------------------------------- */

TEST_F(mine, destruction_is_told_with_the_last_handle)
{
	struct ipcpp_ring *ring = ring_of_thread();
	uint32_t other = self->anonymous;
	struct ipcpp_ring_entry entry;

	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &other, IPCPP_OWNER_THREAD));
	ASSERT_OK(notify_destruction(self->anonymous, 0x1234567890abcdefULL));
	ASSERT_OK(handle_close(self->anonymous));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	ASSERT_OK(handle_close(other));
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(0x1234567890abcdefLL, entry.user_data);
	EXPECT_EQ(0, entry.value);
	EXPECT_EQ(0, entry.flags);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

TEST_F(mine, destruction_is_told_once_per_request)
{
	struct ipcpp_ring *ring = ring_of_thread();
	struct ipcpp_ring_entry entry;
	uint64_t sum = 0;

	for (uint64_t i = 1; i <= 3; i++)
		ASSERT_OK(notify_destruction(self->anonymous, i));
	ASSERT_OK(handle_close(self->anonymous));
	for (int i = 0; i < 3; i++) {
		ASSERT_OK(ring_next(ring, &entry));
		EXPECT_EQ(0, entry.value);
		sum += 1ULL << (4 * entry.user_data);
	}
	EXPECT_EQ(0x1110, sum);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

TEST(notify_destruction_needs_a_handle)
{
	enter();
	EXPECT_ERR(EBADF, notify_destruction(0, 1));
	EXPECT_ERR(EBADF, notify_destruction(12345, 1));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}
