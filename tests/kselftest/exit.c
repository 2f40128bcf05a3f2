// SPDX-License-Identifier: MIT
/* How threads and processes end, and what is told of it. */
#include "ipc.h"

#include <signal.h>

static void expect_exit(uint32_t handle, uint32_t type, int32_t reason, const char *category)
{
	struct ipcpp_exit_info info;
	char padded[IPCPP_CATEGORY_MAX] = { 0 };

	EVENTUALLY((exit_info(handle, &info), info.type != IPCPP_EXIT_PENDING));
	ASSERT_OK(exit_info(handle, &info));
	memcpy(padded, category, strlen(category));
	EXPECT_EQ(type, info.type);
	EXPECT_EQ(reason, info.reason);
	EXPECT_EQ(strlen(category), info.length);
	if (memcmp(padded, info.category, sizeof(padded)))
		FAIL("category %s, seen %.16s", category, (const char *)info.category);
}

static void expect_pending(uint32_t handle)
{
	struct ipcpp_exit_info info;

	ASSERT_OK(exit_info(handle, &info));
	EXPECT_EQ(IPCPP_EXIT_PENDING, info.type);
	EXPECT_EQ(0, info.reason);
	EXPECT_EQ(0, info.length);
	for (int i = 0; i < IPCPP_CATEGORY_MAX; i++)
		EXPECT_EQ(0, info.category[i]);
}

TEST(the_living_are_pending)
{
	enter();
	expect_pending(IPCPP_CURRENT_THREAD);
	expect_pending(IPCPP_CURRENT_PROCESS);
}

struct plan {
	void (*before_end)(void);
	uint32_t handle;
	pthread_barrier_t step;
};

static void *planned(void *context)
{
	struct plan *plan = context;

	plan->handle = IPCPP_CURRENT_THREAD;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &plan->handle, IPCPP_OWNER_PROCESS));
	pthread_barrier_wait(&plan->step);
	pthread_barrier_wait(&plan->step);
	if (plan->before_end)
		plan->before_end();
	return NULL;
}

static uint32_t thread_that_ends(void (*before_end)(void))
{
	static struct plan plan;
	pthread_t thread;

	enter();
	plan.before_end = before_end;
	pthread_barrier_init(&plan.step, NULL, 2);
	ASSERT_EQ(0, pthread_create(&thread, NULL, planned, &plan));
	pthread_barrier_wait(&plan.step);
	expect_pending(plan.handle);
	pthread_barrier_wait(&plan.step);
	join_bounded(thread);
	return plan.handle;
}

static void panic_twice(void)
{
	ASSERT_OK(thread_set_exit(IPCPP_EXIT_PANIC, -12345, "KSELFTEST"));
	/* The record alone ends nothing. */
	expect_pending(IPCPP_CURRENT_THREAD);
	ASSERT_OK(thread_set_exit(IPCPP_EXIT_KILL, 5, ""));
}

TEST(the_first_record_counts)
{
	expect_exit(thread_that_ends(panic_twice), IPCPP_EXIT_PANIC, -12345, "KSELFTEST");
	expect_pending(IPCPP_CURRENT_PROCESS);
	expect_pending(IPCPP_CURRENT_THREAD);
}

static void panic_long(void)
{
	ASSERT_OK(thread_set_exit(IPCPP_EXIT_PANIC, INT32_MAX, "0123456789abcdef"));
}

TEST(a_category_of_sixteen_characters_is_kept)
{
	expect_exit(thread_that_ends(panic_long), IPCPP_EXIT_PANIC, INT32_MAX, "0123456789abcdef");
}

static void record_kill(void)
{
	ASSERT_OK(thread_set_exit(IPCPP_EXIT_KILL, 0x12345678, ""));
}

static void record_terminate(void)
{
	ASSERT_OK(thread_set_exit(IPCPP_EXIT_TERMINATE, -1, ""));
}

TEST(kill_and_terminate_are_their_own_categories)
{
	expect_exit(thread_that_ends(record_kill), IPCPP_EXIT_KILL, 0x12345678, "Kill");
	expect_exit(thread_that_ends(record_terminate), IPCPP_EXIT_TERMINATE, -1, "Terminate");
}

TEST(a_thread_that_just_ends_was_killed_with_nothing)
{
	expect_exit(thread_that_ends(NULL), IPCPP_EXIT_KILL, 0, "Kill");
}

TEST(a_record_that_is_refused_changes_nothing)
{
	struct ipcpp_thread_set_exit io = { .type = IPCPP_EXIT_PENDING };

	enter();
	EXPECT_ERR(EINVAL, ipc(IPCPP_IOC_THREAD_SET_EXIT, &io));
	io.type = IPCPP_EXIT_PANIC;
	io.length = IPCPP_CATEGORY_MAX + 1;
	EXPECT_ERR(EINVAL, ipc(IPCPP_IOC_THREAD_SET_EXIT, &io));
	expect_pending(IPCPP_CURRENT_THREAD);
}

/* --- processes --------------------------------------------------------------- */

static void end_of_process(void (*end)(void), uint32_t type, int32_t reason, const char *category)
{
	uint64_t thread_id, process_id;
	uint32_t thread, process;
	struct child child;

	if (child_start(&child) == 0) {
		struct ipcpp_thread_self me;

		enter();
		thread_self(&me);
		say(me.thread_id);
		say(me.process_id);
		hear();
		end();
		_exit(99);
	}
	enter();
	thread_id = child_hear(&child);
	process_id = child_hear(&child);
	ASSERT_OK(open_id(IPCPP_TYPE_THREAD, thread_id, IPCPP_OWNER_PROCESS, &thread));
	ASSERT_OK(open_id(IPCPP_TYPE_PROCESS, process_id, IPCPP_OWNER_PROCESS, &process));
	expect_pending(thread);
	expect_pending(process);
	child_say(&child, 1);
	wait_status(child.pid);
	expect_exit(process, type, reason, category);
	if (type == IPCPP_EXIT_PANIC)
		expect_exit(thread, type, reason, category);
}

static void main_panics(void)
{
	ASSERT_OK(thread_set_exit(IPCPP_EXIT_PANIC, 23, "Main"));
	_exit(0);
}

TEST(the_first_threads_record_is_the_processes)
{
	end_of_process(main_panics, IPCPP_EXIT_PANIC, 23, "Main");
}

static void *second_panics(void *context)
{
	(void)context;
	ASSERT_OK(thread_set_exit(IPCPP_EXIT_PANIC, 24, "Second"));
	return NULL;
}

static void second_panics_then_exit(void)
{
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, second_panics, NULL));
	pthread_join(thread, NULL);
	_exit(7);
}

TEST(another_threads_record_is_its_own)
{
	end_of_process(second_panics_then_exit, IPCPP_EXIT_KILL, 7, "Kill");
}

static void by_sigkill(void)
{
	kill(getpid(), SIGKILL);
}

static void by_sigsegv(void)
{
	kill(getpid(), SIGSEGV);
}

/* spec/symbian.md §26, point 16 */
TEST(signals_that_end_a_process_are_told)
{
	end_of_process(by_sigkill, IPCPP_EXIT_TERMINATE, SIGKILL, "Terminate");
}

TEST(faults_that_end_a_process_are_a_panic)
{
	end_of_process(by_sigsegv, IPCPP_EXIT_PANIC, 3, "KERN-EXEC");
}
