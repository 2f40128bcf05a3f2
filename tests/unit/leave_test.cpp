// SPDX-License-Identifier: MIT
#include "ipcpp/leave.h"

#include <gtest/gtest.h>

#include <functional>

#include "ipcpp/user.h"

namespace ipcpp::test {
namespace {

/// The code with which a function leaves, or 1 if it returns.
TInt LeaveCode(const std::function<void()>& aFunction) {
    try {
        aFunction();
    } catch (const XLeaveException& leave) {
        return leave.Reason();
    }
    return 1;
}

TEST(Leave, carries_its_reason_and_name) {
    try {
        Leave(KErrNotFound);
    } catch (const std::exception& exception) {
        EXPECT_STREQ(exception.what(), "KErrNotFound");
    }
    EXPECT_EQ(LeaveCode([] { Leave(KErrAbort); }), KErrAbort);
    EXPECT_EQ(LeaveCode([] { User::Leave(5); }), 5);
    EXPECT_EQ(LeaveCode([] { User::LeaveNoMemory(); }), KErrNoMemory);
}

TEST(Leave, if_error_leaves_for_negative_values_only) {
    EXPECT_EQ(LeaveIfError(0), 0);
    EXPECT_EQ(User::LeaveIfError(KMaxTInt), KMaxTInt);
    EXPECT_EQ(LeaveCode([] { LeaveIfError(-1); }), -1);
    EXPECT_EQ(LeaveCode([] { User::LeaveIfError(KMinTInt); }), KMinTInt);
}

TEST(Leave, if_null_passes_pointers_through) {
    int object = 0;
    EXPECT_EQ(LeaveIfNull(&object), &object);
    EXPECT_EQ(LeaveCode([] { User::LeaveIfNull(static_cast<int*>(nullptr)); }), KErrNoMemory);
}

TEST(Leave, runs_destructors_on_its_way) {
    bool destroyed = false;
    struct Guard {
        bool& iFlag;
        explicit Guard(bool& aFlag) : iFlag(aFlag) {}
        Guard(const Guard&) = delete;
        ~Guard() { iFlag = true; }
    };
    EXPECT_EQ(LeaveCode([&] {
                  const Guard guard(destroyed);
                  Leave(KErrCancel);
              }),
              KErrCancel);
    EXPECT_TRUE(destroyed);
}

}  // namespace
}  // namespace ipcpp::test
