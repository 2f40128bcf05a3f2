// SPDX-License-Identifier: MIT
/// @file
/// How threads and processes end, on its way to the module and back.
#pragma once

#include <string_view>

#include "ipcpp/des_buffers.h"
#include "ipcpp/types.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::core {

/// Panics KERN-EXEC 0 for what is no handle of a thread or process.
ipcpp_exit_info ExitInfo(TInt aHandle);
TExitType ExitTypeOf(const ipcpp_exit_info& aInfo);
TExitCategoryName ExitCategoryOf(const ipcpp_exit_info& aInfo);

/// Tells the module how the calling thread is about to end, if the process uses the module at all.
void RecordPanic(std::string_view aCategory, TInt aReason) noexcept;

}  // namespace ipcpp::core
