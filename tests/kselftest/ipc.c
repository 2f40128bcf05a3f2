// SPDX-License-Identifier: MIT
#include "ipc.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

int door = -1;

int door_open(void)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

void enter(void)
{
	if (door >= 0)
		close(door);
	door = door_open();
	if (door < 0)
		DIE("cannot open %s: %s", DEVICE, strerror(-door));
}

int ipc_on(int fd, unsigned long command, void *argument)
{
	return ioctl(fd, command, argument) < 0 ? errno : 0;
}

int ipc(unsigned long command, void *argument)
{
	return ipc_on(door, command, argument);
}

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

uint64_t after_ms(unsigned int ms)
{
	return now_ns() + (uint64_t)ms * 1000000U;
}

uint64_t bound(void)
{
	return after_ms(15000 * slowness());
}

void nap(void)
{
	struct timespec ms = { 0, 1000000 };

	ppoll(NULL, 0, &ms, NULL);
}

void thread_self(struct ipcpp_thread_self *out)
{
	memset(out, PATTERN_BYTE, sizeof(*out));
	out->reserved = 0;
	ASSERT_OK(ipc(IPCPP_IOC_THREAD_SELF, out));
}

int handle_close(uint32_t handle)
{
	struct ipcpp_handle_close io = { .handle = handle };

	return ipc(IPCPP_IOC_HANDLE_CLOSE, &io);
}

int duplicate(uint32_t thread, uint32_t *handle, uint32_t owner)
{
	struct ipcpp_handle_duplicate io = { .thread = thread, .handle = *handle, .owner = owner };
	int error = ipc(IPCPP_IOC_HANDLE_DUPLICATE, &io);

	*handle = io.handle;
	return error;
}

int handle_info(uint32_t handle, struct ipcpp_handle_info *out)
{
	memset(out, PATTERN_BYTE, sizeof(*out));
	out->handle = handle;
	out->reserved = 0;
	return ipc(IPCPP_IOC_HANDLE_INFO, out);
}

uint64_t object_id(uint32_t handle)
{
	struct ipcpp_handle_info info;

	ASSERT_OK(handle_info(handle, &info));
	return info.id;
}

int handle_name(uint32_t handle, uint32_t flags, char *buffer, uint32_t size, uint32_t *length)
{
	struct ipcpp_handle_name io = {
		.handle = handle,
		.flags = flags,
		.buffer = (uintptr_t)buffer,
		.size = size,
		.length = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_HANDLE_NAME, &io);

	*length = io.length;
	return error;
}

int notify_destruction(uint32_t handle, uint64_t user_data)
{
	struct ipcpp_notify_destruction io = { .handle = handle, .user_data = user_data };

	return ipc(IPCPP_IOC_NOTIFY_DESTRUCTION, &io);
}

int find_next(uint32_t type, uint64_t *position, char *buffer, uint32_t size, uint32_t *length)
{
	struct ipcpp_find_next io = {
		.type = type,
		.size = size,
		.position = *position,
		.buffer = (uintptr_t)buffer,
		.length = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_FIND_NEXT, &io);

	*position = io.position;
	*length = io.length;
	return error;
}

int open_name(uint32_t type, const char *name, uint32_t owner, uint32_t *handle)
{
	struct ipcpp_open io = {
		.type = type,
		.owner = owner,
		.name = (uintptr_t)name,
		.length = (uint32_t)strlen(name),
		.handle = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_OPEN, &io);

	*handle = io.handle;
	return error;
}

int open_id(uint32_t type, uint64_t id, uint32_t owner, uint32_t *handle)
{
	struct ipcpp_open io = { .type = type, .owner = owner, .id = id, .handle = PATTERN32 };
	int error = ipc(IPCPP_IOC_OPEN, &io);

	*handle = io.handle;
	return error;
}

int exit_info(uint32_t handle, struct ipcpp_exit_info *out)
{
	memset(out, PATTERN_BYTE, sizeof(*out));
	out->handle = handle;
	return ipc(IPCPP_IOC_EXIT_INFO, out);
}

int thread_set_exit(uint32_t type, int32_t reason, const char *category)
{
	struct ipcpp_thread_set_exit io = { .type = type, .reason = reason };

	io.length = (uint32_t)strlen(category);
	memcpy(io.category, category, io.length);
	return ipc(IPCPP_IOC_THREAD_SET_EXIT, &io);
}

void usage(struct ipcpp_usage *out)
{
	memset(out, PATTERN_BYTE, sizeof(*out));
	ASSERT_OK(ipc(IPCPP_IOC_USAGE, out));
}

void usage_settled(struct ipcpp_usage *out)
{
	uint64_t end = after_ms(5000 * slowness());

	/* Earlier tests of the same user end in the background. */
	for (usage(out); out->used[IPCPP_RES_PROCESSES] > 1 && now_ns() < end; usage(out))
		nap();
	if (out->used[IPCPP_RES_PROCESSES] > 1)
		diag("other processes of this user use ipcpp: its counters are not ours alone");
}

void expect_usage_returns_to(const struct ipcpp_usage *before)
{
	struct ipcpp_usage now;
	uint64_t end = bound();
	bool same;

	do {
		usage(&now);
		same = !memcmp(now.used, before->used, sizeof(now.used));
		if (!same)
			nap();
	} while (!same && now_ns() < end);
	for (int i = 0; i < IPCPP_RES_COUNT && !same; i++)
		if (now.used[i] != before->used[i])
			FAIL("resource %d: %llu in use before, %llu after", i,
			     (unsigned long long)before->used[i], (unsigned long long)now.used[i]);
}

const char *unique_name(void)
{
	static _Atomic unsigned int count;
	char *name = malloc(48);

	ASSERT_TRUE(name);
	snprintf(name, 48, "kselftest-%d-%u", getpid(), atomic_fetch_add(&count, 1));
	return name;
}

/* --- rings ---------------------------------------------------------------- */

static void get_info(struct ipcpp_info *info)
{
	memset(info, PATTERN_BYTE, sizeof(*info));
	info->reserved = 0;
	ASSERT_OK(ipc(IPCPP_IOC_INFO, info));
}

static void *map(uint64_t size, int protection, uint64_t offset)
{
	void *at = mmap(NULL, size, protection, MAP_SHARED, door, (off_t)offset);

	ASSERT_TRUE(at != MAP_FAILED);
	return at;
}

struct ipcpp_ring *ring_of_thread(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char *rings;
	static pid_t owner;
	struct ipcpp_thread_self me;
	struct ipcpp_info info;

	thread_self(&me);
	pthread_mutex_lock(&lock);
	if (!rings || owner != getpid()) {
		get_info(&info);
		rings = map(info.rings_bytes, PROT_READ | PROT_WRITE, IPCPP_MMAP_RINGS);
		owner = getpid();
	}
	pthread_mutex_unlock(&lock);
	return (struct ipcpp_ring *)(rings + (size_t)me.slot * IPCPP_RING_BYTES);
}

bool ring_take(struct ipcpp_ring *ring, struct ipcpp_ring_entry *out)
{
	uint32_t head = __atomic_load_n(&ring->head, __ATOMIC_RELAXED);

	if (head == __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE))
		return false;
	*out = ring->entry[head % IPCPP_RING_ENTRIES];
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
	return true;
}

int request_wait(uint64_t timeout)
{
	struct ipcpp_request_wait io = { .timeout = timeout };

	return ipc(IPCPP_IOC_REQUEST_WAIT, &io);
}

int ring_next(struct ipcpp_ring *ring, struct ipcpp_ring_entry *out)
{
	uint64_t end = bound();
	int error = 0;

	memset(out, PATTERN_BYTE, sizeof(*out));
	while (!error && !ring_take(ring, out))
		error = request_wait(end);
	return error;
}

const struct ipcpp_block *map_blocks(void)
{
	struct ipcpp_info info;

	get_info(&info);
	return map(info.blocks_bytes, PROT_READ, IPCPP_MMAP_BLOCKS);
}

struct ipcpp_reply *map_replies(void)
{
	struct ipcpp_info info;

	get_info(&info);
	return map(info.blocks_bytes, PROT_READ | PROT_WRITE, IPCPP_MMAP_REPLIES);
}

/* --- servers -------------------------------------------------------------- */

int server_new(const char *name, uint32_t sharing, uint32_t mode, uint32_t *handle)
{
	struct ipcpp_server_create io = {
		.name = (uintptr_t)name,
		.length = name ? (uint32_t)strlen(name) : 0,
		.sharing = sharing,
		.mode = mode,
		.handle = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_SERVER_CREATE, &io);

	*handle = io.handle;
	return error;
}

int server_cancel(uint32_t server)
{
	struct ipcpp_server_cancel io = { .server = server };

	return ipc(IPCPP_IOC_SERVER_CANCEL, &io);
}

int complete_receive(struct ipcpp_complete_receive *io)
{
	io->received = PATTERN32;
	return ipc(IPCPP_IOC_COMPLETE_RECEIVE, io);
}

static int receive_until(uint32_t server, struct ipcpp_message *out, uint64_t deadline)
{
	struct ipcpp_complete_receive io = {
		.server = server,
		.flags = IPCPP_WAIT_MESSAGE,
		.receives = 1,
		.message = (uintptr_t)out,
		.timeout = deadline,
	};
	int error;

	memset(out, PATTERN_BYTE, sizeof(*out));
	error = complete_receive(&io);
	if (!error)
		EXPECT_EQ(1, io.received);
	return error;
}

int receive(uint32_t server, struct ipcpp_message *out)
{
	return receive_until(server, out, bound());
}

int receive_now(uint32_t server, struct ipcpp_message *out)
{
	return receive_until(server, out, 0);
}

int receive_arm(uint32_t server, uint64_t user_data)
{
	struct ipcpp_message message;
	struct ipcpp_complete_receive io = {
		.server = server,
		.flags = IPCPP_WAIT_NONE | IPCPP_RECEIVE_ARM,
		.receives = 1,
		.message = (uintptr_t)&message,
		.user_data = user_data,
	};
	int error = complete_receive(&io);

	if (!error)
		EXPECT_EQ(0, io.received);
	return error;
}

int complete(uint64_t message, int32_t result)
{
	struct ipcpp_completion completion = { .message = message, .result = result };
	struct ipcpp_complete_receive io = {
		.flags = IPCPP_WAIT_NONE,
		.completions = 1,
		.completion = (uintptr_t)&completion,
	};
	int error = complete_receive(&io);

	EXPECT_EQ(error ? 0 : 1, io.completed);
	return error;
}

int message_read(uint64_t message, uint32_t argument, bool wide, void *buffer, uint32_t elements,
		 uint32_t offset, uint32_t *copied)
{
	struct ipcpp_message_copy io = {
		.message = message,
		.argument = argument,
		.wide = wide,
		.buffer = (uintptr_t)buffer,
		.elements = elements,
		.offset = offset,
		.copied = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_MESSAGE_READ, &io);

	*copied = io.copied;
	return error;
}

int message_write(uint64_t message, uint32_t argument, bool wide, const void *buffer,
		  uint32_t elements, uint32_t offset)
{
	struct ipcpp_message_copy io = {
		.message = message,
		.argument = argument,
		.wide = wide,
		.buffer = (uintptr_t)buffer,
		.elements = elements,
		.offset = offset,
		.copied = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_MESSAGE_WRITE, &io);

	if (!error)
		EXPECT_EQ(elements, io.copied);
	return error;
}

int message_record(uint64_t message, struct ipcpp_message *out)
{
	struct ipcpp_message_record io;
	int error;

	/* All but the handle is out, and ignored on the way in. */
	memset(&io, PATTERN_BYTE, sizeof(io));
	io.message.handle = message;
	error = ipc(IPCPP_IOC_MESSAGE_RECORD, &io);
	*out = io.message;
	return error;
}

int set_cookie(uint64_t message, uint64_t cookie)
{
	struct ipcpp_message_set_cookie io = { .message = message, .cookie = cookie };

	return ipc(IPCPP_IOC_MESSAGE_SET_COOKIE, &io);
}

int message_client(uint64_t message, uint32_t owner, uint32_t *handle)
{
	struct ipcpp_message_client io = {
		.message = message,
		.owner = owner,
		.handle = PATTERN32,
	};
	int error = ipc(IPCPP_IOC_MESSAGE_CLIENT, &io);

	*handle = io.handle;
	return error;
}

void expect_disconnect(uint32_t server, uint64_t cookie)
{
	struct ipcpp_message message;

	ASSERT_OK(receive(server, &message));
	ASSERT_EQ(IPCPP_FUNCTION_DISCONNECT, message.function);
	EXPECT_EQ(cookie, message.session);
	for (int i = 0; i < IPCPP_ARGS; i++)
		EXPECT_EQ(0, message.args[i]);
	EXPECT_OK(complete(message.handle, 0));
}

void expect_no_message(uint32_t server)
{
	struct ipcpp_message message;

	EXPECT_ERR(ETIMEDOUT, receive_now(server, &message));
}
