// SPDX-License-Identifier: MIT
#include "ipcpp/find.h"

#include <array>

#include "errors_map.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp {

TFindHandleBase::TFindHandleBase(TUint aType) : TFindHandleBase(aType, TPtrC(u"*")) {}

TFindHandleBase::TFindHandleBase(TUint aType, const TDesC& aPattern) : iType(aType) {
    Find(aPattern);
}

void TFindHandleBase::Find(const TDesC& aPattern) {
    iFound = 0;
    iAtEnd = aPattern.Length() > iPattern.MaxLength() ? ETrue : EFalse;
    if (!iAtEnd) {
        iPattern = aPattern;
    }
}

TInt TFindHandleBase::Next(TFullName& aResult) {
    std::array<char, IPCPP_FULL_NAME_MAX> text{};
    // Where the search has got to, as opposed to what it has found.
    TUint64 position = iFound;
    while (!iAtEnd) {
        ipcpp_find_next command = {.type = iType,
                                   .size = text.size(),
                                   .position = position,
                                   .buffer = reinterpret_cast<std::uintptr_t>(text.data()),
                                   .length = 0,
                                   .reserved = 0};
        const TInt error = core::Issue(IPCPP_IOC_FIND_NEXT, &command);
        if (error == KErrNotFound) {
            iAtEnd = ETrue;
            break;
        }
        if (error != KErrNone) {
            return error;
        }
        position = command.position;
        TFullName name;
        name.Copy(TPtrC8(std::string_view(text.data(), command.length)));
        if (name.MatchF(iPattern) != KErrNotFound) {
            iFound = position;
            aResult = name;
            return KErrNone;
        }
    }
    return KErrNotFound;
}

TFindServer::TFindServer() : TFindHandleBase(IPCPP_TYPE_SERVER) {}
TFindServer::TFindServer(const TDesC& aPattern) : TFindHandleBase(IPCPP_TYPE_SERVER, aPattern) {}

TFindThread::TFindThread() : TFindHandleBase(IPCPP_TYPE_THREAD) {}
TFindThread::TFindThread(const TDesC& aPattern) : TFindHandleBase(IPCPP_TYPE_THREAD, aPattern) {}

TFindProcess::TFindProcess() : TFindHandleBase(IPCPP_TYPE_PROCESS) {}
TFindProcess::TFindProcess(const TDesC& aPattern) : TFindHandleBase(IPCPP_TYPE_PROCESS, aPattern) {}

}  // namespace ipcpp
