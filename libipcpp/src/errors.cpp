// SPDX-License-Identifier: MIT
#include "ipcpp/errors.h"

#include <array>
#include <cstddef>

namespace ipcpp {
namespace {

constexpr std::array kNames = {
    "KErrNone",
    "KErrNotFound",
    "KErrGeneral",
    "KErrCancel",
    "KErrNoMemory",
    "KErrNotSupported",
    "KErrArgument",
    "KErrTotalLossOfPrecision",
    "KErrBadHandle",
    "KErrOverflow",
    "KErrUnderflow",
    "KErrAlreadyExists",
    "KErrPathNotFound",
    "KErrDied",
    "KErrInUse",
    "KErrServerTerminated",
    "KErrServerBusy",
    "KErrCompletion",
    "KErrNotReady",
    "KErrUnknown",
    "KErrCorrupt",
    "KErrAccessDenied",
    "KErrLocked",
    "KErrWrite",
    "KErrDisMounted",
    "KErrEof",
    "KErrDiskFull",
    "KErrBadDriver",
    "KErrBadName",
    "KErrCommsLineFail",
    "KErrCommsFrame",
    "KErrCommsOverrun",
    "KErrCommsParity",
    "KErrTimedOut",
    "KErrCouldNotConnect",
    "KErrCouldNotDisconnect",
    "KErrDisconnected",
    "KErrBadLibraryEntryPoint",
    "KErrBadDescriptor",
    "KErrAbort",
    "KErrTooBig",
    "KErrDivideByZero",
    "KErrBadPower",
    "KErrDirFull",
    "KErrHardwareNotAvailable",
    "KErrSessionClosed",
    "KErrPermissionDenied",
    "KErrExtensionNotSupported",
    "KErrCommsBreak",
    "KErrNoSecureTime",
};

static_assert(kNames.size() == static_cast<std::size_t>(-KErrNoSecureTime) + 1);

}  // namespace

const char* ErrorName(TInt aError) noexcept {
    if (aError > 0) {
        return "success";
    }
    if (aError == KRequestPending) {
        return "KRequestPending";
    }
    // Widened first: KMinTInt has no positive counterpart in a TInt.
    const auto index = static_cast<std::size_t>(-static_cast<TInt64>(aError));
    return index < kNames.size() ? kNames[index] : "unknown error";
}

}  // namespace ipcpp
