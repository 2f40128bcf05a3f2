// SPDX-License-Identifier: MIT
#include "exit_info.h"

#include <algorithm>

#include "device.h"
#include "errors_map.h"

namespace ipcpp::core {

ipcpp_exit_info ExitInfo(TInt aHandle) {
    ipcpp_exit_info info = {};
    info.handle = static_cast<TUint32>(aHandle);
    IssueOrPanic(IPCPP_IOC_EXIT_INFO, &info);
    return info;
}

TExitType ExitTypeOf(const ipcpp_exit_info& aInfo) {
    return static_cast<TExitType>(aInfo.type);
}

TExitCategoryName ExitCategoryOf(const ipcpp_exit_info& aInfo) {
    TExitCategoryName category;
    category.Copy(TPtrC8(aInfo.category,
                         std::min<TInt>(static_cast<TInt>(aInfo.length), IPCPP_CATEGORY_MAX)));
    return category;
}

void RecordPanic(std::string_view aCategory, TInt aReason) noexcept {
    const Device* const device = Device::Existing();
    if (device == nullptr) {
        return;
    }
    ipcpp_thread_set_exit command = {};
    command.type = IPCPP_EXIT_PANIC;
    command.reason = aReason;
    const std::string_view category = aCategory.substr(0, IPCPP_CATEGORY_MAX);
    std::copy(category.begin(), category.end(), command.category);
    command.length = static_cast<TUint32>(category.size());
    // The thread ends in any case.
    (void)device->Call(IPCPP_IOC_THREAD_SET_EXIT, &command);
}

}  // namespace ipcpp::core
