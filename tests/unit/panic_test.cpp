// SPDX-License-Identifier: MIT
#include "ipcpp/panic.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "ipcpp/des.h"
#include "ipcpp/user.h"

namespace ipcpp::test {
namespace {

TEST(PanicDeathTest, of_the_main_thread_ends_the_process_with_sigabrt_and_one_line) {
    EXPECT_EXIT(
        {
            // What is expected is the whole output: anything else on standard error fails the
            // match.
            PanicThread("TEST", -7);
        },
        testing::KilledBySignal(SIGABRT), "^ipcpp: panic TEST -7 in thread [0-9]+\n$");
}

TEST(PanicDeathTest, sigabrt_ends_the_process_even_if_blocked_and_ignored) {
    EXPECT_EXIT(
        {
            sigset_t signals;
            sigemptyset(&signals);
            sigaddset(&signals, SIGABRT);
            pthread_sigmask(SIG_BLOCK, &signals, nullptr);
            std::signal(SIGABRT, SIG_IGN);
            PanicThread("TEST", 1);
        },
        testing::KilledBySignal(SIGABRT), "panic TEST 1 ");
}

TEST(PanicDeathTest, category_is_cut_after_16_characters) {
    EXPECT_EXIT(PanicThread("0123456789abcdefXYZ", KMinTInt), testing::KilledBySignal(SIGABRT),
                "panic 0123456789abcdef -2147483648 in");
}

TEST(PanicDeathTest, of_another_thread_ends_that_thread_only_and_unwinds_nothing) {
    EXPECT_EXIT(
        {
            static bool unwound = false;
            static bool continued = false;
            std::thread thread([] {
                struct Guard {
                    ~Guard() { unwound = true; }
                };
                const Guard guard;
                PanicThread("TEST", 9);
                continued = true;
            });
            thread.join();
            _exit(!unwound && !continued ? 42 : 1);
        },
        testing::ExitedWithCode(42), "ipcpp: panic TEST 9 in thread [0-9]+\n");
}

TEST(PanicDeathTest, user_class_takes_both_widths) {
    EXPECT_EXIT(User::Panic(_L8("NARROW"), 3), testing::KilledBySignal(SIGABRT), "panic NARROW 3 ");
    EXPECT_EXIT(User::Panic(_L("W\u00efDE"), 4), testing::KilledBySignal(SIGABRT),
                "panic W\\?DE 4 ");
    EXPECT_EXIT(User::Panic(_L("0123456789abcdefXYZ"), 5), testing::KilledBySignal(SIGABRT),
                "panic 0123456789abcdef 5 ");
    EXPECT_EXIT(User::Invariant(), testing::KilledBySignal(SIGABRT), "panic USER 0 ");
}

}  // namespace
}  // namespace ipcpp::test
