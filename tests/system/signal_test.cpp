// SPDX-License-Identifier: MIT
// Signals and tracers while a thread is in a call: spec/symbian.md §6.2; design: calls resume.
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csetjmp>
#include <csignal>
#include <ctime>

#include "support.h"

namespace ipcpp::test {
namespace {

std::atomic<int> gHandled{0};

void Handle(int aSignal, void (*aHandler)(int), int aFlags = 0) {
    struct sigaction action = {};
    action.sa_handler = aHandler;
    action.sa_flags = aFlags;
    ASSERT_EQ(sigaction(aSignal, &action, nullptr), 0);
}

/// Sends the calling thread a signal 10,000 times a second.
class Timer {
public:
    explicit Timer(int aSignal) {
        sigevent event = {};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = aSignal;
        event._sigev_un._tid = gettid();
        EXPECT_EQ(timer_create(CLOCK_MONOTONIC, &event, &iTimer), 0);
        const itimerspec interval = {{0, 100'000}, {0, 100'000}};
        EXPECT_EQ(timer_settime(iTimer, 0, &interval, nullptr), 0);
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { timer_delete(iTimer); }

private:
    timer_t iTimer{};
};

TEST(Signals, at_10_khz_lose_repeat_and_disturb_nothing) {
    gHandled = 0;
    Handle(SIGRTMIN + 1, [](int) { ++gHandled; });
    TInt next = 0;
    ServerThread server({{1, [&](RMessage2& aMessage) {
                              // Each message arrives once, and in its turn.
                              EXPECT_EQ(aMessage.Int0(), next);
                              ++next;
                              TBuf8<40> text;
                              EXPECT_EQ(aMessage.Read(1, text), KErrNone);
                              text.Append(_L8("!"));
                              EXPECT_EQ(aMessage.Write(2, text), KErrNone);
                              return aMessage.Int0() + 1;
                          }}});
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    const TInt calls = StormSize(20'000);
    {
        const Timer timer(SIGRTMIN + 1);
        for (TInt i = 0; i < calls; ++i) {
            TBuf8<40> text;
            text.Num(TInt64{i});
            TBuf8<41> reply;
            ASSERT_EQ(session.SendReceive(1, TIpcArgs(i, &text, &reply)), i + 1);
            text.Append('!');
            ASSERT_EQ(reply, text);
        }
    }
    EXPECT_EQ(next, calls);
    EXPECT_GT(gHandled, 10);
    session.Close();
}

TEST(Signals, at_10_khz_disturb_no_server) {
    gHandled = 0;
    Handle(SIGRTMIN + 1, [](int) { ++gHandled; });
    const UniqueName name("under fire");
    RServer2 server;
    ASSERT_EQ(server.CreateGlobal(name), KErrNone);
    const TInt calls = StormSize(20'000);
    std::thread client([&] {
        Session session;
        ASSERT_EQ(session.Connect(name), KErrNone);
        for (TInt i = 0; i < calls; ++i) {
            ASSERT_EQ(session.SendReceive(1, TIpcArgs(i)), i);
        }
        session.Close();
    });
    {
        const Timer timer(SIGRTMIN + 1);
        RMessage2 message;
        server.Receive(message);
        server.CompleteAndReceive(message, KErrNone);
        for (TInt i = 0; i < calls; ++i) {
            ASSERT_EQ(message.Int0(), i);
            server.CompleteAndReceive(message, i);
        }
        EXPECT_EQ(message.Function(), RMessage2::EDisConnect);
        message.Complete(KErrNone);
    }
    client.join();
    EXPECT_GT(gHandled, 10);
    server.Close();
}

TEST(Signals, wake_no_wait_for_requests) {
    gHandled = 0;
    Handle(SIGRTMIN + 1, [](int) { ++gHandled; });
    RServer2 object;
    ASSERT_EQ(object.CreateGlobal(_L("")), KErrNone);
    TRequestStatus gone;
    object.NotifyDestruction(gone);
    const pthread_t self = pthread_self();
    std::thread closer([&] {
        while (gHandled < 50) {
            pthread_kill(self, SIGRTMIN + 1);
            std::this_thread::yield();
        }
        object.Close();
    });
    User::WaitForRequest(gone);
    EXPECT_EQ(gone, KErrNone);
    EXPECT_GE(gHandled, 50);
    closer.join();
}

/// What a handler of the test makes use of.
Session* gSession = nullptr;
sigjmp_buf gJump;

/// Answers function 2 at once; function 1 is kept, and the caller is sent a signal when it is.
class Interrupter {
public:
    explicit Interrupter(int aSignal)
        : iServer({{1,
                    [this, aSignal](RMessage2& aMessage) -> std::optional<TInt> {
                        iKept = aMessage;
                        pthread_kill(iCaller, aSignal);
                        return std::nullopt;
                    }},
                   {2,
                    [](RMessage2& aMessage) {
                        TBuf8<20> text;
                        const TInt error = aMessage.Read(0, text);
                        return error == KErrNone ? aMessage.Write(1, text) : aMessage.Int2();
                    }},
                   {3, [this](RMessage2&) {
                        iKept.Complete(33);
                        return 3;
                    }}}) {}
    Interrupter(const Interrupter&) = delete;
    Interrupter& operator=(const Interrupter&) = delete;
    ~Interrupter() = default;
    ServerThread& Server() { return iServer; }
    RMessage2 iKept;
    pthread_t iCaller{};

private:
    ServerThread iServer;
};

TEST(Signals, nested_call_in_a_handler_panics_kern_exec_30) {
    for (const bool alternate : {false, true}) {
        Interrupter world(SIGUSR2);
        Session session;
        gSession = &session;
        Handle(
            SIGUSR2, [](int) { (void)gSession->SendReceive(2); }, alternate ? SA_ONSTACK : 0);
        EXPECT_EQ(EndOf([&] {
                      std::array<char, 1 << 16> memory{};
                      stack_t stack = {
                          .ss_sp = memory.data(), .ss_flags = 0, .ss_size = memory.size()};
                      if (alternate) {
                          ASSERT_EQ(sigaltstack(&stack, nullptr), 0);
                      }
                      world.iCaller = pthread_self();
                      ASSERT_EQ(session.Connect(world.Server().Name()), KErrNone);
                      (void)session.SendReceive(1);
                      ADD_FAILURE() << "survived";
                  }),
                  Panicked("KERN-EXEC", 30))
            << "alternate stack " << alternate;
        world.Server().WaitFor(RMessage2::EDisConnect);
    }
}

TEST(Signals, handler_may_call_when_it_interrupted_no_call) {
    ServerThread server;
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    gSession = &session;
    gHandled = 0;
    Handle(SIGUSR2, [](int) {
        if (gSession->SendReceive(5) == KErrNotSupported) {
            ++gHandled;
        }
    });
    raise(SIGUSR2);
    EXPECT_EQ(gHandled, 1);
    EXPECT_EQ(session.SendReceive(6), KErrNotSupported);
    session.Close();
}

void JumpOut(int) {
    siglongjmp(gJump, 1);
}

/// Calls with the given amount of stack above the call's own.
[[gnu::noinline]] TInt CallDeep(Session& aSession, int aDepth) {
    std::array<volatile char, 512> frame{};
    frame[static_cast<std::size_t>(aDepth) % frame.size()] = 1;
    if (aDepth > 0) {
        const TInt result = CallDeep(aSession, aDepth - 1);
        frame[1] = 1;
        return result;
    }
    TBuf8<20> in(_L8("text"));
    TBuf8<20> out;
    const TInt error = aSession.SendReceive(2, TIpcArgs(&in, &out));
    return error == KErrNone && out == in ? KErrNone : KErrGeneral;
}

[[gnu::noinline]] void CallAndJump(Session& aSession, int aDepth) {
    std::array<volatile char, 512> frame{};
    frame[2] = 1;
    if (aDepth > 0) {
        CallAndJump(aSession, aDepth - 1);
        frame[3] = 1;
        return;
    }
    TBuf8<20> buffer(_L8("left behind"));
    (void)aSession.SendReceive(1, TIpcArgs(&buffer));
    ADD_FAILURE() << "the call returned";
}

/// Makes a call that a handler jumps out of, back to here.
[[gnu::noinline]] void LeaveCall(Session& aSession, int aDepth) {
    if (sigsetjmp(gJump, 1) == 0) {
        CallAndJump(aSession, aDepth);
    }
}

void JumpThenCall(int aFlags, int aDepthBefore, int aDepthAfter) {
    SCOPED_TRACE(testing::Message() << aFlags << ' ' << aDepthBefore << ' ' << aDepthAfter);
    std::array<char, 1 << 16> memory{};
    stack_t stack = {.ss_sp = memory.data(), .ss_flags = 0, .ss_size = memory.size()};
    ASSERT_EQ(sigaltstack(&stack, nullptr), 0);
    Interrupter world(SIGUSR2);
    world.iCaller = pthread_self();
    Handle(SIGUSR2, JumpOut, aFlags);
    Session session;
    ASSERT_EQ(session.Connect(world.Server().Name()), KErrNone);
    for (int round = 0; round < 3; ++round) {
        LeaveCall(session, aDepthBefore);
        // What was left behind is the server's to complete; to it the client is as good as dead.
        EXPECT_EQ(CallDeep(session, aDepthAfter), KErrNone);
        EXPECT_EQ(CallDeep(session, aDepthBefore), KErrNone);
        TBuf8<20> buffer;
        EXPECT_EQ(world.iKept.Read(0, buffer), KErrDied);
        EXPECT_EQ(world.iKept.Write(0, _L8("late")), KErrDied);
        world.iKept.Complete(KErrNone);
    }
    session.Close();
    stack = {.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    sigaltstack(&stack, nullptr);
}

TEST(Signals, longjmp_out_of_a_call_leaves_the_thread_able_to_call) {
    for (const int flags : {0, SA_ONSTACK}) {
        JumpThenCall(flags, 0, 0);
        JumpThenCall(flags, 20, 0);
        JumpThenCall(flags, 0, 20);
        std::thread([&] { JumpThenCall(flags, 3, 40); }).join();
    }
}

TEST(Signals, handler_may_call_after_an_earlier_call_was_left) {
    Interrupter world(SIGUSR2);
    world.iCaller = pthread_self();
    Handle(SIGUSR2, JumpOut);
    Session session;
    ASSERT_EQ(session.Connect(world.Server().Name()), KErrNone);
    gSession = &session;
    LeaveCall(session, 5);
    gHandled = 0;
    Handle(SIGUSR1, [](int) {
        if (CallDeep(*gSession, 10) == KErrNone) {
            ++gHandled;
        }
    });
    raise(SIGUSR1);
    EXPECT_EQ(gHandled, 1);
    world.iKept.Complete(KErrNone);
    session.Close();
}

/// A client process in a call that the test keeps.
class HeldClient {
public:
    HeldClient()
        : iServer({{1,
                    [this](RMessage2& aMessage) -> std::optional<TInt> {
                        iKept.set_value(aMessage);
                        return std::nullopt;
                    }}}),
          iClient([this] {
              Session session;
              EXPECT_EQ(session.Connect(iServer.Name()), KErrNone);
              TBuf8<20> text(_L8("held"));
              EXPECT_EQ(session.SendReceive(1, TIpcArgs(&text)), 21);
              EXPECT_EQ(text, _L8("released"));
              EXPECT_EQ(session.SendReceive(2), KErrNotSupported);
              session.Close();
              return 0;
          }),
          iMessage(iKept.get_future().get()) {}
    HeldClient(const HeldClient&) = delete;
    HeldClient& operator=(const HeldClient&) = delete;
    ~HeldClient() = default;
    [[nodiscard]] pid_t Pid() const { return iClient.Pid(); }
    void Release() {
        EXPECT_EQ(iMessage.Write(0, _L8("released")), KErrNone);
        iMessage.Complete(21);
    }
    int Wait() { return iClient.Wait(); }
    ServerThread& Server() { return iServer; }

private:
    std::promise<RMessage2> iKept;
    ServerThread iServer;
    Child iClient;
    RMessage2 iMessage;
};

void AwaitStop(pid_t aChild) {
    int status = 0;
    ASSERT_EQ(waitpid(aChild, &status, WUNTRACED), aChild);
    ASSERT_TRUE(WIFSTOPPED(status));
}

TEST(Signals, stop_and_continue_in_the_middle_of_a_call_change_nothing) {
    for (const bool completeWhileStopped : {false, true}) {
        HeldClient client;
        for (int i = 0; i < 3; ++i) {
            kill(client.Pid(), SIGSTOP);
            AwaitStop(client.Pid());
            if (completeWhileStopped && i == 2) {
                client.Release();
            }
            kill(client.Pid(), SIGCONT);
        }
        if (!completeWhileStopped) {
            client.Release();
        }
        EXPECT_EQ(client.Wait(), 0);
        client.Server().WaitFor(RMessage2::EDisConnect);
        EXPECT_EQ(client.Server().Log(), (std::vector<TInt>{-1, 1, 2, -2}));
    }
}

TEST(Signals, tracer_that_attaches_and_detaches_changes_nothing) {
    for (const bool completeWhileStopped : {false, true}) {
        HeldClient client;
        for (int i = 0; i < 3; ++i) {
            ASSERT_EQ(ptrace(PTRACE_ATTACH, client.Pid(), nullptr, nullptr), 0);
            AwaitStop(client.Pid());
            if (completeWhileStopped && i == 2) {
                client.Release();
            }
            ASSERT_EQ(ptrace(PTRACE_DETACH, client.Pid(), nullptr, nullptr), 0);
        }
        if (!completeWhileStopped) {
            client.Release();
        }
        EXPECT_EQ(client.Wait(), 0);
        client.Server().WaitFor(RMessage2::EDisConnect);
        EXPECT_EQ(client.Server().Log(), (std::vector<TInt>{-1, 1, 2, -2}));
    }
}

}  // namespace
}  // namespace ipcpp::test
