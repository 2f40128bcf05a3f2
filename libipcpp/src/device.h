// SPDX-License-Identifier: MIT
/// @file
/// The process' one open of /dev/ipcpp, and its three mappings.
///
/// Opened by the first call that needs it and never closed. A forked child drops it and opens its
/// own. A child that shares its parent's memory (vfork, posix_spawn, CLONE_VM) finds the parent's
/// open here, and the module refuses it every command; it must never open one, since the parent
/// would go on with it.
#pragma once

#include <cstddef>

#include "ipcpp/types.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::core {

class Device {
public:
    /// The open of this process, made if need be.
    /// @param aErrno on failure why; ENODEV if there is no module.
    /// @return null on failure.
    static const Device* Open(int& aErrno) noexcept;
    /// The open of this process if there is one.
    static const Device* Existing() noexcept;

    /// Notes whose memory this is; once is enough.
    static void Remember() noexcept;

    /// Issues one command. A thread that another has ended does not return from it.
    /// @return 0 or an errno value.
    int Call(unsigned long aCommand, void* aArgument) const noexcept;

    [[nodiscard]] ipcpp_ring* Ring(TUint32 aSlot) const noexcept;
    [[nodiscard]] const ipcpp_block* Block(TUint32 aIndex) const noexcept;
    [[nodiscard]] ipcpp_reply* Reply(TUint32 aIndex) const noexcept;

private:
    struct Mapping {
        TUint8* iBase = nullptr;
        std::size_t iBytes = 0;
    };

    Device() = default;
    int Attach() noexcept;
    int Map(Mapping& aMapping, std::size_t aBytes, int aProtection, TUint64 aOffset) const noexcept;
    void Detach() noexcept;
    static void AfterForkInChild() noexcept;

    int iFile = -1;
    Mapping iRings;
    Mapping iBlocks;
    Mapping iReplies;
};

/// Ends the calling thread without a trace: no unwinding, no destructor. The first thread takes the
/// process with it.
[[noreturn]] void EndThread() noexcept;

}  // namespace ipcpp::core
