// SPDX-License-Identifier: MIT
/// @file
/// User: the functions that a thread calls for itself, in the form that Symbian programs know.
///
/// Example:
/// @code
/// const ipcpp::TVersion current(2, 1, 0);
/// assert(ipcpp::User::QueryVersionSupported(current, ipcpp::TVersion(1, 9, 0)));
/// assert(!ipcpp::User::QueryVersionSupported(current, ipcpp::TVersion(2, 2, 0)));
/// assert(ipcpp::User::ValidateName(_L("clock")) == ipcpp::KErrNone);
/// assert(ipcpp::User::ValidateName(_L("clock*")) == ipcpp::KErrBadName);
/// @endcode
///
/// All members are static and safe from any thread.
#pragma once

#include "ipcpp/des_fwd.h"
#include "ipcpp/leave.h"

namespace ipcpp {

class TRequestStatus;

/// @copydoc user.h
class IPCPP_API User {
public:
    User() = delete;

    /// @copydoc ipcpp::Leave
    [[noreturn]] static void Leave(TInt aReason);
    /// Leaves with KErrNoMemory.
    [[noreturn]] static void LeaveNoMemory();
    /// @copydoc ipcpp::LeaveIfError
    static TInt LeaveIfError(TInt aReason) { return ipcpp::LeaveIfError(aReason); }
    /// @copydoc ipcpp::LeaveIfNull
    template <typename T>
    static T* LeaveIfNull(T* aPtr) {
        return ipcpp::LeaveIfNull(aPtr);
    }

    /// Ends the calling thread (panic.h). Categories are cut after 16 characters; in the 16-bit
    /// form a character outside of ASCII becomes `?`.
    [[noreturn]] static void Panic(const TDesC8& aCategory, TInt aReason);
    [[noreturn]] static void Panic(const TDesC16& aCategory, TInt aReason);
    /// The panic of a broken invariant: USER 0.
    [[noreturn]] static void Invariant();

    /// Whether a server of version @p aCurrent serves a client that asks for @p aRequested: an
    /// older major version, or the same with no newer minor one. The build does not matter
    /// (spec/symbian.md §4.3).
    [[nodiscard]] static TBool QueryVersionSupported(const TVersion& aCurrent,
                                                     const TVersion& aRequested);

    /// Whether a name may be given to a kernel object (spec/symbian.md §3). The empty name may: it
    /// stands for an anonymous object.
    /// @return KErrNone; KErrBadName if a character is below 0x20, above 0x7e, or one of `*`, `?`,
    ///         `:`, or if there are more than KMaxKernelName of them (§26.8).
    [[nodiscard]] static TInt ValidateName(const TDesC8& aName);
    [[nodiscard]] static TInt ValidateName(const TDesC16& aName);

    /// @name Waiting for requests (request.h, spec/symbian.md §1.3)
    ///
    /// All of them block until there is a signal, and take it; a signal that has come already costs
    /// no system call. What a completion has stored is visible when they return. Handlers of
    /// signals (those of the platform) run meanwhile; the wait goes on. Each maps to
    /// IPCPP_IOC_REQUEST_WAIT. A thread without anything to wait for, where the module is not
    /// loaded, panics KERN-EXEC 0.
    /// @{

    /// Takes one signal, of whichever request.
    static void WaitForAnyRequest();
    /// Waits until @p aStatus is not pending, and takes its signal; those of other requests remain.
    static void WaitForRequest(TRequestStatus& aStatus);
    /// Waits until one of the two is not pending, and takes one signal: if both have completed, the
    /// other's remains.
    static void WaitForRequest(TRequestStatus& aStatus1, TRequestStatus& aStatus2);
    /// The same for any number of them.
    /// @param aStatuses entries that are null are passed over.
    /// @param aCount entries at @p aStatuses. With none that is not null it waits for ever.
    static void WaitForNRequest(TRequestStatus* aStatuses[], TInt aCount);
    /// @}

    /// Completes a request of the calling thread: stores @p aReason, zeroes the pointer, signals.
    /// Nothing happens if it is null. Does not block.
    static void RequestComplete(TRequestStatus*& aStatus, TInt aReason);
};

}  // namespace ipcpp
