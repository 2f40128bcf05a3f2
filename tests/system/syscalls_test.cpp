// SPDX-License-Identifier: MIT
// What a round trip costs in system calls, counted by a tracer.
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <map>

#include <sys/user.h>

#include "ipcpp/uapi/ipcpp.h"
#include "support.h"

namespace ipcpp::test {
namespace {

/// What a traced process did between the two getppid calls with which it marks the interesting
/// part.
struct Counts {
    std::map<unsigned long, int> iCommands;  ///< by _IOC_NR
    int iOthers = 0;
};

Counts Trace(pid_t aChild) {
    Counts counts;
    bool interesting = false;
    bool entering = true;
    int status = 0;
    EXPECT_EQ(waitpid(aChild, &status, 0), aChild);
    ptrace(PTRACE_SETOPTIONS, aChild, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    int signal = 0;
    while (ptrace(PTRACE_SYSCALL, aChild, nullptr, signal) == 0 &&
           waitpid(aChild, &status, 0) == aChild && WIFSTOPPED(status)) {
        signal = 0;
        if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
            signal = WSTOPSIG(status);
            continue;
        }
        if (entering) {
            const auto number =
                ptrace(PTRACE_PEEKUSER, aChild, offsetof(user_regs_struct, orig_rax), nullptr);
            const auto command =
                ptrace(PTRACE_PEEKUSER, aChild, offsetof(user_regs_struct, rsi), nullptr);
            if (number == SYS_getppid) {
                interesting = !interesting;
            } else if (interesting && number == SYS_ioctl &&
                       _IOC_TYPE(static_cast<unsigned long>(command)) == IPCPP_IOC_MAGIC) {
                ++counts.iCommands[_IOC_NR(static_cast<unsigned long>(command))];
            } else if (interesting) {
                ++counts.iOthers;
            }
        }
        entering = !entering;
    }
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    return counts;
}

void Mark() {
    syscall(SYS_getppid);
}

class Traced {
public:
    /// The body is run by a child; the caller traces it at once.
    static Counts Run(const std::function<void()>& aBody) {
        const pid_t child = fork();
        if (child == 0) {
            ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
            raise(SIGSTOP);
            aBody();
            _exit(testing::Test::HasFailure() ? 1 : 0);
        }
        return Trace(child);
    }
};

constexpr int kRounds = 100;

TEST(SystemCalls, client_makes_one_for_each_call_with_up_to_4096_bytes_each_way) {
    const std::string text = Pattern(4096);
    ServerThread server({{1, [&](RMessage2& aMessage) {
                              TBuf8<4096> data;
                              EXPECT_EQ(aMessage.Read(0, data), KErrNone);
                              EXPECT_EQ(aMessage.Write(1, data), KErrNone);
                              return KErrNone;
                          }}});
    const Counts counts = Traced::Run([&] {
        Session session;
        EXPECT_EQ(session.Connect(server.Name()), KErrNone);
        const TPtrC8 request{std::string_view(text)};
        TBuf8<4096> reply;
        Mark();
        for (int i = 0; i < kRounds; ++i) {
            EXPECT_EQ(session.SendReceive(2), KErrNotSupported);
            EXPECT_EQ(session.SendReceive(1, TIpcArgs(&request, &reply)), KErrNone);
        }
        Mark();
        EXPECT_EQ(AsView(reply), text);
        session.Close();
    });
    EXPECT_EQ(counts.iCommands,
              (std::map<unsigned long, int>{{_IOC_NR(IPCPP_IOC_SEND_RECEIVE), 2 * kRounds}}));
    EXPECT_EQ(counts.iOthers, 0);
}

/// Calls a server that a traced child runs.
Counts TraceServer(const std::function<void(RServer2&, RMessage2&)>& aOneRound) {
    const UniqueName name("traced");
    const Event ready;
    std::thread client([&] {
        (void)ready.Wait();
        Session session;
        EXPECT_EQ(session.Connect(name), KErrNone);
        _LIT8(KText, "some small text");
        TBuf8<100> reply;
        for (int i = 0; i < kRounds + 1; ++i) {
            EXPECT_EQ(session.SendReceive(1, TIpcArgs(&KText, &reply)), KErrNone);
        }
        EXPECT_EQ(reply, KText());
        session.Close();
    });
    Counts counts = Traced::Run([&] {
        RServer2 server;
        EXPECT_EQ(server.CreateGlobal(name), KErrNone);
        ready.Signal();
        RMessage2 message;
        server.Receive(message);
        server.CompleteAndReceive(message, KErrNone);
        Mark();
        for (int i = 0; i < kRounds; ++i) {
            aOneRound(server, message);
        }
        Mark();
        TBuf8<100> data;
        EXPECT_EQ(message.Read(0, data), KErrNone);
        EXPECT_EQ(message.Write(1, data), KErrNone);
        server.CompleteAndReceive(message, KErrNone);
        EXPECT_EQ(message.Function(), RMessage2::EDisConnect);
        message.Complete(KErrNone);
        server.Close();
    });
    client.join();
    return counts;
}

TEST(SystemCalls, server_makes_one_for_each_message_with_complete_and_receive) {
    const Counts counts = TraceServer([](RServer2& aServer, RMessage2& aMessage) {
        TBuf8<100> data;
        EXPECT_EQ(aMessage.GetDesLength(0), 15);
        EXPECT_EQ(aMessage.Read(0, data), KErrNone);
        EXPECT_EQ(aMessage.Write(1, data), KErrNone);
        aServer.CompleteAndReceive(aMessage, KErrNone);
    });
    EXPECT_EQ(counts.iCommands,
              (std::map<unsigned long, int>{{_IOC_NR(IPCPP_IOC_COMPLETE_RECEIVE), kRounds}}));
    EXPECT_EQ(counts.iOthers, 0);
}

TEST(SystemCalls, server_makes_two_for_each_message_with_complete_and_then_receive) {
    const Counts counts = TraceServer([](RServer2& aServer, RMessage2& aMessage) {
        TBuf8<100> data;
        EXPECT_EQ(aMessage.Read(0, data), KErrNone);
        EXPECT_EQ(aMessage.Write(1, data), KErrNone);
        aMessage.Complete(KErrNone);
        aServer.Receive(aMessage);
    });
    EXPECT_EQ(counts.iCommands,
              (std::map<unsigned long, int>{{_IOC_NR(IPCPP_IOC_COMPLETE_RECEIVE), 2 * kRounds}}));
    EXPECT_EQ(counts.iOthers, 0);
}

TEST(SystemCalls, none_is_made_for_a_completion_that_is_there_already) {
    const Counts counts = Traced::Run([] {
        RServer2 object;
        EXPECT_EQ(object.CreateGlobal(_L("")), KErrNone);
        TRequestStatus gone;
        object.NotifyDestruction(gone);
        object.Close();
        // The object goes in its own time.
        while (gone == KRequestPending) {
            std::this_thread::yield();
        }
        Mark();
        User::WaitForRequest(gone);
        EXPECT_EQ(gone, KErrNone);
        Mark();
    });
    EXPECT_TRUE(counts.iCommands.empty());
    EXPECT_EQ(counts.iOthers, 0);
}

}  // namespace
}  // namespace ipcpp::test
