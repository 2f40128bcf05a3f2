// SPDX-License-Identifier: MIT
/*
 * What holds for every command, held for every command: one table describes
 * the structures, and each test walks it. A row's fill() makes a structure
 * with which the command succeeds, so that what a test spoils is the only
 * thing wrong with it.
 */
#include "ipc.h"

#include <limits.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define ROOM 512	/* holds every structure, and a tail */

static struct {
	struct echo echo;
	uint32_t server, session, held_session;
	struct call held;		/* its message is accepted, and stays so */
	struct ipcpp_message message;
	struct call connecting;		/* a connect that is accepted */
	struct ipcpp_message connect;
	struct ipcpp_message received;
	struct ipcpp_completion completion;
	char data[128], text[IPCPP_FULL_NAME_MAX];
	char process[IPCPP_FULL_NAME_MAX];
	uint32_t process_length;
} cast;

static void cast_setup(void)
{
	const char *name = unique_name();
	uint32_t session;

	enter();
	ASSERT_OK(handle_name(IPCPP_CURRENT_PROCESS, IPCPP_NAME_FULL, cast.process,
			      sizeof(cast.process), &cast.process_length));
	cast.echo.sharing = IPCPP_SHARABLE;
	echo_start(&cast.echo);
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &cast.server));
	ASSERT_OK(session_new(cast.echo.name, IPCPP_SHARABLE, &cast.session));
	ASSERT_OK(session_new(name, IPCPP_SHARABLE, &cast.held_session));
	connect_session(cast.server, cast.held_session, 1);
	send_init(&cast.held.send, cast.held_session, 7);
	send_descriptor(&cast.held.send, 0, IPCPP_ARG_DES8, cast.data, 32, sizeof(cast.data));
	call_start(&cast.held);
	ASSERT_OK(receive(cast.server, &cast.message));
	ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
	call_begin(&cast.connecting, session, IPCPP_FUNCTION_CONNECT);
	ASSERT_OK(receive(cast.server, &cast.connect));
}

static void fill_duplicate(void *at)
{
	struct ipcpp_handle_duplicate *io = at;

	io->thread = IPCPP_CURRENT_THREAD;
	io->handle = IPCPP_CURRENT_THREAD;
}

static void undo_duplicate(const void *at)
{
	ASSERT_OK(handle_close(((const struct ipcpp_handle_duplicate *)at)->handle));
}

static void fill_info(void *at)
{
	((struct ipcpp_handle_info *)at)->handle = cast.server;
}

static void fill_name(void *at)
{
	struct ipcpp_handle_name *io = at;

	io->handle = cast.server;
	io->buffer = (uintptr_t)cast.text;
	io->size = sizeof(cast.text);
}

/* Of an object that outlives the test: nothing is ever posted. */
static void fill_notify(void *at)
{
	((struct ipcpp_notify_destruction *)at)->handle = cast.server;
}

static void fill_find(void *at)
{
	struct ipcpp_find_next *io = at;

	io->type = IPCPP_TYPE_SERVER;
	io->buffer = (uintptr_t)cast.text;
	io->size = sizeof(cast.text);
}

static void fill_open(void *at)
{
	struct ipcpp_open *io = at;

	io->type = IPCPP_TYPE_PROCESS;
	io->name = (uintptr_t)cast.process;
	io->length = cast.process_length;
}

static void undo_open(const void *at)
{
	ASSERT_OK(handle_close(((const struct ipcpp_open *)at)->handle));
}

static void fill_server(void *at)
{
	struct ipcpp_server_create *io = at;
	static const char name[] = "kselftest-args";

	io->name = (uintptr_t)name;
	io->length = sizeof(name) - 1;
}

static void undo_server(const void *at)
{
	ASSERT_OK(handle_close(((const struct ipcpp_server_create *)at)->handle));
}

static void fill_cancel(void *at)
{
	((struct ipcpp_server_cancel *)at)->server = cast.server;
}

static void fill_session(void *at)
{
	struct ipcpp_session_create *io = at;

	io->name = (uintptr_t)cast.echo.name;
	io->length = (uint32_t)strlen(cast.echo.name);
}

static void undo_session(const void *at)
{
	ASSERT_OK(handle_close(((const struct ipcpp_session_create *)at)->handle));
}

static void fill_send(void *at)
{
	((struct ipcpp_send *)at)->session = cast.session;
}

static void fill_complete(void *at)
{
	struct ipcpp_complete_receive *io = at;

	io->server = cast.server;
	io->receives = 1;
	io->message = (uintptr_t)&cast.received;
}

static void fill_copy(void *at)
{
	struct ipcpp_message_copy *io = at;

	io->message = cast.message.handle;
	io->buffer = (uintptr_t)cast.text;
	io->elements = 16;
}

static void fill_record(void *at)
{
	((struct ipcpp_message_record *)at)->message.handle = cast.message.handle;
}

/* A cookie can be set once: later rounds see EEXIST, see struct row. */
static void fill_cookie(void *at)
{
	struct ipcpp_message_set_cookie *io = at;

	io->message = cast.connect.handle;
	io->cookie = 1;
}

static void fill_client(void *at)
{
	((struct ipcpp_message_client *)at)->message = cast.message.handle;
}

static void undo_client(const void *at)
{
	ASSERT_OK(handle_close(((const struct ipcpp_message_client *)at)->handle));
}

static void fill_exit_info(void *at)
{
	((struct ipcpp_exit_info *)at)->handle = IPCPP_CURRENT_THREAD;
}

static void fill_nothing(void *at)
{
	(void)at;
}

/* Polls an empty ring: ETIMEDOUT is what it does when nothing is wrong. */
#define fill_wait fill_nothing
#define fill_close fill_nothing		/* the null word */
#define fill_thread_self fill_nothing
#define fill_thread_exit fill_nothing	/* a plain exit, and only the first counts */
#define fill_usage fill_nothing
#define fill_module fill_nothing

#define FIELD(TYPE, NAME) { offsetof(struct TYPE, NAME), sizeof(((struct TYPE *)0)->NAME) }

struct row {
	unsigned long command;
	const char *name;
	size_t minimum;
	int good, also_good;	/* what a structure of fill() gives */
	void (*fill)(void *at);
	void (*undo)(const void *at);
	struct {
		size_t offset, size;
	} reserved[4], flags[2], pointers[2];
	uint64_t known_flags;
};

#define ROW(COMMAND, TYPE, FILL, ...)						\
	{ .command = IPCPP_IOC_##COMMAND, .name = #COMMAND, .minimum = sizeof(struct TYPE), \
	  .fill = fill_##FILL, __VA_ARGS__ }

static const struct row rows[] = {
	ROW(INFO, ipcpp_info, module, .reserved = { FIELD(ipcpp_info, reserved) }),
	ROW(THREAD_SELF, ipcpp_thread_self, thread_self,
	    .reserved = { FIELD(ipcpp_thread_self, reserved) }),
	ROW(HANDLE_CLOSE, ipcpp_handle_close, close,
	    .reserved = { FIELD(ipcpp_handle_close, reserved) }),
	ROW(HANDLE_DUPLICATE, ipcpp_handle_duplicate, duplicate, .undo = undo_duplicate,
	    .reserved = { FIELD(ipcpp_handle_duplicate, reserved) }),
	ROW(HANDLE_INFO, ipcpp_handle_info, info,
	    .reserved = { FIELD(ipcpp_handle_info, reserved) }),
	ROW(HANDLE_NAME, ipcpp_handle_name, name, .flags = { FIELD(ipcpp_handle_name, flags) },
	    .known_flags = IPCPP_NAME_FULL, .pointers = { FIELD(ipcpp_handle_name, buffer) }),
	ROW(NOTIFY_DESTRUCTION, ipcpp_notify_destruction, notify,
	    .reserved = { FIELD(ipcpp_notify_destruction, reserved) }),
	ROW(FIND_NEXT, ipcpp_find_next, find, .reserved = { FIELD(ipcpp_find_next, reserved) },
	    .pointers = { FIELD(ipcpp_find_next, buffer) }),
	ROW(OPEN, ipcpp_open, open, .undo = undo_open, .pointers = { FIELD(ipcpp_open, name) }),
	ROW(REQUEST_WAIT, ipcpp_request_wait, wait, .good = ETIMEDOUT, .also_good = ETIMEDOUT,
	    .reserved = { FIELD(ipcpp_request_wait, reserved) },
	    .flags = { FIELD(ipcpp_request_wait, flags) }),
	ROW(SERVER_CREATE, ipcpp_server_create, server, .undo = undo_server,
	    .pointers = { FIELD(ipcpp_server_create, name) }),
	ROW(SERVER_CANCEL, ipcpp_server_cancel, cancel,
	    .reserved = { FIELD(ipcpp_server_cancel, reserved) }),
	ROW(SESSION_CREATE, ipcpp_session_create, session, .undo = undo_session,
	    .flags = { FIELD(ipcpp_session_create, flags) },
	    .pointers = { FIELD(ipcpp_session_create, name) }),
	{ .command = IPCPP_IOC_SEND_RECEIVE, .name = "SEND_RECEIVE", .minimum = IPCPP_SEND_SHORT,
	  .fill = fill_send, .flags = { FIELD(ipcpp_send, flags) },
	  .known_flags = IPCPP_SEND_ABANDON, .reserved = { FIELD(ipcpp_send, reserved[0]),
	  FIELD(ipcpp_send, reserved[1]) } },
	ROW(COMPLETE_RECEIVE, ipcpp_complete_receive, complete,
	    .flags = { FIELD(ipcpp_complete_receive, flags) },
	    .known_flags = IPCPP_WAIT_MASK | IPCPP_RECEIVE_ARM),
	ROW(MESSAGE_READ, ipcpp_message_copy, copy,
	    .reserved = { FIELD(ipcpp_message_copy, reserved) },
	    .pointers = { FIELD(ipcpp_message_copy, buffer) }),
	ROW(MESSAGE_WRITE, ipcpp_message_copy, copy,
	    .reserved = { FIELD(ipcpp_message_copy, reserved) },
	    .pointers = { FIELD(ipcpp_message_copy, buffer) }),
	ROW(MESSAGE_RECORD, ipcpp_message_record, record),
	ROW(MESSAGE_SET_COOKIE, ipcpp_message_set_cookie, cookie, .also_good = EEXIST),
	ROW(MESSAGE_CLIENT, ipcpp_message_client, client, .undo = undo_client),
	ROW(THREAD_SET_EXIT, ipcpp_thread_set_exit, thread_exit,
	    .reserved = { FIELD(ipcpp_thread_set_exit, reserved) }),
	ROW(EXIT_INFO, ipcpp_exit_info, exit_info),
	ROW(USAGE, ipcpp_usage, usage),
};

static size_t full_size(const struct row *row)
{
	return _IOC_SIZE(row->command);
}

static unsigned long sized(const struct row *row, size_t size)
{
	return _IOC(_IOC_DIR(row->command), IPCPP_IOC_MAGIC, _IOC_NR(row->command), size);
}

static void expect(const struct row *row, const char *what, int expected, int seen)
{
	if (seen != expected)
		FAIL("%s with %s: expected %s, seen %s", row->name, what,
		     expected ? strerrorname_np(expected) : "success",
		     seen ? strerrorname_np(seen) : "success");
}

static void expect_good(const struct row *row, const char *what, const void *at, int seen)
{
	if (seen == row->good || (row->also_good && seen == row->also_good)) {
		if (!seen && row->undo)
			row->undo(at);
		return;
	}
	expect(row, what, row->good, seen);
}

static void filled(const struct row *row, void *at)
{
	memset(at, 0, ROOM);
	row->fill(at);
}

static void put(void *at, size_t offset, size_t size, uint64_t value)
{
	if (size == sizeof(uint32_t))
		*(uint32_t *)((char *)at + offset) = (uint32_t)value;
	else
		*(uint64_t *)((char *)at + offset) = value;
}

#define EACH_ROW(ROW) (const struct row *ROW = rows; ROW < rows + ARRAY_SIZE(rows); ROW++)

static _Alignas(8) char buffer[ROOM];

TEST(table_has_every_command_and_its_examples_work)
{
	cast_setup();
	ASSERT_EQ(0x17, ARRAY_SIZE(rows));
	for EACH_ROW (row) {
		EXPECT_EQ(row - rows, _IOC_NR(row->command));
		filled(row, buffer);
		expect_good(row, "nothing wrong", buffer, ipc(row->command, buffer));
	}
}

TEST(unknown_commands_are_refused)
{
	cast_setup();
	for (unsigned int nr = 0x80; nr < 0x100; nr++)
		EXPECT_ERR(ENOTTY, ipc(_IOWR(IPCPP_IOC_MAGIC, nr, uint64_t), buffer));
	for EACH_ROW (row) {
		filled(row, buffer);
		expect(row, "another magic", ENOTTY,
		       ipc(_IOC(_IOC_DIR(row->command), IPCPP_IOC_MAGIC ^ 1,
				_IOC_NR(row->command), full_size(row)), buffer));
	}
}

TEST(short_structures_are_refused)
{
	cast_setup();
	for EACH_ROW (row) {
		for (size_t size = 0; size < row->minimum; size++) {
			filled(row, buffer);
			expect(row, "a short structure", EINVAL, ipc(sized(row, size), buffer));
		}
	}
}

TEST(a_tail_of_zeros_is_accepted_and_any_other_refused)
{
	cast_setup();
	for EACH_ROW (row) {
		size_t size = full_size(row);

		filled(row, buffer);
		memset(buffer + size, 0, 64);
		expect_good(row, "a tail of zeros", buffer, ipc(sized(row, size + 64), buffer));
		for (size_t at = size; at < size + 64; at += 9) {
			filled(row, buffer);
			buffer[at] = 1;
			expect(row, "a byte in the tail", E2BIG, ipc(sized(row, size + 64), buffer));
		}
	}
}

TEST(a_tail_is_not_written)
{
	cast_setup();
	for EACH_ROW (row) {
		size_t size = full_size(row);

		filled(row, buffer);
		memset(buffer + size, PATTERN_BYTE, ROOM - size);
		expect_good(row, "its own size", buffer, ipc(row->command, buffer));
		for (size_t i = size; i < ROOM; i++)
			ASSERT_EQ(PATTERN_BYTE, (unsigned char)buffer[i]);
	}
}

TEST(a_send_may_leave_its_descriptors_off)
{
	struct ipcpp_send *send = (struct ipcpp_send *)buffer;

	cast_setup();
	memset(buffer, PATTERN_BYTE, sizeof(buffer));
	memset(buffer, 0, IPCPP_SEND_SHORT);
	send->session = cast.session;
	send->function = 23;
	EXPECT_OK(ipc(_IOC(_IOC_READ | _IOC_WRITE, IPCPP_IOC_MAGIC, 0x0d, IPCPP_SEND_SHORT), send));
	EXPECT_EQ(23, send->result);
	for (size_t i = IPCPP_SEND_SHORT; i < ROOM; i++)
		ASSERT_EQ(PATTERN_BYTE, (unsigned char)buffer[i]);
}

TEST(reserved_fields_must_be_zero)
{
	static const uint64_t values[] = { 1, 0x80000000, UINT32_MAX };

	cast_setup();
	for EACH_ROW (row) {
		for (size_t i = 0; i < ARRAY_SIZE(row->reserved); i++) {
			for (size_t j = 0; j < ARRAY_SIZE(values) && row->reserved[i].size; j++) {
				filled(row, buffer);
				put(buffer, row->reserved[i].offset, row->reserved[i].size,
				    values[j]);
				expect(row, "a reserved field", EINVAL, ipc(row->command, buffer));
			}
		}
	}
}

TEST(unknown_flags_are_refused)
{
	cast_setup();
	for EACH_ROW (row) {
		for (uint64_t flag = 1; flag <= 0x80000000 && row->flags[0].size; flag <<= 1) {
			if (flag & row->known_flags)
				continue;
			filled(row, buffer);
			put(buffer, row->flags[0].offset, row->flags[0].size, flag);
			expect(row, "an unknown flag", EINVAL, ipc(row->command, buffer));
		}
	}
}

/* Two pages, the second of which cannot be touched. */
static char *cliff(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, (size_t)page * 2, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_TRUE(at != MAP_FAILED);
	ASSERT_EQ(0, mprotect(at + page, (size_t)page, PROT_NONE));
	return at + page;
}

TEST(structures_that_cannot_be_read)
{
	char *edge;

	cast_setup();
	edge = cliff();
	for EACH_ROW (row) {
		size_t half = full_size(row) / 2;

		expect(row, "NULL", EFAULT, ipc(row->command, NULL));
		expect(row, "a small address", EFAULT, ipc(row->command, (void *)8));
		expect(row, "a kernel address", EFAULT, ipc(row->command, (void *)(UINTPTR_MAX - 4095)));
		expect(row, "no memory", EFAULT, ipc(row->command, edge));
		filled(row, buffer);
		memcpy(edge - half, buffer, half);
		expect(row, "half of it", EFAULT, ipc(row->command, edge - half));
	}
}

TEST(structures_that_cannot_be_written)
{
	long page = sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	ASSERT_TRUE(at != MAP_FAILED);
	cast_setup();
	for EACH_ROW (row) {
		int seen;

		ASSERT_EQ(0, mprotect(at, (size_t)page, PROT_READ | PROT_WRITE));
		filled(row, at);
		ASSERT_EQ(0, mprotect(at, (size_t)page, PROT_READ));
		seen = ipc(row->command, at);
		if (_IOC_DIR(row->command) & _IOC_READ)
			expect(row, "a read-only structure", EFAULT, seen);
		else
			expect_good(row, "a read-only structure", at, seen);
		/* The server that nobody learnt the handle of keeps its name. */
		if (_IOC_NR(row->command) == _IOC_NR(IPCPP_IOC_SERVER_CREATE)) {
			char again[ROOM];

			filled(row, again);
			expect(row, "the name of the lost one", EEXIST, ipc(row->command, again));
		}
	}
}

TEST(inner_pointers_that_fault)
{
	char *edge;

	cast_setup();
	edge = cliff();
	for EACH_ROW (row) {
		for (size_t i = 0; i < ARRAY_SIZE(row->pointers); i++) {
			const uint64_t bad[] = {
				8, (uintptr_t)edge, (uintptr_t)edge - 1, UINT64_MAX - 1,
			};

			for (size_t j = 0; j < ARRAY_SIZE(bad) && row->pointers[i].size; j++) {
				filled(row, buffer);
				put(buffer, row->pointers[i].offset, row->pointers[i].size, bad[j]);
				edge[-1] = 'a';
				expect(row, "a bad inner pointer", EFAULT,
				       ipc(row->command, buffer));
			}
		}
	}
}

TEST(arrays_of_a_complete_receive_that_fault)
{
	struct ipcpp_complete_receive io;
	struct call call;
	char *edge;

	cast_setup();
	edge = cliff();
	memset(&io, 0, sizeof(io));
	io.completions = 1;
	io.completion = (uintptr_t)edge;
	EXPECT_ERR(EFAULT, complete_receive(&io));
	EXPECT_EQ(0, io.completed);

	/* The message that could not be handed over stays accepted: it ends with its server. */
	call_begin(&call, cast.held_session, 3);
	memset(&io, 0, sizeof(io));
	io.server = cast.server;
	io.flags = IPCPP_WAIT_MESSAGE;
	io.receives = 1;
	io.message = (uintptr_t)edge - 8;
	io.timeout = bound();
	EXPECT_ERR(EFAULT, complete_receive(&io));
	expect_no_message(cast.server);
	EXPECT_OK(handle_close(cast.server));
	EXPECT_ERR(ESHUTDOWN, call_join(&call));
	EXPECT_EQ(KERR_SERVER_TERMINATED, call.send.result);
}

struct value {
	unsigned long command;
	const char *name;
	size_t offset;
	uint64_t value;
	int expected;
};

#define VALUE(COMMAND, TYPE, MEMBER, VALUE, EXPECTED)				\
	{ IPCPP_IOC_##COMMAND, #COMMAND "." #MEMBER " = " #VALUE, offsetof(struct TYPE, MEMBER), \
	  VALUE, EXPECTED }

static const struct value values[] = {
	VALUE(HANDLE_DUPLICATE, ipcpp_handle_duplicate, owner, 2, EINVAL),
	VALUE(HANDLE_DUPLICATE, ipcpp_handle_duplicate, owner, UINT_MAX, EINVAL),
	VALUE(HANDLE_NAME, ipcpp_handle_name, size, UINT_MAX, 0),
	VALUE(HANDLE_NAME, ipcpp_handle_name, size, 0, EMSGSIZE),
	VALUE(FIND_NEXT, ipcpp_find_next, size, UINT_MAX, 0),
	VALUE(FIND_NEXT, ipcpp_find_next, size, 0, EMSGSIZE),
	VALUE(FIND_NEXT, ipcpp_find_next, type, UINT_MAX, EINVAL),
	VALUE(OPEN, ipcpp_open, length, UINT_MAX, EILSEQ),
	VALUE(OPEN, ipcpp_open, length, IPCPP_FULL_NAME_MAX + 1, EILSEQ),
	VALUE(OPEN, ipcpp_open, type, UINT_MAX, EINVAL),
	VALUE(OPEN, ipcpp_open, type, IPCPP_TYPE_SESSION, EINVAL),
	VALUE(OPEN, ipcpp_open, owner, 2, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, length, UINT_MAX, EILSEQ),
	VALUE(SERVER_CREATE, ipcpp_server_create, length, INT_MAX, EILSEQ),
	VALUE(SERVER_CREATE, ipcpp_server_create, length, IPCPP_NAME_MAX + 1, EILSEQ),
	VALUE(SERVER_CREATE, ipcpp_server_create, sharing, 3, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, sharing, UINT_MAX, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, role, 2, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, role, UINT_MAX, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, options, 1, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, options, 12, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, options, UINT_MAX, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, mode, 01000, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, mode, UINT_MAX, EINVAL),
	VALUE(SERVER_CREATE, ipcpp_server_create, role, 1, 0),
	VALUE(SERVER_CREATE, ipcpp_server_create, options, 4, 0),
	VALUE(SERVER_CREATE, ipcpp_server_create, options, 8, 0),
	VALUE(SERVER_CREATE, ipcpp_server_create, mode, 0777, 0),
	VALUE(SESSION_CREATE, ipcpp_session_create, length, UINT_MAX, EILSEQ),
	VALUE(SESSION_CREATE, ipcpp_session_create, length, IPCPP_NAME_MAX + 1, EILSEQ),
	VALUE(SESSION_CREATE, ipcpp_session_create, slots, IPCPP_SLOTS_MAX, 0),
	VALUE(SESSION_CREATE, ipcpp_session_create, slots, IPCPP_SLOTS_MAX + 1, EINVAL),
	VALUE(SESSION_CREATE, ipcpp_session_create, slots, UINT_MAX, 0),	/* -1 */
	VALUE(SESSION_CREATE, ipcpp_session_create, slots, UINT_MAX - 1, EINVAL),
	VALUE(SESSION_CREATE, ipcpp_session_create, slots, INT_MAX, EINVAL),
	VALUE(SESSION_CREATE, ipcpp_session_create, sharing, 3, EINVAL),
	VALUE(SEND_RECEIVE, ipcpp_send, function, (uint32_t)IPCPP_FUNCTION_DISCONNECT, EINVAL),
	VALUE(SEND_RECEIVE, ipcpp_send, function, (uint32_t)INT_MIN, EINVAL),
	VALUE(SEND_RECEIVE, ipcpp_send, function, INT_MAX, 0),
	VALUE(SEND_RECEIVE, ipcpp_send, types, 1U << 12, EINVAL),
	VALUE(SEND_RECEIVE, ipcpp_send, types, 1U << 31, EINVAL),
	VALUE(SEND_RECEIVE, ipcpp_send, types, 2, EINVAL),	/* no such type */
	VALUE(SEND_RECEIVE, ipcpp_send, types, 3, EINVAL),
	VALUE(SEND_RECEIVE, ipcpp_send, types, UINT_MAX, EINVAL),
	VALUE(COMPLETE_RECEIVE, ipcpp_complete_receive, flags, IPCPP_WAIT_MASK, EINVAL),
	VALUE(COMPLETE_RECEIVE, ipcpp_complete_receive, completions, IPCPP_MESSAGE_BATCH + 1, EINVAL),
	VALUE(COMPLETE_RECEIVE, ipcpp_complete_receive, completions, UINT_MAX, EINVAL),
	VALUE(COMPLETE_RECEIVE, ipcpp_complete_receive, receives, IPCPP_MESSAGE_BATCH + 1, EINVAL),
	VALUE(COMPLETE_RECEIVE, ipcpp_complete_receive, receives, UINT_MAX, EINVAL),
	VALUE(COMPLETE_RECEIVE, ipcpp_complete_receive, server, 0, EBADF),
	VALUE(MESSAGE_READ, ipcpp_message_copy, argument, 4, EINVAL),
	VALUE(MESSAGE_READ, ipcpp_message_copy, argument, UINT_MAX, EINVAL),
	VALUE(MESSAGE_READ, ipcpp_message_copy, wide, 2, EINVAL),
	VALUE(MESSAGE_READ, ipcpp_message_copy, elements, UINT_MAX, 0),
	VALUE(MESSAGE_READ, ipcpp_message_copy, offset, UINT_MAX, 0),
	VALUE(MESSAGE_WRITE, ipcpp_message_copy, argument, 4, EINVAL),
	VALUE(MESSAGE_WRITE, ipcpp_message_copy, wide, 2, EINVAL),
	VALUE(MESSAGE_WRITE, ipcpp_message_copy, elements, UINT_MAX, EMSGSIZE),
	VALUE(MESSAGE_WRITE, ipcpp_message_copy, offset, UINT_MAX, EMSGSIZE),
	VALUE(MESSAGE_WRITE, ipcpp_message_copy, offset, UINT_MAX - 15, EMSGSIZE),
	VALUE(MESSAGE_SET_COOKIE, ipcpp_message_set_cookie, cookie, 0, EINVAL),
	VALUE(MESSAGE_CLIENT, ipcpp_message_client, owner, 2, EINVAL),
	VALUE(THREAD_SET_EXIT, ipcpp_thread_set_exit, type, IPCPP_EXIT_PENDING, EINVAL),
	VALUE(THREAD_SET_EXIT, ipcpp_thread_set_exit, type, UINT_MAX, EINVAL),
	VALUE(THREAD_SET_EXIT, ipcpp_thread_set_exit, length, IPCPP_CATEGORY_MAX + 1, EINVAL),
	VALUE(THREAD_SET_EXIT, ipcpp_thread_set_exit, length, UINT_MAX, EINVAL),
};

/* Where a 32-bit value lies in the low half of a field of 64, the rest is zero already. */
TEST(values_at_and_beyond_their_range)
{
	cast_setup();
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		const struct row *row = &rows[_IOC_NR(values[i].command)];
		int seen;

		filled(row, buffer);
		put(buffer, values[i].offset, sizeof(uint32_t), values[i].value);
		seen = ipc(row->command, buffer);
		if (!seen && row->undo)
			row->undo(buffer);
		expect(row, values[i].name, values[i].expected, seen);
	}
}
