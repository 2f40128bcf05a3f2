// SPDX-License-Identifier: MIT
/// @file
/// Panics: how a thread ends when it has broken a rule that no error code could repair.
///
/// Example:
/// @code
/// auto checked = [](ipcpp::TInt aCount) {
///     if (aCount < 0) {
///         ipcpp::PanicThread("CLOCK", 1);
///     }
///     return aCount;
/// };
/// assert(checked(3) == 3);
/// @endcode
///
/// A panic has a category (a short name of the component whose rule was broken) and a reason (a
/// number that this component documents). It ends the calling thread without unwinding: no
/// destructor runs, since the thread has just proved that its state cannot be trusted. Source:
/// spec/symbian.md §19, §22, §26.8, §26.16.
#pragma once

#include <string_view>

#include "ipcpp/types.h"

namespace ipcpp {

/// Ends the calling thread. One line `ipcpp: panic CATEGORY REASON in thread TID` goes to standard
/// error. The panic of the main thread ends the process with SIGABRT; any other thread ends alone,
/// and the process goes on.
///
/// @param aCategory at most KMaxExitCategoryName characters; what is longer is cut.
/// @param aReason any number.
///
/// Takes no lock, allocates nothing, and may be called from a signal handler.
[[noreturn]] IPCPP_API void PanicThread(std::string_view aCategory, TInt aReason) noexcept;

}  // namespace ipcpp
