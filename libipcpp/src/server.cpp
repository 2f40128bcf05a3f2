// SPDX-License-Identifier: MIT
#include "ipcpp/server.h"

#include <cerrno>

#include "errors_map.h"
#include "ipcpp/find.h"
#include "ipcpp/request.h"
#include "message_access.h"
#include "name.h"
#include "request_table.h"
#include "thread_state.h"

namespace ipcpp {
namespace {

constexpr unsigned kReceive = _IOC_NR(IPCPP_IOC_COMPLETE_RECEIVE);

/// Waits for one message, after completions if the command has some.
void WaitForMessage(ipcpp_complete_receive& aCommand, RMessage2& aMessage) {
    ipcpp_message record;
    aCommand.flags = IPCPP_WAIT_MESSAGE;
    aCommand.receives = 1;
    aCommand.message = reinterpret_cast<std::uintptr_t>(&record);
    aCommand.timeout = IPCPP_FOREVER;
    if (const int error = core::IssueRaw(IPCPP_IOC_COMPLETE_RECEIVE, &aCommand); error != 0) {
        if (core::Settle(kReceive, error) == KErrCancel) {
            detail::PanicUser(73);
        }
        core::SettleOrPanic(kReceive, error);
    }
    core::MessageAccess::Fill(aMessage, record);
}

}  // namespace

TInt RServer2::CreateGlobal(const TDesC& aName) {
    return CreateGlobal(aName, EIpcSession_Sharable);
}

TInt RServer2::CreateGlobal(const TDesC& aName, TInt aMode) {
    return CreateGlobal(aName, aMode, EServerRole_Default, EServerOpt_PinClientDescriptorsDefault);
}

TInt RServer2::CreateGlobal(const TDesC& aName, TInt aMode, TInt aRole, TInt aOpts) {
    return CreateGlobal(aName, aMode, aRole, aOpts, 0);
}

TInt RServer2::CreateGlobal(const TDesC& aName, TInt aMode, TInt aRole, TInt aOpts, TUint aAccess) {
    iHandle = KNullHandle;
    core::NarrowName name;
    if (!name.Set(aName)) {
        return KErrBadName;
    }
    // Receives that another thread arms complete to this one, which must know where to look for
    // them.
    if (const int error = core::tThread.EnsureRing(); error != 0) {
        return core::Settle(_IOC_NR(IPCPP_IOC_SERVER_CREATE), error);
    }
    ipcpp_server_create create = {};
    create.name = name.Address();
    create.length = name.Length();
    create.sharing = static_cast<TUint32>(aMode);
    create.role = static_cast<TUint32>(aRole);
    create.options = static_cast<TUint32>(aOpts);
    create.mode = aAccess;
    const TInt error = core::Issue(IPCPP_IOC_SERVER_CREATE, &create);
    if (error == KErrNone) {
        iHandle = static_cast<TInt>(create.handle);
    }
    return error;
}

TInt RServer2::Open(const TFindServer& aFind, TOwnerType aType) {
    return RHandleBase::Open(aFind, aType);
}

void RServer2::Receive(RMessage2& aMessage) {
    ipcpp_complete_receive command = {};
    command.server = static_cast<TUint32>(iHandle);
    WaitForMessage(command, aMessage);
}

void RServer2::CompleteAndReceive(RMessage2& aMessage, TInt aResult) {
    const ipcpp_completion completion = {
        .message = core::MessageAccess::Release(aMessage), .result = aResult, .flags = 0};
    ipcpp_complete_receive command = {};
    command.server = static_cast<TUint32>(iHandle);
    command.completions = 1;
    command.completion = reinterpret_cast<std::uintptr_t>(&completion);
    WaitForMessage(command, aMessage);
}

void RServer2::Receive(RMessage2& aMessage, TRequestStatus& aStatus) {
    aStatus = KRequestPending;
    const TUint64 number = core::RequestTable::Add({&aStatus, &aMessage});
    TInt outcome = KErrNoMemory;
    if (number != 0) {
        ipcpp_message record;
        ipcpp_complete_receive command = {};
        command.server = static_cast<TUint32>(iHandle);
        command.flags = IPCPP_WAIT_NONE | IPCPP_RECEIVE_ARM;
        command.receives = 1;
        command.message = reinterpret_cast<std::uintptr_t>(&record);
        command.user_data = number;
        outcome = core::Issue(IPCPP_IOC_COMPLETE_RECEIVE, &command);
        if (outcome == KErrNone && command.received == 0) {
            return;
        }
        core::Request answered;
        core::RequestTable::Take(number, answered);
        if (outcome == KErrNone) {
            core::MessageAccess::Fill(aMessage, record);
        }
    }
    aStatus = outcome;
    core::tThread.Signal();
}

void RServer2::Cancel() {
    ipcpp_server_cancel command = {.server = static_cast<TUint32>(iHandle), .reserved = 0};
    core::IssueOrPanic(IPCPP_IOC_SERVER_CANCEL, &command);
    core::tThread.Drain();
}

}  // namespace ipcpp
