/* SPDX-License-Identifier: MIT */
/*
 * The layout of every structure of uapi/ipcpp.h, in numbers: included by a C
 * and by a C++ file, so that a field that moves breaks the build of both. The
 * header comes first and alone, with -Wpadded as an error.
 */
#include "ipcpp.h"

#include <stddef.h>

#ifdef __cplusplus
#define CHECK(X) static_assert(X, #X)
#else
#define CHECK(X) _Static_assert(X, #X)
#endif
#define SIZE(TYPE, BYTES) CHECK(sizeof(struct TYPE) == (BYTES))
#define AT(TYPE, FIELD, OFFSET) CHECK(offsetof(struct TYPE, FIELD) == (OFFSET))

SIZE(ipcpp_ring_entry, 32);
AT(ipcpp_ring_entry, user_data, 0);
AT(ipcpp_ring_entry, value, 8);
AT(ipcpp_ring_entry, flags, 12);
AT(ipcpp_ring_entry, length, 16);
SIZE(ipcpp_ring, 128 + 32 * IPCPP_RING_ENTRIES);
AT(ipcpp_ring, head, 0);
AT(ipcpp_ring, tail, 64);
AT(ipcpp_ring, flags, 68);
AT(ipcpp_ring, entry, 128);
CHECK(sizeof(struct ipcpp_ring) <= IPCPP_RING_BYTES);
CHECK((IPCPP_RING_ENTRIES & (IPCPP_RING_ENTRIES - 1)) == 0);

SIZE(ipcpp_block, 256 + IPCPP_BLOCK_DATA);
AT(ipcpp_block, message, 0);
AT(ipcpp_block, state, 8);
AT(ipcpp_block, request_offset, 16);
AT(ipcpp_block, request_bytes, 32);
AT(ipcpp_block, reply_offset, 48);
AT(ipcpp_block, alias, 64);
AT(ipcpp_block, data, 256);
SIZE(ipcpp_reply, 256 + IPCPP_BLOCK_DATA);
AT(ipcpp_reply, arg[1].written, 16);
AT(ipcpp_reply, arg[1].length, 20);
AT(ipcpp_reply, arg[1].from, 24);
AT(ipcpp_reply, arg[1].to, 28);
AT(ipcpp_reply, data, 256);
CHECK(sizeof(struct ipcpp_block) <= IPCPP_BLOCK_STRIDE);
CHECK(sizeof(struct ipcpp_reply) <= IPCPP_BLOCK_STRIDE);

SIZE(ipcpp_info, 32);
AT(ipcpp_info, features, 4);
AT(ipcpp_info, rings_bytes, 8);
AT(ipcpp_info, blocks_bytes, 16);
AT(ipcpp_info, blocks, 24);
SIZE(ipcpp_thread_self, 24);
AT(ipcpp_thread_self, thread_id, 8);
AT(ipcpp_thread_self, process_id, 16);
SIZE(ipcpp_handle_close, 8);
SIZE(ipcpp_handle_duplicate, 16);
AT(ipcpp_handle_duplicate, handle, 4);
AT(ipcpp_handle_duplicate, owner, 8);
SIZE(ipcpp_handle_info, 40);
AT(ipcpp_handle_info, type, 4);
AT(ipcpp_handle_info, id, 8);
AT(ipcpp_handle_info, in_process, 16);
AT(ipcpp_handle_info, in_thread, 20);
AT(ipcpp_handle_info, processes, 24);
AT(ipcpp_handle_info, threads, 28);
AT(ipcpp_handle_info, attributes, 32);
SIZE(ipcpp_handle_name, 24);
AT(ipcpp_handle_name, flags, 4);
AT(ipcpp_handle_name, buffer, 8);
AT(ipcpp_handle_name, size, 16);
AT(ipcpp_handle_name, length, 20);
SIZE(ipcpp_notify_destruction, 16);
AT(ipcpp_notify_destruction, user_data, 8);
SIZE(ipcpp_find_next, 32);
AT(ipcpp_find_next, size, 4);
AT(ipcpp_find_next, position, 8);
AT(ipcpp_find_next, buffer, 16);
AT(ipcpp_find_next, length, 24);
SIZE(ipcpp_open, 32);
AT(ipcpp_open, owner, 4);
AT(ipcpp_open, id, 8);
AT(ipcpp_open, name, 16);
AT(ipcpp_open, length, 24);
AT(ipcpp_open, handle, 28);
SIZE(ipcpp_request_wait, 16);
AT(ipcpp_request_wait, flags, 8);
SIZE(ipcpp_server_create, 32);
AT(ipcpp_server_create, length, 8);
AT(ipcpp_server_create, sharing, 12);
AT(ipcpp_server_create, role, 16);
AT(ipcpp_server_create, options, 20);
AT(ipcpp_server_create, mode, 24);
AT(ipcpp_server_create, handle, 28);
SIZE(ipcpp_server_cancel, 8);
SIZE(ipcpp_session_create, 32);
AT(ipcpp_session_create, length, 8);
AT(ipcpp_session_create, server, 12);
AT(ipcpp_session_create, sharing, 16);
AT(ipcpp_session_create, slots, 20);
AT(ipcpp_session_create, flags, 24);
AT(ipcpp_session_create, handle, 28);
SIZE(ipcpp_descriptor, 16);
AT(ipcpp_descriptor, length, 8);
AT(ipcpp_descriptor, max, 12);
SIZE(ipcpp_send, 160);
AT(ipcpp_send, function, 4);
AT(ipcpp_send, types, 8);
AT(ipcpp_send, flags, 12);
AT(ipcpp_send, args, 16);
AT(ipcpp_send, reserved, 48);
AT(ipcpp_send, cookie, 64);
AT(ipcpp_send, result, 72);
AT(ipcpp_send, written, 76);
AT(ipcpp_send, length, 80);
AT(ipcpp_send, descriptor, IPCPP_SEND_SHORT);
SIZE(ipcpp_completion, 16);
AT(ipcpp_completion, result, 8);
AT(ipcpp_completion, flags, 12);
SIZE(ipcpp_message, 112);
AT(ipcpp_message, session, 8);
AT(ipcpp_message, args, 16);
AT(ipcpp_message, function, 48);
AT(ipcpp_message, types, 52);
AT(ipcpp_message, length, 56);
AT(ipcpp_message, max, 72);
AT(ipcpp_message, block, 88);
AT(ipcpp_message, bad, 92);
AT(ipcpp_message, client_status, 96);
AT(ipcpp_message, reserved, 104);
SIZE(ipcpp_complete_receive, 56);
AT(ipcpp_complete_receive, flags, 4);
AT(ipcpp_complete_receive, completions, 8);
AT(ipcpp_complete_receive, receives, 12);
AT(ipcpp_complete_receive, completion, 16);
AT(ipcpp_complete_receive, message, 24);
AT(ipcpp_complete_receive, timeout, 32);
AT(ipcpp_complete_receive, user_data, 40);
AT(ipcpp_complete_receive, completed, 48);
AT(ipcpp_complete_receive, received, 52);
SIZE(ipcpp_message_copy, 40);
AT(ipcpp_message_copy, argument, 8);
AT(ipcpp_message_copy, wide, 12);
AT(ipcpp_message_copy, buffer, 16);
AT(ipcpp_message_copy, elements, 24);
AT(ipcpp_message_copy, offset, 28);
AT(ipcpp_message_copy, copied, 32);
SIZE(ipcpp_message_record, 112);
SIZE(ipcpp_message_set_cookie, 16);
AT(ipcpp_message_set_cookie, cookie, 8);
SIZE(ipcpp_message_client, 16);
AT(ipcpp_message_client, owner, 8);
AT(ipcpp_message_client, handle, 12);
SIZE(ipcpp_thread_set_exit, 32);
AT(ipcpp_thread_set_exit, reason, 4);
AT(ipcpp_thread_set_exit, category, 8);
AT(ipcpp_thread_set_exit, length, 24);
SIZE(ipcpp_exit_info, 32);
AT(ipcpp_exit_info, type, 4);
AT(ipcpp_exit_info, reason, 8);
AT(ipcpp_exit_info, length, 12);
AT(ipcpp_exit_info, category, 16);
SIZE(ipcpp_usage, 128);
AT(ipcpp_usage, limit, 64);
CHECK(IPCPP_RES_COUNT <= 8);

/* Numbers are for ever: each command has its place and its size. */
#define COMMAND(NAME, NR, BYTES) \
	CHECK(_IOC_NR(NAME) == (NR) && _IOC_SIZE(NAME) == (BYTES) && _IOC_TYPE(NAME) == 0xB7)

COMMAND(IPCPP_IOC_INFO, 0x00, 32);
COMMAND(IPCPP_IOC_THREAD_SELF, 0x01, 24);
COMMAND(IPCPP_IOC_HANDLE_CLOSE, 0x02, 8);
COMMAND(IPCPP_IOC_HANDLE_DUPLICATE, 0x03, 16);
COMMAND(IPCPP_IOC_HANDLE_INFO, 0x04, 40);
COMMAND(IPCPP_IOC_HANDLE_NAME, 0x05, 24);
COMMAND(IPCPP_IOC_NOTIFY_DESTRUCTION, 0x06, 16);
COMMAND(IPCPP_IOC_FIND_NEXT, 0x07, 32);
COMMAND(IPCPP_IOC_OPEN, 0x08, 32);
COMMAND(IPCPP_IOC_REQUEST_WAIT, 0x09, 16);
COMMAND(IPCPP_IOC_SERVER_CREATE, 0x0a, 32);
COMMAND(IPCPP_IOC_SERVER_CANCEL, 0x0b, 8);
COMMAND(IPCPP_IOC_SESSION_CREATE, 0x0c, 32);
COMMAND(IPCPP_IOC_SEND_RECEIVE, 0x0d, 160);
COMMAND(IPCPP_IOC_COMPLETE_RECEIVE, 0x0e, 56);
COMMAND(IPCPP_IOC_MESSAGE_READ, 0x0f, 40);
COMMAND(IPCPP_IOC_MESSAGE_WRITE, 0x10, 40);
COMMAND(IPCPP_IOC_MESSAGE_RECORD, 0x11, 112);
COMMAND(IPCPP_IOC_MESSAGE_SET_COOKIE, 0x12, 16);
COMMAND(IPCPP_IOC_MESSAGE_CLIENT, 0x13, 16);
COMMAND(IPCPP_IOC_THREAD_SET_EXIT, 0x14, 32);
COMMAND(IPCPP_IOC_EXIT_INFO, 0x15, 32);
COMMAND(IPCPP_IOC_USAGE, 0x16, 128);
