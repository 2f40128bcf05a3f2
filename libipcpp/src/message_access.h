// SPDX-License-Identifier: MIT
/// @file
/// Between the module's record of a message and RMessage2.
#pragma once

#include "ipcpp/message.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::core {

class MessageAccess {
public:
    class View;

    static void Fill(RMessage2& aMessage, const ipcpp_message& aRecord) noexcept;

    /// Asks the module for a message by its handle.
    /// @return false if this process has no such message; @p aMessage is null then.
    static bool Fetch(TUint64 aHandle, RMessage2& aMessage) noexcept;

    /// Takes the handle out of a message that is to be completed: panics USER 70 if there is none.
    static TUint64 Release(const RMessagePtr2& aMessage) noexcept;
};

}  // namespace ipcpp::core
