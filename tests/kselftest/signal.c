// SPDX-License-Identifier: MIT
/* Signals: handlers run while a call waits, and the call goes on as if nothing had been. */
#include "ipc.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>

static _Atomic int handled;

static void count(int signal)
{
	(void)signal;
	atomic_fetch_add(&handled, 1);
}

/* Without SA_RESTART too: an interrupted call of ours never shows EINTR. */
static void install(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	ASSERT_EQ(0, sigaction(signal, &action, NULL));
}

static void interrupt(pthread_t thread, int times)
{
	for (int i = 0; i < times; i++) {
		int before = atomic_load(&handled);

		ASSERT_EQ(0, pthread_kill(thread, SIGUSR1));
		EVENTUALLY(atomic_load(&handled) > before);
	}
}

static void interrupted_send(struct link *self, int flags, bool accept_first)
{
	struct ipcpp_message message;
	uint64_t cookie;
	struct call call;

	install(SIGUSR1, count, flags);
	call_begin(&call, self->session, 31);
	if (accept_first)
		ASSERT_OK(receive(self->server, &message));
	call_wait_blocked(&call);
	cookie = call.send.cookie;
	EXPECT_NE(0U, cookie);
	interrupt(call.thread, 20);
	call_wait_blocked(&call);
	EXPECT_EQ(cookie, call.send.cookie);
	if (!accept_first)
		ASSERT_OK(receive(self->server, &message));
	/* It was sent once, however often it was made. */
	expect_no_message(self->server);
	ASSERT_OK(complete(message.handle, 32));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(32, call.send.result);
	expect_no_message(self->server);
}

TEST_F(link, a_queued_call_resumes_after_a_handler)
{
	interrupted_send(self, 0, false);
	interrupted_send(self, SA_RESTART, false);
}

TEST_F(link, an_accepted_call_resumes_after_a_handler)
{
	interrupted_send(self, 0, true);
	interrupted_send(self, SA_RESTART, true);
}

struct serving {
	uint32_t server;
	uint64_t to_complete;
	struct ipcpp_message message;
	int error;
	uint32_t completed;
	_Atomic pid_t tid;
};

static void *serve(void *context)
{
	struct serving *serving = context;
	struct ipcpp_completion completion = { serving->to_complete, 1, 0 };
	struct ipcpp_complete_receive io = {
		.server = serving->server,
		.flags = IPCPP_WAIT_MESSAGE,
		.completions = 1,
		.receives = 1,
		.completion = (uintptr_t)&completion,
		.message = (uintptr_t)&serving->message,
		.timeout = bound(),
	};

	atomic_store(&serving->tid, gettid());
	serving->error = complete_receive(&io);
	serving->completed = io.completed;
	return NULL;
}

TEST_F(link, completions_count_once_over_signals)
{
	struct serving serving = { 0 };
	struct ipcpp_message message;
	struct call first, second;
	pthread_t thread;

	install(SIGUSR1, count, 0);
	serving.server = self->server;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &serving.server, IPCPP_OWNER_PROCESS));
	call_begin(&first, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	serving.to_complete = message.handle;
	ASSERT_EQ(0, pthread_create(&thread, NULL, serve, &serving));
	EXPECT_OK(call_join(&first));
	EVENTUALLY(thread_sleeps(getpid(), atomic_load(&serving.tid)));
	/* Each restart would complete it again if the progress were lost: EBADMSG. */
	interrupt(thread, 20);
	call_begin(&second, self->session, 2);
	join_bounded(thread);
	EXPECT_OK(serving.error);
	EXPECT_EQ(1, serving.completed);
	EXPECT_EQ(2, serving.message.function);
	ASSERT_OK(complete(serving.message.handle, 3));
	EXPECT_OK(call_join(&second));
}

static void *wait_for_requests(void *context)
{
	uint32_t server;
	struct ipcpp_ring_entry entry;
	struct ipcpp_ring *ring = ring_of_thread();

	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(notify_destruction(server, 3));
	*(uint32_t *)context = server;
	__atomic_store_n((uint32_t *)context + 1, (uint32_t)gettid(), __ATOMIC_RELEASE);
	/* Not in a loop: a call that gave up would show. */
	EXPECT_OK(request_wait(bound()));
	EXPECT_TRUE(ring_take(ring, &entry));
	return NULL;
}

TEST(waits_for_requests_resume_after_a_handler)
{
	uint32_t words[2] = { 0 };
	pthread_t thread;

	enter();
	install(SIGUSR1, count, 0);
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_for_requests, words));
	EVENTUALLY(__atomic_load_n(&words[1], __ATOMIC_ACQUIRE) &&
		   thread_sleeps(getpid(), (pid_t)words[1]));
	interrupt(thread, 20);
	ASSERT_OK(handle_close(words[0]));
	join_bounded(thread);
}

TEST_F(link, timeouts_are_kept_over_signals)
{
	struct ipcpp_message message;
	struct itimerval every = { { 0, 2000 }, { 0, 2000 } }, never = { 0 };
	struct ipcpp_complete_receive io = {
		.server = self->server,
		.flags = IPCPP_WAIT_MESSAGE,
		.receives = 1,
		.message = (uintptr_t)&message,
	};
	uint64_t end;

	install(SIGALRM, count, 0);
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &every, NULL));
	end = io.timeout = after_ms(100);
	EXPECT_ERR(ETIMEDOUT, complete_receive(&io));
	EXPECT_TRUE(now_ns() >= end);
	end = after_ms(100);
	EXPECT_ERR(ETIMEDOUT, request_wait(end));
	EXPECT_TRUE(now_ns() >= end);
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &never, NULL));
	EXPECT_TRUE(atomic_load(&handled) > 2);
}

/* --- what a handler may do, and what it may not --------------------------------------- */

static uint32_t nested_session;
static _Atomic int nested_error = -1;
static _Atomic int32_t nested_result;

static void send_nested(int signal)
{
	struct ipcpp_send send;

	(void)signal;
	send_init(&send, nested_session, 2);
	atomic_store(&nested_result, 0);
	nested_error = send_receive(&send);
	nested_result = send.result;
	atomic_fetch_add(&handled, 1);
}

TEST_F(link, a_second_call_in_a_handler_is_refused)
{
	struct ipcpp_message message;
	struct call call;

	nested_session = self->session;
	install(SIGUSR1, send_nested, 0);
	call_begin(&call, self->session, 1);
	call_wait_blocked(&call);
	interrupt(call.thread, 1);
	EXPECT_ERR(EBUSY, nested_error);
	EXPECT_EQ((int32_t)PATTERN32, nested_result);
	ASSERT_OK(receive(self->server, &message));
	interrupt(call.thread, 1);
	EXPECT_ERR(EBUSY, nested_error);
	expect_no_message(self->server);
	ASSERT_OK(complete(message.handle, 8));
	EXPECT_OK(call_join(&call));
	EXPECT_EQ(8, call.send.result);
}

static uint32_t other_server;

static void use_the_rest(int signal)
{
	uint32_t server;

	(void)signal;
	/* Only the thread's one message is taken: all else works. */
	EXPECT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	EXPECT_OK(handle_close(server));
	expect_no_message(other_server);
	atomic_fetch_add(&handled, 1);
}

TEST_F(link, other_commands_work_in_a_handler)
{
	struct ipcpp_message message;
	struct call call;

	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &other_server));
	install(SIGUSR1, use_the_rest, 0);
	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	call_wait_blocked(&call);
	interrupt(call.thread, 3);
	ASSERT_OK(complete(message.handle, 8));
	EXPECT_OK(call_join(&call));
}

static __thread sigjmp_buf escape;

static void jump(int signal)
{
	(void)signal;
	atomic_fetch_add(&handled, 1);
	siglongjmp(escape, 1);
}

struct jumper {
	uint32_t session;
	struct call call;	/* the call that is left for good */
	int without, error;
	int32_t result;
	char data[64];
	pthread_barrier_t step;
};

static void *leave_call(void *context)
{
	struct jumper *jumper = context;
	struct ipcpp_send next;

	atomic_store(&jumper->call.tid, gettid());
	if (!sigsetjmp(escape, 1)) {
		send_receive(&jumper->call.send);
		DIE("the call came back");
	}
	send_init(&next, jumper->session, 5);
	jumper->without = send_receive(&next);
	pthread_barrier_wait(&jumper->step);
	send_init(&next, jumper->session, 6);
	next.flags = IPCPP_SEND_ABANDON;
	jumper->error = send_receive(&next);
	jumper->result = next.result;
	/* Nothing is outstanding any more: no flag is needed, and one does no harm. */
	send_init(&next, jumper->session, 7);
	EXPECT_OK(send_receive(&next));
	send_init(&next, jumper->session, 8);
	next.flags = IPCPP_SEND_ABANDON;
	EXPECT_OK(send_receive(&next));
	return NULL;
}

static void serve_one(uint32_t server, int32_t function)
{
	struct ipcpp_message message;

	ASSERT_OK(receive(server, &message));
	EXPECT_EQ(function, message.function);
	ASSERT_OK(complete(message.handle, function * 10));
}

static void abandon(struct link *self, bool accept_first)
{
	static struct jumper jumper;
	struct ipcpp_message message, record;
	uint32_t copied;
	char buffer[8];

	install(SIGUSR1, jump, 0);
	memset(&jumper, 0, sizeof(jumper));
	pthread_barrier_init(&jumper.step, NULL, 2);
	jumper.session = self->session;
	send_init(&jumper.call.send, self->session, 4);
	send_descriptor(&jumper.call.send, 0, IPCPP_ARG_DES8, jumper.data, 32, 64);
	ASSERT_EQ(0, pthread_create(&jumper.call.thread, NULL, leave_call, &jumper));
	if (accept_first)
		ASSERT_OK(receive(self->server, &message));
	call_wait_blocked(&jumper.call);
	interrupt(jumper.call.thread, 1);
	pthread_barrier_wait(&jumper.step);
	EXPECT_ERR(EBUSY, jumper.without);
	if (!accept_first) {
		/* Sent is sent: the server gets it, and before the next one. */
		ASSERT_OK(receive(self->server, &message));
		EXPECT_EQ(4, message.function);
	}
	serve_one(self->server, 6);
	EXPECT_ERR(ESRCH, message_read(message.handle, 0, false, buffer, 8, 0, &copied));
	EXPECT_ERR(ESRCH, message_write(message.handle, 0, false, buffer, 8, 0));
	EXPECT_OK(message_record(message.handle, &record));
	EXPECT_OK(complete(message.handle, 40));
	EXPECT_ERR(EBADMSG, complete(message.handle, 40));
	serve_one(self->server, 7);
	serve_one(self->server, 8);
	join_bounded(jumper.call.thread);
	EXPECT_OK(jumper.error);
	EXPECT_EQ(60, jumper.result);
}

TEST_F(link, a_queued_call_that_was_left_is_abandoned)
{
	abandon(self, false);
}

TEST_F(link, an_accepted_call_that_was_left_is_abandoned)
{
	abandon(self, true);
}

TEST_F(link, cookies_of_no_outstanding_call_are_refused)
{
	struct ipcpp_send send;
	struct ipcpp_message message;
	struct call call;

	send_init(&send, self->session, 1);
	send.cookie = 1;
	EXPECT_ERR(EINVAL, send_receive(&send));
	EXPECT_EQ((int32_t)PATTERN32, send.result);
	call_begin(&call, self->session, 1);
	ASSERT_OK(receive(self->server, &message));
	call_wait_blocked(&call);
	/* Another thread's call is not this one's to resume. */
	send.cookie = call.send.cookie;
	EXPECT_ERR(EINVAL, send_receive(&send));
	ASSERT_OK(complete(message.handle, 0));
	EXPECT_OK(call_join(&call));
	expect_no_message(self->server);
}

static void *stale_cookie(void *context)
{
	struct link *link = context;
	struct ipcpp_send send;
	uint64_t cookie;

	send_init(&send, link->session, 1);
	EXPECT_OK(send_receive(&send));
	cookie = send.cookie;
	send_init(&send, link->session, 2);
	send.cookie = cookie ? cookie : 12345;
	EXPECT_ERR(EINVAL, send_receive(&send));
	return NULL;
}

TEST_F(link, cookies_of_finished_calls_are_refused)
{
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, stale_cookie, self));
	serve_one(self->server, 1);
	join_bounded(thread);
	expect_no_message(self->server);
}

/* --- storms ------------------------------------------------------------------------------ */

/* Emulated processors need milliseconds for a call from one to another. */
static void stay_on_one_processor(struct echo *echo)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(one), &one));
	ASSERT_EQ(0, pthread_setaffinity_np(echo->thread, sizeof(one), &one));
}

/* A kernel that is so slow that signals leave it no time for calls stops before the last. */
static uint64_t patience(void)
{
	return after_ms(25000);
}

TEST_LIMITED(twenty_thousand_calls_under_ten_thousand_signals_a_second, 120)
{
	enum { CALLS = 20000, ACROSS = 1000 };
	struct itimerval every = { { 0, 100 }, { 0, 100 } }, never = { 0 };
	struct echo echo = { .sharing = IPCPP_SHARABLE };
	uint32_t session;
	int32_t result;
	sigset_t alarm;
	uint64_t end;
	int i;

	enter();
	install(SIGALRM, count, 0);
	/* Every signal is for the client. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	echo_start(&echo);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	ASSERT_OK(session_new(echo.name, IPCPP_SHARABLE, &session));
	ASSERT_OK(connect_client(session, &result));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &every, NULL));
	end = patience();
	for (i = 0; i < CALLS && (i < ACROSS / 10 || now_ns() < end); i++) {
		if (i == ACROSS)
			stay_on_one_processor(&echo);
		ASSERT_OK(send_simple(session, i, &result));
		ASSERT_EQ(i, result);
	}
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &never, NULL));
	if (i < CALLS)
		diag("%d of %d calls in the time there was", i, CALLS);
	EXPECT_EQ(i, echo.served);
	EXPECT_TRUE(atomic_load(&handled) > 10);
	ASSERT_OK(handle_close(session));
	EVENTUALLY(atomic_load(&echo.disconnects) == 1);
	echo_stop(&echo);
}

TEST_LIMITED(servers_under_signals_answer_every_call, 120)
{
	enum { CALLS = 5000, ACROSS = 1000 };
	struct itimerval every = { { 0, 200 }, { 0, 200 } }, never = { 0 };
	struct echo echo = { .sharing = IPCPP_SHARABLE };
	uint32_t session;
	int32_t result;
	sigset_t alarm;
	uint64_t end;
	int i;

	enter();
	install(SIGALRM, count, 0);
	echo_start(&echo);
	/* From here on the server's thread alone takes them. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	ASSERT_OK(session_new(echo.name, IPCPP_SHARABLE, &session));
	ASSERT_OK(connect_client(session, &result));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &every, NULL));
	end = patience();
	for (i = 0; i < CALLS && (i < ACROSS / 10 || now_ns() < end); i++) {
		if (i == ACROSS)
			stay_on_one_processor(&echo);
		ASSERT_OK(send_simple(session, i, &result));
		ASSERT_EQ(i, result);
	}
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &never, NULL));
	if (i < CALLS)
		diag("%d of %d calls in the time there was", i, CALLS);
	EXPECT_EQ(i, echo.served);
	EXPECT_TRUE(atomic_load(&handled) > 10);
	echo_stop(&echo);
}

/* --- stops ---------------------------------------------------------------------------------- */

/* A child that makes one call, whose result must be 5. */
static void calling_child(struct child *child, const char *name)
{
	if (child_start(child) == 0) {
		uint32_t session;
		int32_t result;

		enter();
		ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
		EXPECT_OK(send_simple(session, 1, &result));
		EXPECT_EQ(5, result);
		child_exit();
	}
}

static void wait_until_stopped(pid_t pid)
{
	int status;

	ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED | __WALL));
	ASSERT_TRUE(WIFSTOPPED(status));
}

static void stopped_call(bool by_tracer, bool complete_while_stopped)
{
	const char *name = unique_name();
	struct ipcpp_message message;
	struct child child;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	calling_child(&child, name);
	ASSERT_OK(receive(server, &message));
	EVENTUALLY(thread_sleeps(child.pid, child.pid));
	for (int i = 0; i < 3; i++) {
		if (by_tracer)
			ASSERT_EQ(0, ptrace(PTRACE_ATTACH, child.pid, NULL, NULL));
		else
			ASSERT_EQ(0, kill(child.pid, SIGSTOP));
		wait_until_stopped(child.pid);
		if (complete_while_stopped && i == 2)
			ASSERT_OK(complete(message.handle, 5));
		if (by_tracer)
			ASSERT_EQ(0, ptrace(PTRACE_DETACH, child.pid, NULL, NULL));
		else
			ASSERT_EQ(0, kill(child.pid, SIGCONT));
	}
	if (!complete_while_stopped) {
		EVENTUALLY(thread_sleeps(child.pid, child.pid));
		ASSERT_OK(complete(message.handle, 5));
	}
	child_expect_ok(&child);
	expect_disconnect(server, 0);
	expect_no_message(server);
}

TEST(stopped_clients_go_on)
{
	stopped_call(false, false);
	stopped_call(false, true);
}

TEST(traced_clients_go_on)
{
	stopped_call(true, false);
	stopped_call(true, true);
}

TEST(fatal_signals_end_a_waiting_call)
{
	const char *name = unique_name();
	struct ipcpp_message message;
	struct child child;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	calling_child(&child, name);
	ASSERT_OK(receive(server, &message));
	EVENTUALLY(thread_sleeps(child.pid, child.pid));
	child_kill(&child);
	expect_disconnect(server, 0);
	EXPECT_ERR(EBADMSG, complete(message.handle, 0));
}
