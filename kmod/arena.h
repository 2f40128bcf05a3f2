/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: arenas
 *
 * An arena holds the message blocks of one server process, mapped into it: of
 * each block a part that the process can only read (header and captured
 * request) and a part that it can write (reply). Blocks are made when sessions
 * are, never on the call path, up to IPCPP_BLOCKS; they stay with the process
 * until it is freed, and no other process ever sees their pages. A message
 * that gets no block goes the large way. One user has at most a quarter of the
 * arena at a time, so that nobody can drive the others off the short way.
 */
#ifndef IPCPP_ARENA_H
#define IPCPP_ARENA_H

#include <linux/mm_types.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <uapi/ipcpp.h>

#define IPCPP_BLOCKS	256
#define IPCPP_BLOCKS_BYTES	((unsigned long)IPCPP_BLOCKS * IPCPP_BLOCK_STRIDE)

struct ipcpp_arena;
struct ipcpp_process;
struct ipcpp_share;

/**
 * struct ipcpp_block_ref - a block in use
 * @block: the part that the server reads; NULL for no block
 * @reply: the part that it writes; to be read once and bounded
 * @index: of the block
 * @share: whose share it counts in
 * @process: the server process; holds a reference, so that the pages stay
 */
struct ipcpp_block_ref {
	struct ipcpp_block *block;
	struct ipcpp_reply *reply;
	u32 index;
	struct ipcpp_share *share;
	struct ipcpp_process *process;
};

struct ipcpp_arena *ipcpp_arena_new(void);
void ipcpp_arena_free(struct ipcpp_arena *arena);
struct page *ipcpp_arena_page(struct ipcpp_arena *arena, unsigned long offset, bool reply);
long ipcpp_arena_blocks_used(void);
long ipcpp_arena_pages(void);

struct ipcpp_share *ipcpp_share_join(struct ipcpp_arena *arena, kuid_t uid);
void ipcpp_share_leave(struct ipcpp_arena *arena, struct ipcpp_share *share);

bool ipcpp_block_take(struct ipcpp_process *process, struct ipcpp_share *share,
		      struct ipcpp_block_ref *ref);
void ipcpp_block_give(struct ipcpp_block_ref *ref);

#endif
