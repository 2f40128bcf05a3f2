// SPDX-License-Identifier: MIT
/* The request ring: one entry per completion, none lost, whatever its owner writes into it. */
#include "ipc.h"

/* Enough to overflow the ring more than once. */
enum { OBJECTS = 3 * IPCPP_RING_ENTRIES + 5 };

struct objects {
	struct ipcpp_ring *ring;
	uint32_t handle[OBJECTS];
};

static void objects_setup(struct objects *self)
{
	enter();
	self->ring = ring_of_thread();
	for (uint64_t i = 0; i < OBJECTS; i++) {
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &self->handle[i]));
		ASSERT_OK(notify_destruction(self->handle[i], 1000 + i));
	}
}

static void destroy(struct objects *self, int from, int to)
{
	for (int i = from; i < to; i++)
		ASSERT_OK(handle_close(self->handle[i]));
}

static uint32_t waiting(struct ipcpp_ring *ring)
{
	return __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) - ring->head;
}

TEST(a_fresh_ring_is_empty)
{
	struct ipcpp_ring *ring;

	enter();
	ring = ring_of_thread();
	EXPECT_EQ(ring->tail, ring->head);
	EXPECT_EQ(0, ring->flags);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
	EXPECT_ERR(ETIMEDOUT, request_wait(after_ms(5)));
}

TEST_F(objects, entries_are_taken_in_order)
{
	struct ipcpp_ring_entry entry;

	destroy(self, 0, IPCPP_RING_ENTRIES);
	for (int i = 0; i < IPCPP_RING_ENTRIES; i++) {
		ASSERT_OK(ring_next(self->ring, &entry));
		EXPECT_EQ(1000 + i, entry.user_data);
		EXPECT_EQ(0, entry.value);
		EXPECT_EQ(0, entry.flags);
	}
	EXPECT_EQ(0, self->ring->flags & IPCPP_RING_OVERFLOW);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

/* Waits until all have been posted, which the module may do in the background. */
static void wait_until_overflown(struct ipcpp_ring *ring)
{
	EVENTUALLY(waiting(ring) == IPCPP_RING_ENTRIES &&
		   __atomic_load_n(&ring->flags, __ATOMIC_ACQUIRE) & IPCPP_RING_OVERFLOW);
}

TEST_F(objects, more_than_the_ring_holds_are_not_lost)
{
	struct ipcpp_ring_entry entry;
	bool seen[OBJECTS] = { 0 };

	destroy(self, 0, OBJECTS);
	wait_until_overflown(self->ring);
	/* A full ring is not written over. */
	EXPECT_EQ(1000, self->ring->entry[self->ring->head % IPCPP_RING_ENTRIES].user_data);
	EXPECT_OK(request_wait(0));
	EXPECT_EQ(IPCPP_RING_ENTRIES, waiting(self->ring));
	for (int i = 0; i < OBJECTS; i++) {
		ASSERT_OK(ring_next(self->ring, &entry));
		ASSERT_TRUE(entry.user_data >= 1000 && entry.user_data < 1000 + OBJECTS);
		EXPECT_TRUE(!seen[entry.user_data - 1000]);
		seen[entry.user_data - 1000] = true;
	}
	EXPECT_EQ(0, __atomic_load_n(&self->ring->flags, __ATOMIC_ACQUIRE) & IPCPP_RING_OVERFLOW);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

/* What overflowed comes before what is completed later. */
TEST_F(objects, overflow_keeps_the_order)
{
	struct ipcpp_ring_entry entry;

	destroy(self, 0, IPCPP_RING_ENTRIES + 1);
	wait_until_overflown(self->ring);
	for (int i = 0; i < 10; i++)
		ASSERT_TRUE(ring_take(self->ring, &entry));
	destroy(self, IPCPP_RING_ENTRIES + 1, OBJECTS);
	for (int i = 10; i < OBJECTS; i++) {
		ASSERT_OK(ring_next(self->ring, &entry));
		EXPECT_EQ(1000 + i, entry.user_data);
	}
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

TEST_F(objects, a_waiter_takes_them_as_they_come)
{
	struct ipcpp_ring_entry entry;
	uint32_t server;

	/* Round the ring many times, one at a time. */
	for (int i = 0; i < OBJECTS; i++) {
		destroy(self, i, i + 1);
		ASSERT_OK(ring_next(self->ring, &entry));
		EXPECT_EQ(1000 + i, entry.user_data);
	}
	for (uint64_t i = 0; i < 300; i++) {
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
		ASSERT_OK(notify_destruction(server, i));
		ASSERT_OK(handle_close(server));
		ASSERT_OK(ring_next(self->ring, &entry));
		EXPECT_EQ(i, entry.user_data);
	}
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

/* Its own entries are what a thread can lose, and nothing else. */
TEST_F(objects, hostile_heads_harm_nobody)
{
	static const uint32_t offsets[] = {
		1, 63, 64, 65, 1000, 0x7fffffff, 0x80000000, 0xffffffff, 0xffffffc0,
	};
	struct ipcpp_usage before, now;
	uint32_t server;
	int next = 0;

	usage(&before);
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		int error;

		self->ring->head = self->ring->tail + offsets[i];
		destroy(self, next, next + 10);
		next += 10;
		error = request_wait(after_ms(1));
		EXPECT_TRUE(error == 0 || error == ETIMEDOUT);
		__atomic_fetch_add(&self->ring->head, 17, __ATOMIC_SEQ_CST);
		error = request_wait(0);
		EXPECT_TRUE(error == 0 || error == ETIMEDOUT);
	}
	/* The whole page, and more completions on top of it. */
	memset(self->ring, 0xff, sizeof(*self->ring));
	destroy(self, next, OBJECTS);
	request_wait(after_ms(1));
	memset(self->ring, 0x55, sizeof(*self->ring));
	request_wait(after_ms(1));
	usage(&now);
	EXPECT_TRUE(now.used[IPCPP_RES_SERVERS] <= before.used[IPCPP_RES_SERVERS]);
	EXPECT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	EXPECT_OK(handle_close(server));
}

struct neighbour {
	struct ipcpp_ring *ring;
	pthread_barrier_t step;
};

static void *neighbour_run(void *context)
{
	struct neighbour *neighbour = context;
	struct ipcpp_ring_entry entry;
	uint32_t server;

	neighbour->ring = ring_of_thread();
	ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	pthread_barrier_wait(&neighbour->step);
	/* The other thread is scribbling over its own page. */
	for (uint64_t i = 0; i < 200; i++) {
		ASSERT_OK(notify_destruction(server, i));
		ASSERT_OK(handle_close(server));
		ASSERT_OK(ring_next(neighbour->ring, &entry));
		EXPECT_EQ(i, entry.user_data);
		ASSERT_OK(server_new(NULL, IPCPP_SHARABLE, 0, &server));
	}
	return NULL;
}

TEST_F(objects, a_hostile_thread_leaves_other_rings_alone)
{
	struct neighbour neighbour;
	pthread_t thread;
	int next = 0;

	pthread_barrier_init(&neighbour.step, NULL, 2);
	ASSERT_EQ(0, pthread_create(&thread, NULL, neighbour_run, &neighbour));
	pthread_barrier_wait(&neighbour.step);
	EXPECT_NE(neighbour.ring, self->ring);
	for (int i = 0; i < 20000; i++) {
		memset(self->ring, i, sizeof(*self->ring));
		if (i % 100 == 0 && next < OBJECTS) {
			destroy(self, next, next + 1);
			next++;
			request_wait(0);
		}
	}
	join_bounded(thread);
}

static void *close_all(void *context)
{
	struct objects *objects = context;

	destroy(objects, 0, OBJECTS);
	return NULL;
}

/* Posted from another thread, while the owner waits and takes. */
TEST_F(objects, completions_of_another_thread_are_all_seen)
{
	struct ipcpp_ring_entry entry;
	uint64_t sum = 0, expected = 0;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, close_all, self));
	for (uint64_t i = 0; i < OBJECTS; i++) {
		ASSERT_OK(ring_next(self->ring, &entry));
		sum += entry.user_data;
		expected += 1000 + i;
	}
	EXPECT_EQ(expected, sum);
	join_bounded(thread);
	EXPECT_ERR(ETIMEDOUT, request_wait(0));
}

TEST_F(objects, unread_completions_are_given_back)
{
	struct ipcpp_usage before;
	struct child child;

	(void)self;
	usage_settled(&before);
	if (child_start(&child) == 0) {
		static struct objects own;

		objects_setup(&own);
		destroy(&own, 0, OBJECTS);
		wait_until_overflown(own.ring);
		say(1);
		hear();
	}
	child_hear(&child);
	child_kill(&child);
	expect_usage_returns_to(&before);
}
