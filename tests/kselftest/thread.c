// SPDX-License-Identifier: MIT
/* Thread-relative handles end with their thread, however that ends. */
#include "ipc.h"

#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>

enum { SESSIONS = 5 };

/* A client thread with connected sessions of its own, and how it ends. */
struct victim {
	const char *server_name;
	void (*end)(void);
	pthread_t thread;
	uint32_t order[SESSIONS];	/* cookies by ascending index of the handle */
	pthread_barrier_t step;
};

static uint32_t slot_of(uint32_t word)
{
	return word & IPCPP_HANDLE_INDEX_MASK;
}

/* The n-th connect gets the cookie n + 1. */
static void make_sessions(struct victim *victim)
{
	uint32_t words[SESSIONS], cookies[SESSIONS], spare[2];
	int32_t result;

	/* Holes, so that the order of the table is not that of creation. */
	for (int i = 0; i < 2; i++) {
		spare[i] = IPCPP_CURRENT_THREAD;
		ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &spare[i], IPCPP_OWNER_THREAD));
	}
	for (uint32_t i = 0; i < SESSIONS; i++) {
		if (i == 2)
			ASSERT_OK(handle_close(spare[1]));
		if (i == 3)
			ASSERT_OK(handle_close(spare[0]));
		ASSERT_OK(session_new(victim->server_name, IPCPP_UNSHARABLE, &words[i]));
		ASSERT_EQ(IPCPP_HANDLE_LOCAL, words[i] & IPCPP_HANDLE_LOCAL);
		ASSERT_OK(connect_client(words[i], &result));
		cookies[i] = i + 1;
	}
	for (int i = 0; i < SESSIONS; i++) {
		int rank = 0;

		for (int j = 0; j < SESSIONS; j++)
			rank += slot_of(words[j]) < slot_of(words[i]);
		victim->order[rank] = cookies[i];
	}
}

static void *victim_run(void *context)
{
	struct victim *victim = context;

	make_sessions(victim);
	pthread_barrier_wait(&victim->step);
	if (victim->end)
		victim->end();
	return NULL;
}

static void accept_all(uint32_t server)
{
	for (uint64_t i = 1; i <= SESSIONS; i++)
		accept_connect(server, i);
}

static void expect_ordered_disconnects(uint32_t server, const uint32_t *order)
{
	for (int i = 0; i < SESSIONS; i++)
		expect_disconnect(server, order[i]);
	expect_no_message(server);
}

static void end_of_thread(void (*end)(void), void (*from_outside)(struct victim *))
{
	static struct victim victim;
	uint32_t server;

	enter();
	victim.server_name = unique_name();
	victim.end = end;
	pthread_barrier_init(&victim.step, NULL, 2);
	ASSERT_OK(server_new(victim.server_name, IPCPP_SHARABLE, 0, &server));
	ASSERT_EQ(0, pthread_create(&victim.thread, NULL, victim_run, &victim));
	accept_all(server);
	pthread_barrier_wait(&victim.step);
	if (from_outside)
		from_outside(&victim);
	expect_ordered_disconnects(server, victim.order);
}

TEST(return_closes_handles_in_ascending_order)
{
	end_of_thread(NULL, NULL);
}

static void by_pthread_exit(void)
{
	pthread_exit(NULL);
}

TEST(pthread_exit_closes_handles)
{
	end_of_thread(by_pthread_exit, NULL);
}

static void by_raw_exit(void)
{
	syscall(SYS_exit, 0);
}

TEST(raw_exit_closes_handles)
{
	end_of_thread(by_raw_exit, NULL);
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

static void cancel_it(struct victim *victim)
{
	ASSERT_EQ(0, pthread_cancel(victim->thread));
}

TEST(pthread_cancel_closes_handles)
{
	end_of_thread(wait_for_ever, cancel_it);
}

/* --- the whole process ------------------------------------------------------- */

static void *victim_in_child(void *context)
{
	struct victim *victim = context;

	make_sessions(victim);
	for (int i = 0; i < SESSIONS; i++)
		say(victim->order[i]);
	pthread_barrier_wait(&victim->step);
	wait_for_ever();
	return NULL;
}

/* A child whose second thread has the sessions; its main thread then ends it all. */
static void end_of_process(void (*end)(void))
{
	static struct victim victim;
	uint32_t order[SESSIONS], server;
	struct child child;

	enter();
	victim.server_name = unique_name();
	ASSERT_OK(server_new(victim.server_name, IPCPP_SHARABLE, 0, &server));
	if (child_start(&child) == 0) {
		enter();
		pthread_barrier_init(&victim.step, NULL, 2);
		ASSERT_EQ(0, pthread_create(&victim.thread, NULL, victim_in_child, &victim));
		pthread_barrier_wait(&victim.step);
		hear();
		end();
		wait_for_ever();
	}
	accept_all(server);
	for (int i = 0; i < SESSIONS; i++)
		order[i] = (uint32_t)child_hear(&child);
	child_say(&child, 1);
	expect_ordered_disconnects(server, order);
}

static void by_sigkill(void)
{
	kill(getpid(), SIGKILL);
}

TEST(sigkill_closes_handles_of_every_thread)
{
	end_of_process(by_sigkill);
}

static void by_exit_group(void)
{
	_exit(0);
}

TEST(exit_of_the_process_closes_handles_of_every_thread)
{
	end_of_process(by_exit_group);
}

static void by_sigsegv(void)
{
	raise(SIGSEGV);
}

TEST(a_fault_closes_handles_of_every_thread)
{
	end_of_process(by_sigsegv);
}

static char *program(void)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	ASSERT_TRUE(n > 0);
	path[n] = '\0';
	return path;
}

int helper_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	wait_for_ever();
	return 1;
}

static void by_exec(void)
{
	char *argv[] = { "thread", "--helper", NULL };

	execv(program(), argv);
	DIE("cannot exec");
}

TEST(exec_in_the_main_thread_closes_handles_of_the_others)
{
	end_of_process(by_exec);
}

static void *exec_here(void *context)
{
	(void)context;
	by_exec();
	return NULL;
}

static void by_exec_of_a_third(void)
{
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, exec_here, NULL));
	wait_for_ever();
}

/* The thread that execs takes the place of the first: neither of them is a thread of before. */
TEST(exec_in_another_thread_closes_handles_of_every_thread)
{
	end_of_process(by_exec_of_a_third);
}

/* --- objects, and what outlives a thread --------------------------------------- */

static void *leave_server(void *context)
{
	uint32_t *words = context;
	uint32_t server;

	ASSERT_OK(server_new(unique_name(), IPCPP_SHARABLE, 0, &server));
	words[0] = server;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &words[0], IPCPP_OWNER_PROCESS));
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &words[1]));
	/* Last: a server may keep the thread that receives for it. */
	words[2] = IPCPP_CURRENT_THREAD;
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &words[2], IPCPP_OWNER_PROCESS));
	return NULL;
}

TEST(process_relative_handles_survive_their_thread)
{
	struct ipcpp_handle_info info;
	struct ipcpp_ring_entry entry;
	struct ipcpp_ring *ring;
	uint32_t words[3];
	pthread_t thread;

	enter();
	ring = ring_of_thread();
	ASSERT_EQ(0, pthread_create(&thread, NULL, leave_server, words));
	join_bounded(thread);
	EVENTUALLY((handle_info(words[0], &info), info.threads == 0));
	EXPECT_EQ(1, info.in_process);
	EXPECT_OK(handle_info(words[1], &info));
	EXPECT_OK(handle_info(words[2], &info));
	for (uint64_t i = 0; i < 3; i++) {
		ASSERT_OK(notify_destruction(words[i], i));
		ASSERT_OK(handle_close(words[i]));
		ASSERT_OK(ring_next(ring, &entry));
		EXPECT_EQ(i, entry.user_data);
		EXPECT_EQ(0, entry.value);
	}
}

static uint32_t ending_server;	/* process-relative */

static void *end_with_server(void *context)
{
	pthread_barrier_t *step = context;

	ASSERT_OK(server_new("kselftest-thread-end", IPCPP_SHARABLE, 0, &ending_server));
	ASSERT_OK(duplicate(IPCPP_CURRENT_THREAD, &ending_server, IPCPP_OWNER_PROCESS));
	pthread_barrier_wait(step);
	pthread_barrier_wait(step);
	return NULL;
}

TEST(a_servers_end_with_its_thread_is_told)
{
	struct ipcpp_ring_entry entry;
	struct ipcpp_ring *ring;
	pthread_barrier_t step;
	uint32_t server;
	pthread_t thread;

	enter();
	ring = ring_of_thread();
	pthread_barrier_init(&step, NULL, 2);
	ASSERT_EQ(0, pthread_create(&thread, NULL, end_with_server, &step));
	pthread_barrier_wait(&step);
	ASSERT_OK(notify_destruction(ending_server, 77));
	ASSERT_OK(handle_close(ending_server));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	pthread_barrier_wait(&step);
	ASSERT_OK(ring_next(ring, &entry));
	EXPECT_EQ(77, entry.user_data);
	EXPECT_OK(server_new("kselftest-thread-end", IPCPP_SHARABLE, 0, &server));
	join_bounded(thread);
}

struct slots {
	uint32_t slot;
	uint64_t id;
	pthread_barrier_t *step;
};

static void *take_slot(void *context)
{
	struct slots *slots = context;
	struct ipcpp_thread_self me, again;

	thread_self(&me);
	thread_self(&again);
	EXPECT_EQ(me.slot, again.slot);
	EXPECT_EQ(me.thread_id, again.thread_id);
	slots->slot = me.slot;
	slots->id = me.thread_id;
	if (slots->step)
		pthread_barrier_wait(slots->step);
	return NULL;
}

TEST(threads_have_rings_of_their_own)
{
	enum { THREADS = 16 };
	struct slots slots[THREADS];
	struct ipcpp_info info = { 0 };
	pthread_t threads[THREADS];
	pthread_barrier_t step;

	enter();
	ASSERT_OK(ipc(IPCPP_IOC_INFO, &info));
	pthread_barrier_init(&step, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		slots[i].step = &step;
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, take_slot, &slots[i]));
	}
	for (int i = 0; i < THREADS; i++)
		join_bounded(threads[i]);
	for (int i = 0; i < THREADS; i++) {
		EXPECT_TRUE(((uint64_t)slots[i].slot + 1) * IPCPP_RING_BYTES <= info.rings_bytes);
		for (int j = 0; j < i; j++) {
			EXPECT_NE(slots[i].slot, slots[j].slot);
			EXPECT_NE(slots[i].id, slots[j].id);
		}
	}
}

TEST(slots_of_ended_threads_are_used_again)
{
	struct ipcpp_info info = { 0 };
	struct ipcpp_usage before;
	struct ipcpp_thread_self me;
	uint64_t id = 0, rounds;
	uint32_t seen = 0, again = 0;

	enter();
	thread_self(&me);
	ASSERT_OK(ipc(IPCPP_IOC_INFO, &info));
	usage_settled(&before);
	/* All of them once, where there are few: the lowest ones again, where there are many. */
	rounds = info.rings_bytes / IPCPP_RING_BYTES + 20;
	if (rounds > 1000)
		rounds = 1000;
	for (uint64_t i = 0; i < rounds; i++) {
		struct slots slots = { .step = NULL };
		pthread_t thread;

		ASSERT_EQ(0, pthread_create(&thread, NULL, take_slot, &slots));
		join_bounded(thread);
		ASSERT_TRUE(slots.id > id);
		id = slots.id;
		if (slots.slot < seen)
			again++;
		else
			seen = slots.slot + 1;
	}
	EXPECT_TRUE(again > 0);
	expect_usage_returns_to(&before);
}

static void *ask_and_end(void *context)
{
	ASSERT_OK(notify_destruction(*(uint32_t *)context, 1));
	return NULL;
}

TEST(a_thread_that_ends_first_hears_nothing)
{
	struct ipcpp_usage before;
	struct ipcpp_thread_self me;
	uint32_t server;
	pthread_t thread;

	enter();
	thread_self(&me);
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	usage_settled(&before);
	for (int i = 0; i < 50; i++) {
		ASSERT_EQ(0, pthread_create(&thread, NULL, ask_and_end, &server));
		join_bounded(thread);
	}
	/* Requests, threads and slots come back although the object lives on. */
	expect_usage_returns_to(&before);
	EXPECT_OK(handle_close(server));
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}
