// SPDX-License-Identifier: MIT
#include "abandoned_call.h"

#include <pthread.h>
#include <unwind.h>

#include <algorithm>
#include <csignal>
#include <cstdint>

extern "C" {
// The linker makes these two, around the section of that name.
extern const char __start_ipcpp_call[] __attribute__((visibility("hidden")));  // NOLINT
extern const char __stop_ipcpp_call[] __attribute__((visibility("hidden")));   // NOLINT
}

namespace ipcpp::core {
namespace {

struct Region {
    std::uintptr_t iFrom = 0;
    std::uintptr_t iTo = 0;
    [[nodiscard]] bool Contains(std::uintptr_t aAddress) const {
        return aAddress >= iFrom && aAddress < iTo;
    }
};

Region ThreadStack() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return {};
    }
    void* base = nullptr;
    std::size_t size = 0;
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    const auto from = reinterpret_cast<std::uintptr_t>(base);
    return {from, from + size};
}

/// A walk over the live frames of the thread, from the innermost out, looking for the one that an
/// address lies in.
struct Walk {
    std::uintptr_t iAddress;
    std::uintptr_t iPresent;  ///< in the frame of the call about to be made
    Region iStack;
    std::uintptr_t iLowest = UINTPTR_MAX;  ///< of the frames on iStack
    /// The frame seen before, which ends where the next begins.
    std::uintptr_t iBottom = 0;
    std::uintptr_t iCode = 0;
    bool iFound = false;
    bool iIsCall = false;

    void See(std::uintptr_t aBottom, std::uintptr_t aCode) {
        const bool sameStack = iBottom != 0 && iBottom <= aBottom;
        const Region frame{iBottom, aBottom};
        if (sameStack && frame.Contains(iAddress)) {
            const Region calls{reinterpret_cast<std::uintptr_t>(__start_ipcpp_call),
                               reinterpret_cast<std::uintptr_t>(__stop_ipcpp_call)};
            iFound = true;
            iIsCall = calls.Contains(iCode) && !frame.Contains(iPresent);
        }
        if (iStack.Contains(aBottom)) {
            iLowest = std::min(iLowest, aBottom);
        }
        iBottom = aBottom;
        iCode = aCode;
    }
};

_Unwind_Reason_Code SeeFrame(_Unwind_Context* aContext, void* aWalk) {
    auto& walk = *static_cast<Walk*>(aWalk);
    walk.See(_Unwind_GetCFA(aContext), _Unwind_GetIP(aContext));
    return walk.iFound ? _URC_END_OF_STACK : _URC_NO_REASON;
}

}  // namespace

// A frame that was left by longjmp leaves no trace of that. What can be known is whether the memory
// of the earlier struct is still the frame of a call:
//
// 1. If the walk over the live frames (which steps through handlers of signals to what they
//    interrupted, on whatever stack) finds a frame around the address, it is either that of a call,
//    which then goes on when we return, or one of a function that came to lie there later: the
//    thread left the call and went on, perhaps deeper than it was before. The frame of the call
//    that asks is of that second kind.
// 2. If no live frame is there, and the address lies below all live frames of the thread's stack
//    (stacks grow down), or on the alternate stack of handlers while none of them runs, the frame
//    was left.
// 3. Otherwise (a stack of the program's own making, code without unwind information in between)
//    nobody knows. Taking a live call for left would lose its reply, so it counts as live: the
//    panic is the lesser evil.
bool IsAbandoned(const ipcpp_send* aEarlier, const ipcpp_send* aPresent) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(aEarlier);
    const Region stack = ThreadStack();
    Walk walk{.iAddress = address,
              .iPresent = reinterpret_cast<std::uintptr_t>(aPresent),
              .iStack = stack};
    _Unwind_Backtrace(&SeeFrame, &walk);
    if (walk.iFound) {
        return !walk.iIsCall;
    }
    if (stack.Contains(address)) {
        return address < walk.iLowest;
    }
    stack_t alternate = {};
    if (sigaltstack(nullptr, &alternate) != 0 || (alternate.ss_flags & SS_DISABLE) != 0) {
        return false;
    }
    const auto base = reinterpret_cast<std::uintptr_t>(alternate.ss_sp);
    return (alternate.ss_flags & SS_ONSTACK) == 0 &&
           Region{base, base + alternate.ss_size}.Contains(address);
}

}  // namespace ipcpp::core
