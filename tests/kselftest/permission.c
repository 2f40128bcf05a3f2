// SPDX-License-Identifier: MIT
/* Two users, namespaces and device nodes: what takes root to set up. */
#include "ipc.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { ALICE = 1001, BOB = 1002 };

static void need_root(void)
{
	if (geteuid())
		skip("needs root");
}

static void become_with(uid_t uid, gid_t gid, size_t count, const gid_t *groups)
{
	ASSERT_EQ(0, setgroups(count, groups));
	ASSERT_EQ(0, setresgid(gid, gid, gid));
	ASSERT_EQ(0, setresuid(uid, uid, uid));
}

static void become(uid_t user)
{
	become_with(user, user, 0, NULL);
}

/* A process of alice with a server of the given mode; it ends with the test. */
struct house {
	struct child child;
	const char *name;
	uint64_t server_id, thread_id, process_id;
};

static void house_open(struct house *house, uint32_t mode)
{
	need_root();
	house->name = unique_name();
	if (child_start(&house->child) == 0) {
		struct ipcpp_thread_self me;
		uint32_t server;

		become(ALICE);
		enter();
		thread_self(&me);
		ASSERT_OK(server_new(house->name, IPCPP_GLOBAL_SHARABLE, mode, &server));
		say(object_id(server));
		say(me.thread_id);
		say(me.process_id);
		hear();
	}
	house->server_id = child_hear(&house->child);
	house->thread_id = child_hear(&house->child);
	house->process_id = child_hear(&house->child);
}

/* Everything that asks for read permission, as seen by whoever calls. */
static void visit(const struct house *house, bool allowed)
{
	uint64_t position = house->server_id - 1;
	char name[IPCPP_FULL_NAME_MAX];
	uint32_t session, length;
	int error;

	enter();
	EXPECT_ERR(allowed ? 0 : EACCES, session_new(house->name, IPCPP_UNSHARABLE, &session));
	error = find_next(IPCPP_TYPE_SERVER, &position, name, sizeof(name), &length);
	EXPECT_EQ(allowed, !error && position == house->server_id);
}

static void visit_as(const struct house *house, uid_t uid, gid_t gid, gid_t group, bool allowed)
{
	struct child child;

	if (child_start(&child) == 0) {
		if (uid)
			become_with(uid, gid, group ? 1 : 0, &group);
		visit(house, allowed);
		child_exit();
	}
	child_expect_ok(&child);
}

TEST(the_default_mode_admits_the_owner)
{
	struct house house;

	house_open(&house, 0);
	visit_as(&house, ALICE, ALICE, 0, true);
	visit_as(&house, BOB, BOB, 0, false);
	visit_as(&house, BOB, ALICE, ALICE, false);
}

TEST(the_mode_decides_as_that_of_a_file)
{
	static const struct {
		uint32_t mode;
		bool owner, group, supplementary, other;
	} cases[] = {
		{ 0400, true, false, false, false },
		{ 0200, false, false, false, false },
		{ 0640, true, true, true, false },
		{ 0620, true, false, false, false },
		{ 0604, true, false, false, true },
		{ 0602, true, false, false, false },
		{ 0666, true, true, true, true },
		/* The first class that fits decides, also where a later one would admit. */
		{ 0044, false, true, true, true },
		{ 0604, true, false, false, true },
		{ 0133, false, false, false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct house house;

		house_open(&house, cases[i].mode);
		visit_as(&house, ALICE, ALICE, 0, cases[i].owner);
		visit_as(&house, BOB, ALICE, 0, cases[i].group);
		visit_as(&house, BOB, BOB, ALICE, cases[i].supplementary);
		visit_as(&house, BOB, BOB, 0, cases[i].other);
		child_kill(&house.child);
	}
}

TEST(root_overrides)
{
	struct house house;

	house_open(&house, 0600);
	visit_as(&house, 0, 0, 0, true);
}

TEST(root_of_another_user_namespace_does_not)
{
	struct house house;
	struct child child;

	house_open(&house, 0600);
	if (child_start(&child) == 0) {
		become(BOB);
		if (unshare(CLONE_NEWUSER))
			skip("no user namespaces");
		visit(&house, false);
		child_exit();
	}
	child_expect_ok(&child);
}

TEST(threads_and_processes_of_others_are_closed)
{
	struct house house;
	struct child child;

	house_open(&house, 0666);
	if (child_start(&child) == 0) {
		uint64_t position = house.process_id - 1;
		char name[IPCPP_FULL_NAME_MAX];
		uint32_t handle, length;

		become(BOB);
		enter();
		EXPECT_ERR(EACCES, open_id(IPCPP_TYPE_THREAD, house.thread_id, IPCPP_OWNER_PROCESS,
					   &handle));
		EXPECT_ERR(EACCES, open_id(IPCPP_TYPE_PROCESS, house.process_id,
					   IPCPP_OWNER_PROCESS, &handle));
		EXPECT_EQ(PATTERN32, handle);
		if (!find_next(IPCPP_TYPE_PROCESS, &position, name, sizeof(name), &length))
			EXPECT_NE(house.process_id, position);
		child_exit();
	}
	child_expect_ok(&child);
	if (child_start(&child) == 0) {
		uint32_t handle;

		become(ALICE);
		enter();
		EXPECT_OK(open_id(IPCPP_TYPE_THREAD, house.thread_id, IPCPP_OWNER_PROCESS, &handle));
		EXPECT_OK(open_id(IPCPP_TYPE_PROCESS, house.process_id, IPCPP_OWNER_PROCESS,
				  &handle));
		child_exit();
	}
	child_expect_ok(&child);
}

/* A handle to a thread of another user, which a server gets with each message, opens no more. */
TEST(duplicating_from_another_user_needs_permission)
{
	const char *name = unique_name();
	struct ipcpp_message message;
	uint32_t server, client, word;
	struct child child;

	need_root();
	if (child_start(&child) == 0) {
		uint32_t session;
		int32_t result;

		hear();
		become(ALICE);
		enter();
		ASSERT_OK(session_new(name, IPCPP_UNSHARABLE, &session));
		ASSERT_OK(connect_client(session, &result));
		hear();
	}
	become(BOB);
	enter();
	ASSERT_OK(server_new(name, IPCPP_UNSHARABLE, 0666, &server));
	child_say(&child, 1);
	ASSERT_OK(receive(server, &message));
	ASSERT_OK(message_client(message.handle, IPCPP_OWNER_PROCESS, &client));
	word = IPCPP_CURRENT_PROCESS;
	EXPECT_ERR(EACCES, duplicate(client, &word, IPCPP_OWNER_PROCESS));
	EXPECT_EQ(0, word);
	word = IPCPP_CURRENT_THREAD;
	EXPECT_ERR(EACCES, duplicate(client, &word, IPCPP_OWNER_PROCESS));
	EXPECT_OK(complete(message.handle, 0));
}

/* Calls between users work like any other. */
TEST(messages_pass_between_users)
{
	const char *name = unique_name();
	static char data[9000];
	struct ipcpp_message message;
	struct child child;
	uint32_t server, copied;
	char buffer[16];

	need_root();
	if (child_start(&child) == 0) {
		struct ipcpp_send send;
		uint32_t session;

		hear();
		become(ALICE);
		enter();
		ASSERT_OK(session_new(name, IPCPP_UNSHARABLE, &session));
		strcpy(data, "captured");
		strcpy(data + 8000, "in place");
		send_init(&send, session, 1);
		send_descriptor(&send, 0, IPCPP_ARG_DESC8, data, 8, 0);
		send_descriptor(&send, 1, IPCPP_ARG_DES8, data + 100, 8800, 8800);
		ASSERT_OK(send_receive(&send));
		EXPECT_EQ(2, send.result);
		EXPECT_EQ(0, memcmp(data + 100, "written by bob", 14));
		child_exit();
	}
	become(BOB);
	enter();
	ASSERT_OK(server_new(name, IPCPP_UNSHARABLE, 0666, &server));
	child_say(&child, 1);
	ASSERT_OK(receive(server, &message));
	EXPECT_OK(message_read(message.handle, 0, false, buffer, 16, 0, &copied));
	EXPECT_EQ(0, memcmp(buffer, "captured", 8));
	EXPECT_OK(message_read(message.handle, 1, false, buffer, 8, 7900, &copied));
	EXPECT_EQ(0, memcmp(buffer, "in place", 8));
	EXPECT_OK(message_write(message.handle, 1, false, "written by bob", 14, 0));
	ASSERT_OK(complete(message.handle, 2));
	child_expect_ok(&child);
}

TEST(users_are_charged_apart)
{
	struct ipcpp_usage before, after;
	struct child child;
	uint32_t server;

	need_root();
	if (child_start(&child) == 0) {
		become(ALICE);
		enter();
		hear();
		for (int i = 0; i < 50; i++)
			ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
		usage(&after);
		EXPECT_TRUE(after.used[IPCPP_RES_SERVERS] >= 50);
		say(1);
		hear();
	}
	become(BOB);
	enter();
	usage_settled(&before);
	child_say(&child, 1);
	child_hear(&child);
	usage(&after);
	for (int i = 0; i < IPCPP_RES_COUNT; i++)
		EXPECT_EQ(before.used[i], after.used[i]);
}

/* A context keeps the user that it was made with. */
TEST(who_made_the_context_is_charged)
{
	struct ipcpp_usage after;
	struct child child;
	uint32_t server;

	need_root();
	if (child_start(&child) == 0) {
		ASSERT_EQ(0, setresuid(BOB, BOB, 0));
		enter();
		ASSERT_EQ(0, setresuid(0, 0, 0));
		ASSERT_EQ(0, setresuid(ALICE, ALICE, ALICE));
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
		say(1);
		hear();
	}
	become(BOB);
	enter();
	child_hear(&child);
	usage(&after);
	EXPECT_TRUE(after.used[IPCPP_RES_SERVERS] >= 1);
}

/* --- namespaces ------------------------------------------------------------------------- */

TEST(names_are_per_network_namespace)
{
	struct house house;
	struct child child;

	house_open(&house, 0666);
	if (child_start(&child) == 0) {
		uint64_t position = 0;
		char name[IPCPP_FULL_NAME_MAX];
		uint32_t handle, length;

		if (unshare(CLONE_NEWNET))
			skip("no network namespaces");
		enter();
		EXPECT_ERR(ENOENT, session_new(house.name, IPCPP_UNSHARABLE, &handle));
		EXPECT_ERR(ENOENT, find_next(IPCPP_TYPE_SERVER, &position, name, sizeof(name),
					     &length));
		ASSERT_OK(server_new(house.name, IPCPP_SHARABLE, 0, &handle));
		EXPECT_OK(session_new(house.name, IPCPP_SHARABLE, &handle));
		EXPECT_ERR(ENOENT, open_id(IPCPP_TYPE_PROCESS, house.process_id,
					   IPCPP_OWNER_PROCESS, &handle));
		child_exit();
	}
	child_expect_ok(&child);
}

/* Where a context was made is where its names are, wherever its process goes. */
TEST(a_context_keeps_its_network_namespace)
{
	struct house house;
	struct child child;

	house_open(&house, 0666);
	if (child_start(&child) == 0) {
		uint32_t session;

		enter();
		if (unshare(CLONE_NEWNET))
			skip("no network namespaces");
		EXPECT_OK(session_new(house.name, IPCPP_UNSHARABLE, &session));
		child_exit();
	}
	child_expect_ok(&child);
}

/* --- device nodes -------------------------------------------------------------------------- */

static int open_second_node(void)
{
	struct stat stat_buf;
	char path[64];
	int fd;

	need_root();
	ASSERT_EQ(0, stat(DEVICE, &stat_buf));
	EXPECT_EQ(0666, stat_buf.st_mode & 07777);
	snprintf(path, sizeof(path), "%s-kselftest-%d", DEVICE, getpid());
	ASSERT_EQ(0, mknod(path, S_IFCHR | 0666, stat_buf.st_rdev));
	fd = open(path, O_RDWR | O_CLOEXEC);
	unlink(path);
	ASSERT_TRUE(fd >= 0);
	return fd;
}

TEST(a_second_node_opens_the_same_context)
{
	struct ipcpp_thread_self a, b = { 0 };
	struct ipcpp_handle_close io = { 0 };
	int other = open_second_node();

	enter();
	thread_self(&a);
	ASSERT_OK(ipc_on(other, IPCPP_IOC_THREAD_SELF, &b));
	EXPECT_EQ(a.thread_id, b.thread_id);
	EXPECT_EQ(a.process_id, b.process_id);
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &io.handle));
	EXPECT_OK(ipc_on(other, IPCPP_IOC_HANDLE_CLOSE, &io));
	EXPECT_ERR(EBADF, handle_close(io.handle));
}

TEST(a_second_node_shows_the_same_pages)
{
	int other = open_second_node();
	struct ipcpp_info info = { 0 };
	struct ipcpp_thread_self me;
	struct ipcpp_ring *ring;
	char *rings;

	enter();
	thread_self(&me);
	ring = ring_of_thread();
	ASSERT_OK(ipc_on(other, IPCPP_IOC_INFO, &info));
	rings = mmap(NULL, info.rings_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, other,
		     (off_t)IPCPP_MMAP_RINGS);
	ASSERT_TRUE(rings != MAP_FAILED);
	ring->entry[9].user_data = 4711;
	EXPECT_EQ(4711, ((struct ipcpp_ring *)(rings + me.slot * IPCPP_RING_BYTES))->entry[9]
				.user_data);
}

TEST(a_second_node_is_no_way_around_the_door)
{
	int other = open_second_node();
	struct child child;

	enter();
	if (child_start(&child) == 0) {
		struct ipcpp_thread_self io = { 0 };
		struct ipcpp_usage numbers = { 0 };

		EXPECT_ERR(ECHILD, ipc_on(other, IPCPP_IOC_THREAD_SELF, &io));
		EXPECT_ERR(ECHILD, ipc_on(other, IPCPP_IOC_USAGE, &numbers));
		EXPECT_TRUE(mmap(NULL, 4096, PROT_READ, MAP_SHARED, other, 0) == MAP_FAILED);
		EXPECT_ERR(ECHILD, errno);
		child_exit();
	}
	child_expect_ok(&child);
}
