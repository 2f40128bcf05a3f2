// SPDX-License-Identifier: MIT
#include "ipcpp/user.h"

#include <gtest/gtest.h>

#include <string>

#include "des_test_support.h"

namespace ipcpp::test {
namespace {

TEST(QueryVersionSupported, compares_major_then_minor_and_ignores_build) {
    const TVersion current(2, 5, 10);
    EXPECT_EQ(User::QueryVersionSupported(current, TVersion(2, 5, 10)), ETrue);
    EXPECT_EQ(User::QueryVersionSupported(current, TVersion(2, 5, 11)), ETrue);
    EXPECT_EQ(User::QueryVersionSupported(current, TVersion(2, 4, 99)), ETrue);
    EXPECT_EQ(User::QueryVersionSupported(current, TVersion(2, 6, 0)), EFalse);
    EXPECT_EQ(User::QueryVersionSupported(current, TVersion(1, 99, 0)), ETrue);
    EXPECT_EQ(User::QueryVersionSupported(current, TVersion(3, 0, 0)), EFalse);
}

template <typename T>
class ValidateName : public DescriptorTest<T> {};
TYPED_TEST_SUITE(ValidateName, Widths, WidthName);

TYPED_TEST(ValidateName, accepts_exactly_the_documented_characters) {
    for (TUint value = 0; value < 0x100; ++value) {
        const auto element = static_cast<TypeParam>(value);
        const bool valid =
            value >= 0x20 && value <= 0x7e && value != '*' && value != '?' && value != ':';
        EXPECT_EQ(User::ValidateName(TPtrCOf<TypeParam>(&element, 1)),
                  valid ? KErrNone : KErrBadName)
            << value;
    }
}

TYPED_TEST(ValidateName, accepts_the_empty_name) {
    EXPECT_EQ(User::ValidateName(TPtrCOf<TypeParam>()), KErrNone);
}

TYPED_TEST(ValidateName, looks_at_every_character) {
    EXPECT_EQ(User::ValidateName(Text<TypeParam>("good name!")), KErrNone);
    EXPECT_EQ(User::ValidateName(Text<TypeParam>("bad:")), KErrBadName);
    EXPECT_EQ(User::ValidateName(Text<TypeParam>("?bad")), KErrBadName);
    EXPECT_EQ(User::ValidateName(Text<TypeParam>("b*d")), KErrBadName);
}

TYPED_TEST(ValidateName, refuses_more_than_80_characters) {
    EXPECT_EQ(User::ValidateName(Text<TypeParam>(std::string(80, 'n'))), KErrNone);
    EXPECT_EQ(User::ValidateName(Text<TypeParam>(std::string(81, 'n'))), KErrBadName);
}

TEST(ValidateNameWide, refuses_characters_that_only_end_in_a_valid_byte) {
    EXPECT_EQ(User::ValidateName(TPtrC16(u"\u0141")), KErrBadName);
}

}  // namespace
}  // namespace ipcpp::test
