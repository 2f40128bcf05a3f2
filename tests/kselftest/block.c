// SPDX-License-Identifier: MIT
/* Message blocks: what is captured when sent, and replies that are carried at completion. */
#include "ipc.h"

#include <sys/mman.h>

struct blocks {
	struct link link;
	const struct ipcpp_block *block;
	struct ipcpp_reply *reply;
	struct call call;
	struct ipcpp_message message;
};

static void blocks_setup(struct blocks *self)
{
	link_setup(&self->link);
	self->block = map_blocks();
	self->reply = map_replies();
	send_init(&self->call.send, self->link.session, 1);
}

static char source[16384], sink[16384];

static void fill(void *data, size_t size, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		((char *)data)[i] = (char)(i * 11 + i / 253 + seed);
}

static const struct ipcpp_block *block_of(struct blocks *self)
{
	ASSERT_TRUE(self->message.block != IPCPP_NO_BLOCK);
	return (const struct ipcpp_block *)((const char *)self->block +
					    (size_t)self->message.block * IPCPP_BLOCK_STRIDE);
}

static struct ipcpp_reply *reply_of(struct blocks *self)
{
	ASSERT_TRUE(self->message.block != IPCPP_NO_BLOCK);
	return (struct ipcpp_reply *)((char *)self->reply +
				      (size_t)self->message.block * IPCPP_BLOCK_STRIDE);
}

static void start(struct blocks *self)
{
	call_start(&self->call);
	ASSERT_OK(receive(self->link.server, &self->message));
}

static void finish(struct blocks *self, int32_t result)
{
	ASSERT_OK(complete(self->message.handle, 17));
	ASSERT_OK(call_join(&self->call));
	EXPECT_EQ(result, self->call.send.result);
}

static void again(struct blocks *self)
{
	send_init(&self->call.send, self->link.session, 1);
}

/* --- capture ------------------------------------------------------------------- */

TEST_F(blocks, small_descriptors_are_captured)
{
	static const uint32_t lengths[] = { 1000, 0, 3, 2000 };
	const struct ipcpp_block *block;

	fill(source, sizeof(source), 1);
	for (int i = 0; i < IPCPP_ARGS; i++)
		send_descriptor(&self->call.send, i, IPCPP_ARG_DESC8, source + i * 2100, lengths[i],
				0);
	start(self);
	block = block_of(self);
	EXPECT_EQ(self->message.handle, block->message);
	EXPECT_EQ(IPCPP_BLOCK_ACCEPTED, block->state);
	for (int i = 0; i < IPCPP_ARGS; i++) {
		EXPECT_EQ(lengths[i], block->request_bytes[i]);
		EXPECT_EQ(IPCPP_NO_REPLY, block->reply_offset[i]);
		EXPECT_EQ(i, block->alias[i]);
		ASSERT_TRUE(block->request_offset[i] <= IPCPP_BLOCK_DATA - lengths[i]);
		EXPECT_EQ(0, memcmp(block->data + block->request_offset[i], source + i * 2100,
				    lengths[i]));
	}
	finish(self, 17);
	EXPECT_NE(self->message.handle, block->message);
}

TEST_F(blocks, captured_is_what_it_was_when_sent)
{
	uint32_t copied;

	fill(source, 4096, 1);
	memcpy(sink, source, 4096);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DESC8, source, 4096, 0);
	start(self);
	memset(source, 0, sizeof(source));
	EXPECT_EQ(4096, block_of(self)->request_bytes[0]);
	EXPECT_EQ(0, memcmp(block_of(self)->data + block_of(self)->request_offset[0], sink, 4096));
	fill(source, 4096, 2);
	EXPECT_OK(message_read(self->message.handle, 0, false, sink + 4096, 4096, 0, &copied));
	EXPECT_EQ(4096, copied);
	EXPECT_EQ(0, memcmp(sink, sink + 4096, 4096));
	finish(self, 17);
}

TEST_F(blocks, large_is_what_it_is_when_read)
{
	uint32_t copied;

	fill(source, 4097, 1);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DESC8, source, 4097, 0);
	start(self);
	EXPECT_EQ(IPCPP_NO_BLOCK, self->message.block);
	EXPECT_EQ(4097, self->message.length[0]);
	fill(source, 4097, 2);
	EXPECT_OK(message_read(self->message.handle, 0, false, sink, 4097, 0, &copied));
	EXPECT_EQ(0, memcmp(sink, source, 4097));
	finish(self, 17);
}

TEST_F(blocks, of_a_modifiable_descriptor_the_beginning_is_captured)
{
	const struct ipcpp_block *block;
	uint32_t copied;

	fill(source, 3000, 1);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DES8, source, 3000, 3000);
	send_descriptor(&self->call.send, 1, IPCPP_ARG_DES8, source + 4000, 200, 300);
	start(self);
	block = block_of(self);
	EXPECT_EQ(IPCPP_BLOCK_MODIFIABLE, block->request_bytes[0]);
	EXPECT_EQ(200, block->request_bytes[1]);
	EXPECT_EQ(0, memcmp(block->data + block->request_offset[0], source, 256));
	memcpy(sink, source, 256);
	/* The rest is read in place, when it is wanted. */
	fill(source, 3000, 2);
	memcpy(sink + 256, source + 256, 3000 - 256);
	EXPECT_OK(message_read(self->message.handle, 0, false, sink + 4096, 3000, 0, &copied));
	EXPECT_EQ(3000, copied);
	EXPECT_EQ(0, memcmp(sink, sink + 4096, 3000));
	finish(self, 17);
}

/* In the order of the arguments; what does not fit is left out whole, and the next may fit again. */
TEST_F(blocks, arguments_are_captured_as_long_as_they_fit)
{
	uint32_t copied;

	fill(source, sizeof(source), 6);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DESC8, source, 2048, 0);
	send_descriptor(&self->call.send, 1, IPCPP_ARG_DESC16, source + 4096, 1024, 0);
	start(self);
	EXPECT_EQ(2048, block_of(self)->request_bytes[0]);
	EXPECT_EQ(2048, block_of(self)->request_bytes[1]);
	finish(self, 17);
	again(self);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DESC8, source, 2049, 0);
	send_descriptor(&self->call.send, 1, IPCPP_ARG_DESC16, source + 4096, 1024, 0);
	send_descriptor(&self->call.send, 2, IPCPP_ARG_DES8, source + 8192, 1000, 8000);
	send_descriptor(&self->call.send, 3, IPCPP_ARG_DESC8, source, 2047 - 256, 0);
	start(self);
	EXPECT_EQ(2049, block_of(self)->request_bytes[0]);
	EXPECT_EQ(0, block_of(self)->request_bytes[1]);
	EXPECT_EQ(IPCPP_BLOCK_MODIFIABLE, block_of(self)->request_bytes[2]);
	EXPECT_EQ(2047 - 256, block_of(self)->request_bytes[3]);
	EXPECT_OK(message_read(self->message.handle, 1, true, sink, 1024, 0, &copied));
	EXPECT_EQ(1024, copied);
	EXPECT_EQ(0, memcmp(sink, source + 4096, 2048));
	finish(self, 17);
}

TEST_F(blocks, same_address_is_one_descriptor)
{
	const struct ipcpp_block *block;
	struct ipcpp_message record;
	struct ipcpp_reply *reply;

	fill(source, 100, 1);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DES8, source + 1000, 10, 100);
	send_descriptor(&self->call.send, 1, IPCPP_ARG_DES8, source, 50, 100);
	send_descriptor(&self->call.send, 2, IPCPP_ARG_DES8, source, 50, 100);
	send_descriptor(&self->call.send, 3, IPCPP_ARG_DES8, source, 50, 100);
	self->call.send.args[2] = self->call.send.args[3] = self->call.send.args[1];
	start(self);
	block = block_of(self);
	EXPECT_EQ(0, block->alias[0]);
	EXPECT_EQ(1, block->alias[1]);
	EXPECT_EQ(1, block->alias[2]);
	EXPECT_EQ(1, block->alias[3]);
	EXPECT_EQ(block->reply_offset[1], block->reply_offset[3]);
	EXPECT_NE(block->reply_offset[0], block->reply_offset[1]);
	EXPECT_OK(message_write(self->message.handle, 3, false, "in place", 8, 20));
	ASSERT_OK(message_record(self->message.handle, &record));
	EXPECT_EQ(10, record.length[0]);
	for (int i = 1; i < IPCPP_ARGS; i++)
		EXPECT_EQ(28, record.length[i]);
	EXPECT_EQ(0, memcmp(source + 20, "in place", 8));

	reply = reply_of(self);
	memcpy(reply->data + block->reply_offset[2], "carried", 7);
	reply->arg[block->alias[2]].length = 7;
	reply->arg[block->alias[2]].from = 0;
	reply->arg[block->alias[2]].to = 7;
	reply->arg[block->alias[2]].written = 1;
	finish(self, 17);
	EXPECT_EQ(0, memcmp(source, "carried", 7));
	EXPECT_EQ(0, self->call.send.written & 1);
	EXPECT_TRUE(self->call.send.written & 2);
	for (int i = 1; i < IPCPP_ARGS; i++)
		if (self->call.send.written & (1U << i))
			EXPECT_EQ(7, self->call.send.length[i]);
}

/* --- replies --------------------------------------------------------------------------- */

TEST_F(blocks, replies_are_carried_at_completion)
{
	struct ipcpp_reply_arg *arg;
	struct ipcpp_reply *reply;
	uint32_t at;

	memset(source, 'o', sizeof(source));
	send_descriptor(&self->call.send, 1, IPCPP_ARG_DES8, source, 8, 4000);
	start(self);
	at = block_of(self)->reply_offset[1];
	ASSERT_TRUE(at <= IPCPP_BLOCK_DATA - 4000);
	reply = reply_of(self);
	arg = &reply->arg[1];
	/* Nothing is left there from whoever had the block before. */
	EXPECT_EQ(0, arg->written);
	fill(reply->data + at, 4000, 3);
	arg->length = 3500;
	arg->from = 100;
	arg->to = 3000;
	arg->written = 1;
	EXPECT_EQ('o', source[200]);
	finish(self, 17);
	EXPECT_EQ(2, self->call.send.written);
	EXPECT_EQ(3500, self->call.send.length[1]);
	fill(sink, 4000, 3);
	for (int i = 0; i < 5000; i++)
		ASSERT_EQ(i >= 100 && i < 3000 ? sink[i] : 'o', source[i]);
}

TEST_F(blocks, a_block_comes_clean_to_its_next_message)
{
	for (int i = 0; i < 200; i++) {
		struct ipcpp_reply *reply;

		again(self);
		memset(source, 'o', 64);
		send_descriptor(&self->call.send, 0, IPCPP_ARG_DES8, source, 8, 64);
		start(self);
		reply = reply_of(self);
		EXPECT_EQ(0, reply->arg[0].written);
		if (i & 1) {
			finish(self, 17);
			EXPECT_EQ(0, self->call.send.written);
			EXPECT_EQ('o', source[0]);
			continue;
		}
		memset(reply->data, i, sizeof(reply->data));
		for (int j = 0; j < IPCPP_ARGS; j++)
			reply->arg[j] = (struct ipcpp_reply_arg){ 1, 64, 0, 64 };
		finish(self, 17);
		EXPECT_EQ(64, self->call.send.length[0]);
		EXPECT_EQ((char)i, source[63]);
	}
}

TEST_F(blocks, wide_replies_count_lengths_in_elements_and_ranges_in_bytes)
{
	struct ipcpp_reply *reply;

	memset(source, 'o', sizeof(source));
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DES16, source, 0, 100);
	start(self);
	reply = reply_of(self);
	memset(reply->data + block_of(self)->reply_offset[0], 'n', 200);
	reply->arg[0] = (struct ipcpp_reply_arg){ .written = 1, .length = 90, .from = 0, .to = 180 };
	finish(self, 17);
	EXPECT_EQ(90, self->call.send.length[0]);
	EXPECT_EQ('n', source[179]);
	EXPECT_EQ('o', source[180]);
}

TEST_F(blocks, room_for_replies_is_up_to_the_size_of_a_block)
{
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DES8, source, 0, 2048);
	send_descriptor(&self->call.send, 1, IPCPP_ARG_DES16, source + 4096, 0, 1024);
	start(self);
	EXPECT_NE(IPCPP_NO_REPLY, block_of(self)->reply_offset[0]);
	EXPECT_NE(IPCPP_NO_REPLY, block_of(self)->reply_offset[1]);
	finish(self, 17);
	again(self);
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DES8, source, 100, 2049);
	send_descriptor(&self->call.send, 1, IPCPP_ARG_DES16, source + 4096, 0, 1024);
	start(self);
	EXPECT_EQ(IPCPP_NO_REPLY, block_of(self)->reply_offset[0]);
	EXPECT_EQ(IPCPP_NO_REPLY, block_of(self)->reply_offset[1]);
	EXPECT_EQ(100, block_of(self)->request_bytes[0]);
	finish(self, 17);
}

/* A hostile server reaches no byte of the client beyond what it was given. */
TEST_F(blocks, nonsense_in_a_reply_is_bounded)
{
	static const struct ipcpp_reply_arg nonsense[] = {
		{ 1, UINT32_MAX, 0, 10 }, { 1, 101, 0, 101 }, { 1, 50, 0, UINT32_MAX },
		{ 1, 50, UINT32_MAX, 0 }, { 1, 50, 60, 40 }, { 1, 0, 0, 0 },
		{ UINT32_MAX, 100, 0, 100 }, { 1, 100, 0, 4096 }, { 1, 100, 99, 4097 },
		{ 1, 0x80000000, 0x80000000, 0x80000001 }, { 1, UINT32_MAX, UINT32_MAX, UINT32_MAX },
		{ 1, 10, UINT32_MAX - 3, 8 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(nonsense); i++) {
		again(self);
		memset(source, 'o', sizeof(source));
		send_descriptor(&self->call.send, 2, IPCPP_ARG_DES8, source + 4096, 20, 100);
		start(self);
		memset(reply_of(self)->data, 'n', IPCPP_BLOCK_DATA);
		for (int j = 0; j < IPCPP_ARGS; j++)
			reply_of(self)->arg[j] = nonsense[i];
		ASSERT_OK(complete(self->message.handle, 17));
		ASSERT_OK(call_join(&self->call));
		EXPECT_EQ(0, self->call.send.written & ~4U);
		if (self->call.send.written)
			EXPECT_TRUE(self->call.send.length[2] <= 100);
		for (int j = 0; j < 4096; j++)
			ASSERT_EQ('o', source[j]);
		for (int j = 4096 + 100; j < (int)sizeof(source); j++)
			ASSERT_EQ('o', source[j]);
	}
}

TEST_F(blocks, replies_to_constant_descriptors_are_ignored)
{
	memset(source, 'o', sizeof(source));
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DESC8, source, 100, 0);
	start(self);
	memset(reply_of(self)->data, 'n', IPCPP_BLOCK_DATA);
	for (int j = 0; j < IPCPP_ARGS; j++)
		reply_of(self)->arg[j] = (struct ipcpp_reply_arg){ 1, 50, 0, 50 };
	finish(self, 17);
	EXPECT_EQ(0, self->call.send.written);
	for (int i = 0; i < 200; i++)
		ASSERT_EQ('o', source[i]);
}

TEST_F(blocks, a_reply_that_cannot_be_carried_is_the_clients_result)
{
	long page = sysconf(_SC_PAGESIZE);
	char *data = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	ASSERT_TRUE(data != MAP_FAILED);
	data[0] = 'o';
	send_descriptor(&self->call.send, 0, IPCPP_ARG_DES8, data, 10, 100);
	start(self);
	ASSERT_EQ(0, mprotect(data, (size_t)page, PROT_READ));
	memset(reply_of(self)->data, 'n', IPCPP_BLOCK_DATA);
	reply_of(self)->arg[0] = (struct ipcpp_reply_arg){ 1, 50, 0, 50 };
	finish(self, KERR_BAD_DESCRIPTOR);
	EXPECT_EQ('o', data[0]);
	/* The client is unharmed. */
	again(self);
	start(self);
	finish(self, 17);
}

/* --- life ----------------------------------------------------------------------------------- */

TEST(the_block_of_a_dead_client_says_so)
{
	const char *name = unique_name();
	const struct ipcpp_block *block;
	struct ipcpp_message message, disconnect;
	struct child child;
	uint32_t server;

	enter();
	ASSERT_OK(server_new(name, IPCPP_SHARABLE, 0, &server));
	if (child_start(&child) == 0) {
		struct ipcpp_send send;
		uint32_t session;

		enter();
		ASSERT_OK(session_new(name, IPCPP_SHARABLE, &session));
		send_init(&send, session, 1);
		send_descriptor(&send, 0, IPCPP_ARG_DES8, source, 10, 100);
		send_receive(&send);
		child_exit();
	}
	ASSERT_OK(receive(server, &message));
	ASSERT_TRUE(message.block != IPCPP_NO_BLOCK);
	block = (const void *)((const char *)map_blocks() +
			       (size_t)message.block * IPCPP_BLOCK_STRIDE);
	EXPECT_EQ(IPCPP_BLOCK_ACCEPTED, block->state);
	child_kill(&child);
	ASSERT_OK(receive(server, &disconnect));
	EXPECT_EQ(message.handle, block->message);
	EXPECT_EQ(IPCPP_BLOCK_DEAD, __atomic_load_n(&block->state, __ATOMIC_ACQUIRE));
	EXPECT_OK(complete(message.handle, 0));
	EXPECT_NE(message.handle, block->message);
	EXPECT_OK(complete(disconnect.handle, 0));
}

/* A session is good for one block at least, so as many sessions as calls. */
TEST_F(blocks, held_messages_have_blocks_of_their_own)
{
	enum { CALLS = 8 };
	struct ipcpp_message messages[CALLS];
	struct call calls[CALLS];
	uint32_t session;

	for (uint32_t i = 0; i < CALLS; i++) {
		ASSERT_OK(session_new(self->link.name, IPCPP_SHARABLE, &session));
		source[i * 64] = (char)('a' + i);
		send_init(&calls[i].send, session, 1);
		send_descriptor(&calls[i].send, 0, IPCPP_ARG_DESC8, source + i * 64, 1, 0);
		call_start(&calls[i]);
		ASSERT_OK(receive(self->link.server, &messages[i]));
	}
	for (int i = 0; i < CALLS; i++) {
		self->message = messages[i];
		EXPECT_EQ(messages[i].handle, block_of(self)->message);
		EXPECT_EQ('a' + i, block_of(self)->data[block_of(self)->request_offset[0]]);
	}
	for (int i = 0; i < CALLS; i++) {
		ASSERT_OK(complete(messages[i].handle, i));
		ASSERT_OK(call_join(&calls[i]));
	}
}

/* More clients at once than there are blocks for one user: the rest goes the large way. */
TEST_F(blocks, a_send_never_fails_for_lack_of_a_block)
{
	enum { MOST = 400 };
	static struct ipcpp_message messages[MOST];
	static struct call calls[MOST];
	struct ipcpp_info info = { 0 };
	uint32_t count, without = 0, copied;

	ASSERT_OK(ipc(IPCPP_IOC_INFO, &info));
	count = info.blocks / 4 + 4;
	if (count > MOST)
		skip("this module has more blocks than a test has threads");
	for (uint32_t i = 0; i < count; i++) {
		source[i] = (char)i;
		send_init(&calls[i].send, self->link.session, 1);
		send_descriptor(&calls[i].send, 0, IPCPP_ARG_DESC8, source + i, 1, 0);
		call_start(&calls[i]);
		ASSERT_OK(receive(self->link.server, &messages[i]));
		without += messages[i].block == IPCPP_NO_BLOCK;
	}
	EXPECT_TRUE(without > 0);
	for (uint32_t i = 0; i < count; i++) {
		EXPECT_OK(message_read(messages[i].handle, 0, false, sink, 2, 0, &copied));
		EXPECT_EQ(1, copied);
		EXPECT_EQ((char)i, sink[0]);
		ASSERT_OK(complete(messages[i].handle, 1));
		EXPECT_OK(call_join(&calls[i]));
		EXPECT_EQ(1, calls[i].send.result);
	}
}
