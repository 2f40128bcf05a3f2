// SPDX-License-Identifier: MIT
#include "ipcpp/handle.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "errors_map.h"
#include "ipcpp/des_buffers.h"
#include "ipcpp/find.h"
#include "ipcpp/panic.h"
#include "ipcpp/request.h"
#include "ipcpp/thread.h"
#include "name.h"
#include "request_table.h"
#include "thread_state.h"

namespace ipcpp {
namespace {

void CopyName(TInt aHandle, TUint32 aFlags, TDes& aName) {
    std::array<char, IPCPP_FULL_NAME_MAX> text{};
    ipcpp_handle_name command = {.handle = static_cast<TUint32>(aHandle),
                                 .flags = aFlags,
                                 .buffer = reinterpret_cast<std::uintptr_t>(text.data()),
                                 .size = text.size(),
                                 .length = 0};
    core::IssueOrPanic(IPCPP_IOC_HANDLE_NAME, &command);
    aName.Copy(TPtrC8(std::string_view(text.data(), command.length)));
}

TInt OpenObject(ipcpp_open& aCommand, TOwnerType aType, TInt& aHandle) {
    aCommand.owner = static_cast<TUint32>(aType);
    const TInt error = core::Issue(IPCPP_IOC_OPEN, &aCommand);
    aHandle = error == KErrNone ? static_cast<TInt>(aCommand.handle) : KNullHandle;
    return error;
}

}  // namespace

void RHandleBase::Close() {
    const TInt handle = std::exchange(iHandle, KNullHandle);
    if (handle == KNullHandle || (handle & KHandleNoClose) != 0) {
        return;
    }
    ipcpp_handle_close command = {.handle = static_cast<TUint32>(handle), .reserved = 0};
    core::IssueOrPanic(IPCPP_IOC_HANDLE_CLOSE, &command);
    core::tThread.Drain();
}

TInt RHandleBase::Duplicate(const RThread& aSource, TOwnerType aType) {
    ipcpp_handle_duplicate command = {.thread = static_cast<TUint32>(aSource.Handle()),
                                      .handle = static_cast<TUint32>(iHandle),
                                      .owner = static_cast<TUint32>(aType),
                                      .reserved = 0};
    const int error = core::IssueRaw(IPCPP_IOC_HANDLE_DUPLICATE, &command);
    // With a bad source the word stays; the panic that follows is of another thread's interest.
    if (error != EBADF) {
        iHandle = error == 0 ? static_cast<TInt>(command.handle) : KNullHandle;
    }
    return core::Settle(_IOC_NR(IPCPP_IOC_HANDLE_DUPLICATE), error);
}

TName RHandleBase::Name() const {
    TName name;
    CopyName(iHandle, 0, name);
    return name;
}

TFullName RHandleBase::FullName() const {
    TFullName name;
    FullName(name);
    return name;
}

void RHandleBase::FullName(TDes& aName) const {
    CopyName(iHandle, IPCPP_NAME_FULL, aName);
}

void RHandleBase::HandleInfo(THandleInfo* aInfo) const {
    ipcpp_handle_info command = {};
    command.handle = static_cast<TUint32>(iHandle);
    *aInfo = {};
    if (core::IssueRaw(IPCPP_IOC_HANDLE_INFO, &command) == 0) {
        *aInfo = {.iNumOpenInProcess = static_cast<TInt>(command.in_process),
                  .iNumOpenInThread = static_cast<TInt>(command.in_thread),
                  .iNumProcesses = static_cast<TInt>(command.processes),
                  .iNumThreads = static_cast<TInt>(command.threads)};
    }
}

TUint RHandleBase::Attributes() const {
    ipcpp_handle_info command = {};
    command.handle = static_cast<TUint32>(iHandle);
    core::IssueOrPanic(IPCPP_IOC_HANDLE_INFO, &command);
    return command.attributes;
}

TUint64 RHandleBase::ObjectId() const {
    ipcpp_handle_info command = {};
    command.handle = static_cast<TUint32>(iHandle);
    core::IssueOrPanic(IPCPP_IOC_HANDLE_INFO, &command);
    return command.id;
}

void RHandleBase::NotifyDestruction(TRequestStatus& aStatus) {
    aStatus = KRequestPending;
    TInt error = KErrNoMemory;
    if (core::tThread.EnsureRing() == 0) {
        if (const TUint64 number = core::RequestTable::Add({&aStatus, nullptr}); number != 0) {
            ipcpp_notify_destruction command = {
                .handle = static_cast<TUint32>(iHandle), .reserved = 0, .user_data = number};
            error = core::Issue(IPCPP_IOC_NOTIFY_DESTRUCTION, &command);
            if (error == KErrNone) {
                return;
            }
            core::Request refused;
            core::RequestTable::Take(number, refused);
        }
    }
    aStatus = error;
    core::tThread.Signal();
}

TInt RHandleBase::Open(const TFindHandleBase& aFind, TOwnerType aType) {
    if (aFind.iFound == 0) {
        PanicThread("KERN-EXEC", 0);
    }
    ipcpp_open command = {};
    command.type = aFind.iType;
    command.id = aFind.iFound;
    return OpenObject(command, aType, iHandle);
}

TInt RHandleBase::OpenById(TUint aObjectType, TUint64 aId, TOwnerType aType) {
    iHandle = KNullHandle;
    if (aId == 0) {
        return KErrNotFound;
    }
    ipcpp_open command = {};
    command.type = aObjectType;
    command.id = aId;
    return OpenObject(command, aType, iHandle);
}

TInt RHandleBase::OpenByName(TUint aObjectType, const TDesC& aFullName, TOwnerType aType) {
    iHandle = KNullHandle;
    if (aFullName.Locate('*') != KErrNotFound || aFullName.Locate('?') != KErrNotFound) {
        PanicThread("KERN-EXEC", 2);
    }
    core::NarrowName name;
    if (!name.Set(aFullName)) {
        return KErrBadName;
    }
    if (name.Length() == 0) {
        return KErrNotFound;
    }
    ipcpp_open command = {};
    command.type = aObjectType;
    command.name = name.Address();
    command.length = name.Length();
    return OpenObject(command, aType, iHandle);
}

}  // namespace ipcpp
