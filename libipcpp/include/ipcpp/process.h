// SPDX-License-Identifier: MIT
/// @file
/// RProcess: a handle to a process.
///
/// Example:
/// @code
/// ipcpp::RProcess self;
/// ipcpp::RProcess again;
/// assert(again.Open(self.Id()) == ipcpp::KErrNone);
/// assert(again.FullName() == self.FullName());
/// assert(again.ExitType() == ipcpp::EExitPending);
/// again.Close();
/// @endcode
///
/// A default-made RProcess is *generic*: it means the process of whoever uses it, owns no
/// reference, and closing it does nothing. Duplicate or Open make it specific. A process is an
/// object of this library from its first use of it on, and is named `file[00000000]gggg`, where
/// gggg tells processes of the same file apart.
///
/// Members may be called from any thread; none of them blocks. Source: spec/symbian.md §20, §26.16.
#pragma once

#include "ipcpp/des_buffers.h"
#include "ipcpp/handle.h"

namespace ipcpp {

class TFindProcess;

/// The identity of a process, never given to another while the machine runs.
class TProcessId {
public:
    constexpr TProcessId() = default;
    constexpr explicit TProcessId(TUint64 aId) : iId(aId) {}
    [[nodiscard]] constexpr TUint64 Id() const { return iId; }
    friend constexpr bool operator==(const TProcessId&, const TProcessId&) = default;

private:
    TUint64 iId = 0;
};

/// @copydoc process.h
class IPCPP_API RProcess : public RHandleBase {
public:
    constexpr RProcess() : RHandleBase(KCurrentProcessHandle) {}

    /// A handle for the process of an id.
    /// @return KErrNone; KErrNotFound; KErrPermissionDenied if its owner does not allow it;
    ///         KErrNoMemory; KErrNotSupported if the module is not loaded. On error the handle is
    ///         null.
    [[nodiscard]] TInt Open(TProcessId aId, TOwnerType aType = EOwnerProcess);
    /// A handle for the process of a full name.
    /// @return as above, and KErrBadName.
    ///
    /// Panics KERN-EXEC 2 if the name contains `*` or `?`.
    [[nodiscard]] TInt Open(const TDesC& aFullName, TOwnerType aType = EOwnerProcess);
    /// A handle for the process that a finder reported last. Panics KERN-EXEC 0 if it has found
    /// nothing yet.
    [[nodiscard]] TInt Open(const TFindProcess& aFind, TOwnerType aType = EOwnerProcess);

    /// Panics KERN-EXEC 0 for a bad handle, as all the following.
    [[nodiscard]] TProcessId Id() const;

    /// @return how the process ended (spec/symbian.md §26.16), or EExitPending while it lives.
    [[nodiscard]] TExitType ExitType() const;
    /// @return the number that the process ended with; 0 while it lives.
    [[nodiscard]] TInt ExitReason() const;
    /// @return `Kill`, `Terminate`, or the category of the panic; empty while it lives.
    [[nodiscard]] TExitCategoryName ExitCategory() const;
};

}  // namespace ipcpp
