// SPDX-License-Identifier: MIT
#include "ipcpp/des_const.h"

#include <algorithm>

#include "ascii.h"
#include "elements.h"
#include "ipcpp/des_buffers.h"
#include "ipcpp/des_heap.h"
#include "ipcpp/leave.h"

namespace ipcpp {
namespace {

template <typename T>
struct Exact {
    T operator()(T aChar) const { return aChar; }
};

template <typename T>
struct Folded {
    T operator()(T aChar) const { return ascii::ToLower(aChar); }
};

template <typename T, typename Fold>
TInt FindOf(const TDesCOf<T>& aText, const TDesCOf<T>& aPart, Fold aFold) {
    const T* const begin = aText.Ptr();
    const T* const end = begin + aText.Length();
    const T* const part = aPart.Ptr();
    const T* const found =
        std::search(begin, end, part, part + aPart.Length(),
                    [aFold](T aLeft, T aRight) { return aFold(aLeft) == aFold(aRight); });
    // An empty part is found at the start, even at the end of an empty text.
    return found == end && aPart.Length() != 0 ? KErrNotFound : static_cast<TInt>(found - begin);
}

template <typename T, typename Fold>
TInt CompareOf(const TDesCOf<T>& aLeft, const TDesCOf<T>& aRight, Fold aFold) {
    const T* const left = aLeft.Ptr();
    const T* const right = aRight.Ptr();
    const TInt common = std::min(aLeft.Length(), aRight.Length());
    for (TInt i = 0; i < common; ++i) {
        const T l = aFold(left[i]);
        const T r = aFold(right[i]);
        if (l != r) {
            return l < r ? -1 : 1;
        }
    }
    if (aLeft.Length() == aRight.Length()) {
        return 0;
    }
    return aLeft.Length() < aRight.Length() ? -1 : 1;
}

/// Only the last `*` seen ever needs to take more: whatever an earlier one could gain by it, the
/// last can gain as well. So time is bounded by text times pattern and no stack is used, however
/// many stars there are.
template <typename T, typename Fold>
TInt MatchOf(const TDesCOf<T>& aText, const TDesCOf<T>& aPattern, Fold aFold) {
    const T* const text = aText.Ptr();
    const T* const pattern = aPattern.Ptr();
    const TInt textLength = aText.Length();
    const TInt patternLength = aPattern.Length();

    TInt leadingStars = 0;
    while (leadingStars < patternLength && pattern[leadingStars] == '*') {
        ++leadingStars;
    }

    TInt t = 0;
    TInt p = 0;
    TInt afterStar = -1;
    TInt resume = 0;
    TInt first = 0;
    while (t < textLength) {
        if (p < patternLength && pattern[p] == '*') {
            afterStar = ++p;
            resume = t;
        } else if (p < patternLength &&
                   (pattern[p] == '?' || aFold(pattern[p]) == aFold(text[t]))) {
            ++p;
            ++t;
        } else if (afterStar >= 0) {
            p = afterStar;
            t = ++resume;
        } else {
            return KErrNotFound;
        }
        // While the leading run is the last star, where it resumes is where the rest of the pattern
        // begins.
        if (afterStar == leadingStars && leadingStars != patternLength) {
            first = resume;
        }
    }
    while (p < patternLength && pattern[p] == '*') {
        ++p;
    }
    return p == patternLength ? first : KErrNotFound;
}

}  // namespace

template <typename T>
const T* TDesCOf<T>::Ptr() const {
    switch (Type()) {
        case EBufC:
            return reinterpret_cast<const T*>(static_cast<const TBufCBaseOf<T>*>(this) + 1);
        case EPtrC:
            return static_cast<const TPtrCOf<T>*>(this)->iPtr;
        case EPtr:
            return static_cast<const TDesIndirectOf<T>*>(this)->iPtr;
        case EBuf:
            return reinterpret_cast<const T*>(static_cast<const TDesOf<T>*>(this) + 1);
        case EBufCPtr:
            return static_cast<const TDesIndirectOf<T>*>(this)->iBufC->Ptr();
        default:
            // The word was overwritten: there is no data to point to.
            detail::PanicUser(0);
    }
}

template <typename T>
void TDesCOf<T>::DoSetLength(TInt aLength) {
    iLengthAndType = (iLengthAndType & ~KLengthMask) | static_cast<TUint32>(aLength);
    if (Type() == EBufCPtr) {
        static_cast<TDesIndirectOf<T>*>(this)->iBufC->DoSetLength(aLength);
    }
}

template <typename T>
const T& TDesCOf<T>::operator[](TInt aIndex) const {
    if (aIndex < 0 || aIndex >= Length()) {
        detail::PanicUser(TDesPanic<T>::EIndexOutOfRange);
    }
    return Ptr()[aIndex];
}

template <typename T>
TPtrCOf<T> TDesCOf<T>::Left(TInt aLength) const {
    if (aLength < 0) {
        detail::PanicUser(TDesPanic<T>::EPosOutOfRange);
    }
    return TPtrCOf<T>(Ptr(), std::min(aLength, Length()));
}

template <typename T>
TPtrCOf<T> TDesCOf<T>::Right(TInt aLength) const {
    if (aLength < 0) {
        detail::PanicUser(TDesPanic<T>::EPosOutOfRange);
    }
    return Mid(Length() - std::min(aLength, Length()));
}

template <typename T>
TPtrCOf<T> TDesCOf<T>::Mid(TInt aPos) const {
    return Mid(aPos, Length() - aPos);
}

template <typename T>
TPtrCOf<T> TDesCOf<T>::Mid(TInt aPos, TInt aLength) const {
    if (aPos < 0 || aPos > Length() || aLength < 0 || aLength > Length() - aPos) {
        detail::PanicUser(TDesPanic<T>::EPosOutOfRange);
    }
    return TPtrCOf<T>(Ptr() + aPos, aLength);
}

template <typename T>
TInt TDesCOf<T>::Find(const TDesCOf& aDes) const {
    return FindOf(*this, aDes, Exact<T>());
}

template <typename T>
TInt TDesCOf<T>::FindF(const TDesCOf& aDes) const {
    return FindOf(*this, aDes, Folded<T>());
}

template <typename T>
TInt TDesCOf<T>::Locate(T aChar) const {
    const T* const begin = Ptr();
    const T* const end = begin + Length();
    const T* const found = std::find(begin, end, aChar);
    return found == end ? KErrNotFound : static_cast<TInt>(found - begin);
}

template <typename T>
TInt TDesCOf<T>::LocateReverse(T aChar) const {
    const T* const data = Ptr();
    TInt i = Length() - 1;
    while (i >= 0 && data[i] != aChar) {
        --i;
    }
    return i >= 0 ? i : KErrNotFound;
}

template <typename T>
TInt TDesCOf<T>::Compare(const TDesCOf& aDes) const {
    return CompareOf(*this, aDes, Exact<T>());
}

template <typename T>
TInt TDesCOf<T>::CompareF(const TDesCOf& aDes) const {
    return CompareOf(*this, aDes, Folded<T>());
}

template <typename T>
TInt TDesCOf<T>::Match(const TDesCOf& aPattern) const {
    return MatchOf(*this, aPattern, Exact<T>());
}

template <typename T>
TInt TDesCOf<T>::MatchF(const TDesCOf& aPattern) const {
    return MatchOf(*this, aPattern, Folded<T>());
}

template <typename T>
HBufCOf<T>* TDesCOf<T>::Alloc() const {
    HBufCOf<T>* const copy = HBufCOf<T>::New(Length());
    if (copy != nullptr) {
        *copy = *this;
    }
    return copy;
}

template <typename T>
HBufCOf<T>* TDesCOf<T>::AllocL() const {
    return LeaveIfNull(Alloc());
}

template <typename T>
void TBufCBaseOf<T>::DoCopy(const TDesCOf<T>& aDes, TInt aMaxLength) {
    if (aDes.Length() > aMaxLength) {
        detail::PanicUser(TDesPanic<T>::EOverflow);
    }
    elements::Move(WritablePtr(), aDes.Ptr(), aDes.Length());
    this->DoSetLength(aDes.Length());
}

template class TDesCOf<TText8>;
template class TDesCOf<TText16>;
template class TBufCBaseOf<TText8>;
template class TBufCBaseOf<TText16>;

}  // namespace ipcpp
