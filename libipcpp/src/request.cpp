// SPDX-License-Identifier: MIT
#include "ipcpp/request.h"

#include <algorithm>
#include <span>

#include "ipcpp/user.h"
#include "thread_state.h"

namespace ipcpp {
namespace {

/// Takes signals until one of the requests has completed, and puts those back that belonged to
/// others.
void WaitForOne(std::span<TRequestStatus* const> aStatuses) {
    TUint32 others = 0;
    for (;;) {
        core::tThread.WaitForSignal();
        const bool done =
            std::any_of(aStatuses.begin(), aStatuses.end(), [](const TRequestStatus* aStatus) {
                return aStatus != nullptr && *aStatus != KRequestPending;
            });
        if (done) {
            core::tThread.Signal(others);
            return;
        }
        ++others;
    }
}

}  // namespace

void User::WaitForAnyRequest() {
    core::tThread.WaitForSignal();
}

void User::WaitForRequest(TRequestStatus& aStatus) {
    TRequestStatus* const statuses[] = {&aStatus};
    WaitForOne(statuses);
}

void User::WaitForRequest(TRequestStatus& aStatus1, TRequestStatus& aStatus2) {
    TRequestStatus* const statuses[] = {&aStatus1, &aStatus2};
    WaitForOne(statuses);
}

void User::WaitForNRequest(TRequestStatus* aStatuses[], TInt aCount) {
    WaitForOne({aStatuses, static_cast<std::size_t>(std::max(aCount, 0))});
}

void User::RequestComplete(TRequestStatus*& aStatus, TInt aReason) {
    if (aStatus == nullptr) {
        return;
    }
    *aStatus = aReason;
    aStatus = nullptr;
    core::tThread.Signal();
}

}  // namespace ipcpp
