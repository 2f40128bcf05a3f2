// SPDX-License-Identifier: MIT
/// @file
/// The concrete descriptors without ownership: TPtrC and TPtr refer to memory, TBufC and TBuf
/// contain it.
///
/// Example:
/// @code
/// std::array<std::byte, 16> storage{};
/// ipcpp::TPtr8 window{std::span(storage)};
/// window.Append(ipcpp::TPtrC8(std::string_view("abc")));
/// assert(window.Length() == 3 && window.MaxLength() == 16);
///
/// ipcpp::TBufC8<8> fixed(ipcpp::TPtrC8("abc"));
/// fixed.Des().Append('d');
/// assert(fixed == ipcpp::TPtrC8("abcd"));
/// @endcode
///
/// None of them allocates or blocks. Copying a TPtrC copies the reference; assigning to a TPtr,
/// TBufC or TBuf copies data. The memory behind a TPtrC or TPtr must outlive it. Source:
/// spec/symbian.md §1.1.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "ipcpp/des_modifiable.h"

namespace ipcpp {

/// A reference to constant data that somebody else owns; copying and assigning it rebinds. 16
/// bytes.
template <typename T>
class TPtrCOf : public TDesCOf<T> {
public:
    TPtrCOf() : TPtrCOf(nullptr, 0) {}
    /// Refers to the data of another descriptor.
    TPtrCOf(const TDesCOf<T>& aDes) : TPtrCOf(aDes.Ptr(), aDes.Length()) {}
    TPtrCOf(const TPtrCOf&) = default;
    /// Refers to a string that ends with a zero element.
    explicit TPtrCOf(const T* aString) : TPtrCOf(aString, ZeroTerminatedLength(aString)) {}
    /// Panics ELengthNegative, or ELengthOutOfRange beyond KMaxDesLength.
    TPtrCOf(const T* aBuf, TInt aLength)
        : TDesCOf<T>(TDesCOf<T>::EPtrC, CheckedLength(aLength)), iPtr(aBuf) {}
    /// Refers to the bytes of a string. Panics ELengthOutOfRange beyond KMaxDesLength, as do the
    /// next two.
    TPtrCOf(std::string_view aString) requires std::same_as<T, TText8>
        : TPtrCOf(reinterpret_cast<const T*>(aString.data()),
                  detail::DesLength<T>(aString.size())) {}
    TPtrCOf(std::span<const std::byte> aBytes) requires std::same_as<T, TText8>
        : TPtrCOf(reinterpret_cast<const T*>(aBytes.data()), detail::DesLength<T>(aBytes.size())) {}
    TPtrCOf(std::u16string_view aString) requires std::same_as<T, TText16>
        : TPtrCOf(aString.data(), detail::DesLength<T>(aString.size())) {}

    TPtrCOf& operator=(const TPtrCOf&) = default;
    ~TPtrCOf() = default;

    /// Refers to other data from now on.
    void Set(const TDesCOf<T>& aDes) { *this = TPtrCOf(aDes); }
    void Set(const T* aBuf, TInt aLength) { *this = TPtrCOf(aBuf, aLength); }

private:
    friend class TDesCOf<T>;

    static TInt CheckedLength(TInt aLength) {
        if (aLength < 0) {
            detail::PanicUser(TDesPanic<T>::ELengthNegative);
        }
        return detail::DesLength<T>(static_cast<std::size_t>(aLength));
    }

    static TInt ZeroTerminatedLength(const T* aString) {
        std::size_t length = 0;
        while (aString[length] != 0) {
            ++length;
        }
        return detail::DesLength<T>(length);
    }

    const T* iPtr;
};

/// A reference to modifiable memory that somebody else owns. 16 bytes. Assignment copies data; Set
/// rebinds.
template <typename T>
class TPtrOf : public TDesIndirectOf<T> {
public:
    /// An empty window on @p aMaxLength elements. Panics EMaxLengthNegative.
    TPtrOf(T* aBuf, TInt aMaxLength) : TDesIndirectOf<T>(aBuf, 0, aMaxLength) {}
    /// Panics EMaxLengthNegative, ELengthNegative, ELengthOutOfRange.
    TPtrOf(T* aBuf, TInt aLength, TInt aMaxLength) : TDesIndirectOf<T>(aBuf, aLength, aMaxLength) {}
    /// An empty window on bytes. Panics ELengthOutOfRange beyond KMaxDesLength.
    explicit TPtrOf(std::span<std::byte> aBytes) requires std::same_as<T, TText8>
        : TPtrOf(reinterpret_cast<T*>(aBytes.data()), detail::DesLength<T>(aBytes.size())) {}
    TPtrOf(const TPtrOf&) = default;
    ~TPtrOf() = default;

    TPtrOf& operator=(const TDesCOf<T>& aDes) {
        this->Copy(aDes);
        return *this;
    }
    TPtrOf& operator=(const TPtrOf& aDes) {
        if (this != &aDes) {
            this->Copy(aDes);
        }
        return *this;
    }

    /// Refers to other memory from now on. Panics as the constructor.
    void Set(T* aBuf, TInt aLength, TInt aMaxLength) { Rebind(TPtrOf(aBuf, aLength, aMaxLength)); }
    void Set(const TPtrOf& aPtr) { Rebind(aPtr); }

private:
    template <typename U, TInt S>
    friend class TBufCOf;
    friend class HBufCOf<T>;

    TPtrOf(TBufCBaseOf<T>& aBuf, TInt aMaxLength) : TDesIndirectOf<T>(aBuf, aMaxLength) {}

    void Rebind(const TPtrOf& aOther) {
        std::destroy_at(this);
        std::construct_at(this, aOther);
    }
};

/// Up to S elements in place that are changed only as a whole, or through Des().
template <typename T, TInt S>
class TBufCOf : public TBufCBaseOf<T> {
    static_assert(S > 0 && S <= KMaxDesLength);

public:
    TBufCOf() : TBufCBaseOf<T>(0) {}
    /// Copies. Panics EOverflow if it is longer than S.
    TBufCOf(const TDesCOf<T>& aDes) : TBufCBaseOf<T>(0) { this->DoCopy(aDes, S); }
    TBufCOf(const TBufCOf& aOther) : TBufCBaseOf<T>(0) { this->DoCopy(aOther, S); }
    ~TBufCOf() = default;

    TBufCOf& operator=(const TDesCOf<T>& aDes) {
        this->DoCopy(aDes, S);
        return *this;
    }
    TBufCOf& operator=(const TBufCOf& aOther) {
        if (this != &aOther) {
            this->DoCopy(aOther, S);
        }
        return *this;
    }

    /// A modifiable descriptor of this buffer: what is done to it is done to the buffer, length
    /// included.
    [[nodiscard]] TPtrOf<T> Des() { return TPtrOf<T>(*this, S); }

private:
    // Reached through Ptr() only, which finds it behind the base class.
    T iBuf[S]{};
};

/// Up to S modifiable elements in place.
template <typename T, TInt S>
class TBufOf : public TDesOf<T> {
    static_assert(S > 0 && S <= KMaxDesLength);

public:
    TBufOf() : TDesOf<T>(TDesCOf<T>::EBuf, 0, S) {}
    /// Has a length from the start; the elements are zero. Panics ELengthNegative,
    /// ELengthOutOfRange.
    explicit TBufOf(TInt aLength) : TDesOf<T>(TDesCOf<T>::EBuf, aLength, S) {}
    /// Copies. Panics EOverflow if it is longer than S.
    TBufOf(const TDesCOf<T>& aDes) : TBufOf() { this->Copy(aDes); }
    TBufOf(const TBufOf& aOther) : TBufOf() { this->Copy(aOther); }
    ~TBufOf() = default;

    TBufOf& operator=(const TDesCOf<T>& aDes) {
        this->Copy(aDes);
        return *this;
    }
    TBufOf& operator=(const TBufOf& aOther) {
        if (this != &aOther) {
            this->Copy(aOther);
        }
        return *this;
    }

private:
    // Reached through Ptr() only, which finds it behind the base class.
    T iBuf[S]{};
};

static_assert(sizeof(TPtrC8) == 16 && sizeof(TPtrC16) == 16);
static_assert(sizeof(TPtr8) == 16 && sizeof(TPtr16) == 16);
static_assert(sizeof(TBuf8<8>) == 16 && sizeof(TBufC8<4>) == 8);

}  // namespace ipcpp
