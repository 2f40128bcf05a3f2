// SPDX-License-Identifier: MIT
#include "support.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace ipcpp::test {
namespace {

/// Of the environment, if it is a number.
int Setting(const char* aName, int aDefault) {
    const char* const text = std::getenv(aName);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    const int value = text == nullptr ? 0 : std::atoi(text);
    return value > 0 ? value : aDefault;
}

int BoundMilliseconds() {
    return 60'000 * Setting("IPCPP_TEST_SLOW", 1);
}

bool IsReadable(int aFile) {
    pollfd file = {.fd = aFile, .events = POLLIN, .revents = 0};
    int ready = 0;
    do {
        ready = poll(&file, 1, BoundMilliseconds());
    } while (ready < 0 && errno == EINTR);
    return ready == 1;
}

}  // namespace

unsigned TestSeconds() {
    return 120U * static_cast<unsigned>(Setting("IPCPP_TEST_SLOW", 1));
}

int StormSize(int aFull) {
    if (Setting("IPCPP_TEST_FULL", 0) != 0)
        return aFull;
    return std::max(aFull / 10 / Setting("IPCPP_TEST_SLOW", 1), 1);
}

UniqueName::UniqueName(std::string_view aStem) {
    static std::atomic<unsigned> count{0};
    iName.Copy(TPtrC8(aStem));
    iName.Append(' ');
    iName.AppendNum(getpid());
    iName.Append('-');
    iName.AppendNum(++count);
}

std::string UniqueName::Text() const {
    return Narrow(iName);
}

std::string Narrow(const TDesC& aText) {
    TBuf8<KMaxFullName> text;
    text.Copy(aText);
    return ToString(text);
}

TFullName Wide(std::string_view aText) {
    TFullName text;
    text.Copy(TPtrC8(aText));
    return text;
}

std::string Pattern(std::size_t aLength, unsigned aSeed) {
    std::string text(aLength, '\0');
    unsigned state = aSeed * 2654435761U + 1;
    for (char& c : text) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24);
    }
    return text;
}

std::ostream& operator<<(std::ostream& aStream, const Ended& aEnded) {
    return aStream << "{type " << aEnded.iType << ", " << aEnded.iCategory << ' ' << aEnded.iReason
                   << '}';
}

Ended EndOf(const std::function<void()>& aBody) {
    // The kernel closes a thread's handles after it has noted how it ended, so the end of an object
    // that only the thread holds tells that both are done.
    RServer2 witness;
    if (witness.CreateGlobal(_L("")) != KErrNone) {
        ADD_FAILURE() << "no witness";
        return {};
    }
    TRequestStatus gone;
    witness.NotifyDestruction(gone);
    RThread victim;
    std::thread thread([&] {
        RServer2 own = witness;
        ASSERT_EQ(own.Duplicate(RThread(), EOwnerThread), KErrNone);
        witness.Close();
        ASSERT_EQ(victim.Duplicate(RThread()), KErrNone);
        aBody();
    });
    thread.join();
    User::WaitForRequest(gone);
    Ended ended = {victim.ExitType(), victim.ExitReason(), Narrow(victim.ExitCategory())};
    victim.Close();
    return ended;
}

void CloseAndWaitForDestruction(RHandleBase& aHandle) {
    TRequestStatus gone;
    aHandle.NotifyDestruction(gone);
    aHandle.Close();
    User::WaitForRequest(gone);
    EXPECT_EQ(gone, KErrNone);
}

Event::Event() {
    if (pipe(iFiles) != 0) {
        abort();
    }
}

Event::~Event() {
    close(iFiles[0]);
    OnlyWait();
}

void Event::OnlyWait() {
    if (iFiles[1] >= 0) {
        close(iFiles[1]);
        iFiles[1] = -1;
    }
}

void Event::Signal(char aValue) const {
    EXPECT_EQ(write(iFiles[1], &aValue, 1), 1);
}

std::optional<char> Event::Wait() const {
    char value = 0;
    if (!IsReadable(iFiles[0]) || read(iFiles[0], &value, 1) != 1) {
        return std::nullopt;
    }
    return value;
}

Child::Child(const std::function<int()>& aBody) {
    const pid_t parent = getpid();
    std::fflush(nullptr);
    iPid = fork();
    if (iPid != 0) {
        EXPECT_GT(iPid, 0);
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(125);
    }
    const int status = aBody();
    std::fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 124 : status);
}

Child::~Child() {
    if (iPid > 0) {
        Kill(SIGKILL);
        Wait();
    }
}

void Child::Kill(int aSignal) const {
    EXPECT_EQ(kill(iPid, aSignal), 0);
}

int Child::Wait() {
    const int file = static_cast<int>(syscall(SYS_pidfd_open, iPid, 0));
    EXPECT_TRUE(IsReadable(file)) << "the child hangs";
    close(file);
    int status = 0;
    EXPECT_EQ(waitpid(iPid, &status, WNOHANG), iPid);
    iPid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

ServerThread::ServerThread(std::map<TInt, Handler> aHandlers, TInt aMode)
    : iHandlers(std::move(aHandlers)), iMode(aMode) {
    std::promise<TInt> ready;
    auto started = ready.get_future();
    iThread = std::thread(&ServerThread::Run, this, std::move(ready));
    EXPECT_EQ(started.get(), KErrNone);
}

ServerThread::~ServerThread() {
    Stop();
}

void ServerThread::Stop() {
    if (iStopped) {
        return;
    }
    iStopped = true;
    // Fails if the server has ended by itself; otherwise it ends while this connects.
    Session session;
    (void)session.CreateSession(iName, kStop);
    iThread.join();
}

void ServerThread::Run(std::promise<TInt> aReady) {
    RServer2 server;
    const TInt error = server.CreateGlobal(iName, iMode);
    aReady.set_value(error);
    if (error != KErrNone) {
        return;
    }
    for (;;) {
        RMessage2 message;
        server.Receive(message);
        const TInt function = message.Function();
        if (function == RMessage2::EConnect &&
            TVersion::FromWord(static_cast<TUint32>(message.Int0())) == kStop) {
            server.Close();
            return;
        }
        const auto handler = iHandlers.find(function);
        std::optional<TInt> result = KErrNone;
        if (handler != iHandlers.end()) {
            result = handler->second(message);
        } else if (function >= 0) {
            result = KErrNotSupported;
        }
        if (result.has_value()) {
            message.Complete(*result);
        }
        {
            const std::lock_guard lock(iMutex);
            iLog.push_back(function);
        }
        iReceived.notify_all();
    }
}

std::vector<TInt> ServerThread::Log() {
    const std::lock_guard lock(iMutex);
    return iLog;
}

bool ServerThread::Await(const std::function<bool()>& aHolds) {
    std::unique_lock lock(iMutex);
    return iReceived.wait_for(lock, std::chrono::milliseconds(BoundMilliseconds()), aHolds);
}

void ServerThread::WaitFor(TInt aFunction, unsigned aCount) {
    EXPECT_TRUE(Await([&] { return std::count(iLog.begin(), iLog.end(), aFunction) >= aCount; }))
        << "function " << aFunction << " was not received " << aCount << " times";
}

void ServerThread::WaitUntil(const std::function<bool()>& aHolds) {
    EXPECT_TRUE(Await(aHolds));
}

void ServerThread::WaitForMore(std::size_t aCount) {
    const std::size_t until = Log().size() + aCount;
    EXPECT_TRUE(Await([&] { return iLog.size() >= until; })) << "no more messages";
}

Keeper::Keeper()
    : iServer({{1,
                [this](RMessage2& aMessage) -> std::optional<TInt> {
                    iKept.set_value(aMessage);
                    return std::nullopt;
                }},
               {RMessage2::EDisConnect, [this](RMessage2& aMessage) -> std::optional<TInt> {
                    iDisconnect.set_value(aMessage);
                    return std::nullopt;
                }}}) {}

}  // namespace ipcpp::test
