// SPDX-License-Identifier: MIT
#include "ipcpp/session.h"

#include <array>
#include <cerrno>
#include <cstring>

#include "abandoned_call.h"
#include "address.h"
#include "device.h"
#include "errors_map.h"
#include "name.h"
#include "thread_state.h"

namespace ipcpp {
namespace {

// As in the header of the kernel; not _IOWR, since what is sent may be shorter than the struct.
constexpr unsigned long kSendShort = _IOC(_IOC_READ | _IOC_WRITE, IPCPP_IOC_MAGIC,
                                          _IOC_NR(IPCPP_IOC_SEND_RECEIVE), IPCPP_SEND_SHORT);
static_assert(offsetof(ipcpp_send, descriptor) == IPCPP_SEND_SHORT);

constexpr TUint32 kTypesMask = (1u << (IPCPP_ARG_BITS * IPCPP_ARGS)) - 1;

/// Bit 2 of each of the four types.
constexpr TUint32 kAnyDescriptor = 04444;

TUint32 TypeOf(const TIpcArgs& aArgs, TUint32 aIndex) {
    return (aArgs.iFlags >> (IPCPP_ARG_BITS * aIndex)) & IPCPP_ARG_MASK;
}

template <typename T>
ipcpp_descriptor Describe(const TIpcArgs& aArgs, TUint32 aIndex) {
    const TUint64 word = aArgs.iArgs[aIndex];
    const bool constant = (TypeOf(aArgs, aIndex) & IPCPP_ARG_CONST) != 0;
    const auto* const des = core::AsPointer<const TDesCOf<T>>(word);
    const TInt max = constant ? 0 : core::AsPointer<const TDesOf<T>>(word)->MaxLength();
    return {.data = reinterpret_cast<std::uintptr_t>(des->Ptr()),
            .length = static_cast<TUint32>(des->Length()),
            .max = static_cast<TUint32>(max)};
}

void FillDescriptors(ipcpp_send& aSend, const TIpcArgs& aArgs) {
    for (TUint32 i = 0; i < IPCPP_ARGS; ++i) {
        const TUint32 type = TypeOf(aArgs, i);
        if ((type & IPCPP_ARG_DESCRIPTOR) == 0) {
            aSend.descriptor[i] = {};
        } else if ((type & IPCPP_ARG_WIDE) != 0) {
            aSend.descriptor[i] = Describe<TText16>(aArgs, i);
        } else {
            aSend.descriptor[i] = Describe<TText8>(aArgs, i);
        }
    }
}

void StoreLengths(const ipcpp_send& aSend, const TIpcArgs& aArgs) {
    for (TUint32 i = 0; i < IPCPP_ARGS; ++i) {
        if ((aSend.written & (1u << i)) == 0) {
            continue;
        }
        const TUint64 word = aArgs.iArgs[i];
        const auto length = static_cast<TInt>(aSend.length[i]);
        if ((TypeOf(aArgs, i) & IPCPP_ARG_WIDE) != 0) {
            core::AsPointer<TDes16>(word)->SetLength(length);
        } else {
            core::AsPointer<TDes8>(word)->SetLength(length);
        }
    }
}

/// One message there and back.
/// @return 0 with @p aResult set, or an errno value.
IPCPP_CALL_SECTION int Call(const core::Device& aDevice, TInt aSession, TInt aFunction,
                            const TIpcArgs& aArgs, TInt& aResult) {
    ipcpp_send send;
    std::memset(&send, 0, IPCPP_SEND_SHORT);
    send.session = static_cast<TUint32>(aSession);
    send.function = aFunction;
    send.types = aArgs.iFlags & kTypesMask;
    std::memcpy(send.args, aArgs.iArgs, sizeof(send.args));

    unsigned long command = kSendShort;
    if ((send.types & kAnyDescriptor) != 0) {
        FillDescriptors(send, aArgs);
        command = IPCPP_IOC_SEND_RECEIVE;
    }

    auto& outstanding = core::tThread.iCall;
    const ipcpp_send* earlier = outstanding.load(std::memory_order_relaxed);
    outstanding.store(&send, std::memory_order_relaxed);
    int error = aDevice.Call(command, &send);
    if (error == EBUSY) [[unlikely]] {
        if (core::IsAbandoned(earlier, &send)) {
            earlier = nullptr;
            send.flags = IPCPP_SEND_ABANDON;
            error = aDevice.Call(command, &send);
        }
    }
    outstanding.store(earlier, std::memory_order_relaxed);

    if (error == 0) {
        if (send.written != 0) {
            StoreLengths(send, aArgs);
        }
        aResult = send.result;
    }
    return error;
}

TInt DoSendReceive(TInt aSession, TInt aFunction, const TIpcArgs& aArgs) {
    int error = 0;
    TInt result = KErrNone;
    const core::Device* const device = core::Device::Open(error);
    if (device != nullptr) [[likely]] {
        error = Call(*device, aSession, aFunction, aArgs, result);
    }
    return error == 0 ? result : core::Settle(_IOC_NR(IPCPP_IOC_SEND_RECEIVE), error);
}

}  // namespace

TInt RSessionBase::SendReceive(TInt aFunction, const TIpcArgs& aArgs) const {
    if (aFunction < 0) {
        detail::PanicUser(72);
    }
    return DoSendReceive(iHandle, aFunction, aArgs);
}

TInt RSessionBase::SendReceive(TInt aFunction) const {
    return SendReceive(aFunction, TIpcArgs());
}

TInt RSessionBase::CreateSession(const TDesC& aServer, const TVersion& aVersion) {
    return DoCreate(&aServer, KNullHandle, aVersion, -1, EIpcSession_Unsharable);
}

TInt RSessionBase::CreateSession(const TDesC& aServer, const TVersion& aVersion,
                                 TInt aAsyncMessageSlots) {
    return DoCreate(&aServer, KNullHandle, aVersion, aAsyncMessageSlots, EIpcSession_Unsharable);
}

TInt RSessionBase::CreateSession(const TDesC& aServer, const TVersion& aVersion,
                                 TInt aAsyncMessageSlots, TIpcSessionType aType) {
    return DoCreate(&aServer, KNullHandle, aVersion, aAsyncMessageSlots, aType);
}

TInt RSessionBase::CreateSession(RServer2 aServer, const TVersion& aVersion) {
    return DoCreate(nullptr, aServer.Handle(), aVersion, -1, EIpcSession_Unsharable);
}

TInt RSessionBase::CreateSession(RServer2 aServer, const TVersion& aVersion,
                                 TInt aAsyncMessageSlots) {
    return DoCreate(nullptr, aServer.Handle(), aVersion, aAsyncMessageSlots,
                    EIpcSession_Unsharable);
}

TInt RSessionBase::CreateSession(RServer2 aServer, const TVersion& aVersion,
                                 TInt aAsyncMessageSlots, TIpcSessionType aType) {
    return DoCreate(nullptr, aServer.Handle(), aVersion, aAsyncMessageSlots, aType);
}

TInt RSessionBase::DoCreate(const TDesC* aName, TInt aServer, const TVersion& aVersion, TInt aSlots,
                            TInt aType) {
    iHandle = KNullHandle;
    core::NarrowName name;
    ipcpp_session_create create = {};
    if (aName != nullptr) {
        if (!name.Set(*aName)) {
            return KErrBadName;
        }
        if (name.Length() == 0) {
            // A valid name that no server can be found by. To the module it is no name.
            const bool valid = aSlots >= -1 && aSlots <= KMaxMessageSlots && aType >= 0 &&
                               aType <= EIpcSession_GlobalSharable;
            return valid ? KErrNotFound : KErrArgument;
        }
        create.name = name.Address();
        create.length = name.Length();
    }
    create.server = static_cast<TUint32>(aServer);
    create.slots = aSlots;
    create.sharing = static_cast<TUint32>(aType);
    if (const TInt error = core::Issue(IPCPP_IOC_SESSION_CREATE, &create); error != KErrNone) {
        return error;
    }
    iHandle = static_cast<TInt>(create.handle);
    const TInt result = DoSendReceive(iHandle, IPCPP_FUNCTION_CONNECT, TIpcArgs(aVersion.Word()));
    if (result != KErrNone) {
        Close();
    }
    return result;
}

}  // namespace ipcpp
