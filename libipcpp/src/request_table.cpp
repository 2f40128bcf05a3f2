// SPDX-License-Identifier: MIT
#include "request_table.h"

#include <array>
#include <atomic>
#include <new>

#include "thread_state.h"

namespace ipcpp::core {
namespace {

constexpr TUint32 kChunk = 256;
constexpr TUint32 kChunks = 256;
constexpr TUint32 kNone = 0xffffffffu;

struct Place {
    /// Even: free. Odd: in use. Counts the uses, and is the upper half of the request's number.
    std::atomic<TUint32> iUse{0};
    std::atomic<TUint32> iNext{kNone};  ///< in the list of free places
    std::atomic<const ThreadState*> iThread{nullptr};
    std::atomic<TRequestStatus*> iStatus{nullptr};
    std::atomic<RMessage2*> iMessage{nullptr};
};

using Chunk = std::array<Place, kChunk>;

constinit std::array<std::atomic<Chunk*>, kChunks> gChunks{};

/// First free place in the lower half, a count of changes in the upper: a list whose head came back
/// is not the same list.
constinit std::atomic<TUint64> gFree{kNone};

/// Places that were in use at least once.
constinit std::atomic<TUint32> gPlaces{0};

Place* Find(TUint32 aIndex) noexcept {
    if (aIndex >= kChunk * kChunks) {
        return nullptr;
    }
    Chunk* const chunk = gChunks[aIndex / kChunk].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : &(*chunk)[aIndex % kChunk];
}

TUint64 NextHead(TUint64 aHead, TUint32 aIndex) noexcept {
    return (((aHead >> 32) + 1) << 32) | aIndex;
}

TUint32 PopFree() noexcept {
    TUint64 head = gFree.load(std::memory_order_acquire);
    for (;;) {
        const auto index = static_cast<TUint32>(head);
        if (index == kNone) {
            return kNone;
        }
        const TUint32 next = Find(index)->iNext.load(std::memory_order_relaxed);
        if (gFree.compare_exchange_weak(head, NextHead(head, next), std::memory_order_acq_rel,
                                        std::memory_order_acquire)) {
            return index;
        }
    }
}

void PushFree(TUint32 aIndex) noexcept {
    Place* const place = Find(aIndex);
    TUint64 head = gFree.load(std::memory_order_relaxed);
    do {
        place->iNext.store(static_cast<TUint32>(head), std::memory_order_relaxed);
    } while (!gFree.compare_exchange_weak(head, NextHead(head, aIndex), std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
}

TUint32 NewPlace() noexcept {
    TUint32 index = gPlaces.load(std::memory_order_relaxed);
    do {
        if (index >= kChunk * kChunks) {
            return kNone;
        }
        std::atomic<Chunk*>& chunk = gChunks[index / kChunk];
        if (chunk.load(std::memory_order_acquire) == nullptr) {
            auto* const made = new (std::nothrow) Chunk;
            if (made == nullptr) {
                return kNone;
            }
            Chunk* expected = nullptr;
            if (!chunk.compare_exchange_strong(expected, made, std::memory_order_acq_rel)) {
                delete made;
            }
        }
    } while (!gPlaces.compare_exchange_weak(index, index + 1, std::memory_order_acq_rel));
    return index;
}

}  // namespace

TUint64 RequestTable::Add(const Request& aRequest) noexcept {
    TUint32 index = PopFree();
    if (index == kNone) {
        index = NewPlace();
    }
    if (index == kNone) {
        return 0;
    }
    tThread.CleanUpAtExit();
    Place* const place = Find(index);
    place->iThread.store(&tThread, std::memory_order_relaxed);
    place->iStatus.store(aRequest.iStatus, std::memory_order_relaxed);
    place->iMessage.store(aRequest.iMessage, std::memory_order_relaxed);
    const TUint32 use = place->iUse.fetch_add(1, std::memory_order_release) + 1;
    return (TUint64{use} << 32) | index;
}

bool RequestTable::Take(TUint64 aNumber, Request& aRequest) noexcept {
    const auto index = static_cast<TUint32>(aNumber);
    auto use = static_cast<TUint32>(aNumber >> 32);
    Place* const place = Find(index);
    if (place == nullptr || (use & 1) == 0) {
        return false;
    }
    aRequest = {place->iStatus.load(std::memory_order_acquire),
                place->iMessage.load(std::memory_order_acquire)};
    // What was just read belongs to this use only if the use has not ended meanwhile.
    if (!place->iUse.compare_exchange_strong(use, use + 1, std::memory_order_acq_rel)) {
        return false;
    }
    PushFree(index);
    return true;
}

void RequestTable::DropThread() noexcept {
    const TUint32 places = gPlaces.load(std::memory_order_acquire);
    for (TUint32 index = 0; index < places; ++index) {
        Place* const place = Find(index);
        const TUint32 use = place->iUse.load(std::memory_order_acquire);
        if (place->iThread.load(std::memory_order_relaxed) == &tThread) {
            Request ignored;
            Take((TUint64{use} << 32) | index, ignored);
        }
    }
}

void RequestTable::Reset() noexcept {
    const TUint32 places = gPlaces.exchange(0);
    gFree.store(kNone);
    for (TUint32 index = 0; index < places; ++index) {
        std::atomic<TUint32>& use = Find(index)->iUse;
        use.store((use.load() + 1) & ~1u);
    }
}

}  // namespace ipcpp::core
