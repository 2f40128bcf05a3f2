// SPDX-License-Identifier: MIT
/// @file
/// RHandleBase: the handle word, and what all handles to kernel objects can do.
///
/// Example:
/// @code
/// ipcpp::RHandleBase handle;
/// assert(handle.Handle() == ipcpp::KNullHandle);
/// assert(handle.SetReturnedHandle(ipcpp::KErrNoMemory) == ipcpp::KErrNoMemory);
/// handle.SetHandleNC(0x10003);
/// assert(handle.Handle() == (0x10003 | ipcpp::KHandleNoClose));
/// @endcode
///
/// A handle class is a value that holds one word. Copying it copies the word and adds no reference;
/// closing two copies is a bug (KERN-EXEC 0). Owned<R> of owned.h closes by itself. Members that
/// say nothing else may be called from any thread that the handle is valid in, but not on one C++
/// object from two threads at once. Source: spec/symbian.md §2.
#pragma once

#include "ipcpp/des_fwd.h"
#include "ipcpp/errors.h"

namespace ipcpp {

class RThread;
class TFindHandleBase;
class TRequestStatus;

/// @name The handle word (spec/symbian.md §2.1)
/// @{
inline constexpr TInt KNullHandle = 0;
/// The process of whoever uses it; owns no reference.
inline constexpr TInt KCurrentProcessHandle = static_cast<TInt>(0xffff8000u);
/// The thread that uses it; owns no reference.
inline constexpr TInt KCurrentThreadHandle = static_cast<TInt>(0xffff8001u);
/// Close does not release a word that has this bit.
inline constexpr TInt KHandleNoClose = 0x8000;
/// Set in words that belong to the table of one thread.
inline constexpr TInt KHandleFlagLocal = 0x40000000;
/// @}

/// Counts of the references to an object (RHandleBase::HandleInfo).
struct THandleInfo {
    TInt iNumOpenInProcess = 0;
    TInt iNumOpenInThread = 0;
    TInt iNumProcesses = 0;
    TInt iNumThreads = 0;
};

/// @copydoc handle.h
class IPCPP_API RHandleBase {
public:
    /// Bits of Attributes().
    enum TAttributes : TUint {
        EReadAccess = 0x1,
        EWriteAccess = 0x2,
        EDirectReadAccess = 0x4,
        EDirectWriteAccess = 0x8,
    };

    constexpr RHandleBase() = default;

    /// @return the raw word; KNullHandle if there is none.
    [[nodiscard]] constexpr TInt Handle() const { return iHandle; }
    /// Stores a raw word. Takes no reference; the handle held before is not closed.
    constexpr void SetHandle(TInt aHandle) { iHandle = aHandle; }
    /// Stores a raw word so that Close() will not release it.
    constexpr void SetHandleNC(TInt aHandle) { iHandle = aHandle | KHandleNoClose; }
    /// Stores the result of a call that answers with a handle or an error.
    /// @return KErrNone with the handle stored (@p aHandleOrError >= 0), or the error with
    ///         KNullHandle stored.
    [[nodiscard]] constexpr TInt SetReturnedHandle(TInt aHandleOrError) {
        if (aHandleOrError < 0) {
            iHandle = KNullHandle;
            return aHandleOrError;
        }
        iHandle = aHandleOrError;
        return KErrNone;
    }

    /// Zeroes the word, then releases what it named. Nothing happens for a null handle, or one with
    /// KHandleNoClose. Panics KERN-EXEC 0 for a handle that is not valid any more. Does not block.
    void Close();

    /// Replaces the word by a new handle, in this process, to the object that the word names in the
    /// context of thread @p aSource. The original is *not* closed. Rules, in their order:
    /// spec/symbian.md §2.6.
    /// @return KErrNone; KErrPermissionDenied or KErrNoMemory, with KNullHandle stored.
    ///
    /// Panics KERN-EXEC 0 for a bad source or object.
    [[nodiscard]] TInt Duplicate(const RThread& aSource, TOwnerType aType = EOwnerProcess);

    /// @return the object's own name (spec/symbian.md §3).
    ///
    /// Panics KERN-EXEC 0 for a bad handle, as FullName does.
    [[nodiscard]] TName Name() const;
    /// @return the name with those of the object's owners before it.
    [[nodiscard]] TFullName FullName() const;
    void FullName(TDes& aName) const;

    /// Fills in how many references there are; all zero for a bad handle.
    void HandleInfo(THandleInfo* aInfo) const;
    /// @return a combination of TAttributes.
    ///
    /// Panics KERN-EXEC 0 for a bad handle.
    [[nodiscard]] TUint Attributes() const;
    /// Completes @p aStatus with KErrNone when the object, not just this handle, is finally
    /// destroyed.
    void NotifyDestruction(TRequestStatus& aStatus);

protected:
    constexpr explicit RHandleBase(TInt aHandle) : iHandle(aHandle) {}

    /// A handle for the object that a finder reported last, stored in this object; the handle held
    /// before is not closed.
    /// @return KErrNone; KErrNotFound if it has gone; KErrPermissionDenied; KErrNoMemory; on error
    ///         KNullHandle is stored.
    ///
    /// Panics KERN-EXEC 0 if the finder has found nothing yet. Maps to IPCPP_IOC_OPEN.
    [[nodiscard]] TInt Open(const TFindHandleBase& aFind, TOwnerType aType);
    /// The same by object id. @param aObjectType as numbered in spec/symbian.md §2.2.
    [[nodiscard]] TInt OpenById(TUint aObjectType, TUint64 aId, TOwnerType aType);
    /// The same by full name. @return also KErrBadName. Panics KERN-EXEC 2 if the name has a `*` or
    /// `?`.
    [[nodiscard]] TInt OpenByName(TUint aObjectType, const TDesC& aFullName, TOwnerType aType);
    /// @return what tells the object from all others, ever.
    ///
    /// Panics KERN-EXEC 0 for a bad handle.
    [[nodiscard]] TUint64 ObjectId() const;

    TInt iHandle = KNullHandle;
};

}  // namespace ipcpp
