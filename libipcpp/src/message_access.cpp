// SPDX-License-Identifier: MIT
#include "message_access.h"

#include <algorithm>
#include <utility>

#include "address.h"
#include "errors_map.h"

namespace ipcpp::core {

void MessageAccess::Fill(RMessage2& aMessage, const ipcpp_message& aRecord) noexcept {
    aMessage.iHandle = aRecord.handle;
    aMessage.iBlock = aRecord.block;
    aMessage.iTypes = aRecord.types;
    aMessage.iBad = aRecord.bad;
    aMessage.iFunction = aRecord.function;
    std::copy_n(aRecord.length, IPCPP_ARGS, aMessage.iLength);
    std::copy_n(aRecord.max, IPCPP_ARGS, aMessage.iMax);
    std::copy_n(aRecord.args, IPCPP_ARGS, aMessage.iArgs);
    aMessage.iSession = AsPointer<TAny>(aRecord.session);
}

bool MessageAccess::Fetch(TUint64 aHandle, RMessage2& aMessage) noexcept {
    ipcpp_message_record record = {};
    record.message.handle = aHandle;
    if (IssueRaw(IPCPP_IOC_MESSAGE_RECORD, &record) != 0) {
        aMessage = RMessage2();
        return false;
    }
    Fill(aMessage, record.message);
    return true;
}

TUint64 MessageAccess::Release(const RMessagePtr2& aMessage) noexcept {
    if (aMessage.iHandle == 0) {
        detail::PanicUser(70);
    }
    return std::exchange(aMessage.iHandle, 0);
}

}  // namespace ipcpp::core
