/* SPDX-License-Identifier: MIT */
/*
 * The commands of uapi/ipcpp.h as functions that return 0 or an errno value,
 * with every out-parameter filled with PATTERN first, and the cast that most
 * tests need: a server, a client thread that is blocked in a call, a child
 * process with a door of its own.
 */
#ifndef KSELFTEST_IPC_H
#define KSELFTEST_IPC_H

#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "ipcpp.h"

#define DEVICE "/dev/ipcpp"

#define PATTERN_BYTE 0xa5
#define PATTERN32 0xa5a5a5a5U
#define PATTERN64 0xa5a5a5a5a5a5a5a5ULL

/* KErr codes that the module itself gives */
enum {
	KERR_CANCEL = -3,
	KERR_SERVER_TERMINATED = -15,
	KERR_BAD_DESCRIPTOR = -38,
	KERR_SESSION_CLOSED = -45,
};

/* --- the door ------------------------------------------------------------- */

extern int door; /* of this process */

int door_open(void);	/* a descriptor, or -errno */
void enter(void);	/* opens the door of a process that has none yet */
int ipc_on(int fd, unsigned long command, void *argument);
int ipc(unsigned long command, void *argument);

/* --- time ----------------------------------------------------------------- */

uint64_t now_ns(void);
uint64_t after_ms(unsigned int ms);
uint64_t bound(void);	/* no event of a healthy kernel takes that long */
void nap(void);		/* between two looks at a counter without an event */

/* EVENTUALLY(x): looks until x is true; for what the kernel tells nobody. */
#define EVENTUALLY(X)								\
	do {									\
		uint64_t eventually_end = bound();				\
										\
		while (!(X)) {							\
			if (now_ns() > eventually_end)				\
				DIE("never became true: %s", #X);		\
			nap();							\
		}								\
	} while (0)

/* --- handles -------------------------------------------------------------- */

void thread_self(struct ipcpp_thread_self *out);
int handle_close(uint32_t handle);
int duplicate(uint32_t thread, uint32_t *handle, uint32_t owner);
int handle_info(uint32_t handle, struct ipcpp_handle_info *out);
uint64_t object_id(uint32_t handle);
int handle_name(uint32_t handle, uint32_t flags, char *buffer, uint32_t size, uint32_t *length);
int notify_destruction(uint32_t handle, uint64_t user_data);
int find_next(uint32_t type, uint64_t *position, char *buffer, uint32_t size, uint32_t *length);
int open_name(uint32_t type, const char *name, uint32_t owner, uint32_t *handle);
int open_id(uint32_t type, uint64_t id, uint32_t owner, uint32_t *handle);
int exit_info(uint32_t handle, struct ipcpp_exit_info *out);
int thread_set_exit(uint32_t type, int32_t reason, const char *category);
void usage(struct ipcpp_usage *out);
/* Waits until nobody but this process is charged to the user, then tells. */
void usage_settled(struct ipcpp_usage *out);
void expect_usage_returns_to(const struct ipcpp_usage *before);
const char *unique_name(void);	/* a new string with each call */

/* --- rings ---------------------------------------------------------------- */

struct ipcpp_ring *ring_of_thread(void);
/* Takes the next entry; waits for it in IPCPP_IOC_REQUEST_WAIT, until bound(). */
int ring_next(struct ipcpp_ring *ring, struct ipcpp_ring_entry *out);
bool ring_take(struct ipcpp_ring *ring, struct ipcpp_ring_entry *out);
int request_wait(uint64_t timeout);
const struct ipcpp_block *map_blocks(void);
struct ipcpp_reply *map_replies(void);

/* --- servers -------------------------------------------------------------- */

int server_new(const char *name, uint32_t sharing, uint32_t mode, uint32_t *handle);
int server_cancel(uint32_t server);
int complete_receive(struct ipcpp_complete_receive *io);
/* One message; waits until bound(). */
int receive(uint32_t server, struct ipcpp_message *out);
/* One message if there is one, else ETIMEDOUT. */
int receive_now(uint32_t server, struct ipcpp_message *out);
int receive_arm(uint32_t server, uint64_t user_data);
int complete(uint64_t message, int32_t result);
int message_read(uint64_t message, uint32_t argument, bool wide, void *buffer, uint32_t elements,
		 uint32_t offset, uint32_t *copied);
int message_write(uint64_t message, uint32_t argument, bool wide, const void *buffer,
		  uint32_t elements, uint32_t offset);
int message_record(uint64_t message, struct ipcpp_message *out);
int set_cookie(uint64_t message, uint64_t cookie);
int message_client(uint64_t message, uint32_t owner, uint32_t *handle);
/* Receives what must be a disconnect, and completes it. */
void expect_disconnect(uint32_t server, uint64_t cookie);
void expect_no_message(uint32_t server);

/* --- clients -------------------------------------------------------------- */

int session_new(const char *name, uint32_t sharing, uint32_t *handle);
int session_new_to(uint32_t server, uint32_t sharing, uint32_t *handle);

/* A send in a thread of its own, so that the test can play the server. */
struct call {
	struct ipcpp_send send;
	pthread_t thread;
	_Atomic pid_t tid;
	int error;	/* of the call: valid after call_join() */
};

void send_init(struct ipcpp_send *send, uint32_t session, int32_t function);
/* Argument i becomes a descriptor: elements, not bytes. */
void send_descriptor(struct ipcpp_send *send, int i, uint32_t type, void *data, uint32_t length,
		     uint32_t max);
int send_receive(struct ipcpp_send *send);
int send_simple(uint32_t session, int32_t function, int32_t *result);
void call_start(struct call *call);
void call_begin(struct call *call, uint32_t session, int32_t function);
/* Until the thread sleeps in its call: from then on its message is queued. */
void call_wait_blocked(struct call *call);
bool thread_sleeps(pid_t pid, pid_t tid);
int call_join(struct call *call);
void join_bounded(pthread_t thread);
/* Plays both sides of a connect; the test is the server's thread. */
void connect_session(uint32_t server, uint32_t session, uint64_t cookie);
/* The client's side alone: in the process or thread that has the session. */
int connect_client(uint32_t session, int32_t *result);
/* The server's side alone. */
void accept_connect(uint32_t server, uint64_t cookie);

/* What most tests of messages begin with. */
#define LINK_COOKIE 0x5e5510deULL
struct link {
	const char *name;
	uint32_t server;	/* thread-relative, of the test's thread */
	uint32_t session;	/* process-relative, connected, LINK_COOKIE */
};
void link_setup(struct link *link);

/* A server in a thread that completes every message with its function. */
struct echo {
	const char *name;
	uint32_t server;	/* process-relative duplicate */
	uint32_t sharing;
	uint32_t mode;
	pthread_t thread;
	_Atomic uint64_t served;	/* messages but for connects and disconnects */
	_Atomic uint64_t connects;
	_Atomic uint64_t disconnects;
	_Atomic bool ready, stop;
};
void echo_start(struct echo *echo);
void echo_stop(struct echo *echo);

/* --- processes ------------------------------------------------------------ */

/*
 * A child with a pipe in each direction. In the child, say() and hear() talk to the
 * parent; in the parent, child_say() and child_hear() to the child.
 */
struct child {
	pid_t pid;
	int to, from;
};

/* Returns 0 in the child, which has no door yet. */
pid_t child_start(struct child *child);
void say(uint64_t word);
uint64_t hear(void);
void child_say(struct child *child, uint64_t word);
uint64_t child_hear(struct child *child);
/* Waits for its end, which must be that of child_exit() without a failure. */
void child_expect_ok(struct child *child);
void child_kill(struct child *child);
int wait_status(pid_t pid);

/* Words on a pipe: for tests that start processes in other ways. */
void pipe_write(int fd, uint64_t word);
uint64_t pipe_read(int fd);

#endif
