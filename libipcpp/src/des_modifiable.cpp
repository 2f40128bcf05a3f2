// SPDX-License-Identifier: MIT
#include "ipcpp/des_modifiable.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

#include "ascii.h"
#include "elements.h"
#include "ipcpp/des_buffers.h"

namespace ipcpp {
namespace {

/// Enough for 64 binary digits and a sign.
using Digits = std::array<char, 66>;

template <typename N>
TPtrC8 Convert(Digits& aDigits, N aValue, TInt aRadix) {
    const auto result =
        std::to_chars(aDigits.data(), aDigits.data() + aDigits.size(), aValue, aRadix);
    return TPtrC8(
        std::string_view(aDigits.data(), static_cast<std::size_t>(result.ptr - aDigits.data())));
}

template <typename T>
void AppendAscii(TDesOf<T>& aTarget, const char* aText, TInt aLength) {
    if (aLength > aTarget.MaxLength() - aTarget.Length()) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    T* const tail = aTarget.WritablePtr() + aTarget.Length();
    std::transform(aText, aText + aLength, tail,
                   [](char aChar) { return static_cast<T>(static_cast<TText8>(aChar)); });
    aTarget.SetLength(aTarget.Length() + aLength);
}

template <typename T>
void AppendAscii(TDesOf<T>& aTarget, const TPtrC8& aText) {
    AppendAscii(aTarget, reinterpret_cast<const char*>(aText.Ptr()), aText.Length());
}

template <typename T>
void CopyAscii(TDesOf<T>& aTarget, const TPtrC8& aText) {
    // The reference makes it the overload for descriptors, of the same width or of the other.
    const TDesC8& text = aText;
    aTarget.Copy(text);
}

/// Keeps the first @p aKept elements. All arguments have been read before the target changes, so
/// that they may be part of it.
template <typename T>
void FormatBehind(TDesOf<T>& aTarget, TInt aKept, const char* aFormat, va_list aList) {
    std::array<char, 256> local;
    va_list again;
    va_copy(again, aList);
    const int length = std::vsnprintf(local.data(), local.size(), aFormat, aList);
    if (length < 0 || length > aTarget.MaxLength() - aKept) {
        va_end(again);
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    const auto needed = static_cast<std::size_t>(length) + 1;
    if (needed <= local.size()) {
        aTarget.SetLength(aKept);
        AppendAscii(aTarget, local.data(), length);
    } else {
        const auto large = std::make_unique<char[]>(needed);
        std::vsnprintf(large.get(), needed, aFormat, again);
        aTarget.SetLength(aKept);
        AppendAscii(aTarget, large.get(), length);
    }
    va_end(again);
}

}  // namespace

template <typename T>
TDesOf<T>::TDesOf(TType aType, TInt aLength, TInt aMaxLength)
    : TDesCOf<T>(aType, CheckedLength(aLength, aMaxLength)), iMaxLength(aMaxLength) {}

template <typename T>
TInt TDesOf<T>::CheckedLength(TInt aLength, TInt aMaxLength) {
    if (aMaxLength < 0) {
        detail::PanicUser(TDesPanic<T>::EMaxLengthNegative);
    }
    if (aLength < 0) {
        detail::PanicUser(TDesPanic<T>::ELengthNegative);
    }
    if (aLength > aMaxLength || aMaxLength > KMaxDesLength) {
        detail::PanicUser(TDesPanic<T>::ELengthOutOfRange);
    }
    return aLength;
}

template <typename T>
TDesOf<T>& TDesOf<T>::operator=(const TDesCOf<T>& aDes) {
    Copy(aDes);
    return *this;
}

template <typename T>
TDesOf<T>& TDesOf<T>::operator=(const TDesOf& aDes) {
    if (this != &aDes) {
        Copy(aDes);
    }
    return *this;
}

template <typename T>
TDesOf<T>& TDesOf<T>::operator+=(const TDesCOf<T>& aDes) {
    Append(aDes);
    return *this;
}

template <typename T>
const T* TDesOf<T>::PtrZ() {
    if (this->Length() == iMaxLength) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    WritablePtr()[this->Length()] = 0;
    return this->Ptr();
}

template <typename T>
T& TDesOf<T>::operator[](TInt aIndex) {
    return const_cast<T&>(TDesCOf<T>::operator[](aIndex));
}

template <typename T>
void TDesOf<T>::SetLength(TInt aLength) {
    if (aLength < 0 || aLength > iMaxLength) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    this->DoSetLength(aLength);
}

template <typename T>
void TDesOf<T>::Copy(const TDesCOf<T>& aDes) {
    Copy(aDes.Ptr(), aDes.Length());
}

template <typename T>
void TDesOf<T>::Copy(const T* aBuf, TInt aLength) {
    if (aLength < 0) {
        detail::PanicUser(TDesPanic<T>::ELengthNegative);
    }
    if (aLength > iMaxLength) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    elements::Move(WritablePtr(), aBuf, aLength);
    this->DoSetLength(aLength);
}

template <typename T>
template <typename U>
requires(sizeof(U) != sizeof(T)) void TDesOf<T>::Copy(const TDesCOf<U>& aDes) {
    if (aDes.Length() > iMaxLength) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    std::transform(aDes.Ptr(), aDes.Ptr() + aDes.Length(), WritablePtr(), [](U aChar) {
        if constexpr (sizeof(U) > sizeof(T)) {
            return static_cast<T>(aChar > 0xff ? 1 : aChar);
        } else {
            return static_cast<T>(aChar);
        }
    });
    this->DoSetLength(aDes.Length());
}

template <typename T>
void TDesOf<T>::Append(const TDesCOf<T>& aDes) {
    Append(aDes.Ptr(), aDes.Length());
}

template <typename T>
void TDesOf<T>::Append(T aChar) {
    Append(&aChar, 1);
}

template <typename T>
void TDesOf<T>::Append(const T* aBuf, TInt aLength) {
    if (aLength < 0) {
        detail::PanicUser(TDesPanic<T>::ELengthNegative);
    }
    if (aLength > iMaxLength - this->Length()) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    elements::Move(WritablePtr() + this->Length(), aBuf, aLength);
    this->DoSetLength(this->Length() + aLength);
}

template <typename T>
void TDesOf<T>::AppendFill(T aChar, TInt aCount) {
    if (aCount < 0) {
        detail::PanicUser(TDesPanic<T>::ELengthNegative);
    }
    if (aCount > iMaxLength - this->Length()) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    std::fill_n(WritablePtr() + this->Length(), aCount, aChar);
    this->DoSetLength(this->Length() + aCount);
}

template <typename T>
void TDesOf<T>::MoveTail(TInt aPos, TInt aOld, TInt aNew) {
    const TInt length = this->Length();
    if (aNew > iMaxLength - (length - aOld)) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    T* const data = WritablePtr();
    elements::Move(data + aPos + aNew, data + aPos + aOld, length - aPos - aOld);
    this->DoSetLength(length - aOld + aNew);
}

template <typename T>
bool TDesOf<T>::Owns(const TDesCOf<T>& aDes) const {
    const std::less<const T*> less;
    return less(aDes.Ptr(), this->Ptr() + iMaxLength) &&
           less(this->Ptr(), aDes.Ptr() + aDes.Length());
}

template <typename T>
void TDesOf<T>::Insert(TInt aPos, const TDesCOf<T>& aDes) {
    Replace(aPos, 0, aDes);
}

template <typename T>
void TDesOf<T>::Delete(TInt aPos, TInt aLength) {
    if (aPos < 0 || aPos > this->Length()) {
        detail::PanicUser(TDesPanic<T>::EPosOutOfRange);
    }
    if (aLength < 0) {
        detail::PanicUser(TDesPanic<T>::ELengthNegative);
    }
    MoveTail(aPos, std::min(aLength, this->Length() - aPos), 0);
}

template <typename T>
void TDesOf<T>::Replace(TInt aPos, TInt aLength, const TDesCOf<T>& aDes) {
    if (aLength < 0) {
        detail::PanicUser(TDesPanic<T>::ELengthNegative);
    }
    if (aPos < 0 || aPos > this->Length() || aLength > this->Length() - aPos) {
        detail::PanicUser(TDesPanic<T>::EPosOutOfRange);
    }
    const TInt count = aDes.Length();
    if (Owns(aDes)) {
        // Moving the tail would change the source under our hands.
        const std::vector<T> copy(aDes.Ptr(), aDes.Ptr() + count);
        MoveTail(aPos, aLength, count);
        elements::Move(WritablePtr() + aPos, copy.data(), count);
        return;
    }
    MoveTail(aPos, aLength, count);
    elements::Move(WritablePtr() + aPos, aDes.Ptr(), count);
}

template <typename T>
void TDesOf<T>::Fill(T aChar) {
    std::fill_n(WritablePtr(), this->Length(), aChar);
}

template <typename T>
void TDesOf<T>::Fill(T aChar, TInt aLength) {
    SetLength(aLength);
    Fill(aChar);
}

template <typename T>
void TDesOf<T>::LowerCase() {
    T* const data = WritablePtr();
    std::transform(data, data + this->Length(), data, ascii::ToLower<T>);
}

template <typename T>
void TDesOf<T>::UpperCase() {
    T* const data = WritablePtr();
    std::transform(data, data + this->Length(), data, ascii::ToUpper<T>);
}

template <typename T>
void TDesOf<T>::Trim() {
    TrimRight();
    TrimLeft();
}

template <typename T>
void TDesOf<T>::TrimLeft() {
    const T* const data = this->Ptr();
    const T* const end = data + this->Length();
    const T* const first = std::find_if_not(data, end, ascii::IsSpace<T>);
    Delete(0, static_cast<TInt>(first - data));
}

template <typename T>
void TDesOf<T>::TrimRight() {
    const T* const data = this->Ptr();
    TInt length = this->Length();
    while (length > 0 && ascii::IsSpace(data[length - 1])) {
        --length;
    }
    this->DoSetLength(length);
}

template <typename T>
void TDesOf<T>::Num(TInt64 aValue) {
    Digits digits;
    CopyAscii(*this, Convert(digits, aValue, EDecimal));
}

template <typename T>
void TDesOf<T>::Num(TUint64 aValue, TRadix aRadix) {
    Digits digits;
    CopyAscii(*this, Convert(digits, aValue, aRadix));
}

template <typename T>
void TDesOf<T>::AppendNum(TInt64 aValue) {
    Digits digits;
    AppendAscii(*this, Convert(digits, aValue, EDecimal));
}

template <typename T>
void TDesOf<T>::AppendNum(TUint64 aValue, TRadix aRadix) {
    Digits digits;
    AppendAscii(*this, Convert(digits, aValue, aRadix));
}

template <typename T>
void TDesOf<T>::AppendNumUC(TUint64 aValue, TRadix aRadix) {
    Digits digits;
    const TPtrC8 text = Convert(digits, aValue, aRadix);
    std::transform(digits.begin(), digits.begin() + text.Length(), digits.begin(),
                   ascii::ToUpper<char>);
    AppendAscii(*this, text);
}

template <typename T>
void TDesOf<T>::AppendNumFixedWidth(TUint64 aValue, TRadix aRadix, TInt aWidth) {
    Digits digits;
    const TPtrC8 text = Convert(digits, aValue, aRadix);
    if (aWidth < 0) {
        detail::PanicUser(TDesPanic<T>::ELengthNegative);
    }
    if (aWidth > iMaxLength - this->Length()) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    AppendFill('0', std::max(0, aWidth - text.Length()));
    AppendAscii(*this, text.Right(aWidth));
}

template <typename T>
void TDesOf<T>::Format(const char* aFormat, ...) {
    va_list list;
    va_start(list, aFormat);
    FormatBehind(*this, 0, aFormat, list);
    va_end(list);
}

template <typename T>
void TDesOf<T>::AppendFormat(const char* aFormat, ...) {
    va_list list;
    va_start(list, aFormat);
    FormatBehind(*this, this->Length(), aFormat, list);
    va_end(list);
}

template class TDesOf<TText8>;
template class TDesOf<TText16>;
template void TDesOf<TText8>::Copy(const TDesCOf<TText16>&);
template void TDesOf<TText16>::Copy(const TDesCOf<TText8>&);

}  // namespace ipcpp
