// SPDX-License-Identifier: MIT
/// @file
/// TRequestStatus: the place where the outcome of an asynchronous request will stand.
///
/// Example:
/// @code
/// ipcpp::TRequestStatus status(ipcpp::KRequestPending);
/// ipcpp::TRequestStatus* completer = &status;
/// ipcpp::User::RequestComplete(completer, 7);
/// assert(completer == nullptr);
/// ipcpp::User::WaitForRequest(status);
/// assert(status.Int() == 7);
/// @endcode
///
/// A request belongs to the thread that made it. Its completion is two things: a value in the
/// status, and one signal for that thread, which User::WaitForRequest or User::WaitForAnyRequest
/// takes (user.h). There is exactly one signal for each completion, so a thread that waits once for
/// every request it made is never left with a stray one.
///
/// The kernel announces completions in a ring that the thread shares with it; the library moves
/// them from there into the statuses when the thread waits, when it reads a status that is pending,
/// and in every call that ends requests (Close, Cancel). So a status must live until its request
/// has completed, and no longer than that. Polling a status costs no system call.
///
/// A status is read and written by its own thread only. Source: spec/symbian.md §1.3.
#pragma once

#include <compare>

#include "ipcpp/errors.h"

namespace ipcpp {

namespace detail {
/// Moves what has completed for the calling thread into its statuses; never waits.
IPCPP_API void PollRequests() noexcept;
}  // namespace detail

/// @copydoc request.h
class IPCPP_API TRequestStatus {
public:
    /// The value is KErrNone: nothing has been requested.
    constexpr TRequestStatus() = default;
    constexpr TRequestStatus(TInt aValue) : iStatus(aValue) {}

    /// Sets the value, which signals nobody.
    constexpr TRequestStatus& operator=(TInt aValue) {
        iStatus = aValue;
        return *this;
    }

    /// @return the outcome of the request, or KRequestPending.
    [[nodiscard]] TInt Int() const {
        if (iStatus == KRequestPending) {
            detail::PollRequests();
        }
        return iStatus;
    }

    friend bool operator==(const TRequestStatus& aStatus, TInt aValue) {
        return aStatus.Int() == aValue;
    }
    friend auto operator<=>(const TRequestStatus& aStatus, TInt aValue) {
        return aStatus.Int() <=> aValue;
    }

private:
    friend class CActive;
    friend class CActiveScheduler;
    friend class CServer2;

    /// What the active scheduler notes in iFlags.
    enum TFlags : TUint { EActive = 1, ERequestPending = 2 };

    TInt iStatus = KErrNone;
    TUint iFlags = 0;
};

}  // namespace ipcpp
