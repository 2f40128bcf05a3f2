// SPDX-License-Identifier: MIT
/* Names: which are valid, who has which, and how objects are found by them. */
#include "ipc.h"

#include <ctype.h>
#include <strings.h>

TEST(names_of_valid_characters_are_accepted)
{
	char name[IPCPP_NAME_MAX + 1];
	uint32_t server;

	enter();
	for (int c = 0x20; c <= 0x7e; c++) {
		if (strchr("*?:", c))
			continue;
		snprintf(name, sizeof(name), "%s-%c-", unique_name(), c);
		if (server_new(name, IPCPP_SHARABLE, 0, &server))
			FAIL("character 0x%02x is refused", (unsigned int)c);
	}
	memset(name, 'n', sizeof(name) - 1);
	name[IPCPP_NAME_MAX] = '\0';
	memcpy(name, unique_name(), 15);
	EXPECT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
}

TEST(names_of_invalid_characters_are_refused)
{
	char name[] = "kselftest-x-bad";
	uint32_t server, session;

	enter();
	for (int c = 0; c < 256; c++) {
		struct ipcpp_server_create io = {
			.name = (uintptr_t)name, .length = sizeof(name) - 1, .handle = PATTERN32,
		};

		if (c >= 0x20 && c <= 0x7e && !strchr("*?:", c))
			continue;
		name[10] = (char)c;
		if (ipc(IPCPP_IOC_SERVER_CREATE, &io) != EILSEQ)
			FAIL("character 0x%02x is accepted in a server's name", (unsigned int)c);
		EXPECT_EQ(PATTERN32, io.handle);
	}
	name[10] = '*';
	EXPECT_ERR(EILSEQ, session_new(name, IPCPP_UNSHARABLE, &session));
	EXPECT_EQ(PATTERN32, session);
	EXPECT_ERR(EILSEQ, server_new("12345678901234567890123456789012345678901234567890"
				      "1234567890123456789012345678901", 0, 0, &server));
	EXPECT_EQ(PATTERN32, server);
}

TEST(names_are_unique_without_regard_to_case)
{
	char *name = strdup(unique_name());
	uint32_t first, second;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &first));
	EXPECT_ERR(EEXIST, server_new(name, IPCPP_SHARABLE, 0, &second));
	EXPECT_EQ(PATTERN32, second);
	for (char *c = name; *c; c++)
		*c = (char)toupper(*c);
	EXPECT_ERR(EEXIST, server_new(name, IPCPP_SHARABLE, 0, &second));
	ASSERT_OK(handle_close(first));
	EXPECT_OK(server_new(name, IPCPP_SHARABLE, 0, &second));
}

TEST(names_are_unique_across_processes)
{
	const char *name = unique_name();
	struct child child;
	uint32_t server;

	enter();
	if (child_start(&child) == 0) {
		enter();
		ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
		say(1);
		hear();
		child_exit();
	}
	child_hear(&child);
	EXPECT_ERR(EEXIST, server_new(name, IPCPP_SHARABLE, 0, &server));
	child_kill(&child);
	EVENTUALLY(!server_new(name, IPCPP_SHARABLE, 0, &server));
}

/* Only the last handle frees a name. */
TEST(a_name_lives_as_long_as_its_object)
{
	const char *name = unique_name();
	uint32_t first, copy, second;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &first));
	copy = first;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &copy, IPCPP_OWNER_PROCESS));
	ASSERT_OK(handle_close(first));
	EXPECT_ERR(EEXIST, server_new(name, IPCPP_SHARABLE, 0, &second));
	ASSERT_OK(handle_close(copy));
	EXPECT_OK(server_new(name, IPCPP_SHARABLE, 0, &second));
}

/* --- IPCPP_IOC_HANDLE_NAME ------------------------------------------------- */

static void expect_name(uint32_t handle, uint32_t flags, const char *name)
{
	char buffer[IPCPP_FULL_NAME_MAX];
	uint32_t length, size = (uint32_t)strlen(name);

	memset(buffer, PATTERN_BYTE, sizeof(buffer));
	ASSERT_OK(handle_name(handle, flags, buffer, sizeof(buffer), &length));
	ASSERT_EQ(size, length);
	if (strncasecmp(name, buffer, size))
		FAIL("expected the name %s, seen %.*s", name, (int)length, buffer);
	EXPECT_EQ(PATTERN_BYTE, (unsigned char)buffer[size]);

	/* Exactly enough room, and one byte less. */
	memset(buffer, PATTERN_BYTE, sizeof(buffer));
	EXPECT_OK(handle_name(handle, flags, buffer, size, &length));
	EXPECT_EQ(PATTERN_BYTE, (unsigned char)buffer[size]);
	memset(buffer, PATTERN_BYTE, sizeof(buffer));
	EXPECT_ERR(EMSGSIZE, handle_name(handle, flags, buffer, size - 1, &length));
	EXPECT_EQ(size, length);
	EXPECT_EQ(PATTERN_BYTE, (unsigned char)buffer[0]);
}

TEST(servers_and_their_sessions_have_the_servers_name)
{
	const char *name = "Kselftest Mixed-Case";
	char local[32];
	uint32_t server, session, anonymous;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(session_new("KSELFTEST mixed-case", IPCPP_SHARABLE, &session));
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &anonymous));
	expect_name(server, 0, name);
	expect_name(server, IPCPP_NAME_FULL, name);
	expect_name(session, 0, name);
	snprintf(local, sizeof(local), "Local-%08x", (uint32_t)object_id(anonymous));
	expect_name(anonymous, 0, local);
}

TEST(names_keep_their_case)
{
	char buffer[80];
	uint32_t server, length;

	enter();
	ASSERT_OK(server_new("kselftest CaSe", IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(handle_name(server, 0, buffer, sizeof(buffer), &length));
	EXPECT_EQ(0, memcmp(buffer, "kselftest CaSe", 14));
}

static void *unnamed_thread(void *context)
{
	char local[32];

	(void)context;
	snprintf(local, sizeof(local), "Local-%08x", (uint32_t)object_id(IPCPP_CURRENT_THREAD));
	expect_name(IPCPP_CURRENT_THREAD, 0, local);
	return NULL;
}

TEST(processes_and_threads_have_their_documented_names)
{
	char process[IPCPP_FULL_NAME_MAX], full[IPCPP_FULL_NAME_MAX + 8];
	unsigned int generation;
	uint32_t length;
	pthread_t thread;
	char *bracket;

	enter();
	ASSERT_OK(handle_name(IPCPP_CURRENT_PROCESS, 0, process, sizeof(process) - 1, &length));
	process[length] = '\0';
	EXPECT_EQ(0, strncmp(process, "name[", 5));	/* this program's */
	bracket = strchr(process, '[');
	ASSERT_TRUE(bracket);
	EXPECT_EQ(0, strncmp(bracket, "[00000000]", 10));
	EXPECT_EQ(14, strlen(bracket));
	EXPECT_EQ(1, sscanf(bracket + 10, "%4u", &generation));
	EXPECT_TRUE(generation >= 1);
	expect_name(IPCPP_CURRENT_PROCESS, IPCPP_NAME_FULL, process);
	expect_name(IPCPP_CURRENT_THREAD, 0, "Main");
	snprintf(full, sizeof(full), "%s::Main", process);
	expect_name(IPCPP_CURRENT_THREAD, IPCPP_NAME_FULL, full);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unnamed_thread, NULL));
	join_bounded(thread);
}

TEST(processes_of_one_program_differ_in_generation)
{
	char first[IPCPP_FULL_NAME_MAX], second[IPCPP_FULL_NAME_MAX];
	struct child child;
	uint32_t length;
	uint64_t words[4];

	enter();
	ASSERT_OK(handle_name(IPCPP_CURRENT_PROCESS, 0, first, sizeof(first) - 1, &length));
	ASSERT_TRUE(length < sizeof(words));
	first[length] = '\0';
	if (child_start(&child) == 0) {
		memset(second, 0, sizeof(second));
		enter();
		ASSERT_OK(handle_name(IPCPP_CURRENT_PROCESS, 0, second, sizeof(second), &length));
		memcpy(words, second, sizeof(words));
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			say(words[i]);
		hear();
		child_exit();
	}
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = child_hear(&child);
	EXPECT_NE(0, memcmp(words, first, strlen(first)));
	EXPECT_EQ(0, strncmp((char *)words, "name[00000000]", 14));
	child_kill(&child);
}

/* --- IPCPP_IOC_FIND_NEXT ---------------------------------------------------- */

static int find(uint32_t type, uint64_t *position, char *name)
{
	uint32_t length;
	int error;

	error = find_next(type, position, name, IPCPP_FULL_NAME_MAX, &length);
	name[error ? 0 : length] = '\0';
	return error;
}

TEST(found_in_order_of_creation)
{
	const char *names[4];
	char name[IPCPP_FULL_NAME_MAX + 1];
	uint32_t servers[4], anonymous;
	uint64_t position = 0, before = 0;
	size_t seen = 0;
	int error;

	enter();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		names[i] = unique_name();
		ASSERT_OK(server_new(names[i], IPCPP_SHARABLE, 0, &servers[i]));
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &anonymous));
	}
	while (!(error = find(IPCPP_TYPE_SERVER, &position, name))) {
		EXPECT_TRUE(position > before);
		before = position;
		EXPECT_EQ(NULL, strstr(name, "Local-"));
		if (seen < ARRAY_SIZE(names) && !strcmp(name, names[seen])) {
			EXPECT_EQ(object_id(servers[seen]), position);
			seen++;
		}
	}
	EXPECT_ERR(ENOENT, error);
	EXPECT_EQ(ARRAY_SIZE(names), seen);
	/* The end stays the end, and changes nothing. */
	EXPECT_EQ(before, position);
	EXPECT_ERR(ENOENT, find(IPCPP_TYPE_SERVER, &position, name));
	position = UINT64_MAX;
	EXPECT_ERR(ENOENT, find(IPCPP_TYPE_SERVER, &position, name));
}

TEST(finding_goes_on_where_an_object_has_gone)
{
	char name[IPCPP_FULL_NAME_MAX + 1];
	const char *names[3];
	uint32_t servers[3];
	uint64_t position;

	enter();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		names[i] = unique_name();
		ASSERT_OK(server_new(names[i], IPCPP_SHARABLE, 0, &servers[i]));
	}
	position = object_id(servers[0]);
	ASSERT_OK(handle_close(servers[0]));
	ASSERT_OK(handle_close(servers[1]));
	ASSERT_OK(find(IPCPP_TYPE_SERVER, &position, name));
	EXPECT_EQ(0, strcmp(name, names[2]));
	EXPECT_EQ(object_id(servers[2]), position);
}

TEST(finding_with_too_little_room_changes_nothing)
{
	char buffer[64];
	uint64_t position, before;
	uint32_t server, length;
	const char *name = unique_name();

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	before = position = object_id(server) - 1;
	memset(buffer, PATTERN_BYTE, sizeof(buffer));
	EXPECT_ERR(EMSGSIZE, find_next(IPCPP_TYPE_SERVER, &position, buffer, 3, &length));
	EXPECT_EQ(before, position);
	EXPECT_EQ(strlen(name), length);
	EXPECT_EQ(PATTERN_BYTE, (unsigned char)buffer[0]);
	EXPECT_OK(find_next(IPCPP_TYPE_SERVER, &position, buffer, length, &length));
	EXPECT_EQ(0, memcmp(buffer, name, strlen(name)));
	EXPECT_EQ(PATTERN_BYTE, (unsigned char)buffer[strlen(name)]);
}

TEST(processes_and_main_threads_are_found)
{
	char name[IPCPP_FULL_NAME_MAX + 1], own[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_thread_self me;
	uint64_t position;
	uint32_t length;

	enter();
	thread_self(&me);
	for (int full_thread = 0; full_thread < 2; full_thread++) {
		ASSERT_OK(handle_name(full_thread ? IPCPP_CURRENT_THREAD : IPCPP_CURRENT_PROCESS,
				      IPCPP_NAME_FULL, own, IPCPP_FULL_NAME_MAX, &length));
		own[length] = '\0';
		position = (full_thread ? me.thread_id : me.process_id) - 1;
		ASSERT_OK(find(full_thread ? IPCPP_TYPE_THREAD : IPCPP_TYPE_PROCESS, &position,
			       name));
		EXPECT_EQ(full_thread ? me.thread_id : me.process_id, position);
		EXPECT_EQ(0, strcmp(own, name));
	}
}

static void *find_nobody(void *context)
{
	char name[IPCPP_FULL_NAME_MAX + 1];
	struct ipcpp_thread_self me;
	uint64_t position;

	(void)context;
	thread_self(&me);
	position = me.thread_id - 1;
	if (!find(IPCPP_TYPE_THREAD, &position, name))
		EXPECT_NE(me.thread_id, position);
	return NULL;
}

TEST(threads_without_a_name_are_not_found)
{
	pthread_t thread;

	enter();
	ASSERT_EQ(0, pthread_create(&thread, NULL, find_nobody, NULL));
	join_bounded(thread);
}

/* --- IPCPP_IOC_OPEN ---------------------------------------------------------- */

TEST(own_server_is_opened_by_name_and_by_id)
{
	const char *name = unique_name();
	struct ipcpp_handle_info info;
	uint32_t server, handle;
	char upper[64];

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	ASSERT_OK(open_name(IPCPP_TYPE_SERVER, name, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_EQ(0, handle & IPCPP_HANDLE_LOCAL);
	EXPECT_EQ(object_id(server), object_id(handle));
	for (size_t i = 0; i <= strlen(name); i++)
		upper[i] = (char)toupper(name[i]);
	ASSERT_OK(open_name(IPCPP_TYPE_SERVER, upper, IPCPP_OWNER_THREAD, &handle));
	EXPECT_EQ(IPCPP_HANDLE_LOCAL, handle & IPCPP_HANDLE_LOCAL);
	ASSERT_OK(open_id(IPCPP_TYPE_SERVER, object_id(server), IPCPP_OWNER_PROCESS, &handle));
	ASSERT_OK(handle_info(handle, &info));
	EXPECT_EQ(2, info.in_process);
	EXPECT_EQ(2, info.in_thread);
}

TEST(opening_what_is_not_there)
{
	const char *name = unique_name();
	char longest[IPCPP_FULL_NAME_MAX + 2];
	uint32_t server, handle;
	uint64_t id;

	enter();
	EXPECT_ERR(ENOENT, open_name(IPCPP_TYPE_SERVER, name, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_EQ(PATTERN32, handle);
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	id = object_id(server);
	/* Names are per type. */
	EXPECT_ERR(ENOENT, open_name(IPCPP_TYPE_PROCESS, name, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_ERR(ENOENT, open_id(IPCPP_TYPE_PROCESS, id, IPCPP_OWNER_PROCESS, &handle));
	ASSERT_OK(handle_close(server));
	EXPECT_ERR(ENOENT, open_name(IPCPP_TYPE_SERVER, name, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_ERR(ENOENT, open_id(IPCPP_TYPE_SERVER, id, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_ERR(ENOENT, open_id(IPCPP_TYPE_SERVER, UINT64_MAX, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_ERR(EILSEQ, open_name(IPCPP_TYPE_SERVER, "a*", IPCPP_OWNER_PROCESS, &handle));
	EXPECT_ERR(EILSEQ, open_name(IPCPP_TYPE_SERVER, "?b", IPCPP_OWNER_PROCESS, &handle));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	EXPECT_ERR(EILSEQ, open_name(IPCPP_TYPE_SERVER, longest, IPCPP_OWNER_PROCESS, &handle));
	longest[IPCPP_FULL_NAME_MAX] = '\0';
	EXPECT_ERR(ENOENT, open_name(IPCPP_TYPE_SERVER, longest, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_EQ(PATTERN32, handle);
}

TEST(by_id_there_is_no_name)
{
	struct ipcpp_open io = { .type = IPCPP_TYPE_PROCESS, .handle = PATTERN32 };
	struct ipcpp_thread_self me;

	enter();
	thread_self(&me);
	io.id = me.process_id;
	io.name = (uintptr_t)"name";
	EXPECT_ERR(EINVAL, ipc(IPCPP_IOC_OPEN, &io));
	io.name = 0;
	io.length = 4;
	EXPECT_ERR(EINVAL, ipc(IPCPP_IOC_OPEN, &io));
	EXPECT_EQ(PATTERN32, io.handle);
	io.length = 0;
	EXPECT_OK(ipc(IPCPP_IOC_OPEN, &io));
	EXPECT_EQ(me.process_id, object_id(io.handle));
}

TEST(other_processes_objects_are_opened_but_for_servers)
{
	const char *name = unique_name();
	uint64_t thread_id, process_id, server_id;
	char full[IPCPP_FULL_NAME_MAX + 1];
	uint32_t handle, server, length;
	struct ipcpp_handle_info info;
	struct child child;

	if (child_start(&child) == 0) {
		struct ipcpp_thread_self me;

		enter();
		thread_self(&me);
		ASSERT_OK(server_new(name, IPCPP_GLOBAL_SHARABLE, 0666, &server));
		say(me.thread_id);
		say(me.process_id);
		say(object_id(server));
		hear();
		child_exit();
	}
	enter();
	thread_id = child_hear(&child);
	process_id = child_hear(&child);
	server_id = child_hear(&child);
	ASSERT_OK(open_id(IPCPP_TYPE_THREAD, thread_id, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_EQ(thread_id, object_id(handle));
	ASSERT_OK(handle_name(handle, IPCPP_NAME_FULL, full, IPCPP_FULL_NAME_MAX, &length));
	full[length] = '\0';
	ASSERT_OK(open_name(IPCPP_TYPE_THREAD, full, IPCPP_OWNER_THREAD, &handle));
	EXPECT_EQ(thread_id, object_id(handle));
	ASSERT_OK(open_id(IPCPP_TYPE_PROCESS, process_id, IPCPP_OWNER_PROCESS, &handle));
	ASSERT_OK(handle_info(handle, &info));
	EXPECT_EQ(process_id, info.id);
	EXPECT_EQ(IPCPP_TYPE_PROCESS, info.type);
	EXPECT_ERR(EACCES, open_id(IPCPP_TYPE_SERVER, server_id, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_ERR(EACCES, open_name(IPCPP_TYPE_SERVER, name, IPCPP_OWNER_PROCESS, &handle));
	EXPECT_EQ(PATTERN32, handle);
	child_say(&child, 1);
	child_expect_ok(&child);
}
