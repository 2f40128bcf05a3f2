// SPDX-License-Identifier: MIT
#include "errors_map.h"

#include <array>
#include <cerrno>

#include "device.h"
#include "ipcpp/panic.h"

namespace ipcpp::core {
namespace {

constexpr unsigned kAny = 0x100;
constexpr unsigned kDuplicate = _IOC_NR(IPCPP_IOC_HANDLE_DUPLICATE);
constexpr unsigned kSessionCreate = _IOC_NR(IPCPP_IOC_SESSION_CREATE);
constexpr unsigned kSend = _IOC_NR(IPCPP_IOC_SEND_RECEIVE);
constexpr unsigned kComplete = _IOC_NR(IPCPP_IOC_COMPLETE_RECEIVE);
constexpr unsigned kRead = _IOC_NR(IPCPP_IOC_MESSAGE_READ);
constexpr unsigned kWrite = _IOC_NR(IPCPP_IOC_MESSAGE_WRITE);
constexpr unsigned kRecord = _IOC_NR(IPCPP_IOC_MESSAGE_RECORD);
constexpr unsigned kCookie = _IOC_NR(IPCPP_IOC_MESSAGE_SET_COOKIE);
constexpr unsigned kClient = _IOC_NR(IPCPP_IOC_MESSAGE_CLIENT);

struct Outcome {
    bool iPanic;
    TInt iValue;
};

constexpr Outcome Error(TInt aCode) {
    return {false, aCode};
}

/// KERN-EXEC, numbered as in spec/symbian.md §22.
constexpr Outcome Panic(TInt aReason) {
    return {true, aReason};
}

struct Row {
    unsigned iNumber;
    int iErrno;
    Outcome iOutcome;
};

/// The first row that fits counts.
constexpr std::array kRows = std::to_array<Row>({
    {kDuplicate, ENOENT, Panic(0)},
    {kSessionCreate, EPROTOTYPE, Panic(23)},
    {kSend, EBUSY, Panic(30)},
    {kSend, EALREADY, Panic(9)},
    {kSend, EISCONN, Panic(57)},
    // Without a module nobody can have got a handle.
    {kSend, ENODEV, Panic(0)},
    {kComplete, EBUSY, Panic(19)},
    {kWrite, EMSGSIZE, Error(KErrOverflow)},
    {kCookie, EINVAL, Panic(58)},
    {kCookie, EEXIST, Panic(59)},
    {kCookie, EPROTO, Panic(60)},

    {kAny, EBADF, Panic(0)},
    {kAny, EFAULT, Panic(3)},
    {kAny, EBADMSG, Panic(44)},
    {kAny, EACCES, Error(KErrPermissionDenied)},
    {kAny, EPERM, Error(KErrPermissionDenied)},
    {kAny, EINVAL, Error(KErrArgument)},
    {kAny, ENOENT, Error(KErrNotFound)},
    {kAny, EEXIST, Error(KErrAlreadyExists)},
    {kAny, EILSEQ, Error(KErrBadName)},
    {kAny, ENOMEM, Error(KErrNoMemory)},
    {kAny, EDQUOT, Error(KErrNoMemory)},
    {kAny, EMFILE, Error(KErrNoMemory)},
    {kAny, ENFILE, Error(KErrNoMemory)},
    {kAny, ESHUTDOWN, Error(KErrServerTerminated)},
    {kAny, ECONNABORTED, Error(KErrSessionClosed)},
    {kAny, EREMOTEIO, Error(KErrBadDescriptor)},
    {kAny, ESRCH, Error(KErrDied)},
    {kAny, ECANCELED, Error(KErrCancel)},
    {kAny, ETIMEDOUT, Error(KErrTimedOut)},
    // A child that shares its parent's memory has the parent's words, but none of its objects.
    {kAny, ECHILD, Error(KErrNotReady)},
    // No module, or one that is older than this library.
    {kAny, ENODEV, Error(KErrNotSupported)},
    {kAny, ENOTTY, Error(KErrNotSupported)},
    {kAny, E2BIG, Error(KErrNotSupported)},
});

Outcome Find(unsigned aNumber, int aErrno) {
    for (const Row& row : kRows) {
        if ((row.iNumber == aNumber || row.iNumber == kAny) && row.iErrno == aErrno) {
            return row.iOutcome;
        }
    }
    return Error(KErrGeneral);
}

bool IsOnMessage(unsigned aNumber) {
    return aNumber == kComplete || aNumber == kRead || aNumber == kWrite || aNumber == kRecord ||
           aNumber == kCookie || aNumber == kClient;
}

}  // namespace

TInt Settle(unsigned aNumber, int aErrno) {
    if (aErrno == 0) {
        return KErrNone;
    }
    const Outcome outcome = Find(aNumber, aErrno);
    if (outcome.iPanic) {
        PanicThread("KERN-EXEC", outcome.iValue);
    }
    return outcome.iValue;
}

void SettleOrPanic(unsigned aNumber, int aErrno) {
    if (Settle(aNumber, aErrno) != KErrNone) {
        PanicThread("KERN-EXEC", IsOnMessage(aNumber) ? 44 : 0);
    }
}

int IssueRaw(unsigned long aCommand, void* aArgument) {
    int error = 0;
    const Device* const device = Device::Open(error);
    return device == nullptr ? error : device->Call(aCommand, aArgument);
}

TInt Issue(unsigned long aCommand, void* aArgument) {
    const int error = IssueRaw(aCommand, aArgument);
    return error == 0 ? KErrNone : Settle(_IOC_NR(aCommand), error);
}

void IssueOrPanic(unsigned long aCommand, void* aArgument) {
    if (const int error = IssueRaw(aCommand, aArgument); error != 0) {
        SettleOrPanic(_IOC_NR(aCommand), error);
    }
}

}  // namespace ipcpp::core
