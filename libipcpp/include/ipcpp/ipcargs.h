// SPDX-License-Identifier: MIT
/// @file
/// TIpcArgs: up to four arguments of a message from a client to a server.
///
/// Example:
/// @code
/// ipcpp::TBuf8<32> reply;
/// ipcpp::TIpcArgs args(42, &reply, ipcpp::TIpcArgs::ENothing);
/// assert(args.Type(0) == ipcpp::TIpcArgs::EUnspecified && args.Word(0) == 42);
/// assert(args.Type(1) == ipcpp::TIpcArgs::EDes8);
///
/// _LIT8(KRequest, "what time is it?");
/// args.Set(3, &KRequest);
/// assert(args.Type(3) == ipcpp::TIpcArgs::EDesC8);
/// @endcode
///
/// The kinds of argument are found by overload: integers, enumerations and pointers travel as they
/// are; handles as their word, marked so that the server may open the object; *pointers to
/// descriptors* as descriptors, which the server reads and, if they are modifiable, writes. A
/// descriptor must live until the request has completed.
///
/// ABI: `iArgs` holds four 64-bit words, so that a pointer fits where Symbian had 32 bits; signed
/// integers are sign-extended. `iFlags` holds for argument i a type of three bits at bit 3*i: bit 2
/// of them is "descriptor", bit 1 "constant", bit 0 "16-bit". The object is a plain value: nothing
/// is checked, owned or locked, and a call copies what it needs before it returns or blocks.
/// Source: spec/symbian.md §4.1.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "ipcpp/des_const.h"
#include "ipcpp/des_modifiable.h"
#include "ipcpp/handle.h"

namespace ipcpp {

/// @copydoc ipcargs.h
class TIpcArgs {
public:
    /// Leaves an argument as it is: zero and unspecified in a new object.
    enum TNothing { ENothing };

    enum TArgType : TUint {
        EUnspecified = 0,
        EHandle = 1,
        EDes8 = 4,
        EDes16 = 5,
        EDesC8 = 6,
        EDesC16 = 7,
    };

    static constexpr TInt KBitsPerType = 3;
    static constexpr TUint KTypeMask = 7;

    constexpr TIpcArgs() = default;
    template <typename A0>
    explicit TIpcArgs(const A0& a0) {
        Set(0, a0);
    }
    template <typename A0, typename A1>
    TIpcArgs(const A0& a0, const A1& a1) {
        Set(0, a0);
        Set(1, a1);
    }
    template <typename A0, typename A1, typename A2>
    TIpcArgs(const A0& a0, const A1& a1, const A2& a2) {
        Set(0, a0);
        Set(1, a1);
        Set(2, a2);
    }
    template <typename A0, typename A1, typename A2, typename A3>
    TIpcArgs(const A0& a0, const A1& a1, const A2& a2, const A3& a3) {
        Set(0, a0);
        Set(1, a1);
        Set(2, a2);
        Set(3, a3);
    }

    /// @name Set
    /// Stores an argument and ORs in its type: a type that this argument had before is *not*
    /// cleared, so give each argument one kind only. Panics USER 0 (User::Invariant) unless @p
    /// aIndex is in 0..3.
    /// @{
    void Set(TInt aIndex, TNothing) { (void)Checked(aIndex); }
    template <typename A>
    requires(std::integral<A> || std::is_enum_v<A>) void Set(TInt aIndex, A aValue) {
        if constexpr (std::is_enum_v<A>) {
            Set(aIndex, static_cast<std::underlying_type_t<A>>(aValue));
        } else if constexpr (std::is_signed_v<A>) {
            Store(aIndex, EUnspecified, static_cast<TUint64>(static_cast<TInt64>(aValue)));
        } else {
            Store(aIndex, EUnspecified, static_cast<TUint64>(aValue));
        }
    }
    void Set(TInt aIndex, std::nullptr_t) { Store(aIndex, EUnspecified, 0); }
    void Set(TInt aIndex, const TAny* aValue) { Store(aIndex, EUnspecified, Address(aValue)); }
    void Set(TInt aIndex, const RHandleBase& aHandle) {
        Store(aIndex, EHandle, static_cast<TUint64>(static_cast<TInt64>(aHandle.Handle())));
    }
    void Set(TInt aIndex, const TDesC8* aDes) { Store(aIndex, EDesC8, Address(aDes)); }
    void Set(TInt aIndex, const TDesC16* aDes) { Store(aIndex, EDesC16, Address(aDes)); }
    void Set(TInt aIndex, TDes8* aDes) { Store(aIndex, EDes8, Address(aDes)); }
    void Set(TInt aIndex, TDes16* aDes) { Store(aIndex, EDes16, Address(aDes)); }
    /// @}

    /// The stored word of argument 0..3.
    [[nodiscard]] TUint64 Word(TInt aIndex) const { return iArgs[Checked(aIndex)]; }
    /// The type of argument 0..3.
    [[nodiscard]] TArgType Type(TInt aIndex) const {
        return static_cast<TArgType>((iFlags >> (KBitsPerType * Checked(aIndex))) & KTypeMask);
    }

    TUint64 iArgs[KMaxMessageArguments] = {};
    TUint32 iFlags = 0;

private:
    static TInt Checked(TInt aIndex) {
        if (aIndex < 0 || aIndex >= KMaxMessageArguments) {
            detail::PanicUser(0);
        }
        return aIndex;
    }
    static TUint64 Address(const void* aPtr) { return reinterpret_cast<std::uintptr_t>(aPtr); }

    void Store(TInt aIndex, TArgType aType, TUint64 aWord) {
        iArgs[Checked(aIndex)] = aWord;
        iFlags |= static_cast<TUint32>(aType) << (KBitsPerType * aIndex);
    }
};

}  // namespace ipcpp
