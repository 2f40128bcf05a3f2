// SPDX-License-Identifier: MIT
/// @file
/// RSessionBase: the client's end of client/server communication, to derive the interface of a
/// server from.
///
/// Example:
/// @code
/// class RClock : public ipcpp::RSessionBase {
/// public:
///     ipcpp::TInt Connect() {
///         return CreateSession(_L("session.h example"), ipcpp::TVersion(1, 0, 0));
///     }
///     ipcpp::TInt Time(ipcpp::TDes8& aText) const {
///         return SendReceive(0, ipcpp::TIpcArgs(&aText));
///     }
/// };
/// RClock clock;
/// assert(clock.Connect() == ipcpp::KErrNotFound);  // no such server
/// @endcode
///
/// A session is between one client and one server. Unless it is made sharable, it is of the thread
/// that made it: its handle means nothing to others, and it closes when the thread ends. The last
/// Close sends the server a disconnect message, behind everything that was sent before.
///
/// Source: spec/symbian.md §6, §7, §9.
#pragma once

#include "ipcpp/ipcargs.h"
#include "ipcpp/server.h"

namespace ipcpp {

/// @copydoc session.h
class IPCPP_API RSessionBase : public RHandleBase {
protected:
    /// Makes a session to the server of a name and connects it: sends the connect message, with the
    /// version as its argument 0, and waits until the server has completed it.
    /// @param aServer compared without regard to case.
    /// @return KErrNone, and the handle is set. Otherwise there is no session and the handle is
    ///         null, and the result is the server's answer (any that is not KErrNone, positive ones
    ///         too), or, in the order of the checks: KErrBadName; KErrArgument; KErrNotFound if
    ///         there is no such server; KErrServerTerminated if it ends before it has answered;
    ///         KErrPermissionDenied if it may not be connected to; KErrNoMemory, also when the
    ///         user's ceiling is reached; KErrNotSupported if the module is not loaded.
    ///
    /// Maps to IPCPP_IOC_SESSION_CREATE and IPCPP_IOC_SEND_RECEIVE. Blocks; handlers of signals run
    /// meanwhile.
    [[nodiscard]] TInt CreateSession(const TDesC& aServer, const TVersion& aVersion);
    /// @param aAsyncMessageSlots messages set aside for requests that are not synchronous: -1 to
    ///        take them from a common pool, or 0..KMaxMessageSlots. SendReceive needs none.
    [[nodiscard]] TInt CreateSession(const TDesC& aServer, const TVersion& aVersion,
                                     TInt aAsyncMessageSlots);
    /// @param aType EIpcSession_Unsharable gives a handle of this thread, the others one of the
    ///        process. More than the server's mode: panics KERN-EXEC 23 if the server is
    ///        EIpcSession_Unsharable, otherwise KErrPermissionDenied.
    [[nodiscard]] TInt CreateSession(const TDesC& aServer, const TVersion& aVersion,
                                     TInt aAsyncMessageSlots, TIpcSessionType aType);

    /// @name The same, to a server whose handle the caller has.
    ///
    /// Panics KERN-EXEC 0 if that is bad.
    /// @{
    [[nodiscard]] TInt CreateSession(RServer2 aServer, const TVersion& aVersion);
    [[nodiscard]] TInt CreateSession(RServer2 aServer, const TVersion& aVersion,
                                     TInt aAsyncMessageSlots);
    [[nodiscard]] TInt CreateSession(RServer2 aServer, const TVersion& aVersion,
                                     TInt aAsyncMessageSlots, TIpcSessionType aType);
    /// @}

    /// Sends a message and waits for its completion.
    /// @param aFunction what is asked for: 0 or above, numbered by the server.
    ///
    /// Panics USER 72 if negative.
    /// @param aArgs up to four arguments (ipcargs.h). Their descriptors must not be touched
    ///        meanwhile by others; their lengths are those that the server set when the call
    ///        returns.
    /// @return the server's answer; KErrServerTerminated if it has gone, or goes meanwhile;
    ///         KErrSessionClosed if another thread closes the session meanwhile; KErrBadDescriptor
    ///         if a descriptor could not be written to; KErrNoMemory after an earlier call of the
    ///         thread was abandoned (below).
    ///
    /// Panics KERN-EXEC 0 for a bad handle. A thread has one such call at a time: a handler of a
    /// signal that interrupted one and makes another panics KERN-EXEC 30. A handler that leaves the
    /// interrupted call for good by longjmp may do so: the next call of the thread tells the kernel
    /// that the earlier one is abandoned. The server then gets KErrDied for what it does with the
    /// earlier message, and its descriptors may go.
    ///
    /// Maps to one IPCPP_IOC_SEND_RECEIVE. Blocks; handlers of signals run meanwhile, and the call
    /// goes on.
    [[nodiscard]] TInt SendReceive(TInt aFunction, const TIpcArgs& aArgs) const;
    /// With all arguments zero.
    [[nodiscard]] TInt SendReceive(TInt aFunction) const;

private:
    TInt DoCreate(const TDesC* aName, TInt aServer, const TVersion& aVersion, TInt aSlots,
                  TInt aType);
};

}  // namespace ipcpp
