// SPDX-License-Identifier: MIT
#include "thread_state.h"

#include "device.h"
#include "errors_map.h"
#include "ipcpp/request.h"
#include "message_access.h"
#include "request_table.h"

namespace ipcpp::core {

constinit thread_local ThreadState tThread [[gnu::tls_model("initial-exec")]];

namespace {

struct ExitCleaner {
    ExitCleaner() = default;
    ExitCleaner(const ExitCleaner&) = delete;
    ExitCleaner& operator=(const ExitCleaner&) = delete;
    ~ExitCleaner() { RequestTable::DropThread(); }
    bool iArmed = false;
};

thread_local ExitCleaner tCleaner;

}  // namespace

void ThreadState::CleanUpAtExit() noexcept {
    // The first access is what registers the destructor.
    tCleaner.iArmed = true;
}

void ThreadState::Reset() noexcept {
    iCall.store(nullptr, std::memory_order_relaxed);
    iRing.store(nullptr, std::memory_order_relaxed);
    iSignals.store(0, std::memory_order_relaxed);
}

int ThreadState::EnsureRing() noexcept {
    if (iRing.load(std::memory_order_relaxed) != nullptr) {
        return 0;
    }
    int error = 0;
    const Device* const device = Device::Open(error);
    if (device == nullptr) {
        return error;
    }
    ipcpp_thread_self self = {};
    error = device->Call(IPCPP_IOC_THREAD_SELF, &self);
    if (error == 0) {
        iRing.store(device->Ring(self.slot), std::memory_order_relaxed);
    }
    return error;
}

bool ThreadState::TakeEntry(ipcpp_ring_entry& aEntry) noexcept {
    ipcpp_ring* const ring = iRing.load(std::memory_order_relaxed);
    TUint32 head = __atomic_load_n(&ring->head, __ATOMIC_RELAXED);
    for (;;) {
        if (head == __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE)) {
            return false;
        }
        aEntry = ring->entry[head % IPCPP_RING_ENTRIES];
        // A handler of a signal may have taken it since: then the copy is stale, and the head
        // tells.
        if (__atomic_compare_exchange_n(&ring->head, &head, head + 1, false, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED)) {
            return true;
        }
    }
}

void ThreadState::Deliver(const ipcpp_ring_entry& aEntry) noexcept {
    Request request;
    if (!RequestTable::Take(aEntry.user_data, request)) {
        return;
    }
    TInt value = aEntry.value;
    if ((aEntry.flags & IPCPP_ENTRY_MESSAGE) != 0) {
        const TUint64 handle = aEntry.length[0] | (TUint64{aEntry.length[1]} << 32);
        // It is gone if the server was closed after it had received it.
        if (!MessageAccess::Fetch(handle, *request.iMessage)) {
            value = KErrCancel;
        }
    }
    *request.iStatus = value;
    Signal();
}

void ThreadState::Drain() noexcept {
    const ipcpp_ring* const ring = iRing.load(std::memory_order_relaxed);
    const Device* const device = Device::Existing();
    if (ring == nullptr || device == nullptr) {
        return;
    }
    for (;;) {
        ipcpp_ring_entry entry;
        while (TakeEntry(entry)) {
            Deliver(entry);
        }
        if ((__atomic_load_n(&ring->flags, __ATOMIC_ACQUIRE) & IPCPP_RING_OVERFLOW) == 0) {
            return;
        }
        ipcpp_request_wait poll = {};
        if (device->Call(IPCPP_IOC_REQUEST_WAIT, &poll) != 0) {
            return;
        }
    }
}

void ThreadState::WaitForSignal() noexcept {
    if (const int error = EnsureRing(); error != 0) {
        // There is nothing that could ever signal but the thread itself.
        TUint32 signals = iSignals.load(std::memory_order_relaxed);
        if (signals == 0) {
            SettleOrPanic(_IOC_NR(IPCPP_IOC_REQUEST_WAIT), error);
        }
    }
    for (;;) {
        Drain();
        TUint32 signals = iSignals.load(std::memory_order_relaxed);
        while (signals != 0) {
            if (iSignals.compare_exchange_weak(signals, signals - 1, std::memory_order_relaxed)) {
                return;
            }
        }
        ipcpp_request_wait wait = {.timeout = IPCPP_FOREVER, .flags = 0, .reserved = 0};
        const Device* const device = Device::Existing();
        if (const int error = device->Call(IPCPP_IOC_REQUEST_WAIT, &wait); error != 0) {
            SettleOrPanic(_IOC_NR(IPCPP_IOC_REQUEST_WAIT), error);
        }
    }
}

}  // namespace ipcpp::core

namespace ipcpp::detail {

void PollRequests() noexcept {
    core::tThread.Drain();
}

}  // namespace ipcpp::detail
