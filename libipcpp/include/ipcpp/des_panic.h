// SPDX-License-Identifier: MIT
/// @file
/// The panics of the descriptor classes: category USER, one number per kind of misuse and element
/// width.
///
/// | misuse                                         | 8-bit | 16-bit |
/// |------------------------------------------------|-------|--------|
/// | a length is negative                           | 17    | 5      |
/// | a length is greater than the maximum length    | 18    | 6      |
/// | a maximum length is negative                   | 19    | 7      |
/// | an index is outside 0..length-1                | 21    | 9      |
/// | a position or count is outside of the data     | 22    | 10     |
/// | the result is longer than the maximum length   | 23    | 11     |
///
/// Numbers 9-11 and 21-23 are those that Symbian programs know from daily use. They are stable; a
/// panic ends the calling thread (panic.h) and leaves the descriptor unchanged.
///
/// Example:
/// @code
/// assert(ipcpp::TDesPanic<ipcpp::TText8>::EOverflow == 23);
/// assert(ipcpp::TDesPanic<ipcpp::TText16>::EOverflow == 11);
/// @endcode
#pragma once

#include <cstddef>

#include "ipcpp/types.h"

namespace ipcpp {

/// Longest descriptor, in elements: the length shares a word with the 4-bit type.
inline constexpr TInt KMaxDesLength = 0x0fffffff;

template <typename T>
struct TDesPanic;

template <>
struct TDesPanic<TText8> {
    enum TReason {
        ELengthNegative = 17,
        ELengthOutOfRange = 18,
        EMaxLengthNegative = 19,
        EIndexOutOfRange = 21,
        EPosOutOfRange = 22,
        EOverflow = 23,
    };
};

template <>
struct TDesPanic<TText16> {
    enum TReason {
        ELengthNegative = 5,
        ELengthOutOfRange = 6,
        EMaxLengthNegative = 7,
        EIndexOutOfRange = 9,
        EPosOutOfRange = 10,
        EOverflow = 11,
    };
};

namespace detail {

/// Ends the calling thread with panic USER @p aReason.
[[noreturn]] IPCPP_API void PanicUser(TInt aReason);

/// A size of the standard library as a descriptor length; panics ELengthOutOfRange beyond
/// KMaxDesLength.
template <typename T>
TInt DesLength(std::size_t aSize) {
    if (aSize > static_cast<std::size_t>(KMaxDesLength)) {
        PanicUser(TDesPanic<T>::ELengthOutOfRange);
    }
    return static_cast<TInt>(aSize);
}

}  // namespace detail
}  // namespace ipcpp
