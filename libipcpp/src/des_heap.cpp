// SPDX-License-Identifier: MIT
#include "ipcpp/des_heap.h"

#include <cstdlib>
#include <new>
#include <utility>

#include "ipcpp/leave.h"

namespace ipcpp {
namespace {

/// Stands in front of every heap buffer. The layout of a constant descriptor has no room for a
/// maximum length, and Symbian asks the allocator for it; malloc would answer with more than was
/// asked for.
struct alignas(8) Prefix {
    TInt iMaxLength;
};

template <typename T>
std::size_t AllocationSize(TInt aMaxLength) {
    return sizeof(Prefix) + sizeof(HBufCOf<T>) + static_cast<std::size_t>(aMaxLength) * sizeof(T);
}

template <typename T>
void CheckMaxLength(TInt aMaxLength) {
    if (aMaxLength < 0) {
        detail::PanicUser(TDesPanic<T>::EMaxLengthNegative);
    }
    if (aMaxLength > KMaxDesLength) {
        detail::PanicUser(TDesPanic<T>::ELengthOutOfRange);
    }
}

Prefix* PrefixOf(void* aBuffer) {
    return static_cast<Prefix*>(aBuffer) - 1;
}

const Prefix* PrefixOf(const void* aBuffer) {
    return static_cast<const Prefix*>(aBuffer) - 1;
}

}  // namespace

template <typename T>
HBufCOf<T>* HBufCOf<T>::New(TInt aMaxLength) {
    CheckMaxLength<T>(aMaxLength);
    void* const memory = std::malloc(AllocationSize<T>(aMaxLength));
    if (memory == nullptr) {
        return nullptr;
    }
    auto* const prefix = new (memory) Prefix{aMaxLength};
    return new (prefix + 1) HBufCOf(0);
}

template <typename T>
HBufCOf<T>* HBufCOf<T>::NewL(TInt aMaxLength) {
    return LeaveIfNull(New(aMaxLength));
}

template <typename T>
HBufCOf<T>& HBufCOf<T>::operator=(const TDesCOf<T>& aDes) {
    this->DoCopy(aDes, MaxLength());
    return *this;
}

template <typename T>
HBufCOf<T>& HBufCOf<T>::operator=(const HBufCOf& aOther) {
    if (this != &aOther) {
        this->DoCopy(aOther, MaxLength());
    }
    return *this;
}

template <typename T>
HBufCOf<T>* HBufCOf<T>::ReAlloc(TInt aMaxLength) {
    CheckMaxLength<T>(aMaxLength);
    if (aMaxLength < this->Length()) {
        detail::PanicUser(TDesPanic<T>::ELengthOutOfRange);
    }
    HBufCOf* const larger = New(aMaxLength);
    if (larger != nullptr) {
        *larger = *this;
        delete this;
    }
    return larger;
}

template <typename T>
HBufCOf<T>* HBufCOf<T>::ReAllocL(TInt aMaxLength) {
    return LeaveIfNull(ReAlloc(aMaxLength));
}

template <typename T>
TInt HBufCOf<T>::MaxLength() const {
    return PrefixOf(this)->iMaxLength;
}

template <typename T>
void HBufCOf<T>::operator delete(void* aMemory) noexcept {
    if (aMemory != nullptr) {
        std::free(PrefixOf(aMemory));
    }
}

template <typename T>
TInt RBufOf<T>::Create(TInt aMaxLength) {
    HBufCOf<T>* const buffer = HBufCOf<T>::New(aMaxLength);
    if (buffer == nullptr) {
        return KErrNoMemory;
    }
    Assign(buffer);
    return KErrNone;
}

template <typename T>
TInt RBufOf<T>::Create(const TDesCOf<T>& aDes) {
    HBufCOf<T>* const buffer = aDes.Alloc();
    if (buffer == nullptr) {
        return KErrNoMemory;
    }
    Assign(buffer);
    return KErrNone;
}

template <typename T>
TInt RBufOf<T>::CreateMax(TInt aMaxLength) {
    const TInt result = Create(aMaxLength);
    if (result == KErrNone) {
        this->SetMax();
    }
    return result;
}

template <typename T>
void RBufOf<T>::CreateL(TInt aMaxLength) {
    LeaveIfError(Create(aMaxLength));
}

template <typename T>
void RBufOf<T>::CreateL(const TDesCOf<T>& aDes) {
    LeaveIfError(Create(aDes));
}

template <typename T>
void RBufOf<T>::Assign(HBufCOf<T>* aHBuf) {
    delete Buffer();
    Adopt(aHBuf);
}

template <typename T>
TInt RBufOf<T>::ReAlloc(TInt aMaxLength) {
    HBufCOf<T>* const owned = Buffer();
    if (owned == nullptr) {
        return Create(aMaxLength);
    }
    HBufCOf<T>* const moved = owned->ReAlloc(aMaxLength);
    if (moved == nullptr) {
        return KErrNoMemory;
    }
    Adopt(moved);
    return KErrNone;
}

template <typename T>
void RBufOf<T>::ReAllocL(TInt aMaxLength) {
    LeaveIfError(ReAlloc(aMaxLength));
}

template <typename T>
void RBufOf<T>::Swap(RBufOf& aOther) noexcept {
    HBufCOf<T>* const mine = Buffer();
    Adopt(aOther.Buffer());
    aOther.Adopt(mine);
}

template <typename T>
void RBufOf<T>::Close() {
    Assign(nullptr);
}

template <typename T>
HBufCOf<T>* RBufOf<T>::Buffer() const {
    return this->Type() == TDesCOf<T>::EBufCPtr ? static_cast<HBufCOf<T>*>(this->iBufC) : nullptr;
}

template <typename T>
void RBufOf<T>::Adopt(HBufCOf<T>* aHBuf) {
    if (aHBuf == nullptr) {
        this->DoSetType(TDesCOf<T>::EPtr);
        this->iPtr = nullptr;
        this->DoSetMaxLength(0);
        this->DoSetLength(0);
        return;
    }
    this->DoSetType(TDesCOf<T>::EBufCPtr);
    this->iBufC = aHBuf;
    this->DoSetMaxLength(aHBuf->MaxLength());
    this->DoSetLength(aHBuf->Length());
}

template class HBufCOf<TText8>;
template class HBufCOf<TText16>;
template class RBufOf<TText8>;
template class RBufOf<TText16>;

}  // namespace ipcpp
