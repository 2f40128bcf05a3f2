// SPDX-License-Identifier: MIT
/* Many at once: threads that lie, clients that die, ends that meet. Each storm is bounded. */
#include "ipc.h"

#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static uint64_t storm_end(void)
{
	return after_ms(2000);
}

static unsigned int random_of(unsigned int *state)
{
	*state = *state * 1103515245 + 12345;
	return *state >> 8;
}

static bool one_of(int error, const int *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == error)
			return true;
	return false;
}

#define EXPECT_ONE_OF(SEEN, ...)						\
	do {									\
		static const int allowed[] = { __VA_ARGS__ };			\
		int one = (SEEN);						\
										\
		if (!one_of(one, allowed, ARRAY_SIZE(allowed)))			\
			FAIL("%s: %s is not among the documented errors", #SEEN,	\
			     one ? strerrorname_np(one) : "success");		\
	} while (0)

/* --- a structure that changes while it is read --------------------------------------- */

struct flipper {
	uint32_t *words;
	size_t count;
	size_t spared;	/* a word that stays as it is */
	pthread_t thread;
	_Atomic bool stop;
};

static void *flip(void *context)
{
	static const uint32_t values[] = { 0, 1, 2, 7, 0xff, 0xffffffff, 0x80000000, 0x40000000 };
	struct flipper *flipper = context;
	unsigned int state = 4711;

	while (!atomic_load(&flipper->stop)) {
		size_t at = random_of(&state) % flipper->count;

		if (at == flipper->spared)
			continue;
		__atomic_store_n(&flipper->words[at],
				 values[random_of(&state) % ARRAY_SIZE(values)], __ATOMIC_RELAXED);
	}
	return NULL;
}

static void flipper_start(struct flipper *flipper, void *at, size_t size, size_t spared)
{
	flipper->words = at;
	flipper->spared = spared / sizeof(uint32_t);
	flipper->count = size / sizeof(uint32_t);
	atomic_store(&flipper->stop, false);
	ASSERT_EQ(0, pthread_create(&flipper->thread, NULL, flip, flipper));
}

static void flipper_stop(struct flipper *flipper)
{
	atomic_store(&flipper->stop, true);
	join_bounded(flipper->thread);
}

TEST(sends_whose_structure_changes_meanwhile)
{
	struct echo echo = { .sharing = IPCPP_SHARABLE };
	static struct ipcpp_send send, template;
	struct flipper flipper;
	static char data[8192];
	uint64_t end;
	uint32_t session;
	int32_t result;
	int count = 0;

	enter();
	echo_start(&echo);
	ASSERT_OK(session_new(echo.name, IPCPP_SHARABLE, &session));
	ASSERT_OK(connect_client(session, &result));
	send_init(&template, session, 1);
	send_descriptor(&template, 0, IPCPP_ARG_DESC8, data, 100, 0);
	send_descriptor(&template, 1, IPCPP_ARG_DES8, data + 4096, 100, 1000);
	flipper_start(&flipper, &send, sizeof(send), SIZE_MAX);
	for (end = storm_end(); now_ns() < end; count++) {
		memcpy(&send, &template, sizeof(send));
		EXPECT_ONE_OF(send_receive(&send), 0, EBADF, EINVAL, EBUSY, EISCONN, EALREADY);
	}
	flipper_stop(&flipper);
	EXPECT_TRUE(count > 0);
	/* A cookie that was scribbled over leaves a call behind, which is given up. */
	send_init(&send, session, 12);
	send.flags = IPCPP_SEND_ABANDON;
	EXPECT_OK(send_receive(&send));
	EXPECT_EQ(12, send.result);
	echo_stop(&echo);
}

TEST(receives_whose_arrays_change_meanwhile)
{
	static struct {
		struct ipcpp_complete_receive io;
		struct ipcpp_completion completions[4];
		struct ipcpp_message messages[4];
	} shared;
	struct flipper flipper;
	uint32_t server;
	uint64_t end;

	enter();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	/* The high word of the timeout: a wait of years would be what was asked for. */
	flipper_start(&flipper, &shared, sizeof(shared),
		      offsetof(struct ipcpp_complete_receive, timeout) + sizeof(uint32_t));
	for (end = storm_end(); now_ns() < end;) {
		shared.io = (struct ipcpp_complete_receive){
			.server = server,
			.completions = 4,
			.receives = 4,
			.completion = (uintptr_t)shared.completions,
			.message = (uintptr_t)shared.messages,
		};
		/* An armed receive may be left behind, or a wait with a time that is past. */
		EXPECT_ONE_OF(ipc(IPCPP_IOC_COMPLETE_RECEIVE, &shared.io), 0, EBADF, EINVAL, EFAULT,
			      EBADMSG, EBUSY, ETIMEDOUT, ECANCELED);
		server_cancel(server);
	}
	flipper_stop(&flipper);
	EXPECT_OK(handle_close(server));
}

TEST(commands_whose_structure_changes_meanwhile)
{
	static union {
		struct ipcpp_handle_duplicate duplicate;
		struct ipcpp_handle_name name;
		struct ipcpp_find_next find;
		struct ipcpp_open open;
		struct ipcpp_server_create server;
		struct ipcpp_session_create session;
		uint32_t words[16];
	} shared;
	static const unsigned long commands[] = {
		IPCPP_IOC_HANDLE_DUPLICATE, IPCPP_IOC_HANDLE_NAME, IPCPP_IOC_FIND_NEXT,
		IPCPP_IOC_OPEN, IPCPP_IOC_SERVER_CREATE, IPCPP_IOC_SESSION_CREATE,
	};
	static char text[4096];
	struct flipper flipper;
	unsigned int state = 1;
	uint64_t end;

	enter();
	flipper_start(&flipper, &shared, sizeof(shared), SIZE_MAX);
	for (end = storm_end(); now_ns() < end;) {
		memset(&shared, 0, sizeof(shared));
		shared.name.buffer = (uintptr_t)text;
		EXPECT_ONE_OF(ipc(commands[random_of(&state) % ARRAY_SIZE(commands)], &shared),
			      0, EBADF, EINVAL, EFAULT, ENOENT, EACCES, EILSEQ, EEXIST, EMSGSIZE,
			      EDQUOT, ENOMEM, EPROTOTYPE);
	}
	flipper_stop(&flipper);
}

/* --- ends that meet -------------------------------------------------------------------- */

enum { CLIENTS = 4 };

struct storm {
	uint32_t server;	/* process-relative */
	const char *name;
	_Atomic uint32_t session;
	_Atomic bool stop;
	_Atomic uint64_t sent, answered, aborted, shut;
};

static void *storm_client(void *context)
{
	struct storm *storm = context;
	static char data[64];

	while (!atomic_load(&storm->stop)) {
		struct ipcpp_send send;
		int error;

		send_init(&send, atomic_load(&storm->session), 3);
		send_descriptor(&send, 0, IPCPP_ARG_DES8, data, 32, 64);
		error = send_receive(&send);
		if (error == EBADF)
			continue;
		atomic_fetch_add(&storm->sent, 1);
		switch (error) {
		case 0:
			EXPECT_EQ(3, send.result);
			atomic_fetch_add(&storm->answered, 1);
			break;
		case ECONNABORTED:
			EXPECT_EQ(KERR_SESSION_CLOSED, send.result);
			atomic_fetch_add(&storm->aborted, 1);
			break;
		case ESHUTDOWN:
			atomic_fetch_add(&storm->shut, 1);
			break;
		default:
			FAIL("a client sees %s", strerrorname_np(error));
		}
	}
	return NULL;
}

/* Two threads of the server complete each message: one of them must win, exactly. */
static void *storm_completer(void *context)
{
	struct storm *storm = context;
	struct ipcpp_message message;

	while (!atomic_load(&storm->stop)) {
		int error = receive_now(storm->server, &message);

		if (error == EBUSY || error == ETIMEDOUT)
			continue;
		if (error == EBADF || error == ECANCELED)
			break;
		ASSERT_OK(error);
		/* While clients, closers and the other thread are at it. */
		if (message.types) {
			char buffer[32];
			uint32_t copied;

			EXPECT_ONE_OF(message_read(message.handle, 0, false, buffer, 32, 0, &copied),
				      0, ESRCH, EBADMSG);
			EXPECT_ONE_OF(message_write(message.handle, 0, false, buffer, 32, 0),
				      0, ESRCH, EBADMSG);
		}
		EXPECT_ONE_OF(complete(message.handle, message.function < 0 ? 0 : 3), 0, EBADMSG);
	}
	return NULL;
}

static void *storm_closer(void *context)
{
	struct storm *storm = context;
	uint32_t old, new;
	int error;

	while (!atomic_load(&storm->stop)) {
		error = session_new_to(storm->server, IPCPP_SHARABLE, &new);
		EXPECT_ONE_OF(error, 0, EBADF, EDQUOT, ESHUTDOWN);
		if (error)
			continue;
		old = atomic_exchange(&storm->session, new);
		for (int i = 0; i < 20; i++)
			sched_yield();
		if (old)
			EXPECT_OK(handle_close(old));
	}
	return NULL;
}

static void storm_run(struct storm *storm, pthread_t *threads)
{
	int n = 0;

	for (int i = 0; i < CLIENTS; i++)
		ASSERT_EQ(0, pthread_create(&threads[n++], NULL, storm_client, storm));
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&threads[n++], NULL, storm_completer, storm));
	ASSERT_EQ(0, pthread_create(&threads[n++], NULL, storm_closer, storm));
}

TEST(complete_meets_close)
{
	static struct storm storm;
	pthread_t threads[CLIENTS + 3];
	struct ipcpp_usage before;
	struct ipcpp_thread_self me;

	enter();
	thread_self(&me);
	usage_settled(&before);
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &storm.server));
	storm_run(&storm, threads);
	for (uint64_t end = storm_end(); now_ns() < end;)
		nap();
	atomic_store(&storm.stop, true);
	/* Who still waits is ended by the close of its session. */
	join_bounded(threads[CLIENTS + 2]);
	ASSERT_OK(handle_close(atomic_load(&storm.session)));
	for (int i = 0; i < CLIENTS + 2; i++)
		join_bounded(threads[i]);
	EXPECT_EQ(storm.sent, storm.answered + storm.aborted + storm.shut);
	EXPECT_TRUE(storm.answered > 0);
	EXPECT_EQ(0, storm.shut);
	ASSERT_OK(handle_close(storm.server));
	expect_usage_returns_to(&before);
}

TEST(server_close_meets_everything)
{
	struct ipcpp_usage before;
	struct ipcpp_thread_self me;

	enter();
	thread_self(&me);
	usage_settled(&before);
	for (uint64_t end = storm_end(); now_ns() < end;) {
		static struct storm storm;
		pthread_t threads[CLIENTS + 3];

		memset(&storm, 0, sizeof(storm));
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &storm.server));
		storm_run(&storm, threads);
		nap();
		nap();
		ASSERT_OK(handle_close(storm.server));
		nap();
		atomic_store(&storm.stop, true);
		for (int i = CLIENTS + 2; i >= 0; i--)
			join_bounded(threads[i]);
		EXPECT_EQ(storm.sent, storm.answered + storm.aborted + storm.shut);
		if (storm.session)
			ASSERT_OK(handle_close(storm.session));
	}
	expect_usage_returns_to(&before);
}

/* Threads of one process come and go, with everything a thread can hold. */
static void *passing_thread(void *context)
{
	struct echo *echo = context;
	uint32_t session, server, word = IPCPP_CURRENT_THREAD;
	int32_t result;

	ASSERT_OK(session_new(echo->name, IPCPP_UNSHARABLE, &session));
	ASSERT_OK(connect_client(session, &result));
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &word, IPCPP_OWNER_THREAD));
	ASSERT_OK(notify_destruction(server, 1));
	ASSERT_OK(notify_destruction(word, 2));
	ASSERT_OK(receive_arm(server, 3));
	ASSERT_OK(send_simple(session, 9, &result));
	ASSERT_EQ(9, result);
	return NULL;
}

TEST(threads_come_and_go_with_all_they_hold)
{
	struct echo echo = { .sharing = IPCPP_SHARABLE };
	struct ipcpp_usage before;
	uint64_t rounds = 0;

	enter();
	echo_start(&echo);
	usage_settled(&before);
	for (uint64_t end = storm_end(); now_ns() < end; rounds++) {
		pthread_t threads[6];

		for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
			ASSERT_EQ(0, pthread_create(&threads[i], NULL, passing_thread, &echo));
		for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
			join_bounded(threads[i]);
	}
	EVENTUALLY(atomic_load(&echo.disconnects) == rounds * 6);
	EXPECT_EQ(rounds * 6, echo.connects);
	EXPECT_EQ(rounds * 6, echo.served);
	expect_usage_returns_to(&before);
	echo_stop(&echo);
}

/* --- clients that are killed ---------------------------------------------------------------- */

_Noreturn static void doomed_client(const char *name)
{
	static char data[8192];
	uint32_t session;
	int32_t result;

	enter();
	for (int i = 0;; i++) {
		struct ipcpp_send send;

		ASSERT_OK(session_new(name, i & 1 ? IPCPP_SHARABLE : IPCPP_UNSHARABLE, &session));
		ASSERT_OK(connect_client(session, &result));
		for (int j = 0; j < 3; j++) {
			send_init(&send, session, j);
			send_descriptor(&send, 0, IPCPP_ARG_DESC8, data, j == 1 ? 8000 : 100, 0);
			send_descriptor(&send, 1, IPCPP_ARG_DES8, data, 100, 200);
			ASSERT_OK(send_receive(&send));
		}
		if (i % 3)
			ASSERT_OK(handle_close(session));
	}
}

static void kill_clients(struct echo *echo, int count)
{
	unsigned int state = 99;

	for (int i = 0; i < count; i++) {
		unsigned int turns = random_of(&state) % 400;
		pid_t pid = fork();
		int status;

		ASSERT_TRUE(pid >= 0);
		if (pid == 0)
			doomed_client(echo->name);
		/* A random point is wanted, not an event: the client is anywhere in its loop. */
		for (unsigned int turn = 0; turn < turns; turn++)
			sched_yield();
		if (i & 1)
			nap();
		ASSERT_EQ(0, kill(pid, SIGKILL));
		status = wait_status(pid);
		EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
}

TEST_LIMITED(two_hundred_killed_clients_leave_a_live_server, 180)
{
	struct echo echo = { .sharing = IPCPP_SHARABLE };
	struct ipcpp_thread_self me;
	struct ipcpp_usage before;
	uint32_t session;
	int32_t result;

	enter();
	thread_self(&me);
	echo_start(&echo);
	usage_settled(&before);
	kill_clients(&echo, 200);
	ASSERT_OK(session_new(echo.name, IPCPP_SHARABLE, &session));
	ASSERT_OK(connect_client(session, &result));
	ASSERT_OK(send_simple(session, 55, &result));
	EXPECT_EQ(55, result);
	ASSERT_OK(handle_close(session));
	expect_usage_returns_to(&before);
	/* Each session that was made has ended with one disconnect; some never connected. */
	EXPECT_TRUE(echo.disconnects >= echo.connects);
	echo_stop(&echo);
}

/* A server that never answers, whose clients die with their messages queued and accepted. */
TEST_LIMITED(clients_killed_while_they_wait, 120)
{
	const char *name = unique_name();
	struct ipcpp_usage before;
	struct ipcpp_message message;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	usage_settled(&before);
	for (int i = 0; i < 30; i++) {
		uint64_t held[2] = { 0 };
		int disconnects = 0, n = 0;
		struct child child;

		if (child_start(&child) == 0) {
			struct call calls[3];
			uint32_t session;

			enter();
			ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
			for (int j = 0; j < 3; j++) {
				call_begin(&calls[j], session, j);
				call_wait_blocked(&calls[j]);
			}
			say(1);
			hear();
		}
		child_hear(&child);
		for (int j = 0; j < i % 3; j++) {
			ASSERT_OK(receive(server, &message));
			held[j] = message.handle;
		}
		child_kill(&child);
		while (!disconnects) {
			ASSERT_OK(receive(server, &message));
			if (message.function == IPCPP_FUNCTION_DISCONNECT) {
				disconnects++;
				for (int j = 0; j < i % 3; j++)
					EXPECT_OK(complete(held[j], 0));
			}
			n++;
			ASSERT_OK(complete(message.handle, 0));
		}
		EXPECT_TRUE(n + i % 3 <= 4);
		expect_no_message(server);
	}
	expect_usage_returns_to(&before);
}

TEST_LIMITED(servers_killed_while_they_are_used, 120)
{
	struct ipcpp_usage before;
	struct ipcpp_thread_self me;

	enter();
	thread_self(&me);
	usage_settled(&before);
	for (int i = 0; i < 30; i++) {
		const char *name = unique_name();
		struct child child;
		uint32_t session;
		int32_t result;
		int error;

		if (child_start(&child) == 0) {
			struct echo echo = { .sharing = IPCPP_SHARABLE, .name = name };

			enter();
			echo_start(&echo);
			say(1);
			for (int turn = 0; turn < i * 20; turn++)
				sched_yield();
			kill(getpid(), SIGKILL);
		}
		child_hear(&child);
		error = session_new(name, IPCPP_SHARABLE, &session);
		if (!error) {
			for (error = connect_client(session, &result); !error;)
				error = send_simple(session, 1, &result);
			EXPECT_ERR(ESHUTDOWN, error);
			ASSERT_OK(handle_close(session));
		} else {
			EXPECT_ONE_OF(error, ENOENT, ESHUTDOWN);
		}
		wait_status(child.pid);
		close(child.to);
		close(child.from);
	}
	expect_usage_returns_to(&before);
}
