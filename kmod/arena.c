// SPDX-License-Identifier: GPL-2.0-only
/* Message blocks and their shares. See arena.h. */

#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "arena.h"
#include "process.h"

#define BLOCK_ORDER	1
#define BLOCK_PAGES	(IPCPP_BLOCK_STRIDE / PAGE_SIZE)
#define SHARE_MAX	(IPCPP_BLOCKS / 4)
#define SPARE_BLOCKS	8	/* more than sessions: one may have several calls under way */

/**
 * struct ipcpp_share - what one user has of an arena; freed when both are zero
 * @link: in arena->shares; guarded by arena->lock
 * @uid: who
 * @sessions: that use it; guarded by arena->lock
 * @used: blocks in use; guarded by arena->lock
 */
struct ipcpp_share {
	struct list_head link;
	kuid_t uid;
	u32 sessions;
	u32 used;
};

/**
 * struct ipcpp_arena - the blocks of a server process
 * @lock: guards everything below but @page
 * @page: first pages of the two parts of each block; constant below @made
 * @made: blocks that exist; grows
 * @sessions: open sessions, which is how many blocks are wanted
 * @free: indices of free blocks, a stack
 * @free_count: how many
 * @shares: by user
 */
struct ipcpp_arena {
	spinlock_t lock;	/* see above */
	struct {
		struct page *block;
		struct page *reply;
	} page[IPCPP_BLOCKS];
	u32 made;
	u32 sessions;
	u16 free[IPCPP_BLOCKS];
	u32 free_count;
	struct list_head shares;
};

static atomic_long_t blocks_used;
static atomic_long_t pages_used;

/**
 * ipcpp_arena_new - an empty arena
 *
 * Return: the arena, or NULL
 */
struct ipcpp_arena *ipcpp_arena_new(void)
{
	struct ipcpp_arena *arena;

	BUILD_BUG_ON(BLOCK_PAGES != 1 << BLOCK_ORDER);
	BUILD_BUG_ON(sizeof(struct ipcpp_block) > IPCPP_BLOCK_STRIDE);
	BUILD_BUG_ON(sizeof(struct ipcpp_reply) > IPCPP_BLOCK_STRIDE);
	arena = kvzalloc(sizeof(*arena), GFP_KERNEL_ACCOUNT);
	if (arena) {
		spin_lock_init(&arena->lock);
		INIT_LIST_HEAD(&arena->shares);
	}
	return arena;
}

static struct page *block_pages(void)
{
	struct page *page;

	page = alloc_pages(GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN, BLOCK_ORDER);
	/* Each page is mapped, and so counted, on its own. */
	if (page) {
		split_page(page, BLOCK_ORDER);
		atomic_long_add(BLOCK_PAGES, &pages_used);
	}
	return page;
}

static void block_pages_free(struct page *page)
{
	int i;

	if (!page)
		return;
	for (i = 0; i < BLOCK_PAGES; i++)
		__free_page(page + i);
	atomic_long_sub(BLOCK_PAGES, &pages_used);
}

/**
 * ipcpp_arena_free - the server process is no more
 * @arena: the arena, or NULL; nothing of it is in use
 */
void ipcpp_arena_free(struct ipcpp_arena *arena)
{
	u32 i;

	if (!arena)
		return;
	WARN_ON_ONCE(arena->free_count != arena->made || !list_empty(&arena->shares));
	for (i = 0; i < arena->made; i++) {
		block_pages_free(arena->page[i].block);
		block_pages_free(arena->page[i].reply);
	}
	kvfree(arena);
}

/* Not having a block is no error: the message goes the large way. */
static void arena_grow(struct ipcpp_arena *arena)
{
	struct page *block = block_pages();
	struct page *reply = block_pages();
	bool taken = false;

	if (block && reply) {
		spin_lock(&arena->lock);
		if (arena->made < IPCPP_BLOCKS) {
			u32 index = arena->made;

			arena->page[index].block = block;
			arena->page[index].reply = reply;
			arena->free[arena->free_count++] = index;
			/* Pairs with the acquire of ipcpp_arena_page(). */
			smp_store_release(&arena->made, index + 1);
			taken = true;
		}
		spin_unlock(&arena->lock);
	}
	if (!taken) {
		block_pages_free(block);
		block_pages_free(reply);
	}
}

/**
 * ipcpp_arena_page - the page behind an offset of a mapping
 * @arena: the arena
 * @offset: in the mapping
 * @reply: of the part that the server writes
 *
 * Context: any.
 *
 * Return: the page, which stays while the process does; NULL if there is none
 */
struct page *ipcpp_arena_page(struct ipcpp_arena *arena, unsigned long offset, bool reply)
{
	unsigned long index = offset / IPCPP_BLOCK_STRIDE;
	/* Pairs with the release of arena_grow(). */
	u32 made = smp_load_acquire(&arena->made);
	struct page *page;

	if (index >= made)
		return NULL;
	index = array_index_nospec(index, made);
	page = reply ? arena->page[index].reply : arena->page[index].block;
	return page + offset % IPCPP_BLOCK_STRIDE / PAGE_SIZE;
}

/**
 * ipcpp_arena_blocks_used - blocks with a message in them, in all arenas
 */
long ipcpp_arena_blocks_used(void)
{
	return atomic_long_read(&blocks_used);
}

/**
 * ipcpp_arena_pages - pages of all arenas
 */
long ipcpp_arena_pages(void)
{
	return atomic_long_read(&pages_used);
}

/**
 * ipcpp_share_join - a session of a user begins
 * @arena: the arena
 * @uid: the user
 *
 * Context: process; may sleep.
 *
 * Return: the user's share, or NULL without memory
 */
struct ipcpp_share *ipcpp_share_join(struct ipcpp_arena *arena, kuid_t uid)
{
	struct ipcpp_share *share, *fresh;
	s32 missing;

	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		return NULL;
	spin_lock(&arena->lock);
	list_for_each_entry(share, &arena->shares, link) {
		if (uid_eq(share->uid, uid))
			goto found;
	}
	share = fresh;
	fresh = NULL;
	share->uid = uid;
	list_add(&share->link, &arena->shares);
found:
	share->sessions++;
	arena->sessions++;
	missing = min_t(u32, arena->sessions + SPARE_BLOCKS, IPCPP_BLOCKS) - arena->made;
	spin_unlock(&arena->lock);
	kfree(fresh);
	while (missing-- > 0)
		arena_grow(arena);
	return share;
}

/* The share, unlinked, if it is to be freed. */
static struct ipcpp_share *share_idle_locked(struct ipcpp_share *share)
{
	if (share->sessions || share->used)
		return NULL;
	list_del(&share->link);
	return share;
}

/**
 * ipcpp_share_leave - a session has been freed
 * @arena: the arena
 * @share: as joined
 */
void ipcpp_share_leave(struct ipcpp_arena *arena, struct ipcpp_share *share)
{
	spin_lock(&arena->lock);
	arena->sessions--;
	share->sessions--;
	share = share_idle_locked(share);
	spin_unlock(&arena->lock);
	kfree(share);
}

/**
 * ipcpp_block_take - a block for a message
 * @process: the server process
 * @share: the sender's
 * @ref: out
 *
 * Return: false if there is none for this user now
 */
bool ipcpp_block_take(struct ipcpp_process *process, struct ipcpp_share *share,
		      struct ipcpp_block_ref *ref)
{
	struct ipcpp_arena *arena = process->arena;
	u32 index;

	spin_lock(&arena->lock);
	if (!arena->free_count || share->used >= SHARE_MAX) {
		spin_unlock(&arena->lock);
		return false;
	}
	share->used++;
	index = arena->free[--arena->free_count];
	spin_unlock(&arena->lock);
	atomic_long_inc(&blocks_used);
	ipcpp_object_get(&process->object);
	ref->index = index;
	ref->block = page_address(arena->page[index].block);
	ref->reply = page_address(arena->page[index].reply);
	ref->share = share;
	ref->process = process;
	return true;
}

/**
 * ipcpp_block_give - a message needs its block no longer
 * @ref: as taken, or without a block; emptied
 *
 * Context: process; may sleep; no lock of the module may be held.
 */
void ipcpp_block_give(struct ipcpp_block_ref *ref)
{
	struct ipcpp_arena *arena;
	struct ipcpp_share *share;

	if (!ref->block)
		return;
	arena = ref->process->arena;
	spin_lock(&arena->lock);
	ref->share->used--;
	arena->free[arena->free_count++] = ref->index;
	share = share_idle_locked(ref->share);
	spin_unlock(&arena->lock);
	kfree(share);
	atomic_long_dec(&blocks_used);
	ref->block = NULL;
	ipcpp_object_put(&ref->process->object);
}
