// SPDX-License-Identifier: MIT
#include "harness.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum {
	EXIT_PASSED = 0,
	EXIT_FAILED = 1,
	EXIT_SKIPPED = 4,
};

static struct test *tests, **tests_end = &tests;
static atomic_int failures;
static int skip_pipe[2];

/* Programs that exec themselves define it; it never returns to the runner. */
__attribute__((weak)) int helper_main(int argc, char **argv);

void test_register(struct test *test)
{
	*tests_end = test;
	tests_end = &test->next;
}

unsigned int slowness(void)
{
	const char *text = getenv("IPCPP_TEST_SLOW");
	int n = text ? atoi(text) : 1;

	return n > 0 ? (unsigned int)n : 1;
}

/* One write per line, so that lines of several processes never mix. */
static void print_line(const char *format, va_list args)
{
	char line[1024];
	int n = vsnprintf(line, sizeof(line) - 1, format, args);

	if (n < 0)
		return;
	if ((size_t)n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n] = '\n';
	if (write(STDOUT_FILENO, line, (size_t)n + 1) < 0)
		_exit(EXIT_FAILED);
}

__attribute__((format(printf, 1, 2))) static void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(format, args);
	va_end(args);
}

void diag(const char *format, ...)
{
	char text[900];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	print("# %s", text);
}

void check_fail(bool fatal, const char *file, int line, const char *format, ...)
{
	const char *base = strrchr(file, '/');
	int saved = errno;
	char text[800];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* A storm that goes wrong would else bury its first failure. */
	if (atomic_fetch_add(&failures, 1) < 40)
		diag("%s:%d: %s", base ? base + 1 : file, line, text);
	if (fatal)
		_exit(EXIT_FAILED);
	errno = saved;
}

bool check_equal(bool fatal, const char *file, int line, const char *expected_text,
		 const char *seen_text, long long expected, long long seen)
{
	if (expected == seen)
		return true;
	check_fail(fatal, file, line, "expected %s (%lld, 0x%llx), %s is %lld (0x%llx)",
		   expected_text, expected, (unsigned long long)expected, seen_text, seen,
		   (unsigned long long)seen);
	return false;
}

static const char *errno_name(int value)
{
	const char *name = value ? strerrorname_np(value) : "success";

	return name ? name : "an unknown errno";
}

bool check_errno(bool fatal, const char *file, int line, const char *text, int expected, int seen)
{
	if (expected == seen)
		return true;
	check_fail(fatal, file, line, "%s: expected %s, seen %s (%d)", text, errno_name(expected),
		   errno_name(seen), seen);
	return false;
}

void skip(const char *reason)
{
	if (write(skip_pipe[1], reason, strlen(reason)) < 0)
		_exit(EXIT_FAILED);
	_exit(EXIT_SKIPPED);
}

void child_exit(void)
{
	_exit(atomic_load(&failures) ? EXIT_FAILED : EXIT_PASSED);
}

/* Returns the wait status, or -1 when the time was up. */
static int wait_limited(pid_t pid, unsigned int seconds)
{
	struct timespec end, now, rest;
	sigset_t chld;
	int status;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	for (;;) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= end.tv_sec)
			return -1;
		rest.tv_sec = end.tv_sec - now.tv_sec;
		rest.tv_nsec = 0;
		sigtimedwait(&chld, NULL, &rest);
	}
}

static bool run(const struct test *test, int number)
{
	unsigned int limit = test->limit * slowness();
	char reason[200];
	int status;
	ssize_t n;
	pid_t pid;

	if (pipe2(skip_pipe, O_CLOEXEC) < 0)
		return false;
	pid = fork();
	if (pid < 0)
		return false;
	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		test->run();
		child_exit();
	}
	status = wait_limited(pid, limit);
	kill(-pid, SIGKILL);
	if (status == -1) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		diag("no end after %u seconds", limit);
	} else if (WIFSIGNALED(status)) {
		diag("ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	}
	close(skip_pipe[1]);
	n = read(skip_pipe[0], reason, sizeof(reason) - 1);
	close(skip_pipe[0]);
	if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED && n > 0) {
		reason[n] = '\0';
		print("ok %d %s # SKIP %s", number, test->name, reason);
		return true;
	}
	if (status == 0) {
		print("ok %d %s", number, test->name);
		return true;
	}
	print("not ok %d %s", number, test->name);
	return false;
}

static bool selected(const struct test *test, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strstr(test->name, argv[i]))
			return true;
	return argc <= 1;
}

int main(int argc, char **argv)
{
	int count = 0, failed = 0, number = 0;
	sigset_t chld;

	if (argc > 1 && !strcmp(argv[1], "--helper"))
		return helper_main ? helper_main(argc - 2, argv + 2) : 2;
	if (argc > 1 && !strcmp(argv[1], "--list")) {
		for (struct test *test = tests; test; test = test->next)
			print("%s", test->name);
		return 0;
	}
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	for (struct test *test = tests; test; test = test->next)
		count += selected(test, argc, argv);
	print("TAP version 13");
	print("1..%d", count);
	for (struct test *test = tests; test; test = test->next)
		if (selected(test, argc, argv))
			failed += !run(test, ++number);
	print("# %s: %d of %d passed", program_invocation_short_name, count - failed, count);
	return failed || !count ? 1 : 0;
}
