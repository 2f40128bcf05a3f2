// SPDX-License-Identifier: MIT
/* Whose door it is: who may use a descriptor, and when a context ends. */
#include "ipc.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Room for any structure of the header. */
union any {
	char bytes[512];
	uint64_t align;
};

static const unsigned long commands[] = {
	IPCPP_IOC_INFO,
	IPCPP_IOC_THREAD_SELF,
	IPCPP_IOC_HANDLE_CLOSE,
	IPCPP_IOC_HANDLE_DUPLICATE,
	IPCPP_IOC_HANDLE_INFO,
	IPCPP_IOC_HANDLE_NAME,
	IPCPP_IOC_NOTIFY_DESTRUCTION,
	IPCPP_IOC_FIND_NEXT,
	IPCPP_IOC_OPEN,
	IPCPP_IOC_REQUEST_WAIT,
	IPCPP_IOC_SERVER_CREATE,
	IPCPP_IOC_SERVER_CANCEL,
	IPCPP_IOC_SESSION_CREATE,
	IPCPP_IOC_SEND_RECEIVE,
	IPCPP_IOC_COMPLETE_RECEIVE,
	IPCPP_IOC_MESSAGE_READ,
	IPCPP_IOC_MESSAGE_WRITE,
	IPCPP_IOC_MESSAGE_RECORD,
	IPCPP_IOC_MESSAGE_SET_COOKIE,
	IPCPP_IOC_MESSAGE_CLIENT,
	IPCPP_IOC_THREAD_SET_EXIT,
	IPCPP_IOC_EXIT_INFO,
	IPCPP_IOC_USAGE,
};

/*
 * Every file operation of a door that is not the caller's. The structures are
 * what their commands would succeed with, or at least not be refused as such.
 */
static void expect_refused(int fd)
{
	static const uint64_t offsets[] = {
		IPCPP_MMAP_RINGS, IPCPP_MMAP_BLOCKS, IPCPP_MMAP_REPLIES,
	};
	struct pollfd pollfd = { .fd = fd, .events = POLLIN | POLLOUT };
	union any io, before;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		memset(&io, 0, sizeof(io));
		before = io;
		if (ipc_on(fd, commands[i], &io) != ECHILD)
			FAIL("command 0x%02lx is not refused with ECHILD", _IOC_NR(commands[i]));
		if (memcmp(&io, &before, sizeof(io)))
			FAIL("command 0x%02lx wrote its structure", _IOC_NR(commands[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		errno = 0;
		EXPECT_TRUE(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, (off_t)offsets[i]) ==
			    MAP_FAILED);
		EXPECT_ERR(ECHILD, errno);
	}
	/* poll(2) has no way to say ECHILD: an error state, and nothing to read. */
	EXPECT_EQ(1, poll(&pollfd, 1, 0));
	EXPECT_TRUE(pollfd.revents & POLLERR);
	EXPECT_TRUE(!(pollfd.revents & POLLIN));
}

/* That a stranger was refused must not be for lack of a working context. */
static void expect_own_door_works(void)
{
	struct ipcpp_thread_self me;
	uint32_t server;

	enter();
	thread_self(&me);
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	EXPECT_OK(handle_close(server));
}

TEST(opening_tells_what_the_module_is)
{
	struct ipcpp_info info;

	enter();
	memset(&info, PATTERN_BYTE, sizeof(info));
	info.reserved = 0;
	ASSERT_OK(ipc(IPCPP_IOC_INFO, &info));
	EXPECT_EQ(IPCPP_ABI_VERSION, info.abi);
	EXPECT_EQ(0, info.features);
	EXPECT_TRUE(info.rings_bytes >= IPCPP_RING_BYTES);
	EXPECT_EQ(0, info.rings_bytes % IPCPP_RING_BYTES);
	EXPECT_TRUE(info.blocks > 0);
	EXPECT_EQ((uint64_t)info.blocks * IPCPP_BLOCK_STRIDE, info.blocks_bytes);
	EXPECT_EQ(0, info.reserved);
	EXPECT_TRUE(info.rings_bytes <= IPCPP_MMAP_BLOCKS);
	EXPECT_TRUE(info.blocks_bytes <= IPCPP_MMAP_REPLIES - IPCPP_MMAP_BLOCKS);
}

TEST(two_opens_share_one_context)
{
	struct ipcpp_thread_self a, b;
	struct ipcpp_handle_close close_io = { 0 };
	uint32_t server;
	int other;

	enter();
	other = door_open();
	ASSERT_TRUE(other >= 0);
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	ASSERT_OK(ipc(IPCPP_IOC_THREAD_SELF, &a));
	ASSERT_OK(ipc_on(other, IPCPP_IOC_THREAD_SELF, &b));
	EXPECT_TRUE(a.thread_id && a.process_id);
	EXPECT_EQ(a.thread_id, b.thread_id);
	EXPECT_EQ(a.process_id, b.process_id);
	EXPECT_EQ(a.slot, b.slot);
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &server));
	close_io.handle = server;
	EXPECT_OK(ipc_on(other, IPCPP_IOC_HANDLE_CLOSE, &close_io));
	EXPECT_ERR(EBADF, handle_close(server));
}

TEST(closing_the_last_door_ends_nothing)
{
	struct ipcpp_handle_info info;
	const char *name = unique_name();
	struct ipcpp_thread_self before, after;
	uint32_t server, again;

	enter();
	thread_self(&before);
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	ASSERT_EQ(0, close(door));
	door = -1;
	enter();
	thread_self(&after);
	EXPECT_EQ(before.thread_id, after.thread_id);
	EXPECT_EQ(before.process_id, after.process_id);
	EXPECT_OK(handle_info(server, &info));
	EXPECT_EQ(IPCPP_TYPE_SERVER, info.type);
	EXPECT_ERR(EEXIST, server_new(name, IPCPP_SHARABLE, 0, &again));
}

TEST(info_and_usage_make_no_thread_object)
{
	struct ipcpp_thread_self me;
	struct ipcpp_info info = { 0 };
	struct ipcpp_usage before, after;

	enter();
	usage_settled(&before);
	ASSERT_OK(ipc(IPCPP_IOC_INFO, &info));
	usage(&after);
	EXPECT_EQ(before.used[IPCPP_RES_THREADS], after.used[IPCPP_RES_THREADS]);
	EXPECT_EQ(1, after.used[IPCPP_RES_PROCESSES]);
	thread_self(&me);
	usage(&after);
	EXPECT_EQ(before.used[IPCPP_RES_THREADS] + 1, after.used[IPCPP_RES_THREADS]);
}

TEST(forked_child_is_refused_everything)
{
	struct child child;
	int inherited;

	enter();
	inherited = dup(door);
	if (child_start(&child) == 0) {
		expect_refused(inherited);
		expect_own_door_works();
		child_exit();
	}
	child_expect_ok(&child);
}

TEST(forked_child_has_a_context_of_its_own)
{
	struct ipcpp_handle_info info;
	struct ipcpp_thread_self parents, me;
	struct child child;
	uint32_t server;

	enter();
	thread_self(&parents);
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	if (child_start(&child) == 0) {
		enter();
		thread_self(&me);
		EXPECT_NE(parents.thread_id, me.thread_id);
		EXPECT_NE(parents.process_id, me.process_id);
		EXPECT_TRUE(me.process_id > parents.process_id);
		EXPECT_ERR(EBADF, handle_info(server, &info));
		child_exit();
	}
	child_expect_ok(&child);
	EXPECT_OK(handle_close(server));
}

static void send_fd(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	ASSERT_EQ(1, sendmsg(socket, &msg, 0));
}

static int receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd;

	ASSERT_EQ(1, recvmsg(socket, &msg, 0));
	ASSERT_TRUE(CMSG_FIRSTHDR(&msg));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	return fd;
}

/* Unlike a forked child, the receiver has a context already, and may use that alone. */
TEST(receiver_of_a_passed_descriptor_is_refused_everything)
{
	struct child child;
	int pair[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	if (child_start(&child) == 0) {
		enter();
		expect_refused(receive_fd(pair[1]));
		expect_own_door_works();
		child_exit();
	}
	enter();
	send_fd(pair[0], door);
	child_expect_ok(&child);
}

/* --- exec ----------------------------------------------------------------- */

static void exec_self(const char *what, const char *argument)
{
	char *argv[] = { "door", "--helper", (char *)what, (char *)argument, NULL };

	execv("/proc/self/exe", argv);
	DIE("cannot exec: %s", strerror(errno));
}

static const char *number(int value)
{
	char *text = malloc(16);

	ASSERT_TRUE(text);
	snprintf(text, 16, "%d", value);
	return text;
}

int helper_main(int argc, char **argv)
{
	ASSERT_TRUE(argc == 2);
	if (!strcmp(argv[0], "refused")) {
		expect_refused(atoi(argv[1]));
		expect_own_door_works();
	} else if (!strcmp(argv[0], "wait")) {
		/* Says that the exec is done, and stays until the pipe is closed. */
		char byte;

		pipe_write(atoi(argv[1]), 1);
		while (read(STDIN_FILENO, &byte, 1) > 0)
			;
	}
	child_exit();
}

TEST(program_that_was_execed_is_refused_everything)
{
	struct child child;

	if (child_start(&child) == 0) {
		struct ipcpp_thread_self me;

		enter();
		thread_self(&me);
		exec_self("refused", number(dup(door)));
	}
	child_expect_ok(&child);
}

/* The door that was open without a single command is no better. */
TEST(program_that_was_execed_from_an_idle_context_is_refused)
{
	struct child child;

	if (child_start(&child) == 0) {
		enter();
		exec_self("refused", number(dup(door)));
	}
	child_expect_ok(&child);
}

TEST(exec_ends_the_context)
{
	struct child child;
	struct call call;
	uint32_t session, thread;
	int to[2], from[2];
	const char *name = unique_name();

	enter();
	ASSERT_EQ(0, pipe(to));
	ASSERT_EQ(0, pipe(from));
	if (child_start(&child) == 0) {
		uint32_t server;

		close(to[1]);
		enter();
		/* Process-relative too: nothing but the end of the context closes it. */
		ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
		thread = server;
		ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &thread, IPCPP_OWNER_PROCESS));
		say(1);
		hear();
		ASSERT_TRUE(dup2(to[0], STDIN_FILENO) == STDIN_FILENO);
		exec_self("wait", number(from[1]));
	}
	close(to[0]);
	child_hear(&child);
	ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
	call_begin(&call, session, IPCPP_FUNCTION_CONNECT);
	call_wait_blocked(&call);
	child_say(&child, 1);
	EXPECT_ERR(ESHUTDOWN, call_join(&call));
	EXPECT_EQ(KERR_SERVER_TERMINATED, call.send.result);
	/* The program that replaced it was alive all the time. */
	EXPECT_EQ(1, pipe_read(from[0]));
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	close(to[1]);
	child_expect_ok(&child);
}

TEST(context_ends_although_a_child_holds_the_door)
{
	struct child child;
	struct call call;
	uint32_t session, server;
	int hold[2];
	const char *name = unique_name();

	enter();
	ASSERT_EQ(0, pipe(hold));
	if (child_start(&child) == 0) {
		close(hold[1]);
		enter();
		ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
		if (fork() == 0) {
			char byte;

			/* Ends with the test: the door stays open until then. */
			while (read(hold[0], &byte, 1) > 0)
				;
			_exit(0);
		}
		say(1);
		hear();
		_exit(0);
	}
	child_hear(&child);
	ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
	call_begin(&call, session, IPCPP_FUNCTION_CONNECT);
	call_wait_blocked(&call);
	child_say(&child, 1);
	EXPECT_ERR(ESHUTDOWN, call_join(&call));
	EXPECT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
}

/* --- shared memory, another process ---------------------------------------- */

struct borrowed {
	int fd;
	int error[ARRAY_SIZE(commands)];
	pid_t pid;
	bool exec;
};

static int borrow(void *context)
{
	struct borrowed *borrowed = context;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		union any io;

		memset(&io, 0, sizeof(io));
		borrowed->error[i] = ipc_on(borrowed->fd, commands[i], &io);
	}
	if (borrowed->exec) {
		char *argv[] = { "door", "--helper", "refused", (char *)number(borrowed->fd), NULL };

		execv("/proc/self/exe", argv);
		_exit(1);
	}
	_exit(0);
}

static void expect_context_unharmed(uint32_t server, const struct ipcpp_usage *before)
{
	struct ipcpp_handle_info info;
	struct ipcpp_usage after;

	usage(&after);
	for (int i = 0; i < IPCPP_RES_COUNT; i++)
		EXPECT_EQ(before->used[i], after.used[i]);
	EXPECT_OK(handle_info(server, &info));
	EXPECT_EQ(1, info.in_thread);
	EXPECT_OK(handle_close(server));
}

static void borrow_with(bool use_vfork, bool exec)
{
	static char stack[256 * 1024] __attribute__((aligned(64)));
	static struct borrowed borrowed;
	struct ipcpp_usage before;
	uint32_t server;
	pid_t pid;

	enter();
	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &server));
	usage_settled(&before);
	borrowed.fd = dup(door);
	borrowed.exec = exec;
	pid = clone(borrow, stack + sizeof(stack),
		    CLONE_VM | SIGCHLD | (use_vfork ? CLONE_VFORK : 0), &borrowed);
	ASSERT_TRUE(pid > 0);
	EXPECT_EQ(0, wait_status(pid));
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		EXPECT_ERR(ECHILD, borrowed.error[i]);
	if (exec) {
		/* The program that was started has used a context of its own. */
		EVENTUALLY((usage(&before), before.used[IPCPP_RES_PROCESSES] == 1));
	}
	expect_context_unharmed(server, &before);
}

TEST(vfork_child_is_refused_and_changes_nothing)
{
	borrow_with(true, false);
}

TEST(clone_vm_child_is_refused_and_changes_nothing)
{
	borrow_with(false, false);
}

TEST(clone_vm_child_that_execs_leaves_its_parent_alone)
{
	borrow_with(false, true);
}

TEST(vfork_child_that_execs_leaves_its_parent_alone)
{
	borrow_with(true, true);
}

/* Made while it shares its parent's memory, its own context is still its own. */
static int own_door(void *context)
{
	struct ipcpp_thread_self me = { 0 };
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	uint64_t *ids = context;

	if (fd >= 0 && !ipc_on(fd, IPCPP_IOC_THREAD_SELF, &me)) {
		ids[0] = me.thread_id;
		ids[1] = me.process_id;
	}
	_exit(0);
}

TEST(clone_vm_child_opens_a_context_of_its_own)
{
	static char stack[256 * 1024] __attribute__((aligned(64)));
	static uint64_t ids[2];
	struct ipcpp_thread_self before, after;
	pid_t pid;

	enter();
	thread_self(&before);
	pid = clone(own_door, stack + sizeof(stack), CLONE_VM | SIGCHLD, ids);
	ASSERT_TRUE(pid > 0);
	EXPECT_EQ(0, wait_status(pid));
	EXPECT_TRUE(ids[0] > before.thread_id);
	EXPECT_TRUE(ids[1] > before.process_id);
	thread_self(&after);
	EXPECT_EQ(before.thread_id, after.thread_id);
}
