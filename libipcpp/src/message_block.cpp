// SPDX-License-Identifier: MIT
#include "message_block.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "device.h"

namespace ipcpp::core {
namespace {

/// Each field of the shared memory is read once, so that what was checked is what is used.
TUint32 Load(const TUint32& aField) noexcept {
    return __atomic_load_n(&aField, __ATOMIC_RELAXED);
}

void Store(TUint32& aField, TUint32 aValue) noexcept {
    __atomic_store_n(&aField, aValue, __ATOMIC_RELAXED);
}

}  // namespace

// A message is only ever received through an open device.
MessageBlock::MessageBlock(TUint32 aIndex, TUint64 aMessage) noexcept
    : iBlock(Device::Existing()->Block(aIndex)),
      iReply(Device::Existing()->Reply(aIndex)),
      iMessage(aMessage) {}

MessageBlock::State MessageBlock::Look() const noexcept {
    // For the second look: the copies that were made must not be done after it.
    std::atomic_thread_fence(std::memory_order_acquire);
    if (__atomic_load_n(&iBlock->message, __ATOMIC_ACQUIRE) != iMessage) {
        return State::EGone;
    }
    return __atomic_load_n(&iBlock->state, __ATOMIC_ACQUIRE) == IPCPP_BLOCK_DEAD ? State::EDead
                                                                                 : State::EValid;
}

ipcpp_reply::ipcpp_reply_arg& MessageBlock::Speaker(TInt aArg) const noexcept {
    return iReply->arg[Load(iBlock->alias[aArg]) % IPCPP_ARGS];
}

bool MessageBlock::WrittenLength(TInt aArg, TInt& aLength) const noexcept {
    const auto& speaker = Speaker(aArg);
    if (__atomic_load_n(&speaker.written, __ATOMIC_ACQUIRE) == 0) {
        return false;
    }
    aLength = static_cast<TInt>(Load(speaker.length));
    return true;
}

void MessageBlock::SetLength(TInt aArg, TInt aLength) noexcept {
    auto& speaker = Speaker(aArg);
    if (Load(speaker.written) == 0) {
        Store(speaker.from, 0);
        Store(speaker.to, 0);
    }
    Store(speaker.length, static_cast<TUint32>(aLength));
    __atomic_store_n(&speaker.written, 1, __ATOMIC_RELEASE);
}

MessageBlock::Range MessageBlock::Carried(TInt aArg) const noexcept {
    const auto& speaker = Speaker(aArg);
    const TUint32 data = Load(iBlock->reply_offset[aArg]);
    if (data > IPCPP_BLOCK_DATA || __atomic_load_n(&speaker.written, __ATOMIC_ACQUIRE) == 0) {
        return {};
    }
    const std::size_t to = std::min<std::size_t>(Load(speaker.to), IPCPP_BLOCK_DATA - data);
    return {std::min<std::size_t>(Load(speaker.from), to), to, data};
}

std::size_t MessageBlock::Read(TInt aArg, std::size_t aFrom, std::span<TUint8> aTarget,
                               std::size_t& aLimit) const noexcept {
    const Range carried = Carried(aArg);
    aLimit = aFrom + aTarget.size();
    if (aFrom >= carried.iFrom && aFrom < carried.iTo) {
        const std::size_t count = std::min(aTarget.size(), carried.iTo - aFrom);
        std::memcpy(aTarget.data(), iReply->data + carried.iData + aFrom, count);
        return count;
    }
    if (aFrom < carried.iFrom) {
        aLimit = std::min(aLimit, carried.iFrom);
    }
    const std::size_t data =
        std::min<std::size_t>(Load(iBlock->request_offset[aArg]), IPCPP_BLOCK_DATA);
    const std::size_t captured =
        std::min<std::size_t>(Load(iBlock->request_bytes[aArg]), IPCPP_BLOCK_DATA - data);
    if (aFrom >= captured) {
        return 0;
    }
    const std::size_t count = std::min(aLimit, captured) - aFrom;
    std::memcpy(aTarget.data(), iBlock->data + data + aFrom, count);
    return count;
}

bool MessageBlock::Write(TInt aArg, std::size_t aFrom, std::span<const TUint8> aSource,
                         TInt aLength) noexcept {
    const TUint32 data = Load(iBlock->reply_offset[aArg]);
    const std::size_t end = aFrom + aSource.size();
    if (data == IPCPP_NO_REPLY || data > IPCPP_BLOCK_DATA || end > IPCPP_BLOCK_DATA - data) {
        return false;
    }
    const Range carried = Carried(aArg);
    const bool first = carried.iFrom == carried.iTo;
    if (!first && (aFrom > carried.iTo || end < carried.iFrom)) {
        return false;
    }
    auto& speaker = Speaker(aArg);
    if (!aSource.empty()) {
        std::memcpy(iReply->data + data + aFrom, aSource.data(), aSource.size());
    }
    Store(speaker.from, static_cast<TUint32>(first ? aFrom : std::min(aFrom, carried.iFrom)));
    Store(speaker.to, static_cast<TUint32>(first ? end : std::max(end, carried.iTo)));
    Store(speaker.length, static_cast<TUint32>(aLength));
    __atomic_store_n(&speaker.written, 1, __ATOMIC_RELEASE);
    return true;
}

}  // namespace ipcpp::core
