// SPDX-License-Identifier: MIT
/// @file
/// The asynchronous requests that are under way in this process.
///
/// The kernel gives back with each completion the number it was given with the request. It is no
/// address: it names a place in this table and the use of that place, so that a completion which
/// comes after its request was dropped, because the thread that made it has ended, finds nothing. A
/// request may complete in another thread than the one that made it (an armed receive completes to
/// its server's thread), so no thread can own the places.
///
/// No lock is taken and no memory returned: it works in handlers of signals and after a fork.
#pragma once

#include "ipcpp/types.h"

namespace ipcpp {
class RMessage2;
class TRequestStatus;
}  // namespace ipcpp

namespace ipcpp::core {

struct Request {
    TRequestStatus* iStatus = nullptr;
    RMessage2* iMessage = nullptr;  ///< of a receive: what it fills
};

class RequestTable {
public:
    /// @return the number of the request; 0 if there is no memory or no place.
    static TUint64 Add(const Request& aRequest) noexcept;
    /// Takes a request out.
    /// @return false if it is not there any more.
    static bool Take(TUint64 aNumber, Request& aRequest) noexcept;
    /// Takes out all that the calling thread has added: nobody is left to wait for them.
    static void DropThread() noexcept;
    /// Empties the table, in a process of one thread.
    static void Reset() noexcept;
};

}  // namespace ipcpp::core
