// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "des_test_support.h"

namespace ipcpp::test {
namespace {

template <typename T>
class DesConst : public DescriptorTest<T> {};
TYPED_TEST_SUITE(DesConst, Widths, WidthName);

TYPED_TEST(DesConst, length_counts_elements_and_size_counts_bytes) {
    const Text<TypeParam> text("abcde");
    EXPECT_EQ(text.Length(), 5);
    EXPECT_EQ(text.Size(), 5 * static_cast<TInt>(sizeof(TypeParam)));
}

TYPED_TEST(DesConst, empty_descriptor_has_length_zero_and_no_data) {
    const TPtrCOf<TypeParam> empty;
    EXPECT_EQ(empty.Length(), 0);
    EXPECT_EQ(empty.Size(), 0);
    EXPECT_EQ(empty.Ptr(), nullptr);
}

TYPED_TEST(DesConst, index_reaches_first_and_last_element) {
    const Text<TypeParam> text("abc");
    EXPECT_EQ(text[0], 'a');
    EXPECT_EQ(text[2], 'c');
    EXPECT_EQ(text.At(1), 'b');
}

TYPED_TEST(DesConst, left_and_right_give_at_most_what_there_is) {
    const Text<TypeParam> text("abcde");
    EXPECT_EQ(Str(text.Left(0)), "");
    EXPECT_EQ(Str(text.Left(2)), "ab");
    EXPECT_EQ(Str(text.Left(5)), "abcde");
    EXPECT_EQ(Str(text.Left(KMaxTInt)), "abcde");
    EXPECT_EQ(Str(text.Right(0)), "");
    EXPECT_EQ(Str(text.Right(2)), "de");
    EXPECT_EQ(Str(text.Right(5)), "abcde");
    EXPECT_EQ(Str(text.Right(KMaxTInt)), "abcde");
}

TYPED_TEST(DesConst, mid_gives_exactly_what_is_asked_for) {
    const Text<TypeParam> text("abcde");
    EXPECT_EQ(Str(text.Mid(0)), "abcde");
    EXPECT_EQ(Str(text.Mid(3)), "de");
    EXPECT_EQ(Str(text.Mid(5)), "");
    EXPECT_EQ(Str(text.Mid(1, 3)), "bcd");
    EXPECT_EQ(Str(text.Mid(5, 0)), "");
    EXPECT_EQ(text.Mid(2).Ptr(), text.Ptr() + 2);
}

TYPED_TEST(DesConst, find_reports_the_first_position_or_not_found) {
    const Text<TypeParam> text("abcabc");
    EXPECT_EQ(text.Find(Text<TypeParam>("bc")), 1);
    EXPECT_EQ(text.Find(Text<TypeParam>("abcabc")), 0);
    EXPECT_EQ(text.Find(Text<TypeParam>("c")), 2);
    EXPECT_EQ(text.Find(Text<TypeParam>("")), 0);
    EXPECT_EQ(text.Find(Text<TypeParam>("BC")), KErrNotFound);
    EXPECT_EQ(text.Find(Text<TypeParam>("abcabcd")), KErrNotFound);
    EXPECT_EQ(TPtrCOf<TypeParam>().Find(TPtrCOf<TypeParam>()), 0);
    EXPECT_EQ(TPtrCOf<TypeParam>().Find(text), KErrNotFound);
}

TYPED_TEST(DesConst, find_folded_ignores_ascii_case_only) {
    EXPECT_EQ(Text<TypeParam>("xxABc").FindF(Text<TypeParam>("abC")), 2);
    EXPECT_EQ(Text<TypeParam>("[").FindF(Text<TypeParam>("{")), KErrNotFound);
    EXPECT_EQ(Text<TypeParam>("\xC4").FindF(Text<TypeParam>("\xE4")), KErrNotFound);
}

TYPED_TEST(DesConst, locate_searches_from_either_end) {
    const Text<TypeParam> text("abca");
    EXPECT_EQ(text.Locate('a'), 0);
    EXPECT_EQ(text.LocateReverse('a'), 3);
    EXPECT_EQ(text.Locate('c'), 2);
    EXPECT_EQ(text.LocateReverse('b'), 1);
    EXPECT_EQ(text.Locate('x'), KErrNotFound);
    EXPECT_EQ(text.LocateReverse('x'), KErrNotFound);
    EXPECT_EQ(TPtrCOf<TypeParam>().Locate('a'), KErrNotFound);
    EXPECT_EQ(TPtrCOf<TypeParam>().LocateReverse('a'), KErrNotFound);
}

TYPED_TEST(DesConst, compare_orders_as_unsigned_elements_with_prefixes_first) {
    const Text<TypeParam> abc("abc");
    EXPECT_EQ(abc.Compare(Text<TypeParam>("abc")), 0);
    EXPECT_EQ(abc.Compare(Text<TypeParam>("abd")), -1);
    EXPECT_EQ(abc.Compare(Text<TypeParam>("ab")), 1);
    EXPECT_EQ(abc.Compare(Text<TypeParam>("abcd")), -1);
    EXPECT_EQ(abc.Compare(Text<TypeParam>("ABC")), 1);
    EXPECT_EQ(abc.CompareF(Text<TypeParam>("AbC")), 0);
    EXPECT_EQ(abc.CompareF(Text<TypeParam>("ABD")), -1);
    const std::array<TypeParam, 1> high{0xff};
    EXPECT_EQ(TPtrCOf<TypeParam>(high.data(), 1).Compare(abc), 1);
    EXPECT_EQ(TPtrCOf<TypeParam>().Compare(TPtrCOf<TypeParam>()), 0);
}

TYPED_TEST(DesConst, operators_agree_with_compare_across_classes) {
    const TBufOf<TypeParam, 8> buffer = TBufOf<TypeParam, 8>(Text<TypeParam>("abc"));
    const TBufCOf<TypeParam, 4> constant = TBufCOf<TypeParam, 4>(Text<TypeParam>("abd"));
    EXPECT_TRUE(buffer == Text<TypeParam>("abc"));
    EXPECT_TRUE(buffer != constant);
    EXPECT_TRUE(buffer < constant);
    EXPECT_TRUE(constant > buffer);
    EXPECT_TRUE(buffer <= Text<TypeParam>("abc"));
    EXPECT_TRUE(buffer >= Text<TypeParam>("abc"));
    EXPECT_FALSE(buffer < Text<TypeParam>("abc"));
}

TYPED_TEST(DesConst, alloc_makes_an_independent_copy) {
    TBufOf<TypeParam, 8> source(Text<TypeParam>("abc"));
    const std::unique_ptr<HBufCOf<TypeParam>> copy(source.Alloc());
    source[0] = 'x';
    ASSERT_NE(copy, nullptr);
    EXPECT_EQ(Str(*copy), "abc");
    const std::unique_ptr<HBufCOf<TypeParam>> empty(TPtrCOf<TypeParam>().AllocL());
    EXPECT_EQ(empty->Length(), 0);
}

TYPED_TEST(DesConst, zero_terminated_string_is_measured) {
    const std::array<TypeParam, 4> text{'a', 'b', 0, 'c'};
    EXPECT_EQ(TPtrCOf<TypeParam>(text.data()).Length(), 2);
}

TYPED_TEST(DesConst, pointer_descriptor_rebinds_on_set_and_assignment) {
    const Text<TypeParam> one("one");
    const Text<TypeParam> three("three");
    TPtrCOf<TypeParam> pointer(one);
    pointer.Set(three);
    EXPECT_EQ(pointer.Ptr(), three.Ptr());
    EXPECT_EQ(pointer.Length(), 5);
    pointer.Set(one.Ptr(), 2);
    EXPECT_EQ(Str(pointer), "on");
    pointer = TPtrCOf<TypeParam>(three);
    EXPECT_EQ(pointer.Ptr(), three.Ptr());
}

TEST(DesConvert, string_views_become_descriptors_and_back_without_a_copy) {
    const std::string_view narrow("abc");
    const TPtrC8 des8 = narrow;
    EXPECT_EQ(AsView(des8), "abc");
    EXPECT_EQ(AsView(des8).data(), narrow.data());

    const std::u16string_view wide(u"a\u20acc");
    const TPtrC16 des16 = wide;
    EXPECT_EQ(des16.Length(), 3);
    EXPECT_EQ(AsView(des16).data(), wide.data());
}

TEST(DesConvert, byte_spans_become_descriptors_and_back) {
    const std::array<std::byte, 3> bytes{std::byte{1}, std::byte{0}, std::byte{255}};
    const TPtrC8 des = std::span<const std::byte>(bytes);
    EXPECT_EQ(des.Length(), 3);
    EXPECT_EQ(des[2], 255);
    EXPECT_EQ(AsBytes(des).data(), bytes.data());

    TBuf16<4> wide;
    wide.Append(u'x');
    EXPECT_EQ(AsBytes(wide).size(), 2U);
    EXPECT_EQ(AsWritableBytes(wide).size(), 8U);
}

TEST(DesConvert, strings_are_copies) {
    TBuf8<8> narrow(TPtrC8("abc"));
    const std::string copy = ToString(narrow);
    narrow[0] = 'x';
    EXPECT_EQ(copy, "abc");
    EXPECT_EQ(ToString(TPtrC16(u"abc")), u"abc");
    EXPECT_EQ(ToString(TPtrC8()), "");
}

_LIT(KWide, "na\u00efve");
_LIT8(KNarrow, "naive");

TEST(DesLiteral, literals_are_constant_descriptors_without_their_terminator) {
    static_assert(KNarrow().Length() == 5 && KWide().Length() == 5);
    EXPECT_EQ(AsView(KNarrow), "naive");
    EXPECT_EQ(AsView(KWide), u"na\u00efve");
    EXPECT_EQ(KWide()[2], u'\u00ef');
    EXPECT_EQ(KNarrow().Ptr()[5], 0);
    EXPECT_EQ(AsView(_L8("a\0b")), std::string_view("a\0b", 3));
    EXPECT_EQ(AsView(_L("x")), u"x");
    _LIT8(KEmpty, "");
    EXPECT_EQ(KEmpty().Length(), 0);
}

}  // namespace
}  // namespace ipcpp::test
