// SPDX-License-Identifier: MIT
/// @file
/// Descriptors as the views and strings of the standard library. The other direction needs no
/// function: TPtrC8 is made from a std::string_view or a std::span<const std::byte>, TPtrC16 from a
/// std::u16string_view.
///
/// Example:
/// @code
/// ipcpp::TBuf8<16> name(ipcpp::TPtrC8("clock"));
/// std::string_view view = ipcpp::AsView(name);
/// assert(view == "clock");
/// assert(ipcpp::AsBytes(name).size() == 5);
/// assert(ipcpp::ToString(name) + "!" == "clock!");
/// @endcode
///
/// A view refers to the data of the descriptor and is valid as long as that, and until it is
/// changed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ipcpp/des_buffers.h"

namespace ipcpp {

/// The data as a string view.
[[nodiscard]] inline std::string_view AsView(const TDesC8& aDes) {
    return {reinterpret_cast<const char*>(aDes.Ptr()), static_cast<std::size_t>(aDes.Length())};
}
/// @copydoc AsView(const TDesC8&)
[[nodiscard]] inline std::u16string_view AsView(const TDesC16& aDes) {
    return {aDes.Ptr(), static_cast<std::size_t>(aDes.Length())};
}

/// The data as bytes: Size() of them.
template <typename T>
[[nodiscard]] std::span<const std::byte> AsBytes(const TDesCOf<T>& aDes) {
    return {reinterpret_cast<const std::byte*>(aDes.Ptr()), static_cast<std::size_t>(aDes.Size())};
}

/// The memory up to the maximum length as bytes that may be written; SetLength tells how much of it
/// is data then.
template <typename T>
[[nodiscard]] std::span<std::byte> AsWritableBytes(TDesOf<T>& aDes) {
    return {reinterpret_cast<std::byte*>(aDes.WritablePtr()),
            static_cast<std::size_t>(aDes.MaxSize())};
}

/// A copy of the data as a string.
[[nodiscard]] inline std::string ToString(const TDesC8& aDes) {
    return std::string(AsView(aDes));
}
/// @copydoc ToString(const TDesC8&)
[[nodiscard]] inline std::u16string ToString(const TDesC16& aDes) {
    return std::u16string(AsView(aDes));
}

}  // namespace ipcpp
