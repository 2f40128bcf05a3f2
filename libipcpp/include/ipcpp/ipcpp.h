// SPDX-License-Identifier: MIT
/// @file
/// Everything that the library offers, in one include.
///
/// Example:
/// @code
/// ipcpp::TBuf8<16> text(_L8("ipcpp"));
/// assert(text.Length() == 5);
/// @endcode
#pragma once

#include "ipcpp/des.h"
#include "ipcpp/errors.h"
#include "ipcpp/export.h"
#include "ipcpp/find.h"
#include "ipcpp/handle.h"
#include "ipcpp/ipcargs.h"
#include "ipcpp/leave.h"
#include "ipcpp/message.h"
#include "ipcpp/owned.h"
#include "ipcpp/panic.h"
#include "ipcpp/process.h"
#include "ipcpp/request.h"
#include "ipcpp/server.h"
#include "ipcpp/session.h"
#include "ipcpp/thread.h"
#include "ipcpp/types.h"
#include "ipcpp/user.h"
