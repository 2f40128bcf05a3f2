// SPDX-License-Identifier: MIT
/// @file
/// What the module's errors mean to callers of the library: an error code, or the end of the
/// thread.
#pragma once

#include "ipcpp/errors.h"
#include "ipcpp/types.h"

namespace ipcpp::core {

/// @param aNumber the command's number, _IOC_NR of IPCPP_IOC_...
/// @param aErrno what the command failed with. ENODEV stands for a module that is not there.
/// @return the error code. Does not return if what happened is a panic.
TInt Settle(unsigned aNumber, int aErrno);

/// For calls that can return no error: what is no panic by itself becomes KERN-EXEC 0, or 44 for
/// commands on messages, since an object that cannot be reached is no object.
void SettleOrPanic(unsigned aNumber, int aErrno);

/// Issues a command on this process' open of the device.
/// @return KErrNone, or what Settle makes of the error.
TInt Issue(unsigned long aCommand, void* aArgument);

/// Issues a command for a call that can return no error.
void IssueOrPanic(unsigned long aCommand, void* aArgument);

/// Issues a command.
/// @return 0 or the errno value, as it is; ENODEV if there is no module.
int IssueRaw(unsigned long aCommand, void* aArgument);

}  // namespace ipcpp::core
