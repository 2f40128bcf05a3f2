// SPDX-License-Identifier: MIT
/// @file
/// ASCII case and white space without regard to the locale, which names of kernel objects must not
/// depend on.
#pragma once

namespace ipcpp::ascii {

template <typename T>
constexpr T ToLower(T aChar) {
    return aChar >= 'A' && aChar <= 'Z' ? static_cast<T>(aChar + ('a' - 'A')) : aChar;
}

template <typename T>
constexpr T ToUpper(T aChar) {
    return aChar >= 'a' && aChar <= 'z' ? static_cast<T>(aChar - ('a' - 'A')) : aChar;
}

template <typename T>
constexpr bool IsSpace(T aChar) {
    return aChar == ' ' || (aChar >= '\t' && aChar <= '\r');
}

}  // namespace ipcpp::ascii
