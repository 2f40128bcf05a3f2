// SPDX-License-Identifier: MIT
/* IPCPP_IOC_HANDLE_DUPLICATE: every rule of spec/symbian.md §2.6, and §6.6 for sessions. */
#include "ipc.h"

/* Another thread of this process that does what it is told, and ends when told. */
struct worker {
	pthread_t thread;
	void (*work)(struct worker *worker);
	uint32_t handle;	/* of the worker: process-relative */
	uint32_t word;		/* what the work left in the worker's table */
	int error;
	pthread_barrier_t step;
};

static void *worker_run(void *context)
{
	struct worker *worker = context;

	worker->handle = IPCPP_CURRENT_THREAD;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &worker->handle, IPCPP_OWNER_PROCESS));
	if (worker->work)
		worker->work(worker);
	pthread_barrier_wait(&worker->step);
	pthread_barrier_wait(&worker->step);
	return NULL;
}

static void worker_start(struct worker *worker, void (*work)(struct worker *worker))
{
	worker->work = work;
	pthread_barrier_init(&worker->step, NULL, 2);
	ASSERT_EQ(0, pthread_create(&worker->thread, NULL, worker_run, worker));
	pthread_barrier_wait(&worker->step);
}

static void worker_end(struct worker *worker)
{
	pthread_barrier_wait(&worker->step);
	join_bounded(worker->thread);
}

TEST(generic_words_become_specific_handles)
{
	struct ipcpp_handle_info info;
	struct ipcpp_thread_self me;
	uint32_t thread = IPCPP_CURRENT_THREAD, process = IPCPP_CURRENT_PROCESS;

	enter();
	thread_self(&me);
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &thread, IPCPP_OWNER_PROCESS));
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &process, IPCPP_OWNER_THREAD));
	EXPECT_EQ(0, thread & (IPCPP_HANDLE_SPECIAL | IPCPP_HANDLE_LOCAL));
	EXPECT_EQ(IPCPP_HANDLE_LOCAL, process & (IPCPP_HANDLE_SPECIAL | IPCPP_HANDLE_LOCAL));
	ASSERT_OK(handle_info(thread, &info));
	EXPECT_EQ(me.thread_id, info.id);
	EXPECT_EQ(1, info.in_process);
	ASSERT_OK(handle_info(process, &info));
	EXPECT_EQ(me.process_id, info.id);
	EXPECT_EQ(1, info.in_thread);
	EXPECT_OK(handle_close(thread));
	EXPECT_OK(handle_close(process));
	EXPECT_ERR(EBADF, handle_close(thread));
}

TEST(the_old_word_is_not_closed)
{
	uint32_t server, copy;

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	copy = server;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &copy, IPCPP_OWNER_PROCESS));
	EXPECT_OK(handle_close(server));
	EXPECT_OK(handle_close(copy));
}

TEST(thread_relative_becomes_process_relative)
{
	uint32_t server, copy;

	enter();
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &server));
	copy = server;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &copy, IPCPP_OWNER_PROCESS));
	EXPECT_EQ(0, copy & IPCPP_HANDLE_LOCAL);
	EXPECT_EQ(object_id(server), object_id(copy));
}

TEST(bad_thread_leaves_the_word_alone)
{
	uint32_t server, word;
	const uint32_t bad[] = { 0, 4711, IPCPP_CURRENT_PROCESS, IPCPP_HANDLE_LOCAL | 77 };

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		word = server;
		EXPECT_ERR(EBADF, duplicate(bad[i], &word, IPCPP_OWNER_PROCESS));
		EXPECT_EQ(server, word);
	}
	word = server;
	EXPECT_ERR(EBADF, duplicate(server, &word, IPCPP_OWNER_PROCESS));
	EXPECT_EQ(server, word);
}

TEST(word_that_is_nothing_there_becomes_null)
{
	uint32_t server, word;
	const uint32_t bad[] = { 0, 4711, IPCPP_HANDLE_LOCAL | 5, 0x80000000 };

	enter();
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		word = bad[i];
		EXPECT_ERR(ENOENT, duplicate(IPCPP_CURRENT_THREAD, &word, IPCPP_OWNER_PROCESS));
		EXPECT_EQ(0, word);
	}
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(handle_close(server));
	EXPECT_ERR(ENOENT, duplicate(IPCPP_CURRENT_THREAD, &server, IPCPP_OWNER_THREAD));
	EXPECT_EQ(0, server);
}

static void work_server(struct worker *worker)
{
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &worker->word));
}

TEST(words_count_in_the_context_of_the_other_thread)
{
	struct ipcpp_handle_info info;
	struct worker worker = { 0 };
	uint32_t word, own, thread = IPCPP_CURRENT_THREAD;

	enter();
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &own));
	worker_start(&worker, work_server);
	/* Its word, which may well look like one of ours. */
	word = worker.word;
	ASSERT_OK(duplicate(worker.handle, &word, IPCPP_OWNER_THREAD));
	EXPECT_NE(object_id(own), object_id(word));
	ASSERT_OK(handle_info(word, &info));
	EXPECT_EQ(IPCPP_TYPE_SERVER, info.type);
	EXPECT_EQ(1, info.in_thread);
	EXPECT_EQ(2, info.threads);
	/* The special word means that thread. */
	ASSERT_OK(duplicate(worker.handle, &thread, IPCPP_OWNER_PROCESS));
	EXPECT_EQ(object_id(worker.handle), object_id(thread));
	EXPECT_NE(object_id(IPCPP_CURRENT_THREAD), object_id(thread));
	/* A thread that has ended has no table. */
	worker_end(&worker);
	EVENTUALLY((handle_info(word, &info), info.threads == 1));
	word = worker.word;
	EXPECT_ERR(ENOENT, duplicate(worker.handle, &word, IPCPP_OWNER_PROCESS));
	EXPECT_EQ(0, word);
}

/* --- another process -------------------------------------------------------- */

/*
 * The other process: its main thread is global, a second thread has no name.
 * The test gets handles to both as the clients of messages.
 */
struct other {
	struct child child;
	uint32_t server, main, second;
	uint32_t session, anonymous, named;	/* words in the child */
	uint64_t main_id, process_id;
};

static const char *other_server;

static void *other_second(void *context)
{
	uint32_t session;
	int32_t result;

	(void)context;
	ASSERT_OK(session_new(other_server, IPCPP_UNSHARABLE, &session));
	ASSERT_OK(connect_client(session, &result));
	hear();
	return NULL;
}

static void other_main(void)
{
	uint32_t session, anonymous, named, process;
	struct ipcpp_thread_self me;
	pthread_t thread;
	int32_t result;

	enter();
	thread_self(&me);
	ASSERT_OK(session_new(other_server, IPCPP_GLOBAL_SHARABLE, &session));
	ASSERT_OK(server_new(NULL, IPCPP_GLOBAL_SHARABLE, 0, &anonymous));
	ASSERT_OK(server_new(unique_name(), IPCPP_GLOBAL_SHARABLE, 0666, &named));
	process = IPCPP_CURRENT_PROCESS;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &process, IPCPP_OWNER_PROCESS));
	say(session);
	say(anonymous);
	say(named);
	say(me.thread_id);
	say(me.process_id);
	say(process);
	ASSERT_OK(connect_client(session, &result));
	ASSERT_EQ(0, pthread_create(&thread, NULL, other_second, NULL));
	pthread_join(thread, NULL);
	child_exit();
}

static uint32_t accept_client(uint32_t server, uint32_t owner)
{
	struct ipcpp_message message;
	uint32_t client;

	ASSERT_OK(receive(server, &message));
	ASSERT_EQ(IPCPP_FUNCTION_CONNECT, message.function);
	ASSERT_OK(message_client(message.handle, owner, &client));
	ASSERT_OK(complete(message.handle, 0));
	return client;
}

static void other_setup(struct other *self)
{
	other_server = unique_name();
	enter();
	ASSERT_OK(server_new(other_server, IPCPP_GLOBAL_SHARABLE, 0, &self->server));
	if (child_start(&self->child) == 0)
		other_main();
	self->session = (uint32_t)child_hear(&self->child);
	self->anonymous = (uint32_t)child_hear(&self->child);
	self->named = (uint32_t)child_hear(&self->child);
	self->main_id = child_hear(&self->child);
	self->process_id = child_hear(&self->child);
	child_hear(&self->child);
	self->main = accept_client(self->server, IPCPP_OWNER_PROCESS);
	self->second = accept_client(self->server, IPCPP_OWNER_THREAD);
}

static void expect_duplicate(int expected, uint32_t thread, uint32_t word)
{
	uint32_t result = word;

	EXPECT_ERR(expected, duplicate(thread, &result, IPCPP_OWNER_PROCESS));
	if (expected)
		EXPECT_EQ(0, result);
	else
		EXPECT_OK(handle_close(result));
}

TEST_F(other, global_objects_come_from_other_processes)
{
	uint32_t word = IPCPP_CURRENT_PROCESS;
	struct ipcpp_handle_info info;

	EXPECT_EQ(self->main_id, object_id(self->main));
	ASSERT_OK(duplicate(self->main, &word, IPCPP_OWNER_PROCESS));
	ASSERT_OK(handle_info(word, &info));
	EXPECT_EQ(IPCPP_TYPE_PROCESS, info.type);
	EXPECT_EQ(self->process_id, info.id);
	EXPECT_EQ(1, info.in_process);
	EXPECT_EQ(2, info.processes);
	word = IPCPP_CURRENT_THREAD;
	ASSERT_OK(duplicate(self->main, &word, IPCPP_OWNER_THREAD));
	EXPECT_EQ(self->main_id, object_id(word));
}

TEST_F(other, protected_and_local_objects_stay_in_their_process)
{
	/* A thread without a name is protected, an anonymous server and a session are local. */
	expect_duplicate(EACCES, self->second, IPCPP_CURRENT_THREAD);
	expect_duplicate(0, self->second, IPCPP_CURRENT_PROCESS);
	expect_duplicate(EACCES, self->main, self->anonymous);
	/* Global sharing makes a session protected, which is not global. */
	expect_duplicate(EACCES, self->main, self->session);
}

TEST_F(other, servers_stay_in_their_process)
{
	expect_duplicate(EACCES, self->main, self->named);
}

TEST_F(other, words_are_looked_up_in_the_other_process)
{
	/* Thread-relative words count in the thread that is named, not in its process. */
	expect_duplicate(ENOENT, self->second, self->named ^ 0x5);
	expect_duplicate(ENOENT, self->main, self->server + 100);
	expect_duplicate(ENOENT, self->main, 0);
}

TEST_F(other, a_process_that_has_gone_has_nothing)
{
	struct ipcpp_ring *ring = ring_of_thread();
	uint32_t process = IPCPP_CURRENT_PROCESS;
	struct ipcpp_ring_entry entry;
	struct ipcpp_exit_info exit;

	ASSERT_OK(duplicate(self->main, &process, IPCPP_OWNER_PROCESS));
	child_kill(&self->child);
	EVENTUALLY((exit_info(self->main, &exit), exit.type != IPCPP_EXIT_PENDING));
	EVENTUALLY((exit_info(process, &exit), exit.type != IPCPP_EXIT_PENDING));
	expect_disconnect(self->server, 0);
	expect_disconnect(self->server, 0);
	expect_duplicate(ENOENT, self->main, self->session);
	/* Our handles keep both objects; the last close is what destroys them. */
	ASSERT_OK(notify_destruction(self->main, 1));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	ASSERT_OK(handle_close(self->main));
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(1, entry.user_data);
}

/* --- sessions ---------------------------------------------------------------- */

static void session_pair(uint32_t mode, uint32_t sharing, uint32_t *session)
{
	const char *name = unique_name();
	uint32_t server;

	enter();
	ASSERT_OK(server_new(name, mode, 0, &server));
	ASSERT_OK(session_new(name, sharing, session));
}

TEST(unsharable_sessions_stay_with_their_thread)
{
	uint32_t session, word;

	session_pair(IPCPP_UNSHARABLE, IPCPP_UNSHARABLE, &session);
	word = session;
	EXPECT_ERR(EACCES, duplicate(IPCPP_CURRENT_THREAD, &word, IPCPP_OWNER_PROCESS));
	EXPECT_EQ(0, word);
	word = session;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &word, IPCPP_OWNER_THREAD));
	EXPECT_EQ(object_id(session), object_id(word));
}

static uint32_t wanted_session, wanted_thread;

static void work_take_session(struct worker *worker)
{
	worker->word = wanted_session;
	worker->error = duplicate(wanted_thread, &worker->word, IPCPP_OWNER_THREAD);
}

static int take_in_another_thread(uint32_t session)
{
	struct worker worker = { 0 };

	wanted_session = session;
	wanted_thread = IPCPP_CURRENT_THREAD;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &wanted_thread, IPCPP_OWNER_PROCESS));
	worker_start(&worker, work_take_session);
	worker_end(&worker);
	EXPECT_EQ(!!worker.error, !worker.word);
	return worker.error;
}

TEST(another_thread_gets_no_unsharable_session)
{
	uint32_t session;

	session_pair(IPCPP_UNSHARABLE, IPCPP_UNSHARABLE, &session);
	EXPECT_ERR(EACCES, take_in_another_thread(session));
}

/* It is the server's mode that counts, not how the session was made. */
TEST(sessions_of_a_sharable_server_go_anywhere_in_their_process)
{
	uint32_t session, word;

	session_pair(IPCPP_SHARABLE, IPCPP_UNSHARABLE, &session);
	EXPECT_EQ(IPCPP_HANDLE_LOCAL, session & IPCPP_HANDLE_LOCAL);
	word = session;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &word, IPCPP_OWNER_PROCESS));
	EXPECT_OK(take_in_another_thread(session));
}

TEST(info_and_name_of_a_bad_handle_change_nothing)
{
	uint32_t length;
	char buffer[8];

	enter();
	memset(buffer, PATTERN_BYTE, sizeof(buffer));
	EXPECT_ERR(EBADF, handle_name(99, 0, buffer, sizeof(buffer), &length));
	EXPECT_EQ(PATTERN32, length);
	EXPECT_EQ(PATTERN_BYTE, (unsigned char)buffer[0]);
}
