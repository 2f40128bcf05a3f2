// SPDX-License-Identifier: MIT
/// @file
/// Addresses that travelled as numbers: messages and the contract with the module have words of 64
/// bits.
#pragma once

#include <cstdint>

#include "ipcpp/types.h"

namespace ipcpp::core {

template <typename T>
T* AsPointer(TUint64 aWord) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): it was a pointer before it was a word
    return reinterpret_cast<T*>(static_cast<std::uintptr_t>(aWord));
}

}  // namespace ipcpp::core
