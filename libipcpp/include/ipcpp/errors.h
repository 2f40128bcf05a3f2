// SPDX-License-Identifier: MIT
/// @file
/// The system error codes: what every function that returns a TInt answers when it does not
/// succeed.
///
/// Example:
/// @code
/// ipcpp::TInt result = ipcpp::KErrNotFound;
/// assert(result < ipcpp::KErrNone);
/// assert(std::string_view(ipcpp::ErrorName(result)) == "KErrNotFound");
/// @endcode
///
/// Constants only; safe from any thread. Source of the semantics: spec/symbian.md §1.2.
#pragma once

#include "ipcpp/types.h"

namespace ipcpp {

inline constexpr TInt KErrNone = 0;
inline constexpr TInt KErrNotFound = -1;
inline constexpr TInt KErrGeneral = -2;
inline constexpr TInt KErrCancel = -3;
inline constexpr TInt KErrNoMemory = -4;
inline constexpr TInt KErrNotSupported = -5;
inline constexpr TInt KErrArgument = -6;
inline constexpr TInt KErrTotalLossOfPrecision = -7;
inline constexpr TInt KErrBadHandle = -8;
inline constexpr TInt KErrOverflow = -9;
inline constexpr TInt KErrUnderflow = -10;
inline constexpr TInt KErrAlreadyExists = -11;
inline constexpr TInt KErrPathNotFound = -12;
inline constexpr TInt KErrDied = -13;
inline constexpr TInt KErrInUse = -14;
inline constexpr TInt KErrServerTerminated = -15;
inline constexpr TInt KErrServerBusy = -16;
inline constexpr TInt KErrCompletion = -17;
inline constexpr TInt KErrNotReady = -18;
inline constexpr TInt KErrUnknown = -19;
inline constexpr TInt KErrCorrupt = -20;
inline constexpr TInt KErrAccessDenied = -21;
inline constexpr TInt KErrLocked = -22;
inline constexpr TInt KErrWrite = -23;
inline constexpr TInt KErrDisMounted = -24;
inline constexpr TInt KErrEof = -25;
inline constexpr TInt KErrDiskFull = -26;
inline constexpr TInt KErrBadDriver = -27;
inline constexpr TInt KErrBadName = -28;
inline constexpr TInt KErrCommsLineFail = -29;
inline constexpr TInt KErrCommsFrame = -30;
inline constexpr TInt KErrCommsOverrun = -31;
inline constexpr TInt KErrCommsParity = -32;
inline constexpr TInt KErrTimedOut = -33;
inline constexpr TInt KErrCouldNotConnect = -34;
inline constexpr TInt KErrCouldNotDisconnect = -35;
inline constexpr TInt KErrDisconnected = -36;
inline constexpr TInt KErrBadLibraryEntryPoint = -37;
inline constexpr TInt KErrBadDescriptor = -38;
inline constexpr TInt KErrAbort = -39;
inline constexpr TInt KErrTooBig = -40;
inline constexpr TInt KErrDivideByZero = -41;
inline constexpr TInt KErrBadPower = -42;
inline constexpr TInt KErrDirFull = -43;
inline constexpr TInt KErrHardwareNotAvailable = -44;
inline constexpr TInt KErrSessionClosed = -45;
inline constexpr TInt KErrPermissionDenied = -46;
inline constexpr TInt KErrExtensionNotSupported = -47;
inline constexpr TInt KErrCommsBreak = -48;
inline constexpr TInt KErrNoSecureTime = -49;

/// Value of a TRequestStatus whose request has not completed; no service may complete with it.
inline constexpr TInt KRequestPending = -KMaxTInt;

/// The name of a code, for logs and test output.
/// @param aError any value.
/// @return "KErrNone".."KErrNoSecureTime", "KRequestPending", "success" for a positive value, and
///         "unknown error" for a negative value that is none of them. The string is static: never
///         null, never to be freed.
[[nodiscard]] IPCPP_API const char* ErrorName(TInt aError) noexcept;

}  // namespace ipcpp
