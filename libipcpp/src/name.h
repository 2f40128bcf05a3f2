// SPDX-License-Identifier: MIT
/// @file
/// Names on their way to the module, which knows 8-bit ones.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "ipcpp/des_const.h"
#include "ipcpp/types.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::core {

class NarrowName {
public:
    /// @return false if the name has characters that no name has, or more of them than any.
    bool Set(const TDesC& aName) {
        const TText16* const from = aName.Ptr();
        const TInt length = aName.Length();
        const auto printable = [](TText16 aChar) { return aChar >= 0x20 && aChar <= 0x7e; };
        if (length > IPCPP_FULL_NAME_MAX || !std::all_of(from, from + length, printable)) {
            return false;
        }
        std::transform(from, from + length, iText.begin(),
                       [](TText16 aChar) { return static_cast<char>(aChar); });
        iLength = static_cast<TUint32>(length);
        return true;
    }

    [[nodiscard]] TUint64 Address() const { return reinterpret_cast<std::uintptr_t>(iText.data()); }
    [[nodiscard]] TUint32 Length() const { return iLength; }

private:
    std::array<char, IPCPP_FULL_NAME_MAX> iText{};
    TUint32 iLength = 0;
};

}  // namespace ipcpp::core
