// SPDX-License-Identifier: MIT
/// @file
/// What the library keeps for each thread: its request ring, its signals, its call under way.
#pragma once

#include <atomic>

#include "ipcpp/types.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::core {

/// Touched by its thread only, but by handlers of signals at any point, too: each field is changed
/// by single operations that such a handler may come between.
class ThreadState {
public:
    /// Asks for the thread's ring if that has not been done.
    /// @return 0 or an errno value.
    int EnsureRing() noexcept;

    /// Moves what the ring holds into the statuses of the requests; counts the signals. Does not
    /// wait.
    void Drain() noexcept;
    /// Takes one signal, and waits for it if there is none.
    void WaitForSignal() noexcept;
    void Signal(TUint32 aCount = 1) noexcept {
        iSignals.fetch_add(aCount, std::memory_order_relaxed);
    }

    /// Has the thread's requests dropped when it ends in an orderly manner.
    void CleanUpAtExit() noexcept;
    /// As in a new thread.
    void Reset() noexcept;

    /// The struct of the synchronous call under way, on the thread's stack; see abandoned_call.h.
    std::atomic<const ipcpp_send*> iCall{nullptr};

private:
    bool TakeEntry(ipcpp_ring_entry& aEntry) noexcept;
    void Deliver(const ipcpp_ring_entry& aEntry) noexcept;

    std::atomic<ipcpp_ring*> iRing{nullptr};
    std::atomic<TUint32> iSignals{0};
};

/// Initial-exec, so that a handler of a signal that makes the first access needs no memory for it.
extern constinit thread_local ThreadState tThread [[gnu::tls_model("initial-exec")]];

}  // namespace ipcpp::core
