// SPDX-License-Identifier: MIT
#include "ipcpp/errors.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ipcpp::test {
namespace {

TEST(Errors, have_the_documented_values) {
    EXPECT_EQ(KErrNone, 0);
    EXPECT_EQ(KErrNotFound, -1);
    EXPECT_EQ(KErrCancel, -3);
    EXPECT_EQ(KErrNoMemory, -4);
    EXPECT_EQ(KErrArgument, -6);
    EXPECT_EQ(KErrBadHandle, -8);
    EXPECT_EQ(KErrOverflow, -9);
    EXPECT_EQ(KErrUnderflow, -10);
    EXPECT_EQ(KErrAlreadyExists, -11);
    EXPECT_EQ(KErrDied, -13);
    EXPECT_EQ(KErrInUse, -14);
    EXPECT_EQ(KErrServerTerminated, -15);
    EXPECT_EQ(KErrServerBusy, -16);
    EXPECT_EQ(KErrBadName, -28);
    EXPECT_EQ(KErrTimedOut, -33);
    EXPECT_EQ(KErrBadDescriptor, -38);
    EXPECT_EQ(KErrAbort, -39);
    EXPECT_EQ(KErrSessionClosed, -45);
    EXPECT_EQ(KErrPermissionDenied, -46);
    EXPECT_EQ(KErrNoSecureTime, -49);
    EXPECT_EQ(KRequestPending, -2147483647);
}

TEST(Errors, each_code_has_a_name_of_its_own) {
    std::set<std::string> names;
    for (TInt code = KErrNoSecureTime; code <= KErrNone; ++code) {
        names.insert(ErrorName(code));
    }
    EXPECT_EQ(names.size(), 50U);
    EXPECT_EQ(names.count("unknown error"), 0U);
}

TEST(Errors, names_match_their_codes) {
    EXPECT_STREQ(ErrorName(KErrNone), "KErrNone");
    EXPECT_STREQ(ErrorName(KErrServerTerminated), "KErrServerTerminated");
    EXPECT_STREQ(ErrorName(KErrCommsBreak), "KErrCommsBreak");
    EXPECT_STREQ(ErrorName(KErrNoSecureTime), "KErrNoSecureTime");
    EXPECT_STREQ(ErrorName(KRequestPending), "KRequestPending");
}

TEST(Errors, values_outside_of_the_table_are_told_apart_by_sign) {
    EXPECT_STREQ(ErrorName(-50), "unknown error");
    EXPECT_STREQ(ErrorName(KMinTInt), "unknown error");
    EXPECT_STREQ(ErrorName(1), "success");
    EXPECT_STREQ(ErrorName(KMaxTInt), "success");
}

}  // namespace
}  // namespace ipcpp::test
