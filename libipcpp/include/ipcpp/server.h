// SPDX-License-Identifier: MIT
/// @file
/// RServer2: the server's end of client/server communication.
///
/// Example:
/// @code
/// ipcpp::RServer2 server;
/// assert(server.CreateGlobal(_L("server.h example")) == ipcpp::KErrNone);
/// ipcpp::RMessage2 message;
/// ipcpp::TRequestStatus status;
/// server.Receive(message, status);
/// assert(status == ipcpp::KRequestPending);  // nobody has called yet
/// server.Cancel();
/// ipcpp::User::WaitForRequest(status);
/// assert(status == ipcpp::KErrCancel);
/// server.Close();
/// @endcode
///
/// A server receives the messages of all its sessions in the order they were sent, one at a time,
/// and completes each (message.h). The loop of a server that does nothing else is `Receive`, then
/// `CompleteAndReceive` for ever: one system call for each message.
///
/// The handle of a named server is of the thread that made it, and ends with it; that of an
/// anonymous one (empty name) is of the process. The thread that made it is the *receiving thread*:
/// the asynchronous Receive completes to that one, so only that one should call it. When the last
/// handle is closed the server ends: what its clients wait for, and what they send later, completes
/// with KErrServerTerminated, and the name is free.
///
/// Source: spec/symbian.md §5, §9.3.
#pragma once

#include "ipcpp/handle.h"

namespace ipcpp {

class RMessage2;
class TFindServer;

/// How far a session may be shared (spec/symbian.md §14).
enum TIpcSessionType {
    /// With nobody: only the thread that made it uses it.
    EIpcSession_Unsharable = 0,
    /// Among the threads of the process.
    EIpcSession_Sharable = 1,
    /// With other processes too.
    EIpcSession_GlobalSharable = 2,
};

/// Roles of a server; transfer of sessions between a master and its slaves is not supported.
enum TServerRole {
    EServerRole_Default = 0,
    EServerRole_Standalone = 1,
};

/// Options of a server, kept for ports: they are accepted, and have no effect.
enum TServerOpts {
    EServerOpt_PinClientDescriptorsDefault = 0,
    EServerOpt_PinClientDescriptorsEnable = 4,
    EServerOpt_PinClientDescriptorsDisable = 8,
};

/// @copydoc server.h
class IPCPP_API RServer2 : public RHandleBase {
public:
    /// Makes a server whose sessions may be EIpcSession_Sharable, that only processes of the same
    /// user may connect to.
    /// @param aName 1..KMaxKernelName characters as User::ValidateName wants them, or none: an
    ///        anonymous server, which is reached through its handle, by threads of this process.
    /// @return KErrNone; KErrBadName; KErrAlreadyExists if a live server has the name;
    ///         KErrNoMemory, also when the user's ceiling of servers or handles is reached;
    ///         KErrNotSupported if the module is not loaded.
    ///
    /// Maps to IPCPP_IOC_SERVER_CREATE. Does not block.
    [[nodiscard]] TInt CreateGlobal(const TDesC& aName);
    /// @param aMode the most that its sessions may be: a TIpcSessionType.
    /// @return as above, and KErrArgument for a mode, role or option out of range.
    [[nodiscard]] TInt CreateGlobal(const TDesC& aName, TInt aMode);
    /// @param aRole a TServerRole.
    /// @param aOpts a TServerOpts.
    [[nodiscard]] TInt CreateGlobal(const TDesC& aName, TInt aMode, TInt aRole, TInt aOpts);
    /// @param aAccess who may connect: the read bits of a file mode, with the creator's user and
    ///        group as owners (0..0777; 0 stands for 0600). An extension (spec/symbian.md §26.6).
    [[nodiscard]] TInt CreateGlobal(const TDesC& aName, TInt aMode, TInt aRole, TInt aOpts,
                                    TUint aAccess);

    /// A handle for the server that a finder reported last.
    /// @return KErrNone; KErrNotFound if it has gone; KErrPermissionDenied outside of its process.
    ///
    /// Panics KERN-EXEC 0 if the finder has found nothing yet.
    [[nodiscard]] TInt Open(const TFindServer& aFind, TOwnerType aType = EOwnerProcess);

    /// Waits for the next message.
    /// @param aMessage receives it. The server must complete it.
    ///
    /// Panics USER 73 if the receive is cancelled or the server is closed meanwhile, KERN-EXEC 19
    /// if a receive is outstanding, KERN-EXEC 0 for a bad handle. Signals that arrive run their
    /// handlers; the wait goes on. Maps to IPCPP_IOC_COMPLETE_RECEIVE.
    void Receive(RMessage2& aMessage);

    /// Asks for the next message. @p aStatus completes with KErrNone when @p aMessage has it, with
    /// KErrCancel after Cancel or Close, with KErrNoMemory if the request cannot be made. Both must
    /// live until then. Panics KERN-EXEC 19 if a receive is outstanding, KERN-EXEC 0 for a bad
    /// handle. Does not block.
    void Receive(RMessage2& aMessage, TRequestStatus& aStatus);

    /// Completes a message and waits for the next one, in one system call.
    /// @param aMessage on the way in a message of any server of this process, as
    ///        RMessagePtr2::Complete wants it; on the way out the next message of this one.
    /// @param aResult what the client gets.
    ///
    /// The client has its answer before the wait begins. Panics as RMessagePtr2::Complete (USER 70,
    /// KERN-EXEC 44; nothing was received then) and as Receive. An extension to the original
    /// interface: a client and a server that use SendReceive and this make one system call each for
    /// a round trip, while Complete and Receive are two.
    void CompleteAndReceive(RMessage2& aMessage, TInt aResult);

    /// Completes an outstanding receive with KErrCancel; without one, nothing happens. After the
    /// return of a call in the receiving thread the status is complete. Panics KERN-EXEC 0 for a
    /// bad handle. Maps to IPCPP_IOC_SERVER_CANCEL.
    void Cancel();
};

}  // namespace ipcpp
