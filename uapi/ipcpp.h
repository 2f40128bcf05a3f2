/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The contract between the ipcpp module and everyone else. Each command is
 * described, with its errors, in README.md beside this file; a test holds the
 * two together.
 *
 * Rules that hold for every structure: fixed layout without implicit padding;
 * fields marked "out" are ignored on the way in; reserved fields and unknown
 * flags must be zero. A structure grows only at its end: the size encoded in
 * the command number says how much of it the caller knows, a missing tail is
 * read as zeros, and a tail that the module does not know must be zeros.
 */
#ifndef _UAPI_IPCPP_H
#define _UAPI_IPCPP_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define IPCPP_ABI_VERSION	1

#define IPCPP_IOC_MAGIC		0xB7

/* Handle words: spec/symbian.md §2.1 */
#define IPCPP_HANDLE_INDEX_MASK		0x00007fffU
#define IPCPP_HANDLE_NO_CLOSE		0x00008000U
#define IPCPP_HANDLE_INSTANCE_SHIFT	16
#define IPCPP_HANDLE_INSTANCE_MASK	0x3fff0000U
#define IPCPP_HANDLE_LOCAL		0x40000000U
#define IPCPP_HANDLE_SPECIAL		0x80000000U
#define IPCPP_CURRENT_PROCESS		0xffff8000U
#define IPCPP_CURRENT_THREAD		0xffff8001U

/* Object types, numbered as in spec/symbian.md §2.2 */
enum ipcpp_type {
	IPCPP_TYPE_THREAD	= 0,
	IPCPP_TYPE_PROCESS	= 1,
	IPCPP_TYPE_SERVER	= 7,
	IPCPP_TYPE_SESSION	= 8,
};

/* Which table a new handle goes into: spec/symbian.md §2.4 */
enum ipcpp_owner {
	IPCPP_OWNER_PROCESS	= 0,
	IPCPP_OWNER_THREAD	= 1,
};

/* How far the sessions of a server, or one session, may be shared */
enum ipcpp_sharing {
	IPCPP_UNSHARABLE	= 0,
	IPCPP_SHARABLE		= 1,
	IPCPP_GLOBAL_SHARABLE	= 2,
};

enum ipcpp_exit_type {
	IPCPP_EXIT_KILL		= 0,
	IPCPP_EXIT_TERMINATE	= 1,
	IPCPP_EXIT_PANIC	= 2,
	IPCPP_EXIT_PENDING	= 3,
};

#define IPCPP_NAME_MAX		80	/* characters of a name */
#define IPCPP_FULL_NAME_MAX	256	/* characters of a full name */
#define IPCPP_CATEGORY_MAX	16	/* characters of an exit category */
#define IPCPP_SLOTS_MAX		255	/* message slots of a session */
#define IPCPP_ARGS		4	/* arguments of a message */
#define IPCPP_MESSAGE_BATCH	64	/* completions or receives per call */
#define IPCPP_FOREVER		(~0ULL)	/* a timeout that never comes */

/*
 * Memory. One open of the device gives three mappings, each MAP_SHARED, of
 * exactly the size that IPCPP_IOC_INFO tells, at these offsets.
 */
#define IPCPP_MMAP_RINGS	0x000000000ULL	/* read-write */
#define IPCPP_MMAP_BLOCKS	0x100000000ULL	/* read-only */
#define IPCPP_MMAP_REPLIES	0x200000000ULL	/* read-write */

/*
 * Request ring: one per thread, in the page of the thread's slot.
 * The module appends at tail; the thread takes at head.
 */
#define IPCPP_RING_ENTRIES	64
#define IPCPP_RING_BYTES	4096

#define IPCPP_RING_OVERFLOW	0x1	/* more is waiting: IPCPP_IOC_REQUEST_WAIT fetches it */

#define IPCPP_ENTRY_MESSAGE	0x1	/* a receive: length[0] and [1] are the message handle */

struct ipcpp_ring_entry {
	__u64 user_data;	/* as given when the request was made */
	__s32 value;		/* 0 or a negative KErr code */
	__u32 flags;		/* IPCPP_ENTRY_* */
	__u32 length[4];
};

struct ipcpp_ring {
	__u32 head;		/* written by the thread only */
	__u32 reserved0[15];
	__u32 tail;		/* written by the module only */
	__u32 flags;		/* IPCPP_RING_*, written by the module only */
	__u32 reserved1[14];
	struct ipcpp_ring_entry entry[IPCPP_RING_ENTRIES];
};

/*
 * Message blocks: where the bytes of small descriptors lie while a server has
 * the message. Block i is at i * IPCPP_BLOCK_STRIDE in both mappings.
 */
#define IPCPP_BLOCK_STRIDE	8192
#define IPCPP_BLOCK_DATA	4096	/* bytes of data in each direction */
#define IPCPP_BLOCK_MODIFIABLE	256	/* captured of a modifiable descriptor, at most */
#define IPCPP_NO_BLOCK		0xffffffffU
#define IPCPP_NO_REPLY		0xffffffffU

enum ipcpp_block_state {
	IPCPP_BLOCK_FREE	= 0,
	IPCPP_BLOCK_ACCEPTED	= 1,
	IPCPP_BLOCK_DEAD	= 2,	/* the client has gone: nothing to read or write */
};

struct ipcpp_block {
	__u64 message;		/* handle of the message that is in the block, else 0 */
	__u32 state;		/* enum ipcpp_block_state */
	__u32 reserved0;
	__u32 request_offset[IPCPP_ARGS];	/* into data */
	__u32 request_bytes[IPCPP_ARGS];	/* captured, of the argument's length */
	__u32 reply_offset[IPCPP_ARGS];		/* into data of the reply, or IPCPP_NO_REPLY */
	__u32 alias[IPCPP_ARGS];		/* argument that speaks for this one */
	__u32 reserved1[44];
	__u8 data[IPCPP_BLOCK_DATA];
};

struct ipcpp_reply {
	struct ipcpp_reply_arg {
		__u32 written;	/* not 0: the other three count */
		__u32 length;	/* new length of the descriptor, in elements */
		__u32 from;	/* bytes [from, to) of the descriptor are in data */
		__u32 to;
	} arg[IPCPP_ARGS];
	__u32 reserved[48];
	__u8 data[IPCPP_BLOCK_DATA];
};

/* Argument types: 3 bits for argument i at bit 3 * i, spec/symbian.md §4.1 */
#define IPCPP_ARG_BITS		3
#define IPCPP_ARG_MASK		7U
#define IPCPP_ARG_WORD		0U
#define IPCPP_ARG_HANDLE	1U
#define IPCPP_ARG_DES8		4U
#define IPCPP_ARG_DES16		5U
#define IPCPP_ARG_DESC8		6U
#define IPCPP_ARG_DESC16	7U
#define IPCPP_ARG_DESCRIPTOR	4U	/* bit: it is a descriptor */
#define IPCPP_ARG_CONST		2U	/* bit: a descriptor that is only read */
#define IPCPP_ARG_WIDE		1U	/* bit: a descriptor of 16-bit elements */

#define IPCPP_FUNCTION_CONNECT		(-1)
#define IPCPP_FUNCTION_DISCONNECT	(-2)

/* IPCPP_IOC_INFO */
struct ipcpp_info {
	__u32 abi;		/* out: IPCPP_ABI_VERSION of the module */
	__u32 features;		/* out: none yet */
	__u64 rings_bytes;	/* out: size of the mapping at IPCPP_MMAP_RINGS */
	__u64 blocks_bytes;	/* out: at IPCPP_MMAP_BLOCKS and at IPCPP_MMAP_REPLIES */
	__u32 blocks;		/* out: blocks in them */
	__u32 reserved;
};

/* IPCPP_IOC_THREAD_SELF */
struct ipcpp_thread_self {
	__u32 slot;		/* out: the thread's ring is at slot * IPCPP_RING_BYTES */
	__u32 reserved;
	__u64 thread_id;	/* out: object id of the thread */
	__u64 process_id;	/* out: object id of the process */
};

/* IPCPP_IOC_HANDLE_CLOSE */
struct ipcpp_handle_close {
	__u32 handle;
	__u32 reserved;
};

/* IPCPP_IOC_HANDLE_DUPLICATE */
struct ipcpp_handle_duplicate {
	__u32 thread;		/* handle of the thread in whose context handle counts */
	__u32 handle;		/* in: the word; out: the new handle, 0 on error */
	__u32 owner;		/* enum ipcpp_owner */
	__u32 reserved;
};

/* IPCPP_IOC_HANDLE_INFO */
struct ipcpp_handle_info {
	__u32 handle;
	__u32 type;		/* out: enum ipcpp_type */
	__u64 id;		/* out: object id, never used twice */
	__u32 in_process;	/* out: handles in the caller's process table */
	__u32 in_thread;	/* out: handles in the caller's thread table */
	__u32 processes;	/* out: processes whose table holds one */
	__u32 threads;		/* out: threads whose table holds one */
	__u32 attributes;	/* out: spec/symbian.md §2.5 */
	__u32 reserved;
};

#define IPCPP_NAME_FULL		0x1	/* the full name, not the name */

/* IPCPP_IOC_HANDLE_NAME */
struct ipcpp_handle_name {
	__u32 handle;
	__u32 flags;		/* IPCPP_NAME_FULL */
	__u64 buffer;		/* char *: no terminating zero is written */
	__u32 size;		/* room, in bytes */
	__u32 length;		/* out: bytes of the name */
};

/* IPCPP_IOC_NOTIFY_DESTRUCTION */
struct ipcpp_notify_destruction {
	__u32 handle;
	__u32 reserved;
	__u64 user_data;	/* of the ring entry */
};

/* IPCPP_IOC_FIND_NEXT */
struct ipcpp_find_next {
	__u32 type;		/* enum ipcpp_type */
	__u32 size;		/* room in buffer, in bytes */
	__u64 position;		/* in: 0 or the id found last; out: the id found */
	__u64 buffer;		/* char *: the full name, no terminating zero */
	__u32 length;		/* out: bytes of the name */
	__u32 reserved;
};

/* IPCPP_IOC_OPEN */
struct ipcpp_open {
	__u32 type;		/* enum ipcpp_type */
	__u32 owner;		/* enum ipcpp_owner */
	__u64 id;		/* object id; 0: by name */
	__u64 name;		/* const char *: full name */
	__u32 length;		/* bytes of the name */
	__u32 handle;		/* out */
};

/* IPCPP_IOC_REQUEST_WAIT */
struct ipcpp_request_wait {
	__u64 timeout;		/* absolute, CLOCK_MONOTONIC ns; 0 polls */
	__u32 flags;		/* none yet */
	__u32 reserved;
};

/* IPCPP_IOC_SERVER_CREATE */
struct ipcpp_server_create {
	__u64 name;		/* const char * */
	__u32 length;		/* bytes of the name; 0: anonymous */
	__u32 sharing;		/* enum ipcpp_sharing */
	__u32 role;		/* 0 default, 1 standalone */
	__u32 options;		/* 0, 4 or 8: accepted, without effect */
	__u32 mode;		/* who may connect, as a file mode; 0: 0600 */
	__u32 handle;		/* out */
};

/* IPCPP_IOC_SERVER_CANCEL */
struct ipcpp_server_cancel {
	__u32 server;
	__u32 reserved;
};

/* IPCPP_IOC_SESSION_CREATE */
struct ipcpp_session_create {
	__u64 name;		/* const char *: the server's; 0: by handle */
	__u32 length;		/* bytes of the name */
	__u32 server;		/* handle of the server when name is 0 */
	__u32 sharing;		/* enum ipcpp_sharing */
	__s32 slots;		/* -1 .. IPCPP_SLOTS_MAX */
	__u32 flags;		/* none yet */
	__u32 handle;		/* out */
};

/* A descriptor argument of a message */
struct ipcpp_descriptor {
	__u64 data;		/* address of the first element */
	__u32 length;		/* in elements */
	__u32 max;		/* in elements; counts for modifiable ones only */
};

#define IPCPP_SEND_ABANDON	0x1	/* give up the thread's earlier call */

/*
 * IPCPP_IOC_SEND_RECEIVE. A call without descriptor arguments may leave the
 * descriptors off the end.
 */
struct ipcpp_send {
	__u32 session;		/* handle */
	__s32 function;		/* 0 and above, or IPCPP_FUNCTION_CONNECT */
	__u32 types;		/* IPCPP_ARG_* */
	__u32 flags;		/* IPCPP_SEND_* */
	__u64 args[IPCPP_ARGS];	/* words; for a descriptor its own address */
	__u64 reserved[2];
	__u64 cookie;		/* in: 0; out: the call in progress */
	__s32 result;		/* out: what the server completed with */
	__u32 written;		/* out: bit i: length[i] is the new length */
	__u32 length[IPCPP_ARGS];	/* out, in elements */
	struct ipcpp_descriptor descriptor[IPCPP_ARGS];
};

#define IPCPP_SEND_SHORT	96	/* bytes of struct ipcpp_send without descriptors */

struct ipcpp_completion {
	__u64 message;		/* handle */
	__s32 result;
	__u32 flags;		/* none yet */
};

/* A message as its server receives it */
struct ipcpp_message {
	__u64 handle;
	__u64 session;		/* the server's cookie, as of acceptance */
	__u64 args[IPCPP_ARGS];
	__s32 function;
	__u32 types;		/* IPCPP_ARG_* */
	__u32 length[IPCPP_ARGS];	/* of descriptors, in elements */
	__u32 max[IPCPP_ARGS];	/* of modifiable descriptors, in elements */
	__u32 block;		/* index, or IPCPP_NO_BLOCK */
	__u32 bad;		/* bit i: descriptor i could not be read when sent */
	__u64 client_status;	/* user_data of an asynchronous request, else 0 */
	__u64 reserved;
};

/* What IPCPP_IOC_COMPLETE_RECEIVE waits for */
#define IPCPP_WAIT_NONE		0x0	/* nothing */
#define IPCPP_WAIT_MESSAGE	0x1	/* a message of this server */
#define IPCPP_WAIT_ANY		0x2	/* that, or any completion in the thread's ring */
#define IPCPP_WAIT_MASK		0x3
#define IPCPP_RECEIVE_ARM	0x4	/* leave a receive outstanding if none came */

/* IPCPP_IOC_COMPLETE_RECEIVE */
struct ipcpp_complete_receive {
	__u32 server;		/* handle; 0 when receives is 0 */
	__u32 flags;		/* IPCPP_WAIT_*, IPCPP_RECEIVE_ARM */
	__u32 completions;	/* entries at completion */
	__u32 receives;		/* room at message */
	__u64 completion;	/* const struct ipcpp_completion * */
	__u64 message;		/* struct ipcpp_message * */
	__u64 timeout;		/* absolute, CLOCK_MONOTONIC ns */
	__u64 user_data;	/* of the ring entry of an armed receive */
	__u32 completed;	/* in: 0; out: completions that took effect */
	__u32 received;		/* out: messages at message */
};

/* IPCPP_IOC_MESSAGE_READ, IPCPP_IOC_MESSAGE_WRITE */
struct ipcpp_message_copy {
	__u64 message;		/* handle */
	__u32 argument;		/* 0 .. 3 */
	__u32 wide;		/* 1: elements of 16 bits */
	__u64 buffer;		/* the server's memory */
	__u32 elements;		/* room at, or elements to write from, buffer */
	__u32 offset;		/* first element in the client's descriptor */
	__u32 copied;		/* out: elements */
	__u32 reserved;
};

/* IPCPP_IOC_MESSAGE_RECORD */
struct ipcpp_message_record {
	struct ipcpp_message message;	/* in: handle; out: all, lengths as they are now */
};

/* IPCPP_IOC_MESSAGE_SET_COOKIE */
struct ipcpp_message_set_cookie {
	__u64 message;		/* handle of the connect message */
	__u64 cookie;		/* not 0 */
};

/* IPCPP_IOC_MESSAGE_CLIENT */
struct ipcpp_message_client {
	__u64 message;		/* handle */
	__u32 owner;		/* enum ipcpp_owner */
	__u32 handle;		/* out: of the client thread */
};

/* IPCPP_IOC_THREAD_SET_EXIT */
struct ipcpp_thread_set_exit {
	__u32 type;		/* enum ipcpp_exit_type, not IPCPP_EXIT_PENDING */
	__s32 reason;
	__u8 category[IPCPP_CATEGORY_MAX];	/* zero-padded; of a panic */
	__u32 length;		/* bytes of category */
	__u32 reserved;
};

/* IPCPP_IOC_EXIT_INFO */
struct ipcpp_exit_info {
	__u32 handle;		/* of a thread or a process */
	__u32 type;		/* out: enum ipcpp_exit_type */
	__s32 reason;		/* out */
	__u32 length;		/* out: bytes of category */
	__u8 category[IPCPP_CATEGORY_MAX];	/* out, zero-padded */
};

/* What is charged to a user */
enum ipcpp_resource {
	IPCPP_RES_PROCESSES	= 0,
	IPCPP_RES_THREADS	= 1,
	IPCPP_RES_SERVERS	= 2,
	IPCPP_RES_SESSIONS	= 3,
	IPCPP_RES_HANDLES	= 4,
	IPCPP_RES_MESSAGES	= 5,
	IPCPP_RES_REQUESTS	= 6,
	IPCPP_RES_COUNT		= 7,
};

/* IPCPP_IOC_USAGE */
struct ipcpp_usage {
	__u64 used[8];		/* out: by enum ipcpp_resource, of the caller's user */
	__u64 limit[8];		/* out */
};

#define IPCPP_IOC_INFO			_IOWR(IPCPP_IOC_MAGIC, 0x00, struct ipcpp_info)
#define IPCPP_IOC_THREAD_SELF		_IOWR(IPCPP_IOC_MAGIC, 0x01, struct ipcpp_thread_self)
#define IPCPP_IOC_HANDLE_CLOSE		_IOW(IPCPP_IOC_MAGIC, 0x02, struct ipcpp_handle_close)
#define IPCPP_IOC_HANDLE_DUPLICATE	_IOWR(IPCPP_IOC_MAGIC, 0x03, struct ipcpp_handle_duplicate)
#define IPCPP_IOC_HANDLE_INFO		_IOWR(IPCPP_IOC_MAGIC, 0x04, struct ipcpp_handle_info)
#define IPCPP_IOC_HANDLE_NAME		_IOWR(IPCPP_IOC_MAGIC, 0x05, struct ipcpp_handle_name)
#define IPCPP_IOC_NOTIFY_DESTRUCTION	_IOW(IPCPP_IOC_MAGIC, 0x06, struct ipcpp_notify_destruction)
#define IPCPP_IOC_FIND_NEXT		_IOWR(IPCPP_IOC_MAGIC, 0x07, struct ipcpp_find_next)
#define IPCPP_IOC_OPEN			_IOWR(IPCPP_IOC_MAGIC, 0x08, struct ipcpp_open)
#define IPCPP_IOC_REQUEST_WAIT		_IOW(IPCPP_IOC_MAGIC, 0x09, struct ipcpp_request_wait)
#define IPCPP_IOC_SERVER_CREATE		_IOWR(IPCPP_IOC_MAGIC, 0x0a, struct ipcpp_server_create)
#define IPCPP_IOC_SERVER_CANCEL		_IOW(IPCPP_IOC_MAGIC, 0x0b, struct ipcpp_server_cancel)
#define IPCPP_IOC_SESSION_CREATE	_IOWR(IPCPP_IOC_MAGIC, 0x0c, struct ipcpp_session_create)
#define IPCPP_IOC_SEND_RECEIVE		_IOWR(IPCPP_IOC_MAGIC, 0x0d, struct ipcpp_send)
#define IPCPP_IOC_COMPLETE_RECEIVE	_IOWR(IPCPP_IOC_MAGIC, 0x0e, struct ipcpp_complete_receive)
#define IPCPP_IOC_MESSAGE_READ		_IOWR(IPCPP_IOC_MAGIC, 0x0f, struct ipcpp_message_copy)
#define IPCPP_IOC_MESSAGE_WRITE		_IOWR(IPCPP_IOC_MAGIC, 0x10, struct ipcpp_message_copy)
#define IPCPP_IOC_MESSAGE_RECORD	_IOWR(IPCPP_IOC_MAGIC, 0x11, struct ipcpp_message_record)
#define IPCPP_IOC_MESSAGE_SET_COOKIE	_IOW(IPCPP_IOC_MAGIC, 0x12, struct ipcpp_message_set_cookie)
#define IPCPP_IOC_MESSAGE_CLIENT	_IOWR(IPCPP_IOC_MAGIC, 0x13, struct ipcpp_message_client)
#define IPCPP_IOC_THREAD_SET_EXIT	_IOW(IPCPP_IOC_MAGIC, 0x14, struct ipcpp_thread_set_exit)
#define IPCPP_IOC_EXIT_INFO		_IOWR(IPCPP_IOC_MAGIC, 0x15, struct ipcpp_exit_info)
#define IPCPP_IOC_USAGE			_IOWR(IPCPP_IOC_MAGIC, 0x16, struct ipcpp_usage)

#endif /* _UAPI_IPCPP_H */
