/* SPDX-License-Identifier: MIT */
/*
 * A test runner in the manner of the kernel's selftests: every test is a
 * function that runs in a forked child of its own, in its own process group,
 * with a time limit that the parent enforces (so that tests are free to use
 * SIGALRM). The output is TAP.
 *
 *	TEST(names_are_unique) { EXPECT_EQ(1, 1); }
 *	struct link { ... };  static void link_setup(struct link *self) { ... }
 *	TEST_F(link, close_ends_it) { ... self->server ... }
 *
 * EXPECT_* record a failure and go on; ASSERT_* end the test. Both may be used
 * in any thread, and in forked children that end with child_exit().
 */
#ifndef KSELFTEST_HARNESS_H
#define KSELFTEST_HARNESS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct test {
	const char *name;
	void (*run)(void);
	unsigned int limit;	/* seconds */
	struct test *next;
};

void test_register(struct test *test);

/* The alarm of a test that is stuck; tests themselves bound their waits lower. */
#define TEST_LIMIT 60

#define TEST_LIMITED(NAME, SECONDS)						\
	static void NAME(void);							\
	static struct test NAME##_test = { #NAME, NAME, SECONDS, NULL };	\
	__attribute__((constructor)) static void NAME##_register(void)		\
	{									\
		test_register(&NAME##_test);					\
	}									\
	static void NAME(void)

#define TEST(NAME) TEST_LIMITED(NAME, TEST_LIMIT)

#define TEST_F_LIMITED(FIXTURE, NAME, SECONDS)					\
	static void NAME##_body(struct FIXTURE *self);				\
	TEST_LIMITED(NAME, SECONDS)						\
	{									\
		static struct FIXTURE fixture;					\
										\
		FIXTURE##_setup(&fixture);					\
		NAME##_body(&fixture);						\
	}									\
	static void NAME##_body(struct FIXTURE *self)

#define TEST_F(FIXTURE, NAME) TEST_F_LIMITED(FIXTURE, NAME, TEST_LIMIT)

void check_fail(bool fatal, const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
bool check_equal(bool fatal, const char *file, int line, const char *expected_text,
		 const char *seen_text, long long expected, long long seen);
bool check_errno(bool fatal, const char *file, int line, const char *text, int expected, int seen);
void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void skip(const char *reason);
/* Ends a forked child of a test with the outcome of its own checks. */
_Noreturn void child_exit(void);
/* Slow kernels (emulated, with sanitizers) stretch every bound: IPCPP_TEST_SLOW=n. */
unsigned int slowness(void);

#define EXPECT_EQ(A, B)								\
	check_equal(false, __FILE__, __LINE__, #A, #B, (long long)(A), (long long)(B))
#define ASSERT_EQ(A, B)								\
	((void)check_equal(true, __FILE__, __LINE__, #A, #B, (long long)(A), (long long)(B)))
#define EXPECT_NE(A, B)								\
	do {									\
		if ((A) == (B))							\
			check_fail(false, __FILE__, __LINE__, "%s equals %s", #A, #B);	\
	} while (0)
#define EXPECT_TRUE(X)								\
	do {									\
		if (!(X))							\
			check_fail(false, __FILE__, __LINE__, "not true: %s", #X);	\
	} while (0)
#define ASSERT_TRUE(X)								\
	do {									\
		if (!(X))							\
			check_fail(true, __FILE__, __LINE__, "not true: %s (errno %d)", #X, errno); \
	} while (0)
/* SEEN is 0 or an errno value, as all the wrappers in ipc.h return. */
#define EXPECT_ERR(EXPECTED, SEEN)						\
	check_errno(false, __FILE__, __LINE__, #SEEN, EXPECTED, SEEN)
#define ASSERT_ERR(EXPECTED, SEEN)						\
	((void)check_errno(true, __FILE__, __LINE__, #SEEN, EXPECTED, SEEN))
#define EXPECT_OK(SEEN) EXPECT_ERR(0, SEEN)
#define ASSERT_OK(SEEN) ASSERT_ERR(0, SEEN)
#define FAIL(...) check_fail(false, __FILE__, __LINE__, __VA_ARGS__)
#define DIE(...) check_fail(true, __FILE__, __LINE__, __VA_ARGS__)

#define ARRAY_SIZE(X) (sizeof(X) / sizeof((X)[0]))

#endif
