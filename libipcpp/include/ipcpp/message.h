// SPDX-License-Identifier: MIT
/// @file
/// RMessagePtr2 and RMessage2: what a server holds of a client's request.
///
/// Example:
/// @code
/// ipcpp::RMessage2 message;
/// assert(message.IsNull());
/// ipcpp::RMessagePtr2 kept = message;  // enough to answer later
/// assert(kept.Handle() == message.Handle());
/// @endcode
///
/// A message is valid from its reception to its completion, in every thread of the server's process
/// and in no other process. Copies mean the same message, but each has its own handle: after
/// `a.Complete(r)` a is null, and a copy is not, but is of no use any more. Anything done with a
/// message that is not valid panics KERN-EXEC 44.
///
/// Reading and writing descriptors of up to 4 KiB in all is a matter of memory accesses: the bytes
/// came with the message, and what is written travels with its completion. Larger ones are read and
/// written in the client's memory, by one system call each (spec/symbian.md §26.1, §26.2). No
/// member blocks.
///
/// Several threads may use one message, but not write to one argument at the same time. Source:
/// spec/symbian.md §8.
#pragma once

#include "ipcpp/des_const.h"
#include "ipcpp/des_modifiable.h"
#include "ipcpp/handle.h"
#include "ipcpp/leave.h"

namespace ipcpp {

class CSession2;

namespace core {
class MessageAccess;
}

/// @copydoc message.h
class IPCPP_API RMessagePtr2 {
public:
    constexpr RMessagePtr2() = default;

    /// @return whether there is no message: none was received, or it was completed through this
    ///         object.
    [[nodiscard]] TBool IsNull() const { return iHandle == 0 ? ETrue : EFalse; }
    /// @return the handle of the message, 0 if there is none. It is a number of 64 bits.
    [[nodiscard]] TUint64 Handle() const { return iHandle; }

    /// Answers the client and ends the message; this object becomes null.
    /// @param aReason what the client's SendReceive returns. Any value but KRequestPending.
    ///
    /// Panics USER 70 if this object is null, KERN-EXEC 44 if the message is not valid. Nothing
    /// happens if the client or its session has gone. Completing a disconnect ends the session: its
    /// other messages are not valid any more. Maps to IPCPP_IOC_COMPLETE_RECEIVE; see also
    /// RServer2::CompleteAndReceive.
    void Complete(TInt aReason) const;

    /// @param aParam 0..3.
    /// @return the length of a descriptor argument, in its elements: what the client sent, or what
    ///         Write has made of it. KErrArgument if aParam is out of range; KErrBadDescriptor if
    ///         the argument is no descriptor, or one that could not be read when the message was
    ///         sent.
    [[nodiscard]] TInt GetDesLength(TInt aParam) const;
    /// @return the most that a modifiable descriptor argument holds, in its elements. Errors as
    ///         GetDesLength, and KErrBadDescriptor for a constant one.
    [[nodiscard]] TInt GetDesMaxLength(TInt aParam) const;

    /// Copies from a descriptor argument.
    /// @param aParam 0..3.
    /// @param aDes receives min(length - aOffset, aDes.MaxLength()) elements and that length.
    ///        On error its length is unchanged, and its elements are not defined.
    /// @param aOffset first element, 0 or above. Beyond the length: nothing is copied, without
    ///        error.
    /// @return KErrNone. In the order of the checks: KErrArgument for aParam; KErrBadDescriptor if
    ///         the argument is no descriptor or of the other width; KErrArgument for aOffset;
    ///         KErrBadDescriptor if the client's memory cannot be read; KErrDied if the client has
    ///         gone.
    ///
    /// Maps to memory accesses or IPCPP_IOC_MESSAGE_READ.
    [[nodiscard]] TInt Read(TInt aParam, TDes8& aDes, TInt aOffset = 0) const;
    /// @copydoc Read(TInt, TDes8&, TInt) const
    [[nodiscard]] TInt Read(TInt aParam, TDes16& aDes, TInt aOffset = 0) const;

    /// Copies to a modifiable descriptor argument, whose length becomes aOffset + aDes.Length().
    /// The client sees it at the latest when the message is completed; GetDesLength and Read see it
    /// at once. Elements between the old length and aOffset have whatever the client's memory has.
    /// @param aParam 0..3.
    /// @param aOffset where the first element goes, 0 or above.
    /// @return as Read, with KErrBadDescriptor for a constant descriptor too, and KErrOverflow if
    ///         it does not fit into the maximum: nothing is written then.
    ///
    /// Maps to memory accesses or IPCPP_IOC_MESSAGE_WRITE.
    [[nodiscard]] TInt Write(TInt aParam, const TDesC8& aDes, TInt aOffset = 0) const;
    /// @copydoc Write(TInt, const TDesC8&, TInt) const
    [[nodiscard]] TInt Write(TInt aParam, const TDesC16& aDes, TInt aOffset = 0) const;

    /// @name The same, leaving with the error (leave.h)
    /// @{
    TInt GetDesLengthL(TInt aParam) const { return LeaveIfError(GetDesLength(aParam)); }
    TInt GetDesMaxLengthL(TInt aParam) const { return LeaveIfError(GetDesMaxLength(aParam)); }
    void ReadL(TInt aParam, TDes8& aDes, TInt aOffset = 0) const {
        LeaveIfError(Read(aParam, aDes, aOffset));
    }
    void ReadL(TInt aParam, TDes16& aDes, TInt aOffset = 0) const {
        LeaveIfError(Read(aParam, aDes, aOffset));
    }
    void WriteL(TInt aParam, const TDesC8& aDes, TInt aOffset = 0) const {
        LeaveIfError(Write(aParam, aDes, aOffset));
    }
    void WriteL(TInt aParam, const TDesC16& aDes, TInt aOffset = 0) const {
        LeaveIfError(Write(aParam, aDes, aOffset));
    }
    /// @}

    /// A handle for the client's thread, which the caller must close.
    /// @return KErrNone; KErrNoMemory. On error the handle of @p aClient is null.
    ///
    /// Maps to IPCPP_IOC_MESSAGE_CLIENT.
    [[nodiscard]] TInt Client(RThread& aClient, TOwnerType aType = EOwnerProcess) const;
    void ClientL(RThread& aClient, TOwnerType aType = EOwnerProcess) const {
        LeaveIfError(Client(aClient, aType));
    }

protected:
    friend class core::MessageAccess;

    // Complete is const in the original interface, and zeroes the handle.
    mutable TUint64 iHandle = 0;
    TUint32 iBlock = KNoBlock;  ///< where the message's bytes are, or KNoBlock
    TUint32 iTypes = 0;         ///< as TIpcArgs::iFlags
    TUint32 iBad = 0;           ///< bit i: descriptor i could not be read when sent
    TInt iFunction = 0;
    TInt iLength[KMaxMessageArguments] = {};  ///< of descriptors, as received
    TInt iMax[KMaxMessageArguments] = {};     ///< of modifiable descriptors

    static constexpr TUint32 KNoBlock = 0xffffffffu;
};

/// A message with its function and arguments. @copydetails message.h
class IPCPP_API RMessage2 : public RMessagePtr2 {
public:
    /// Function numbers that clients do not send themselves.
    enum TSessionMessages {
        EConnect = -1,
        EDisConnect = -2,
    };

    constexpr RMessage2() = default;
    /// Function and arguments again, with the session as it is now. Panics KERN-EXEC 44 if the
    /// message is not valid; a null one gives a null one. Maps to IPCPP_IOC_MESSAGE_RECORD.
    explicit RMessage2(const RMessagePtr2& aMessage);

    /// @return what the client asks for: 0 or above, EConnect or EDisConnect.
    [[nodiscard]] TInt Function() const { return iFunction; }

    /// @name Arguments as numbers: the low 32 bits of the client's word. All 0 in a disconnect.
    /// @{
    [[nodiscard]] TInt Int0() const { return static_cast<TInt>(iArgs[0]); }
    [[nodiscard]] TInt Int1() const { return static_cast<TInt>(iArgs[1]); }
    [[nodiscard]] TInt Int2() const { return static_cast<TInt>(iArgs[2]); }
    [[nodiscard]] TInt Int3() const { return static_cast<TInt>(iArgs[3]); }
    /// @}
    /// @name Arguments as words of 64 bits. Addresses mean nothing to another process; they can
    /// tell things apart.
    /// @{
    [[nodiscard]] const TAny* Ptr0() const { return Pointer(0); }
    [[nodiscard]] const TAny* Ptr1() const { return Pointer(1); }
    [[nodiscard]] const TAny* Ptr2() const { return Pointer(2); }
    [[nodiscard]] const TAny* Ptr3() const { return Pointer(3); }
    /// @}

    /// @return what SetSessionPtr stored for the session, as of the reception of this message; null
    ///         before.
    [[nodiscard]] TAny* SessionPtr() const { return iSession; }
    /// SessionPtr for servers that stored a CSession2.
    [[nodiscard]] CSession2* Session() const { return static_cast<CSession2*>(iSession); }

    /// Stores what the session is to the server; its later messages carry it.
    /// @param aSession anything but null; owned by the caller.
    ///
    /// Panics KERN-EXEC 58 if it is null, 59 if the session has one, 60 if this is not its connect
    /// message, 44 if this is not valid. Maps to IPCPP_IOC_MESSAGE_SET_COOKIE. Source:
    /// spec/symbian.md §7, §26.11.
    void SetSessionPtr(const TAny* aSession) const;

private:
    friend class core::MessageAccess;

    [[nodiscard]] const TAny* Pointer(TInt aIndex) const {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): words are what clients send
        return reinterpret_cast<const TAny*>(static_cast<std::uintptr_t>(iArgs[aIndex]));
    }

    TUint64 iArgs[KMaxMessageArguments] = {};
    TAny* iSession = nullptr;
};

}  // namespace ipcpp
