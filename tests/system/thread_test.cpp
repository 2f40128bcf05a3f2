// SPDX-License-Identifier: MIT
// Threads and processes as objects: spec/symbian.md §2.8, §19, §20, §26.16.
#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "support.h"

namespace ipcpp::test {
namespace {

TEST(Thread, lives_until_it_ends) {
    EXPECT_EQ(RThread().ExitType(), EExitPending);
    EXPECT_EQ(RThread().ExitReason(), 0);
    EXPECT_EQ(RThread().ExitCategory().Length(), 0);
}

TEST(Thread, that_returns_ends_with_kill_0) {
    EXPECT_EQ(EndOf([] {}), Returned());
}

TEST(Thread, panic_is_recorded_with_category_and_reason) {
    EXPECT_EQ(EndOf([] { User::Panic(_L("SOME-CATEGORY"), -12345); }),
              Panicked("SOME-CATEGORY", -12345));
    EXPECT_EQ(EndOf([] { User::Panic(_L8("0123456789abcdefX"), KMaxTInt); }),
              Panicked("0123456789abcdef", KMaxTInt));
    EXPECT_EQ(EndOf([] { User::Panic(_L8(""), 0); }), Panicked("", 0));
}

TEST(Thread, end_closes_its_thread_relative_handles_but_not_those_of_the_process) {
    ServerThread server;
    Session shared;
    std::thread([&] {
        Session local;
        EXPECT_EQ(local.Connect(server.Name()), KErrNone);
        EXPECT_NE(local.Handle() & KHandleFlagLocal, 0);
        EXPECT_EQ(shared.CreateSession(server.Name(), TVersion(), -1, EIpcSession_Sharable),
                  KErrNone);
    }).join();
    server.WaitFor(RMessage2::EDisConnect);
    EXPECT_EQ(shared.SendReceive(5), KErrNotSupported);
    const auto log = server.Log();
    EXPECT_EQ(std::count(log.begin(), log.end(), RMessage2::EDisConnect), 1);
    shared.Close();
    server.WaitFor(RMessage2::EDisConnect, 2);
}

TEST(Thread, panic_closes_its_handles_too) {
    ServerThread server;
    std::thread([&] {
        Session local;
        EXPECT_EQ(local.Connect(server.Name()), KErrNone);
        User::Panic(_L("GONE"), 1);
    }).join();
    server.WaitFor(RMessage2::EDisConnect);
}

TEST(Thread, ids_are_never_used_again) {
    TUint64 last = RThread().Id().Id();
    for (int i = 0; i < 20; ++i) {
        std::thread([&] {
            const TUint64 own = RThread().Id().Id();
            EXPECT_GT(own, last);
            last = own;
        }).join();
    }
}

/// How a child ends, seen through a handle that was opened while it lived.
Ended EndOfProcess(const std::function<int()>& aBody) {
    const Shared<TFullName> name;
    const Event ready;
    const Event go;
    Child child([&] {
        *name = RProcess().FullName();
        ready.Signal();
        (void)go.Wait();
        return aBody();
    });
    EXPECT_TRUE(ready.Wait());
    RProcess process;
    EXPECT_EQ(process.Open(*name), KErrNone);
    EXPECT_EQ(process.ExitType(), EExitPending);
    go.Signal();
    child.Wait();
    // The kernel notes the end when the last thread has gone, which may be after waitpid has told
    // it.
    while (process.ExitType() == EExitPending) {
        sched_yield();
    }
    Ended ended = {process.ExitType(), process.ExitReason(), Narrow(process.ExitCategory())};
    process.Close();
    return ended;
}

TEST(Process, that_exits_ends_with_kill_and_the_low_byte_of_its_status) {
    EXPECT_EQ(EndOfProcess([] { return 7; }), (Ended{EExitKill, 7, "Kill"}));
    EXPECT_EQ(EndOfProcess([]() -> int { _exit(0x1ff); }), (Ended{EExitKill, 0xff, "Kill"}));
}

TEST(Process, panic_of_the_main_thread_is_the_process_panic) {
    EXPECT_EQ(EndOfProcess([]() -> int { User::Panic(_L("MAIN"), 77); }), Panicked("MAIN", 77));
}

TEST(Process, that_a_signal_ends_has_the_documented_exit) {
    EXPECT_EQ(EndOfProcess([] { return raise(SIGSEGV); }), Panicked("KERN-EXEC", 3));
    EXPECT_EQ(EndOfProcess([] { return raise(SIGABRT); }), Panicked("ABORT", 0));
    EXPECT_EQ(EndOfProcess([] { return raise(SIGTERM); }),
              (Ended{EExitTerminate, SIGTERM, "Terminate"}));
    EXPECT_EQ(EndOfProcess([] { return raise(SIGKILL); }),
              (Ended{EExitTerminate, SIGKILL, "Terminate"}));
}

}  // namespace
}  // namespace ipcpp::test
