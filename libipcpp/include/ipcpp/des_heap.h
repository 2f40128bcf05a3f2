// SPDX-License-Identifier: MIT
/// @file
/// The descriptors that own heap memory: HBufC, which lives there itself, and RBuf, a modifiable
/// owner.
///
/// Example:
/// @code
/// std::unique_ptr<ipcpp::HBufC8> heap(ipcpp::HBufC8::NewL(64));
/// heap->Des().Append(ipcpp::TPtrC8("on the heap"));
/// assert(*heap == ipcpp::TPtrC8("on the heap"));
///
/// ipcpp::RBuf8 buffer;
/// if (buffer.Create(16) == ipcpp::KErrNone) {
///     buffer.Append(ipcpp::TPtrC8("resizable"));
///     assert(buffer.ReAlloc(1024) == ipcpp::KErrNone);
///     assert(buffer.MaxLength() == 1024);
/// }
/// buffer.Close();
/// @endcode
///
/// The creator owns an HBufC and ends it with `delete`. An RBuf is ended with Close(); like all
/// R-classes it has no closing destructor, so use Owned<RBuf8> (owned.h) for a scope. Not for use
/// by two threads at once. Nothing blocks. Source: spec/symbian.md §1.1.
#pragma once

#include "ipcpp/des_buffers.h"

namespace ipcpp {

/// A heap buffer whose data is changed as a whole, or through Des().
template <typename T>
class IPCPP_API HBufCOf : public TBufCBaseOf<T> {
public:
    /// An empty buffer for @p aMaxLength elements. Panics EMaxLengthNegative, or ELengthOutOfRange
    /// beyond KMaxDesLength.
    /// @return the buffer, which the caller owns, or null if there is no memory.
    [[nodiscard]] static HBufCOf* New(TInt aMaxLength);
    /// As New, but leaves with KErrNoMemory.
    [[nodiscard]] static HBufCOf* NewL(TInt aMaxLength);

    HBufCOf(const HBufCOf&) = delete;
    /// Copies data. Panics EOverflow if it does not fit.
    HBufCOf& operator=(const TDesCOf<T>& aDes);
    HBufCOf& operator=(const HBufCOf& aOther);
    ~HBufCOf() = default;

    /// Makes room for @p aMaxLength elements, keeping the data. Panics ELengthOutOfRange if the
    /// data would not fit.
    /// @return the buffer, perhaps at another address, in which case this one is gone; or null if
    /// there is no
    ///         memory, in which case this one is unchanged.
    [[nodiscard]] HBufCOf* ReAlloc(TInt aMaxLength);
    /// As ReAlloc, but leaves with KErrNoMemory.
    [[nodiscard]] HBufCOf* ReAllocL(TInt aMaxLength);

    /// @return the number of elements that it was made for.
    [[nodiscard]] TInt MaxLength() const;
    /// A modifiable descriptor of this buffer. Invalid once the buffer is deleted or reallocated.
    [[nodiscard]] TPtrOf<T> Des() { return TPtrOf<T>(*this, MaxLength()); }

    static void operator delete(void* aMemory) noexcept;

private:
    explicit HBufCOf(TInt aLength) : TBufCBaseOf<T>(aLength) {}
};

/// A modifiable descriptor that owns its heap memory. Movable, not copyable; Close() gives the
/// memory back.
template <typename T>
class IPCPP_API RBufOf : public TDesIndirectOf<T> {
public:
    /// Owns nothing: length and maximum length are 0.
    RBufOf() : TDesIndirectOf<T>(nullptr, 0, 0) {}
    /// Takes over a heap buffer.
    explicit RBufOf(HBufCOf<T>* aHBuf) : RBufOf() { Assign(aHBuf); }
    RBufOf(RBufOf&& aOther) noexcept : RBufOf() { Swap(aOther); }
    RBufOf(const RBufOf&) = delete;
    ~RBufOf() = default;

    /// Copies data into the memory at hand. Panics EOverflow if it does not fit.
    RBufOf& operator=(const TDesCOf<T>& aDes) {
        this->Copy(aDes);
        return *this;
    }
    RBufOf& operator=(const RBufOf& aOther) {
        if (this != &aOther) {
            this->Copy(aOther);
        }
        return *this;
    }

    /// Gets memory for @p aMaxLength elements; the length is 0. Memory that was owned before is
    /// given back. Panics EMaxLengthNegative.
    /// @return KErrNone; KErrNoMemory, and nothing has changed.
    [[nodiscard]] TInt Create(TInt aMaxLength);
    /// As above, as a copy of @p aDes.
    [[nodiscard]] TInt Create(const TDesCOf<T>& aDes);
    /// As above, with a length equal to the maximum.
    [[nodiscard]] TInt CreateMax(TInt aMaxLength);
    /// Leave with KErrNoMemory.
    void CreateL(TInt aMaxLength);
    void CreateL(const TDesCOf<T>& aDes);

    /// Takes over a heap buffer (null: none) with its data. Memory that was owned before is given
    /// back.
    void Assign(HBufCOf<T>* aHBuf);
    /// Changes the maximum length, keeping the data. Panics ELengthOutOfRange if the data would not
    /// fit.
    /// @return KErrNone; KErrNoMemory, and nothing has changed.
    [[nodiscard]] TInt ReAlloc(TInt aMaxLength);
    void ReAllocL(TInt aMaxLength);

    /// Exchanges memory, lengths and all with another.
    void Swap(RBufOf& aOther) noexcept;
    /// Gives the memory back. Harmless when nothing is owned.
    void Close();

private:
    [[nodiscard]] HBufCOf<T>* Buffer() const;
    void Adopt(HBufCOf<T>* aHBuf);
};

extern template class HBufCOf<TText8>;
extern template class HBufCOf<TText16>;
extern template class RBufOf<TText8>;
extern template class RBufOf<TText16>;

}  // namespace ipcpp
