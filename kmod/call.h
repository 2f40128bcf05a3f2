/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: calls
 *
 * What a command handler gets: who calls, and a copy of the structure that was
 * passed. A handler is a function ipcpp_<noun>_<verb>(call); it never reads the
 * user's structure again.
 */
#ifndef IPCPP_CALL_H
#define IPCPP_CALL_H

#include <linux/types.h>
#include <uapi/ipcpp.h>

struct ipcpp_process;
struct ipcpp_thread;

union ipcpp_args {
	struct ipcpp_info info;
	struct ipcpp_thread_self thread_self;
	struct ipcpp_handle_close handle_close;
	struct ipcpp_handle_duplicate handle_duplicate;
	struct ipcpp_handle_info handle_info;
	struct ipcpp_handle_name handle_name;
	struct ipcpp_notify_destruction notify_destruction;
	struct ipcpp_find_next find_next;
	struct ipcpp_open open;
	struct ipcpp_request_wait request_wait;
	struct ipcpp_server_create server_create;
	struct ipcpp_server_cancel server_cancel;
	struct ipcpp_session_create session_create;
	struct ipcpp_send send;
	struct ipcpp_complete_receive complete_receive;
	struct ipcpp_message_copy message_copy;
	struct ipcpp_message_record message_record;
	struct ipcpp_message_set_cookie message_set_cookie;
	struct ipcpp_message_client message_client;
	struct ipcpp_thread_set_exit thread_set_exit;
	struct ipcpp_exit_info exit_info;
	struct ipcpp_usage usage;
};

/**
 * struct ipcpp_call - one command being carried out
 * @process: the caller's context; lasts for the call, since its thread does
 * @thread: the caller's thread object; NULL for commands that need none
 * @args: the structure, copied in, zero-extended
 * @user: where it came from
 * @size: how much of it the caller and the module both know
 */
struct ipcpp_call {
	struct ipcpp_process *process;
	struct ipcpp_thread *thread;
	union ipcpp_args *args;
	void __user *user;
	size_t size;
};

long ipcpp_call_copy_back(struct ipcpp_call *call);

#endif
