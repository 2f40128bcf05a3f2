// SPDX-License-Identifier: MIT
#include "ipcpp/process.h"

#include "exit_info.h"
#include "ipcpp/find.h"

namespace ipcpp {

TInt RProcess::Open(TProcessId aId, TOwnerType aType) {
    return OpenById(IPCPP_TYPE_PROCESS, aId.Id(), aType);
}

TInt RProcess::Open(const TDesC& aFullName, TOwnerType aType) {
    return OpenByName(IPCPP_TYPE_PROCESS, aFullName, aType);
}

TInt RProcess::Open(const TFindProcess& aFind, TOwnerType aType) {
    return RHandleBase::Open(aFind, aType);
}

TProcessId RProcess::Id() const {
    return TProcessId(ObjectId());
}

TExitType RProcess::ExitType() const {
    return core::ExitTypeOf(core::ExitInfo(iHandle));
}

TInt RProcess::ExitReason() const {
    return core::ExitInfo(iHandle).reason;
}

TExitCategoryName RProcess::ExitCategory() const {
    return core::ExitCategoryOf(core::ExitInfo(iHandle));
}

}  // namespace ipcpp
