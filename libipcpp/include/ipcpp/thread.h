// SPDX-License-Identifier: MIT
/// @file
/// RThread: a handle to a thread.
///
/// Example:
/// @code
/// ipcpp::RThread self;  // generic: whoever uses it
/// ipcpp::RThread specific;
/// assert(specific.Duplicate(self) == ipcpp::KErrNone);  // this one, for everybody in the process
/// assert(specific.Id() == self.Id());
/// assert(specific.ExitType() == ipcpp::EExitPending);
/// specific.Close();
/// @endcode
///
/// A default-made RThread is *generic*: it means the thread that uses it, owns no reference, and
/// closing it does nothing. Duplicate or Open make it specific; that must be closed. The first
/// thread of a process is called `Main` and can be found; others have no name, and handles for them
/// are passed on.
///
/// Threads are made by the means of the platform (std::thread, pthread_create). Members may be
/// called from any thread that the handle is valid in; none of them blocks. Source: spec/symbian.md
/// §19, §26.16.
#pragma once

#include "ipcpp/des_buffers.h"
#include "ipcpp/handle.h"

namespace ipcpp {

class TFindThread;

/// The identity of a thread, never given to another while the machine runs.
class TThreadId {
public:
    constexpr TThreadId() = default;
    constexpr explicit TThreadId(TUint64 aId) : iId(aId) {}
    [[nodiscard]] constexpr TUint64 Id() const { return iId; }
    friend constexpr bool operator==(const TThreadId&, const TThreadId&) = default;

private:
    TUint64 iId = 0;
};

/// @copydoc thread.h
class IPCPP_API RThread : public RHandleBase {
public:
    constexpr RThread() : RHandleBase(KCurrentThreadHandle) {}

    /// A handle for the thread of an id.
    /// @return KErrNone; KErrNotFound, also if it has no name; KErrPermissionDenied if its owner
    /// does
    ///         not allow it; KErrNoMemory; KErrNotSupported if the module is not loaded. On error
    ///         the handle is null.
    [[nodiscard]] TInt Open(TThreadId aId, TOwnerType aType = EOwnerProcess);
    /// A handle for the thread of a full name, `process::thread`.
    /// @return as above, and KErrBadName.
    ///
    /// Panics KERN-EXEC 2 if the name contains `*` or `?`.
    [[nodiscard]] TInt Open(const TDesC& aFullName, TOwnerType aType = EOwnerProcess);
    /// A handle for the thread that a finder reported last. Panics KERN-EXEC 0 if it has found
    /// nothing yet.
    [[nodiscard]] TInt Open(const TFindThread& aFind, TOwnerType aType = EOwnerProcess);

    /// Panics KERN-EXEC 0 for a bad handle, as all the following.
    [[nodiscard]] TThreadId Id() const;

    /// @return how the thread ended, or EExitPending while it lives. A thread that just returns, or
    ///         that is not ended by this library, ends with EExitKill.
    [[nodiscard]] TExitType ExitType() const;
    /// @return the number that the thread ended with; 0 while it lives.
    [[nodiscard]] TInt ExitReason() const;
    /// @return `Kill`, `Terminate`, or the category of the panic; empty while it lives.
    [[nodiscard]] TExitCategoryName ExitCategory() const;
};

}  // namespace ipcpp
