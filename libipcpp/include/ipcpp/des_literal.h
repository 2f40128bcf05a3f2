// SPDX-License-Identifier: MIT
/// @file
/// Literals: constant descriptors that the compiler lays out, so that using one costs nothing at
/// run time.
///
/// Example:
/// @code
/// _LIT(KServerName, "clock");          // 16-bit, as _LIT16
/// _LIT8(KReply, "tick");
/// const ipcpp::TDesC& name = KServerName;
/// assert(name.Length() == 5);
/// assert(KReply() == _L8("tick"));
/// @endcode
///
/// `_LIT` works at namespace scope and in functions. `_L` makes a temporary TPtrC to static data;
/// it is handy where a name for the literal would say nothing. The text is a plain string literal;
/// in 16-bit literals every character outside ASCII is encoded as UTF-16. Source: spec/symbian.md
/// §1.1.
#pragma once

#include "ipcpp/des_buffers.h"

namespace ipcpp {

namespace detail {
/// The character type of the literals that an element type is made from.
template <typename T>
struct TLiteralChar;
template <>
struct TLiteralChar<TText8> {
    using Type = char;
};
template <>
struct TLiteralChar<TText16> {
    using Type = char16_t;
};
}  // namespace detail

/// A constant descriptor initialised at compile time. @tparam S elements including the final zero.
template <typename T, TInt S>
class TLitCOf : public TBufCBaseOf<T> {
public:
    using TChar = typename detail::TLiteralChar<T>::Type;

    constexpr explicit TLitCOf(const TChar (&aText)[S]) : TBufCBaseOf<T>(S - 1) {
        for (TInt i = 0; i < S; ++i) {
            iBuf[i] = static_cast<T>(aText[i]);
        }
    }

    [[nodiscard]] constexpr const TDesCOf<T>& operator()() const { return *this; }

private:
    T iBuf[S]{};
};

template <TInt S>
using TLitC8 = TLitCOf<TText8, S>;
template <TInt S>
using TLitC16 = TLitCOf<TText16, S>;
template <TInt S>
using TLitC = TLitC16<S>;

}  // namespace ipcpp

// The parameters are a declarator and a literal to be pasted to another: neither can stand in
// parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define _LIT8(aName, aText) \
    [[maybe_unused]] static constexpr ::ipcpp::TLitC8<sizeof("" aText)> aName("" aText)
#define _LIT16(aName, aText)                                                                 \
    [[maybe_unused]] static constexpr ::ipcpp::TLitC16<sizeof(u"" aText) / sizeof(char16_t)> \
        aName(u"" aText)
#define _LIT(aName, aText) _LIT16(aName, aText)

#define _L8(aText) ::ipcpp::TPtrC8(::std::string_view("" aText, sizeof("" aText) - 1))
#define _L16(aText) \
    ::ipcpp::TPtrC16(::std::u16string_view(u"" aText, sizeof(u"" aText) / sizeof(char16_t) - 1))
#define _L(aText) _L16(aText)
// NOLINTEND(bugprone-macro-parentheses)
