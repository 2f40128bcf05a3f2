// SPDX-License-Identifier: MIT
#include "ipcpp/leave.h"

namespace ipcpp {

XLeaveException::~XLeaveException() = default;

const char* XLeaveException::what() const noexcept {
    return ErrorName(iReason);
}

void Leave(TInt aReason) {
    throw XLeaveException(aReason);
}

}  // namespace ipcpp
