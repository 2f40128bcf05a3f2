// SPDX-License-Identifier: MIT
/// @file
/// Whether the synchronous call that the kernel says is under way will ever be returned to.
#pragma once

#include "ipcpp/uapi/ipcpp.h"

/// Functions whose frames hold a struct ipcpp_send while the kernel works on it live in a section
/// of their own, so that a frame of theirs can be told from others by its program counter.
#define IPCPP_CALL_SECTION [[gnu::noinline, gnu::section("ipcpp_call")]]

namespace ipcpp::core {

/// The thread is about to make a synchronous call, and the kernel has told it that an earlier one
/// is outstanding.
/// @param aEarlier the struct of the earlier call, in some frame of this thread; only compared,
///        never read.
/// @param aPresent the struct of the call about to be made, in the frame of the caller.
/// @return true if that frame was left for good, by a longjmp out of a handler of a signal that
///         interrupted the call; false if the caller is such a handler, and the earlier call will
///         go on when it returns.
bool IsAbandoned(const ipcpp_send* aEarlier, const ipcpp_send* aPresent) noexcept;

}  // namespace ipcpp::core
