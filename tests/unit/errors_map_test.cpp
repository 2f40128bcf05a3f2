// SPDX-License-Identifier: MIT
// What the module's errors mean: uapi/README.md against spec/symbian.md §22.
#include "errors_map.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::test {
namespace {

unsigned Number(unsigned long aCommand) {
    return _IOC_NR(aCommand);
}

TEST(ErrorsMap, success_is_no_error) {
    EXPECT_EQ(core::Settle(Number(IPCPP_IOC_SEND_RECEIVE), 0), KErrNone);
}

TEST(ErrorsMap, errors_become_codes) {
    const struct {
        unsigned long iCommand;
        int iErrno;
        TInt iCode;
    } rows[] = {
        {IPCPP_IOC_SERVER_CREATE, EEXIST, KErrAlreadyExists},
        {IPCPP_IOC_SERVER_CREATE, EILSEQ, KErrBadName},
        {IPCPP_IOC_SERVER_CREATE, EINVAL, KErrArgument},
        {IPCPP_IOC_SERVER_CREATE, ENODEV, KErrNotSupported},
        {IPCPP_IOC_SERVER_CREATE, ECHILD, KErrNotReady},
        {IPCPP_IOC_SERVER_CREATE, ENOMEM, KErrNoMemory},
        {IPCPP_IOC_SERVER_CREATE, EDQUOT, KErrNoMemory},
        {IPCPP_IOC_SESSION_CREATE, ENOENT, KErrNotFound},
        {IPCPP_IOC_SESSION_CREATE, ESHUTDOWN, KErrServerTerminated},
        {IPCPP_IOC_SESSION_CREATE, EACCES, KErrPermissionDenied},
        {IPCPP_IOC_SEND_RECEIVE, ESHUTDOWN, KErrServerTerminated},
        {IPCPP_IOC_SEND_RECEIVE, ECONNABORTED, KErrSessionClosed},
        {IPCPP_IOC_SEND_RECEIVE, ENOMEM, KErrNoMemory},
        {IPCPP_IOC_COMPLETE_RECEIVE, ECANCELED, KErrCancel},
        {IPCPP_IOC_COMPLETE_RECEIVE, ETIMEDOUT, KErrTimedOut},
        {IPCPP_IOC_MESSAGE_READ, EREMOTEIO, KErrBadDescriptor},
        {IPCPP_IOC_MESSAGE_READ, ESRCH, KErrDied},
        {IPCPP_IOC_MESSAGE_WRITE, EMSGSIZE, KErrOverflow},
        {IPCPP_IOC_OPEN, EILSEQ, KErrBadName},
        {IPCPP_IOC_FIND_NEXT, ENOENT, KErrNotFound},
        {IPCPP_IOC_USAGE, ENOTTY, KErrNotSupported},
        {IPCPP_IOC_USAGE, E2BIG, KErrNotSupported},
        {IPCPP_IOC_USAGE, ENOSPC, KErrGeneral},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(core::Settle(Number(row.iCommand), row.iErrno), row.iCode)
            << "command " << Number(row.iCommand) << " errno " << row.iErrno;
    }
}

TEST(ErrorsMapDeathTest, broken_rules_are_panics) {
    const struct {
        unsigned long iCommand;
        int iErrno;
        int iReason;
    } rows[] = {
        {IPCPP_IOC_HANDLE_CLOSE, EBADF, 0},         {IPCPP_IOC_HANDLE_DUPLICATE, EBADF, 0},
        {IPCPP_IOC_HANDLE_DUPLICATE, ENOENT, 0},    {IPCPP_IOC_SEND_RECEIVE, ENODEV, 0},
        {IPCPP_IOC_HANDLE_NAME, EFAULT, 3},         {IPCPP_IOC_SEND_RECEIVE, EALREADY, 9},
        {IPCPP_IOC_COMPLETE_RECEIVE, EBUSY, 19},    {IPCPP_IOC_SESSION_CREATE, EPROTOTYPE, 23},
        {IPCPP_IOC_SEND_RECEIVE, EBUSY, 30},        {IPCPP_IOC_COMPLETE_RECEIVE, EBADMSG, 44},
        {IPCPP_IOC_MESSAGE_READ, EBADMSG, 44},      {IPCPP_IOC_SEND_RECEIVE, EISCONN, 57},
        {IPCPP_IOC_MESSAGE_SET_COOKIE, EINVAL, 58}, {IPCPP_IOC_MESSAGE_SET_COOKIE, EEXIST, 59},
        {IPCPP_IOC_MESSAGE_SET_COOKIE, EPROTO, 60},
    };
    for (const auto& row : rows) {
        EXPECT_EXIT((void)core::Settle(Number(row.iCommand), row.iErrno),
                    testing::KilledBySignal(SIGABRT),
                    "panic KERN-EXEC " + std::to_string(row.iReason) + " in");
    }
}

TEST(ErrorsMapDeathTest, calls_without_a_result_panic_where_others_return) {
    EXPECT_EXIT(core::SettleOrPanic(Number(IPCPP_IOC_HANDLE_CLOSE), ECHILD),
                testing::KilledBySignal(SIGABRT), "panic KERN-EXEC 0 in");
    EXPECT_EXIT(core::SettleOrPanic(Number(IPCPP_IOC_COMPLETE_RECEIVE), ENODEV),
                testing::KilledBySignal(SIGABRT), "panic KERN-EXEC 44 in");
    core::SettleOrPanic(Number(IPCPP_IOC_HANDLE_CLOSE), 0);
}

}  // namespace
}  // namespace ipcpp::test
