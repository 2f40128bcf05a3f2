// SPDX-License-Identifier: MIT
/// @file
/// Commands to the module that the library never issues.
#pragma once

#include <cerrno>

#include "ipcpp/ipcpp.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::test {

/// Issues a command through an open of its own, which reaches the objects of the process.
/// @return 0 or an errno value.
int RawCommand(unsigned long aCommand, void* aArgument);

/// A session that is not connected.
TInt RawCreateSession(const TDesC& aServer, ipcpp_sharing aSharing);
/// @return 0 if the connect message was answered with KErrNone, or an errno value.
int RawConnect(TInt aSession);

}  // namespace ipcpp::test
