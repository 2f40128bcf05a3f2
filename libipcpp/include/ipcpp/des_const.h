// SPDX-License-Identifier: MIT
/// @file
/// TDesC8 and TDesC16: data of a known length that one may look at but not change through this
/// type.
///
/// Example:
/// @code
/// _LIT8(KPath, "C:\\private\\notes.txt");
/// assert(KPath().Length() == 20);
/// assert(KPath().Right(3) == ipcpp::TPtrC8("txt"));
/// assert(KPath().LocateReverse('\\') == 10);
/// assert(KPath().MatchF(ipcpp::TPtrC8("c:*.TXT")) == 0);
/// @endcode
///
/// TDesC is abstract in use: one receives a `const TDesC8&` and does not care whether the data is
/// in place (TBuf, TBufC, TLitC), elsewhere (TPtrC, TPtr) or on the heap (HBufC, RBuf). There are
/// no virtual functions; a type tag in the length word tells where the data is, so that descriptors
/// have a fixed layout that another process or language can describe:
///
/// | bytes | content |
/// |---|---|
/// | 0-3 | length in elements (28 bits), type (4 bits, on top) |
/// | 4-7 | maximum length in elements, for modifiable descriptors only |
/// | then | the data, or at offset 8 a pointer to it |
///
/// Lengths and positions are counted in elements (bytes, or UTF-16 code units). Nothing here blocks
/// or allocates, except Alloc. A descriptor may be read by many threads at once; it has no lock of
/// its own. Case-insensitive functions fold ASCII only. Panics: des_panic.h. Source:
/// spec/symbian.md §1.1.
#pragma once

#include "ipcpp/des_fwd.h"
#include "ipcpp/des_panic.h"
#include "ipcpp/errors.h"

namespace ipcpp {

/// @copydoc des_const.h
/// @tparam T TText8 or TText16.
template <typename T>
class IPCPP_API TDesCOf {
public:
    /// The element: TText8 or TText16.
    using TText = T;

    /// @return number of elements, 0..KMaxDesLength.
    [[nodiscard]] constexpr TInt Length() const {
        return static_cast<TInt>(iLengthAndType & KLengthMask);
    }

    /// @return number of bytes that the data occupies.
    [[nodiscard]] constexpr TInt Size() const { return Length() * static_cast<TInt>(sizeof(T)); }

    /// @return address of the data. Not terminated by a zero; null only for an empty descriptor.
    /// Valid as
    ///         long as the memory that the descriptor describes.
    [[nodiscard]] const T* Ptr() const;

    /// The element at a position. Panics EIndexOutOfRange outside 0..Length()-1.
    [[nodiscard]] const T& operator[](TInt aIndex) const;
    /// @copydoc operator[]
    [[nodiscard]] const T& At(TInt aIndex) const { return (*this)[aIndex]; }

    /// The first @p aLength elements, or all of them if there are fewer. Panics EPosOutOfRange if
    /// negative. The result refers to this descriptor's data and owns nothing, as do Right and Mid.
    [[nodiscard]] TPtrCOf<T> Left(TInt aLength) const;
    /// The last @p aLength elements, or all of them if there are fewer. Panics EPosOutOfRange if
    /// negative.
    [[nodiscard]] TPtrCOf<T> Right(TInt aLength) const;
    /// Everything from @p aPos on. Panics EPosOutOfRange unless aPos is in 0..Length().
    [[nodiscard]] TPtrCOf<T> Mid(TInt aPos) const;
    /// Exactly @p aLength elements from @p aPos. Panics EPosOutOfRange unless all of them exist.
    [[nodiscard]] TPtrCOf<T> Mid(TInt aPos, TInt aLength) const;

    /// @return position of the first occurrence of @p aDes (0 if that is empty), or KErrNotFound.
    [[nodiscard]] TInt Find(const TDesCOf& aDes) const;
    /// As Find, without regard to ASCII case.
    [[nodiscard]] TInt FindF(const TDesCOf& aDes) const;
    /// @return position of the first element equal to @p aChar, or KErrNotFound.
    [[nodiscard]] TInt Locate(T aChar) const;
    /// @return position of the last element equal to @p aChar, or KErrNotFound.
    [[nodiscard]] TInt LocateReverse(T aChar) const;

    /// Compares element by element as unsigned numbers; a proper prefix is smaller.
    /// @return -1, 0 or 1.
    [[nodiscard]] TInt Compare(const TDesCOf& aDes) const;
    /// As Compare, without regard to ASCII case.
    [[nodiscard]] TInt CompareF(const TDesCOf& aDes) const;

    /// Matches the *whole* of this descriptor against a pattern: `*` is any run of elements, `?` is
    /// any one.
    /// @return position at which the first non-`*` part of the pattern matched (0 for a pattern
    /// that does not
    ///         begin with `*`, or that consists of it), or KErrNotFound.
    [[nodiscard]] TInt Match(const TDesCOf& aPattern) const;
    /// As Match, without regard to ASCII case. Finders use this one (spec/symbian.md §3).
    [[nodiscard]] TInt MatchF(const TDesCOf& aPattern) const;

    /// A copy on the heap. The caller owns it and deletes it.
    /// @return null if there is no memory.
    [[nodiscard]] HBufCOf<T>* Alloc() const;
    /// As Alloc, but leaves with KErrNoMemory.
    [[nodiscard]] HBufCOf<T>* AllocL() const;

    friend bool operator==(const TDesCOf& aLeft, const TDesCOf& aRight) {
        return aLeft.Length() == aRight.Length() && aLeft.Compare(aRight) == 0;
    }
    friend bool operator<(const TDesCOf& aLeft, const TDesCOf& aRight) {
        return aLeft.Compare(aRight) < 0;
    }
    friend bool operator>(const TDesCOf& aLeft, const TDesCOf& aRight) {
        return aLeft.Compare(aRight) > 0;
    }
    friend bool operator<=(const TDesCOf& aLeft, const TDesCOf& aRight) {
        return aLeft.Compare(aRight) <= 0;
    }
    friend bool operator>=(const TDesCOf& aLeft, const TDesCOf& aRight) {
        return aLeft.Compare(aRight) >= 0;
    }

protected:
    enum TType : TUint32 { EBufC = 0, EPtrC = 1, EPtr = 2, EBuf = 3, EBufCPtr = 4 };

    constexpr TDesCOf(TType aType, TInt aLength)
        : iLengthAndType((static_cast<TUint32>(aType) << KTypeShift) |
                         static_cast<TUint32>(aLength)) {}
    constexpr TDesCOf(const TDesCOf&) = default;
    constexpr TDesCOf& operator=(const TDesCOf&) = default;
    ~TDesCOf() = default;

    [[nodiscard]] constexpr TUint32 Type() const { return iLengthAndType >> KTypeShift; }
    /// Stores a length that the caller has checked; a descriptor of a heap buffer updates both.
    void DoSetLength(TInt aLength);
    void DoSetType(TType aType) {
        iLengthAndType =
            (static_cast<TUint32>(aType) << KTypeShift) | (iLengthAndType & KLengthMask);
    }

private:
    static constexpr TUint32 KLengthMask = 0x0fffffff;
    static constexpr TUint32 KTypeShift = 28;

    TUint32 iLengthAndType;
};

/// What the descriptors that hold constant data in place have in common: the data follows this
/// object.
template <typename T>
class IPCPP_API TBufCBaseOf : public TDesCOf<T> {
protected:
    constexpr explicit TBufCBaseOf(TInt aLength) : TDesCOf<T>(TDesCOf<T>::EBufC, aLength) {}
    constexpr TBufCBaseOf(const TBufCBaseOf&) = default;
    constexpr TBufCBaseOf& operator=(const TBufCBaseOf&) = default;
    ~TBufCBaseOf() = default;

    [[nodiscard]] T* WritablePtr() { return const_cast<T*>(this->Ptr()); }
    /// Replaces the data; panics EOverflow if @p aDes is longer than @p aMaxLength.
    void DoCopy(const TDesCOf<T>& aDes, TInt aMaxLength);

private:
    friend class TDesCOf<T>;
};
static_assert(sizeof(TBufCBaseOf<TText8>) == 4 && sizeof(TBufCBaseOf<TText16>) == 4);

extern template class TDesCOf<TText8>;
extern template class TDesCOf<TText16>;
extern template class TBufCBaseOf<TText8>;
extern template class TBufCBaseOf<TText16>;

}  // namespace ipcpp
