// SPDX-License-Identifier: MIT
/// @file
/// What the system tests build their worlds from: processes, threads that end, servers, events.
///
/// Nothing here sleeps. What waits has a bound: a test that still runs after TestSeconds() ends the
/// program. IPCPP_TEST_SLOW=n in the environment stretches all bounds; IPCPP_TEST_FULL=1 runs
/// storms at full size.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ipcpp/ipcpp.h"

namespace ipcpp::test {

[[nodiscard]] unsigned TestSeconds();
/// The size of a storm: @p aFull if that was asked for, otherwise a tenth, and less on slow
/// kernels.
[[nodiscard]] int StormSize(int aFull);

/// A name that no other test and no other run has.
class UniqueName {
public:
    explicit UniqueName(std::string_view aStem = "test");
    operator const TDesC&() const { return iName; }
    [[nodiscard]] const TDesC& Des() const { return iName; }
    [[nodiscard]] std::string Text() const;

private:
    TBuf<KMaxKernelName> iName;
};

std::string Narrow(const TDesC& aText);
TFullName Wide(std::string_view aText);
/// Data that differs at every place, and between seeds.
std::string Pattern(std::size_t aLength, unsigned aSeed = 1);

/// How a thread ended, as the kernel tells.
struct Ended {
    TExitType iType = EExitPending;
    TInt iReason = 0;
    std::string iCategory;
    friend bool operator==(const Ended&, const Ended&) = default;
};
std::ostream& operator<<(std::ostream& aStream, const Ended& aEnded);
inline Ended Panicked(std::string_view aCategory, TInt aReason) {
    return {EExitPanic, aReason, std::string(aCategory)};
}
inline Ended Returned() {
    return {EExitKill, 0, "Kill"};
}
/// Runs a function in a thread of its own and waits until the kernel has cleaned up behind it.
Ended EndOf(const std::function<void()>& aBody);

/// Waits until the object of a handle is gone, closing that handle.
void CloseAndWaitForDestruction(RHandleBase& aHandle);

/// A channel between processes or threads: one side tells, the other waits with a bound. Made
/// before the fork.
class Event {
public:
    Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event();
    void Signal(char aValue = 1) const;
    /// @return what was signalled; nothing after the bound, or when every signaller has gone.
    [[nodiscard]] std::optional<char> Wait() const;
    /// Gives up the signalling end, so that Wait sees when the others have.
    void OnlyWait();

private:
    int iFiles[2];
};

/// A value that forked processes share.
template <typename T>
class Shared {
public:
    Shared() : iValue(new (Map()) T()) {}
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    ~Shared() { munmap(iValue, sizeof(T)); }
    T& operator*() const { return *iValue; }
    T* operator->() const { return iValue; }

private:
    static void* Map() {
        void* const memory =
            mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            abort();
        }
        return memory;
    }
    T* iValue;
};

/// A forked process. Killed at the end of its scope if it has not ended before.
class Child {
public:
    explicit Child(const std::function<int()>& aBody);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();
    [[nodiscard]] pid_t Pid() const { return iPid; }
    void Kill(int aSignal) const;
    /// @return its exit status, or minus the signal that ended it.
    int Wait();

private:
    pid_t iPid = -1;
};

/// A client with the protected members of RSessionBase opened.
class Session : public RSessionBase {
public:
    using RSessionBase::CreateSession;
    using RSessionBase::SendReceive;
    [[nodiscard]] TInt Connect(const TDesC& aServer) {
        return CreateSession(aServer, TVersion(1, 2, 3));
    }
};

/// A server in a thread of its own.
class ServerThread {
public:
    /// What is done with one message: a value completes it, none leaves it to the handler.
    using Handler = std::function<std::optional<TInt>(RMessage2&)>;

    /// Connects and disconnects are completed with KErrNone unless a handler is set for them.
    explicit ServerThread(std::map<TInt, Handler> aHandlers = {},
                          TInt aMode = EIpcSession_GlobalSharable);
    ServerThread(const ServerThread&) = delete;
    ServerThread& operator=(const ServerThread&) = delete;
    ~ServerThread();

    [[nodiscard]] const TDesC& Name() const { return iName; }
    /// Ends the server: its handle is closed when this returns.
    void Stop();
    /// The functions of all messages received so far, in their order.
    [[nodiscard]] std::vector<TInt> Log();
    /// Waits until a function has been received so many times.
    void WaitFor(TInt aFunction, unsigned aCount = 1);
    /// Waits until something holds, looking whenever a message has been dealt with.
    void WaitUntil(const std::function<bool()>& aHolds);
    /// Waits until so many more messages, of whatever function, have been received.
    void WaitForMore(std::size_t aCount);

private:
    /// Who connects with this version wants the server to end.
    static constexpr TVersion kStop{-128, -128, -32768};

    void Run(std::promise<TInt> aReady);
    bool Await(const std::function<bool()>& aHolds);

    UniqueName iName{"server"};
    std::map<TInt, Handler> iHandlers;
    TInt iMode;
    std::mutex iMutex;
    std::condition_variable iReceived;
    std::vector<TInt> iLog;
    bool iStopped = false;
    std::thread iThread;
};

/// A server that keeps the first message of function 1, and the first disconnect, for the test to
/// deal with. As long as the disconnect is not completed, the message stays valid whatever becomes
/// of its client.
class Keeper {
public:
    Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;
    ~Keeper() = default;
    RMessage2 Take() { return iKept.get_future().get(); }
    RMessage2 TakeDisconnect() { return iDisconnect.get_future().get(); }
    ServerThread& Server() { return iServer; }
    [[nodiscard]] const TDesC& Name() const { return iServer.Name(); }

private:
    std::promise<RMessage2> iKept;
    std::promise<RMessage2> iDisconnect;
    ServerThread iServer;
};

}  // namespace ipcpp::test
