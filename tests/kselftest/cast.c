// SPDX-License-Identifier: MIT
/* The cast of ipc.h: clients, echo servers and child processes. */
#include "ipc.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static int session_create(const char *name, uint32_t server, uint32_t sharing, uint32_t *handle)
{
	struct ipcpp_session_create io = {
		.name = (uintptr_t)name,
		.length = name ? (uint32_t)strlen(name) : 0,
		.server = server,
		.sharing = sharing,
		.slots = -1,
		.handle = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_SESSION_CREATE, &io);

	*handle = io.handle;
	return error;
}

int session_new(const char *name, uint32_t sharing, uint32_t *handle)
{
	return session_create(name, 0, sharing, handle);
}

int session_new_to(uint32_t server, uint32_t sharing, uint32_t *handle)
{
	return session_create(NULL, server, sharing, handle);
}

void send_init(struct ipcpp_send *send, uint32_t session, int32_t function)
{
	memset(send, 0, sizeof(*send));
	send->session = session;
	send->function = function;
	send->result = (int32_t)PATTERN32;
	send->written = PATTERN32;
	for (int i = 0; i < IPCPP_ARGS; i++)
		send->length[i] = PATTERN32;
}

void send_descriptor(struct ipcpp_send *send, int i, uint32_t type, void *data, uint32_t length,
		     uint32_t max)
{
	send->types &= ~(IPCPP_ARG_MASK << (IPCPP_ARG_BITS * i));
	send->types |= type << (IPCPP_ARG_BITS * i);
	/* Any address that tells descriptors apart will do: it is never read. */
	send->args[i] = (uintptr_t)&send->descriptor[i];
	send->descriptor[i].data = (uintptr_t)data;
	send->descriptor[i].length = length;
	send->descriptor[i].max = max;
}

int send_receive(struct ipcpp_send *send)
{
	return ipc(IPCPP_IOC_SEND_RECEIVE, send);
}

int send_simple(uint32_t session, int32_t function, int32_t *result)
{
	struct ipcpp_send send;
	int error;

	send_init(&send, session, function);
	error = send_receive(&send);
	*result = send.result;
	return error;
}

static void *call_run(void *context)
{
	struct call *call = context;

	atomic_store(&call->tid, gettid());
	call->error = send_receive(&call->send);
	return NULL;
}

void call_start(struct call *call)
{
	atomic_store(&call->tid, 0);
	call->error = -1;
	ASSERT_EQ(0, pthread_create(&call->thread, NULL, call_run, call));
}

void call_begin(struct call *call, uint32_t session, int32_t function)
{
	send_init(&call->send, session, function);
	call_start(call);
}

bool thread_sleeps(pid_t pid, pid_t tid)
{
	char path[64], text[512], *after;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	after = strrchr(text, ')');
	return after && after[1] == ' ' && after[2] == 'S';
}

void call_wait_blocked(struct call *call)
{
	uint64_t end = bound();

	/* The cookie is written before the call waits, so this is no earlier sleep. */
	while (!__atomic_load_n(&call->send.cookie, __ATOMIC_ACQUIRE) ||
	       !thread_sleeps(getpid(), atomic_load(&call->tid))) {
		if (now_ns() > end)
			DIE("the call never waited (cookie %llu)",
			    (unsigned long long)call->send.cookie);
		nap();
	}
}

void join_bounded(pthread_t thread)
{
	uint64_t end = bound();
	struct timespec at = { (time_t)(end / 1000000000U), (long)(end % 1000000000U) };
	int error = pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &at);

	if (error)
		DIE("a thread that should end does not: %s", strerror(error));
}

int call_join(struct call *call)
{
	join_bounded(call->thread);
	return call->error;
}

int connect_client(uint32_t session, int32_t *result)
{
	return send_simple(session, IPCPP_FUNCTION_CONNECT, result);
}

void accept_connect(uint32_t server, uint64_t cookie)
{
	struct ipcpp_message message;

	ASSERT_OK(receive(server, &message));
	ASSERT_EQ(IPCPP_FUNCTION_CONNECT, message.function);
	ASSERT_OK(set_cookie(message.handle, cookie));
	ASSERT_OK(complete(message.handle, 0));
}

void connect_session(uint32_t server, uint32_t session, uint64_t cookie)
{
	static struct call call;

	call_begin(&call, session, IPCPP_FUNCTION_CONNECT);
	accept_connect(server, cookie);
	ASSERT_OK(call_join(&call));
	ASSERT_EQ(0, call.send.result);
}

void link_setup(struct link *link)
{
	enter();
	link->name = unique_name();
	ASSERT_OK(server_new(link->name, IPCPP_GLOBAL_SHARABLE, 0, &link->server));
	ASSERT_OK(session_new(link->name, IPCPP_SHARABLE, &link->session));
	connect_session(link->server, link->session, LINK_COOKIE);
}

static void echo_count(struct echo *echo, const struct ipcpp_message *message)
{
	switch (message->function) {
	case IPCPP_FUNCTION_CONNECT:
		atomic_fetch_add(&echo->connects, 1);
		break;
	case IPCPP_FUNCTION_DISCONNECT:
		atomic_fetch_add(&echo->disconnects, 1);
		break;
	default:
		atomic_fetch_add(&echo->served, 1);
	}
}

static void *echo_run(void *context)
{
	struct echo *echo = context;
	struct ipcpp_completion completion;
	struct ipcpp_message message;
	struct ipcpp_complete_receive io = {
		.flags = IPCPP_WAIT_MESSAGE,
		.receives = 1,
		.completion = (uintptr_t)&completion,
		.message = (uintptr_t)&message,
		.timeout = IPCPP_FOREVER,
	};
	uint32_t own;
	int error;

	ASSERT_OK(server_new(echo->name, echo->sharing, echo->mode, &own));
	echo->server = own;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &echo->server, IPCPP_OWNER_PROCESS));
	io.server = own;
	atomic_store(&echo->ready, true);
	while (!atomic_load(&echo->stop)) {
		io.completed = 0;
		error = complete_receive(&io);
		io.completions = 0;
		if (error == ECANCELED)
			continue;
		ASSERT_OK(error);
		echo_count(echo, &message);
		completion.message = message.handle;
		completion.result = message.function < 0 ? 0 : message.function;
		completion.flags = 0;
		io.completions = 1;
	}
	ASSERT_OK(handle_close(own));
	return NULL;
}

void echo_start(struct echo *echo)
{
	uint64_t end = bound();

	if (!echo->name)
		echo->name = unique_name();
	ASSERT_EQ(0, pthread_create(&echo->thread, NULL, echo_run, echo));
	while (!atomic_load(&echo->ready)) {
		if (now_ns() > end)
			DIE("the echo server does not start");
		nap();
	}
}

void echo_stop(struct echo *echo)
{
	struct timespec at;
	uint64_t end = bound();

	atomic_store(&echo->stop, true);
	/* The server may be between two waits, where a cancel finds nothing. */
	do {
		ASSERT_OK(server_cancel(echo->server));
		clock_gettime(CLOCK_MONOTONIC, &at);
		at.tv_nsec += 5000000;
		if (at.tv_nsec >= 1000000000) {
			at.tv_sec++;
			at.tv_nsec -= 1000000000;
		}
		if (now_ns() > end)
			DIE("the echo server does not stop");
	} while (pthread_clockjoin_np(echo->thread, NULL, CLOCK_MONOTONIC, &at));
	ASSERT_OK(handle_close(echo->server));
}

/* --- processes ------------------------------------------------------------ */

static int parent_to, parent_from;

void pipe_write(int fd, uint64_t word)
{
	ASSERT_EQ(sizeof(word), write(fd, &word, sizeof(word)));
}

uint64_t pipe_read(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	uint64_t word;

	if (poll(&pollfd, 1, 15000 * (int)slowness()) != 1)
		DIE("the other process says nothing");
	if (read(fd, &word, sizeof(word)) != sizeof(word))
		DIE("the other process ended without a word");
	return word;
}

pid_t child_start(struct child *child)
{
	int to[2], from[2];

	ASSERT_EQ(0, pipe2(to, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(from, O_CLOEXEC));
	child->pid = fork();
	ASSERT_TRUE(child->pid >= 0);
	if (child->pid == 0) {
		close(to[1]);
		close(from[0]);
		parent_from = to[0];
		parent_to = from[1];
		if (door >= 0)
			close(door);
		door = -1;
		return 0;
	}
	close(to[0]);
	close(from[1]);
	child->to = to[1];
	child->from = from[0];
	return child->pid;
}

void say(uint64_t word)
{
	pipe_write(parent_to, word);
}

uint64_t hear(void)
{
	uint64_t word;

	/* A child that waits for a word when the test ends, ends with it. */
	if (read(parent_from, &word, sizeof(word)) != sizeof(word))
		_exit(1);
	return word;
}

void child_say(struct child *child, uint64_t word)
{
	pipe_write(child->to, word);
}

uint64_t child_hear(struct child *child)
{
	return pipe_read(child->from);
}

int wait_status(pid_t pid)
{
	uint64_t end = bound();
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (now_ns() > end)
			DIE("process %d does not end", pid);
		nap();
	}
	return status;
}

void child_expect_ok(struct child *child)
{
	int status = wait_status(child->pid);

	close(child->to);
	close(child->from);
	if (status)
		DIE("the child ended with status 0x%x", (unsigned int)status);
}

void child_kill(struct child *child)
{
	int status;

	kill(child->pid, SIGKILL);
	status = wait_status(child->pid);
	close(child->to);
	close(child->from);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
