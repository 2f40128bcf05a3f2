// SPDX-License-Identifier: MIT
/* The three mappings: what may be mapped how, and what becomes of it. */
#include "ipc.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>

/*
 * Pages are made when they are needed: that of a ring with its thread, those of
 * a block with a session. The fixture has one of each, and touches no other.
 */
struct areas {
	struct area {
		uint64_t offset, size;
		int protection;
		uint64_t touch;	/* where there is a page */
	} area[3];
	struct link link;
	struct ipcpp_message message;
	struct call call;
};

static void areas_setup(struct areas *self)
{
	struct ipcpp_info info = { 0 };
	struct ipcpp_thread_self me;
	static char data[64];
	uint64_t block;

	link_setup(&self->link);
	ASSERT_OK(ipc(IPCPP_IOC_INFO, &info));
	thread_self(&me);
	send_init(&self->call.send, self->link.session, 1);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DES8, data, 10, sizeof(data));
	call_start(&self->call);
	ASSERT_OK(receive(self->link.server, &self->message));
	ASSERT_TRUE(self->message.block < info.blocks);
	block = (uint64_t)self->message.block * IPCPP_BLOCK_STRIDE;
	self->area[0] = (struct area){ IPCPP_MMAP_RINGS, info.rings_bytes, PROT_READ | PROT_WRITE,
				       (uint64_t)me.slot * IPCPP_RING_BYTES +
					       sizeof(struct ipcpp_ring) };
	self->area[1] = (struct area){ IPCPP_MMAP_BLOCKS, info.blocks_bytes, PROT_READ,
				       block + offsetof(struct ipcpp_block, data) + 64 };
	self->area[2] = (struct area){ IPCPP_MMAP_REPLIES, info.blocks_bytes,
				       PROT_READ | PROT_WRITE,
				       block + offsetof(struct ipcpp_reply, data) + 64 };
}

static void *map_area(const struct area *area)
{
	void *at = mmap(NULL, area->size, area->protection, MAP_SHARED, door, (off_t)area->offset);

	ASSERT_TRUE(at != MAP_FAILED);
	return at;
}

static void expect_no_mapping(uint64_t size, int protection, int flags, uint64_t offset)
{
	void *at;

	errno = 0;
	at = mmap(NULL, size, protection, flags, door, (off_t)offset);
	if (at != MAP_FAILED) {
		FAIL("%llu bytes at 0x%llx are mapped (protection %d, flags %d)",
		     (unsigned long long)size, (unsigned long long)offset, protection, flags);
		munmap(at, size);
		return;
	}
	EXPECT_TRUE(errno == EINVAL || errno == EACCES || errno == EPERM);
}

TEST_F(areas, each_area_is_mapped_and_zero)
{
	for (int i = 0; i < 3; i++) {
		const unsigned char *at = map_area(&self->area[i]);

		for (uint64_t j = 0; j < 1024; j++)
			ASSERT_EQ(0, at[self->area[i].touch + j]);
		EXPECT_EQ(0, munmap((void *)at, self->area[i].size));
	}
}

TEST_F(areas, only_exact_sizes_and_offsets)
{
	for (int i = 0; i < 3; i++) {
		const struct area *area = &self->area[i];

		expect_no_mapping(area->size + 4096, area->protection, MAP_SHARED, area->offset);
		expect_no_mapping(area->size * 2, area->protection, MAP_SHARED, area->offset);
		if (area->size > 4096)
			expect_no_mapping(area->size - 4096, area->protection, MAP_SHARED,
					  area->offset);
		expect_no_mapping(area->size, area->protection, MAP_SHARED, area->offset + 4096);
		expect_no_mapping(4096, area->protection, MAP_SHARED, area->offset + area->size);
	}
	expect_no_mapping(4096, PROT_READ, MAP_SHARED, 0x300000000ULL);
	expect_no_mapping(self->area[0].size, PROT_READ, MAP_SHARED, 0x7fffffff00000000ULL);
}

TEST_F(areas, private_mappings_are_refused)
{
	for (int i = 0; i < 3; i++) {
		expect_no_mapping(self->area[i].size, self->area[i].protection, MAP_PRIVATE,
				  self->area[i].offset);
		expect_no_mapping(self->area[i].size, PROT_READ, MAP_PRIVATE,
				  self->area[i].offset);
	}
}

TEST_F(areas, blocks_are_read_only_for_ever)
{
	const struct area *blocks = &self->area[1];
	void *at;

	expect_no_mapping(blocks->size, PROT_READ | PROT_WRITE, MAP_SHARED, blocks->offset);
	expect_no_mapping(blocks->size, PROT_WRITE, MAP_SHARED, blocks->offset);
	at = map_area(blocks);
	EXPECT_EQ(-1, mprotect(at, blocks->size, PROT_READ | PROT_WRITE));
	EXPECT_ERR(EACCES, errno);
	EXPECT_EQ(-1, mprotect(at, 4096, PROT_WRITE));
	EXPECT_ERR(EACCES, errno);
}

TEST_F(areas, nothing_is_executable)
{
	for (int i = 0; i < 3; i++) {
		void *at;

		expect_no_mapping(self->area[i].size, PROT_READ | PROT_EXEC, MAP_SHARED,
				  self->area[i].offset);
		at = map_area(&self->area[i]);
		EXPECT_EQ(-1, mprotect(at, self->area[i].size, PROT_READ | PROT_EXEC));
		EXPECT_ERR(EACCES, errno);
	}
}

TEST_F(areas, mappings_do_not_grow)
{
	for (int i = 0; i < 3; i++) {
		void *at = map_area(&self->area[i]);
		uint64_t size = self->area[i].size;

		EXPECT_TRUE(mremap(at, size, size + 4096, MREMAP_MAYMOVE) == MAP_FAILED);
		EXPECT_TRUE(mremap(at, size, size * 2, MREMAP_MAYMOVE) == MAP_FAILED);
		/* With no old size, a second mapping of the same pages would be made. */
		EXPECT_TRUE(mremap(at, 0, size, MREMAP_MAYMOVE) == MAP_FAILED);
		EXPECT_EQ(0, munmap(at, size));
	}
}

static int touch_status(const volatile char *at, bool write)
{
	pid_t pid = fork();

	ASSERT_TRUE(pid >= 0);
	if (pid == 0) {
		if (write)
			*(volatile char *)at = 1;
		else
			(void)*at;
		_exit(0);
	}
	return wait_status(pid);
}

TEST_F(areas, forked_children_do_not_inherit)
{
	for (int i = 0; i < 3; i++) {
		char *at = (char *)map_area(&self->area[i]) + self->area[i].touch;
		int status;

		EXPECT_EQ(0, *(volatile char *)at);
		status = touch_status(at, false);
		EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
		status = touch_status(at, true);
		EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	}
}

TEST_F(areas, writing_a_block_is_a_fault)
{
	struct child child;
	char *at;
	int status;

	(void)self;
	if (child_start(&child) == 0) {
		static struct areas own;

		areas_setup(&own);
		at = (char *)map_area(&own.area[1]) + own.area[1].touch;
		if (*(volatile char *)at)
			_exit(1);
		*(volatile char *)at = 1;
		_exit(0);
	}
	status = wait_status(child.pid);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

TEST_F(areas, every_door_shows_the_same_pages)
{
	char *first = (char *)map_area(&self->area[2]) + self->area[2].touch, *second;
	int other = door_open();

	ASSERT_TRUE(other >= 0);
	second = mmap(NULL, self->area[2].size, PROT_READ | PROT_WRITE, MAP_SHARED, other,
		      (off_t)self->area[2].offset);
	ASSERT_TRUE(second != MAP_FAILED);
	second += self->area[2].touch;
	first[0] = 'x';
	EXPECT_EQ('x', second[0]);
	/* Mappings outlive the doors they were made with. */
	EXPECT_EQ(0, close(other));
	EXPECT_EQ(0, close(door));
	second[1] = 'y';
	EXPECT_EQ('y', first[1]);
	door = -1;
	enter();
}

TEST_F(areas, processes_do_not_share_pages)
{
	char *at = (char *)map_area(&self->area[2]) + self->area[2].touch;
	struct child child;

	at[0] = 'p';
	if (child_start(&child) == 0) {
		static struct areas own;

		areas_setup(&own);
		at = (char *)map_area(&own.area[2]) + own.area[2].touch;
		EXPECT_EQ(0, at[0]);
		at[0] = 'c';
		child_exit();
	}
	child_expect_ok(&child);
	EXPECT_EQ('p', at[0]);
}

/* The server's view of a message while its mappings come and go. */
TEST_F(link, messages_do_not_need_the_mappings)
{
	struct ipcpp_message message;
	static char data[64] = "not mapped";
	char buffer[16];
	uint32_t copied;
	struct call call;

	for (int i = 0; i < 10; i++) {
		struct ipcpp_info info = { 0 };
		void *at = map_replies();

		ASSERT_OK(ipc(IPCPP_IOC_INFO, &info));
		send_init(&call.send, self->session, 1);
		send_descriptor(&call.send, 0, IPCPP_ARG_DES8, data, 16, 64);
		call_start(&call);
		if (i & 1)
			ASSERT_EQ(0, munmap(at, info.blocks_bytes));
		ASSERT_OK(receive(self->server, &message));
		if (!(i & 1))
			ASSERT_EQ(0, munmap(at, info.blocks_bytes));
		EXPECT_OK(message_read(message.handle, 0, false, buffer, 16, 0, &copied));
		EXPECT_EQ(0, memcmp(buffer, "not mapped", 11));
		ASSERT_OK(complete(message.handle, 0));
		EXPECT_OK(call_join(&call));
	}
}
