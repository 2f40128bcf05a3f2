// SPDX-License-Identifier: MIT
#include "device.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <new>

#include "request_table.h"
#include "thread_state.h"

namespace ipcpp::core {
namespace {

constexpr const char* kPath = "/dev/ipcpp";

constinit std::atomic<const Device*> gDevice{nullptr};

/// The process whose memory this is: a child that only borrows it has another id.
constinit std::atomic<pid_t> gOwner{0};

}  // namespace

void EndThread() noexcept {
    if (syscall(SYS_gettid) == getpid()) {
        _exit(0);
    }
    for (;;) {
        syscall(SYS_exit, 0);
    }
}

const Device* Device::Existing() noexcept {
    return gDevice.load(std::memory_order_acquire);
}

const Device* Device::Open(int& aErrno) noexcept {
    if (const Device* const device = Existing()) [[likely]] {
        return device;
    }
    Remember();
    if (gOwner.load(std::memory_order_relaxed) != getpid()) {
        aErrno = ECHILD;
        return nullptr;
    }
    auto* const made = new (std::nothrow) Device;
    if (made == nullptr) {
        aErrno = ENOMEM;
        return nullptr;
    }
    aErrno = made->Attach();
    const Device* expected = nullptr;
    if (aErrno == 0 && gDevice.compare_exchange_strong(expected, made, std::memory_order_acq_rel)) {
        return made;
    }
    // Two threads may come here at once, which a lock would have to survive a fork for. The slower
    // one gives way.
    made->Detach();
    delete made;
    return expected;
}

void Device::Remember() noexcept {
    pid_t none = 0;
    if (gOwner.compare_exchange_strong(none, getpid())) {
        pthread_atfork(nullptr, nullptr, &Device::AfterForkInChild);
    }
}

namespace {

// At load time: if the first use were in a child that borrows this memory, it would pass for the
// owner.
[[gnu::constructor]] void NoteOwner() {
    Device::Remember();
}

}  // namespace

int Device::Attach() noexcept {
    iFile = open(kPath, O_RDWR | O_CLOEXEC);
    if (iFile < 0) {
        const bool absent = errno == ENOENT || errno == ENXIO || errno == ENOTDIR;
        return absent ? ENODEV : errno;
    }
    ipcpp_info info = {};
    if (const int error = Call(IPCPP_IOC_INFO, &info); error != 0) {
        return error;
    }
    if (info.abi != IPCPP_ABI_VERSION) {
        return ENODEV;
    }
    if (const int error = Map(iRings, info.rings_bytes, PROT_READ | PROT_WRITE, IPCPP_MMAP_RINGS);
        error != 0) {
        return error;
    }
    if (const int error = Map(iBlocks, info.blocks_bytes, PROT_READ, IPCPP_MMAP_BLOCKS);
        error != 0) {
        return error;
    }
    return Map(iReplies, info.blocks_bytes, PROT_READ | PROT_WRITE, IPCPP_MMAP_REPLIES);
}

int Device::Map(Mapping& aMapping, std::size_t aBytes, int aProtection,
                TUint64 aOffset) const noexcept {
    void* const base =
        mmap(nullptr, aBytes, aProtection, MAP_SHARED, iFile, static_cast<off_t>(aOffset));
    if (base == MAP_FAILED) {
        return errno;
    }
    // So that a forked child has nothing to unmap, when others may already use the addresses.
    madvise(base, aBytes, MADV_DONTFORK);
    aMapping = {static_cast<TUint8*>(base), aBytes};
    return 0;
}

void Device::Detach() noexcept {
    for (const Mapping* mapping : {&iRings, &iBlocks, &iReplies}) {
        if (mapping->iBase != nullptr) {
            munmap(mapping->iBase, mapping->iBytes);
        }
    }
    if (iFile >= 0) {
        close(iFile);
    }
}

void Device::AfterForkInChild() noexcept {
    gOwner.store(getpid(), std::memory_order_relaxed);
    const Device* const inherited = gDevice.exchange(nullptr);
    if (inherited != nullptr) {
        close(inherited->iFile);
    }
    // The object itself is left: the heap of a child of a threaded process is not to be used.
    tThread.Reset();
    RequestTable::Reset();
}

int Device::Call(unsigned long aCommand, void* aArgument) const noexcept {
    if (ioctl(iFile, aCommand, aArgument) == 0) [[likely]] {
        return 0;
    }
    const int error = errno;
    if (error == EOWNERDEAD) {
        EndThread();
    }
    return error;
}

ipcpp_ring* Device::Ring(TUint32 aSlot) const noexcept {
    return reinterpret_cast<ipcpp_ring*>(iRings.iBase + std::size_t{aSlot} * IPCPP_RING_BYTES);
}

const ipcpp_block* Device::Block(TUint32 aIndex) const noexcept {
    return reinterpret_cast<const ipcpp_block*>(iBlocks.iBase +
                                                std::size_t{aIndex} * IPCPP_BLOCK_STRIDE);
}

ipcpp_reply* Device::Reply(TUint32 aIndex) const noexcept {
    return reinterpret_cast<ipcpp_reply*>(iReplies.iBase +
                                          std::size_t{aIndex} * IPCPP_BLOCK_STRIDE);
}

}  // namespace ipcpp::core
