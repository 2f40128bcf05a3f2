// SPDX-License-Identifier: MIT
/// @file
/// TDes8 and TDes16: data of a known length that can be changed within a fixed maximum length.
///
/// Example:
/// @code
/// ipcpp::TBuf8<32> text;
/// text.Copy(ipcpp::TPtrC8("seven"));
/// text.Append(ipcpp::TPtrC8(" of "));
/// text.AppendNum(9);
/// assert(text == ipcpp::TPtrC8("seven of 9"));
/// text.Format("%s-%03d", "slot", 7);
/// assert(text == ipcpp::TPtrC8("slot-007"));
/// @endcode
///
/// Nothing here blocks. Memory is allocated only to format more than 255 characters, and where a
/// source overlaps the part that it replaces; these two throw std::bad_alloc if there is none.
/// Exceeding the maximum length is a bug of the caller, not an error: the thread panics with
/// EOverflow (des_panic.h) and the data is as it was. A source may overlap the target. One thread
/// may write; it must not be read meanwhile. Source: spec/symbian.md §1.1.
#pragma once

#include "ipcpp/des_const.h"

namespace ipcpp {

/// @copydoc des_modifiable.h
/// @tparam T TText8 or TText16.
template <typename T>
class IPCPP_API TDesOf : public TDesCOf<T> {
public:
    using TDesCOf<T>::operator[];
    using TDesCOf<T>::At;

    /// Copies the *data* of another descriptor, as Copy does.
    TDesOf& operator=(const TDesCOf<T>& aDes);
    TDesOf& operator=(const TDesOf& aDes);
    /// As Append.
    TDesOf& operator+=(const TDesCOf<T>& aDes);

    /// @return most elements that fit, 0..KMaxDesLength.
    [[nodiscard]] TInt MaxLength() const { return iMaxLength; }
    /// @return most bytes that fit.
    [[nodiscard]] TInt MaxSize() const { return iMaxLength * static_cast<TInt>(sizeof(T)); }

    /// The data, to be written by means other than this class; SetLength tells how much it is then.
    [[nodiscard]] T* WritablePtr() { return const_cast<T*>(this->Ptr()); }
    /// The data with a zero stored behind it; the length stays. Panics EOverflow if there is no
    /// room for the zero.
    [[nodiscard]] const T* PtrZ();

    /// An element that may be assigned to. Panics EIndexOutOfRange outside 0..Length()-1.
    [[nodiscard]] T& operator[](TInt aIndex);
    /// @copydoc operator[]
    [[nodiscard]] T& At(TInt aIndex) { return (*this)[aIndex]; }

    /// Sets the length to 0.
    void Zero() { this->DoSetLength(0); }
    /// Sets the length; elements that become part of the data have whatever was in memory.
    /// Panics EOverflow unless @p aLength is in 0..MaxLength().
    void SetLength(TInt aLength);
    /// Sets the length to the maximum.
    void SetMax() { this->DoSetLength(iMaxLength); }

    /// Replaces the data. Panics EOverflow, as do all functions below that lengthen it.
    void Copy(const TDesCOf<T>& aDes);
    /// Replaces the data by @p aLength elements at @p aBuf. Panics ELengthNegative.
    void Copy(const T* aBuf, TInt aLength);
    /// Replaces the data by elements of the other width: widened, or narrowed with every value
    /// above 255 becoming 1. It is a change of width, not of encoding.
    template <typename U>
    requires(sizeof(U) != sizeof(T)) void Copy(const TDesCOf<U>& aDes);

    void Append(const TDesCOf<T>& aDes);
    void Append(T aChar);
    /// Panics ELengthNegative.
    void Append(const T* aBuf, TInt aLength);
    /// Appends @p aCount elements of one value. Panics ELengthNegative.
    void AppendFill(T aChar, TInt aCount);
    /// Inserts before @p aPos. Panics EPosOutOfRange unless aPos is in 0..Length().
    void Insert(TInt aPos, const TDesCOf<T>& aDes);
    /// Removes up to @p aLength elements from @p aPos on. Panics EPosOutOfRange unless aPos is in
    /// 0..Length(), ELengthNegative.
    void Delete(TInt aPos, TInt aLength);
    /// Replaces exactly @p aLength elements from @p aPos. Panics ELengthNegative, or EPosOutOfRange
    /// unless all of them exist.
    void Replace(TInt aPos, TInt aLength, const TDesCOf<T>& aDes);

    /// Sets every element of the data; the length stays.
    void Fill(T aChar);
    /// Sets length and every element. Panics EOverflow unless @p aLength is in 0..MaxLength().
    void Fill(T aChar, TInt aLength);
    /// Fill with zeros.
    void FillZ() { Fill(0); }
    void FillZ(TInt aLength) { Fill(0, aLength); }

    /// ASCII case of every element.
    void LowerCase();
    void UpperCase();
    /// Removes ASCII white space (space, tab, new line, vertical tab, form feed, carriage return)
    /// at both ends.
    void Trim();
    void TrimLeft();
    void TrimRight();

    /// Replaces the data by a number in decimal.
    void Num(TInt64 aValue);
    /// Replaces the data by a number in the given base, with lower-case digits.
    void Num(TUint64 aValue, TRadix aRadix);
    void AppendNum(TInt64 aValue);
    void AppendNum(TUint64 aValue, TRadix aRadix);
    /// With upper-case digits.
    void AppendNumUC(TUint64 aValue, TRadix aRadix);
    /// Appends exactly @p aWidth digits: filled with zeros on the left, or cut to the least
    /// significant ones. Panics ELengthNegative.
    void AppendNumFixedWidth(TUint64 aValue, TRadix aRadix, TInt aWidth);

    /// Replaces the data by the output of printf(3) for these arguments. An ASCII (8-bit) format
    /// for both widths; `%S` for descriptors does not exist here, use `%.*s` with Length() and
    /// Ptr().
    [[gnu::format(printf, 2, 3)]] void Format(const char* aFormat, ...);
    [[gnu::format(printf, 2, 3)]] void AppendFormat(const char* aFormat, ...);

protected:
    using TType = typename TDesCOf<T>::TType;

    /// Panics EMaxLengthNegative, ELengthNegative or ELengthOutOfRange unless 0 <= length <= max
    /// length.
    TDesOf(TType aType, TInt aLength, TInt aMaxLength);
    TDesOf(const TDesOf&) = default;
    ~TDesOf() = default;

    void DoSetMaxLength(TInt aMaxLength) { iMaxLength = aMaxLength; }

private:
    static TInt CheckedLength(TInt aLength, TInt aMaxLength);
    /// Makes a gap or closes one: the elements from aPos + aOld on move to aPos + aNew. Checks for
    /// overflow.
    void MoveTail(TInt aPos, TInt aOld, TInt aNew);
    [[nodiscard]] bool Owns(const TDesCOf<T>& aDes) const;

    TInt iMaxLength;
};

/// What TPtr and RBuf have in common: the data is elsewhere, or in a heap buffer whose length they
/// keep up.
template <typename T>
class IPCPP_API TDesIndirectOf : public TDesOf<T> {
public:
    // Copying the data or the reference: only the derived classes know which is meant.
    TDesIndirectOf& operator=(const TDesIndirectOf&) = delete;

protected:
    TDesIndirectOf(T* aPtr, TInt aLength, TInt aMaxLength)
        : TDesOf<T>(TDesCOf<T>::EPtr, aLength, aMaxLength), iPtr(aPtr) {}
    TDesIndirectOf(TBufCBaseOf<T>& aBuf, TInt aMaxLength)
        : TDesOf<T>(TDesCOf<T>::EBufCPtr, aBuf.Length(), aMaxLength), iBufC(&aBuf) {}
    TDesIndirectOf(const TDesIndirectOf&) = default;
    ~TDesIndirectOf() = default;

    /// Which of the two is meant is the type in the length word.
    union {
        T* iPtr;
        TBufCBaseOf<T>* iBufC;
    };

private:
    friend class TDesCOf<T>;
};

extern template class TDesOf<TText8>;
extern template class TDesOf<TText16>;
extern template void TDesOf<TText8>::Copy(const TDesCOf<TText16>&);
extern template void TDesOf<TText16>::Copy(const TDesCOf<TText8>&);

}  // namespace ipcpp
