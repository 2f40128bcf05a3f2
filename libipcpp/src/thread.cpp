// SPDX-License-Identifier: MIT
#include "ipcpp/thread.h"

#include "exit_info.h"
#include "ipcpp/find.h"

namespace ipcpp {

TInt RThread::Open(TThreadId aId, TOwnerType aType) {
    return OpenById(IPCPP_TYPE_THREAD, aId.Id(), aType);
}

TInt RThread::Open(const TDesC& aFullName, TOwnerType aType) {
    return OpenByName(IPCPP_TYPE_THREAD, aFullName, aType);
}

TInt RThread::Open(const TFindThread& aFind, TOwnerType aType) {
    return RHandleBase::Open(aFind, aType);
}

TThreadId RThread::Id() const {
    return TThreadId(ObjectId());
}

TExitType RThread::ExitType() const {
    return core::ExitTypeOf(core::ExitInfo(iHandle));
}

TInt RThread::ExitReason() const {
    return core::ExitInfo(iHandle).reason;
}

TExitCategoryName RThread::ExitCategory() const {
    return core::ExitCategoryOf(core::ExitInfo(iHandle));
}

}  // namespace ipcpp
