// SPDX-License-Identifier: MIT
/*
 * Loading and unloading. Needs root, the module file in IPCPP_KO, and a module
 * that nobody else uses; every test leaves it loaded.
 */
#include "ipc.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#define CYCLES 100

static int module_unload(void)
{
	return syscall(SYS_delete_module, "ipcpp", O_NONBLOCK) ? errno : 0;
}

static int module_load(void)
{
	const char *file = getenv("IPCPP_KO");
	int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
	int err;

	if (fd < 0)
		return ENOENT;
	err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	return err;
}

/* The contexts of processes that have just ended hold the module an instant longer. */
static void unload_soon(void)
{
	uint64_t end = bound();
	int err;

	do {
		err = module_unload();
		if (err)
			nap();
	} while (err && now_ns() < end);
	ASSERT_OK(err);
}

static void module_setup(void)
{
	if (geteuid() || !getenv("IPCPP_KO"))
		skip("needs root and IPCPP_KO");
}

TEST_LIMITED(loads_and_unloads_100_times, 300)
{
	module_setup();
	for (int i = 0; i < CYCLES; i++) {
		unload_soon();
		ASSERT_EQ(-ENOENT, door_open());
		ASSERT_OK(module_load());
	}
	ASSERT_ERR(EEXIST, module_load());
	enter();
}

TEST(an_open_door_holds_the_module)
{
	int fd;

	module_setup();
	fd = door_open();
	ASSERT_TRUE(fd >= 0);
	EXPECT_ERR(EAGAIN, module_unload());
	EXPECT_OK(ipc_on(fd, IPCPP_IOC_INFO, &(struct ipcpp_info){ .abi = 0 }));
	close(fd);
	/* The context lives on without the door: its handles would be lost. */
	EXPECT_ERR(EAGAIN, module_unload());
}

TEST_LIMITED(traffic_is_not_disturbed_by_attempts_to_unload, 120)
{
	struct child client;
	struct echo echo = { .name = unique_name(), .sharing = IPCPP_SHARABLE };
	int32_t result;

	module_setup();
	enter();
	echo_start(&echo);
	if (child_start(&client) == 0) {
		uint32_t session;

		enter();
		ASSERT_OK(session_new(echo.name, IPCPP_UNSHARABLE, &session));
		ASSERT_OK(connect_client(session, &result));
		say(1);
		for (int i = 0; i < 500; i++) {
			ASSERT_OK(send_simple(session, i, &result));
			ASSERT_EQ(i, result);
		}
		say(2);
		child_exit();
	}
	child_hear(&client);
	for (int i = 0; i < CYCLES; i++)
		EXPECT_ERR(EAGAIN, module_unload());
	EXPECT_EQ(2, child_hear(&client));
	child_expect_ok(&client);
	EXPECT_EQ(500, echo.served);
	echo_stop(&echo);
}

/* Everything that ends with a process may still be on its way when the module is told to go. */
TEST_LIMITED(unloads_on_the_heels_of_killed_processes, 300)
{
	module_setup();
	for (int round = 0; round < 5; round++) {
		struct child children[8];

		for (size_t i = 0; i < ARRAY_SIZE(children); i++) {
			if (child_start(&children[i]) == 0) {
				struct link link;
				struct call call;

				enter();
				link_setup(&link);
				call_begin(&call, link.session, 1);
				call_wait_blocked(&call);
				say(1);
				hear();
			}
		}
		for (size_t i = 0; i < ARRAY_SIZE(children); i++)
			child_hear(&children[i]);
		for (size_t i = 0; i < ARRAY_SIZE(children); i++)
			child_kill(&children[i]);
		unload_soon();
		ASSERT_OK(module_load());
	}
}
