// SPDX-License-Identifier: MIT
#include "ipcpp/handle.h"

#include <gtest/gtest.h>

namespace ipcpp::test {
namespace {

TEST(HandleWord, constants_have_the_documented_bits) {
    EXPECT_EQ(static_cast<TUint>(KCurrentProcessHandle), 0xffff8000U);
    EXPECT_EQ(static_cast<TUint>(KCurrentThreadHandle), 0xffff8001U);
    EXPECT_EQ(KHandleNoClose, 1 << 15);
    EXPECT_EQ(KHandleFlagLocal, 1 << 30);
}

TEST(HandleWord, starts_null_and_stores_what_it_is_given) {
    RHandleBase handle;
    EXPECT_EQ(handle.Handle(), KNullHandle);
    handle.SetHandle(0x40010002);
    EXPECT_EQ(handle.Handle(), 0x40010002);
}

TEST(HandleWord, no_close_form_sets_bit_15_only) {
    RHandleBase handle;
    handle.SetHandleNC(0x40010002);
    EXPECT_EQ(handle.Handle(), 0x40018002);
}

TEST(HandleWord, returned_handle_is_stored_and_returned_error_clears) {
    RHandleBase handle;
    EXPECT_EQ(handle.SetReturnedHandle(0x10002), KErrNone);
    EXPECT_EQ(handle.Handle(), 0x10002);
    EXPECT_EQ(handle.SetReturnedHandle(KErrPermissionDenied), KErrPermissionDenied);
    EXPECT_EQ(handle.Handle(), KNullHandle);
    EXPECT_EQ(handle.SetReturnedHandle(0), KErrNone);
    EXPECT_EQ(handle.Handle(), KNullHandle);
}

TEST(HandleWord, copies_share_the_word) {
    RHandleBase handle;
    handle.SetHandle(0x10002);
    const RHandleBase copy = handle;
    EXPECT_EQ(copy.Handle(), 0x10002);
    EXPECT_EQ(sizeof(RHandleBase), 4U);
}

}  // namespace
}  // namespace ipcpp::test
