// SPDX-License-Identifier: MIT
/* Ceilings and tables: counted exactly, refused exactly at the edge, and given back. */
#include "ipc.h"

#define TABLE_MAX 32768

static uint64_t room(enum ipcpp_resource resource)
{
	struct ipcpp_usage now;

	usage(&now);
	return now.limit[resource] - now.used[resource];
}

TEST(usage_tells_every_resource)
{
	struct ipcpp_usage now;

	enter();
	usage(&now);
	for (int i = 0; i < IPCPP_RES_COUNT; i++) {
		EXPECT_TRUE(now.limit[i] > 0);
		EXPECT_TRUE(now.used[i] <= now.limit[i]);
	}
	EXPECT_EQ(0, now.used[IPCPP_RES_COUNT]);
	EXPECT_EQ(0, now.limit[IPCPP_RES_COUNT]);
}

TEST(usage_counts_what_is_made)
{
	struct ipcpp_usage before, now;
	struct ipcpp_thread_self me;
	uint32_t server, session;

	enter();
	thread_self(&me);
	usage_settled(&before);
	EXPECT_EQ(1, before.used[IPCPP_RES_PROCESSES]);
	EXPECT_EQ(1, before.used[IPCPP_RES_THREADS]);
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	usage(&now);
	EXPECT_EQ(before.used[IPCPP_RES_SERVERS] + 1, now.used[IPCPP_RES_SERVERS]);
	EXPECT_EQ(before.used[IPCPP_RES_HANDLES] + 1, now.used[IPCPP_RES_HANDLES]);
	ASSERT_OK(session_new_to(server, IPCPP_SHARABLE, &session));
	usage(&now);
	EXPECT_EQ(before.used[IPCPP_RES_SESSIONS] + 1, now.used[IPCPP_RES_SESSIONS]);
	EXPECT_EQ(before.used[IPCPP_RES_HANDLES] + 2, now.used[IPCPP_RES_HANDLES]);
	ASSERT_OK(notify_destruction(session, 1));
	usage(&now);
	EXPECT_EQ(before.used[IPCPP_RES_REQUESTS] + 1, now.used[IPCPP_RES_REQUESTS]);
	ASSERT_OK(handle_close(session));
	expect_disconnect(server, 0);
	ASSERT_OK(handle_close(server));
	expect_usage_returns_to(&before);
}

TEST(a_call_that_fails_is_not_charged)
{
	struct ipcpp_usage before, after;
	const char *name = unique_name();
	uint32_t server, handle;

	enter();
	ASSERT_OK(server_new(name, IPCPP_UNSHARABLE, 0, &server));
	usage_settled(&before);
	for (int i = 0; i < 100; i++) {
		EXPECT_ERR(EEXIST, server_new(name, IPCPP_SHARABLE, 0, &handle));
		EXPECT_ERR(EILSEQ, server_new("*", IPCPP_SHARABLE, 0, &handle));
		EXPECT_ERR(EPROTOTYPE, session_new(name, IPCPP_SHARABLE, &handle));
		EXPECT_ERR(EBADF, notify_destruction(99, 1));
		handle = 99;
		EXPECT_ERR(ENOENT, duplicate(IPCPP_CURRENT_THREAD, &handle, IPCPP_OWNER_PROCESS));
	}
	usage(&after);
	for (int i = 0; i < IPCPP_RES_COUNT; i++)
		EXPECT_EQ(before.used[i], after.used[i]);
}

static void fill_table(uint32_t owner)
{
	static uint32_t words[TABLE_MAX + 1];
	struct ipcpp_usage before;
	struct ipcpp_thread_self me;
	uint64_t ceiling, count;
	int error;

	enter();
	thread_self(&me);
	usage_settled(&before);
	ceiling = room(IPCPP_RES_HANDLES);
	for (count = 0, error = 0; count <= TABLE_MAX; count++) {
		words[count] = IPCPP_CURRENT_THREAD;
		error = duplicate(IPCPP_CURRENT_THREAD, &words[count], owner);
		if (error)
			break;
	}
	EXPECT_EQ(0, words[count < TABLE_MAX ? count : TABLE_MAX]);
	if (ceiling < TABLE_MAX) {
		EXPECT_ERR(EDQUOT, error);
		EXPECT_EQ(ceiling, count);
	} else {
		EXPECT_EQ(TABLE_MAX, count);
		/* Both edges at once: either reason is true. */
		if (ceiling > TABLE_MAX || error != EDQUOT)
			EXPECT_ERR(ENOMEM, error);
	}
	/* A full table serves those that are in it, and takes one for each that goes. */
	EXPECT_EQ(me.thread_id, object_id(words[count - 1]));
	ASSERT_OK(handle_close(words[count / 2]));
	words[count / 2] = IPCPP_CURRENT_THREAD;
	EXPECT_OK(duplicate(IPCPP_CURRENT_THREAD, &words[count / 2], owner));
	while (count--)
		ASSERT_OK(handle_close(words[count]));
	expect_usage_returns_to(&before);
}

TEST(process_table_takes_as_many_handles_as_documented)
{
	fill_table(IPCPP_OWNER_PROCESS);
}

TEST(thread_table_takes_as_many_handles_as_documented)
{
	fill_table(IPCPP_OWNER_THREAD);
}

TEST(handles_are_given_back_when_their_process_dies)
{
	struct ipcpp_usage before;
	struct child child;

	enter();
	usage_settled(&before);
	if (child_start(&child) == 0) {
		enter();
		for (int i = 0; i < 1000; i++) {
			uint32_t word = IPCPP_CURRENT_THREAD;

			ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &word, (uint32_t)i & 1));
		}
		say(1);
		hear();
	}
	child_hear(&child);
	child_kill(&child);
	expect_usage_returns_to(&before);
}

TEST(servers_are_refused_at_the_ceiling)
{
	struct ipcpp_usage before;
	struct ipcpp_thread_self me;
	uint64_t servers, handles, count;
	uint32_t server = 0;
	int error;

	enter();
	thread_self(&me);
	usage_settled(&before);
	servers = room(IPCPP_RES_SERVERS);
	handles = room(IPCPP_RES_HANDLES);
	if (servers >= TABLE_MAX)
		skip("the ceiling is above what one table holds");
	for (count = 0; !(error = server_new(NULL, IPCPP_SHARABLE, 0, &server)); count++)
		ASSERT_TRUE(count <= TABLE_MAX);
	EXPECT_ERR(EDQUOT, error);
	EXPECT_EQ(PATTERN32, server);
	EXPECT_EQ(servers < handles ? servers : handles, count);
	/* The end of a process with all of them gives them back: see the next test. */
}

TEST(sessions_are_refused_at_the_ceiling)
{
	struct ipcpp_usage before, now;
	uint64_t sessions, handles, count;
	uint32_t server, session = 0;
	int error;

	enter();
	usage_settled(&before);
	/* The test before ended with a user's worth of servers. */
	for (uint64_t end = bound(); now_ns() < end; nap()) {
		usage(&now);
		if (!now.used[IPCPP_RES_SERVERS])
			break;
	}
	EXPECT_EQ(0, now.used[IPCPP_RES_SERVERS]);
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	sessions = room(IPCPP_RES_SESSIONS);
	handles = room(IPCPP_RES_HANDLES);
	if (sessions >= TABLE_MAX)
		skip("the ceiling is above what one table holds");
	for (count = 0; !(error = session_new_to(server, IPCPP_SHARABLE, &session)); count++)
		ASSERT_TRUE(count <= TABLE_MAX);
	EXPECT_ERR(EDQUOT, error);
	EXPECT_EQ(PATTERN32, session);
	EXPECT_EQ(sessions < handles ? sessions : handles, count);
}

TEST(notifications_are_refused_at_the_ceiling)
{
	uint64_t requests, count;
	uint32_t server;
	int error;

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	requests = room(IPCPP_RES_REQUESTS);
	if (requests > 200000)
		skip("the ceiling is too far away");
	for (count = 0; !(error = notify_destruction(server, count)); count++)
		ASSERT_TRUE(count <= requests);
	EXPECT_ERR(EDQUOT, error);
	EXPECT_EQ(requests, count);
}
