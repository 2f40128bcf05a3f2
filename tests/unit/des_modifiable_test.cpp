// SPDX-License-Identifier: MIT
#include <array>
#include <limits>
#include <string>

#include "des_test_support.h"

namespace ipcpp::test {
namespace {

template <typename T>
class DesModifiable : public DescriptorTest<T> {};
TYPED_TEST_SUITE(DesModifiable, Widths, WidthName);

TYPED_TEST(DesModifiable, maximum_is_counted_in_elements_and_bytes) {
    const TBufOf<TypeParam, 7> buffer;
    EXPECT_EQ(buffer.Length(), 0);
    EXPECT_EQ(buffer.MaxLength(), 7);
    EXPECT_EQ(buffer.MaxSize(), 7 * static_cast<TInt>(sizeof(TypeParam)));
}

TYPED_TEST(DesModifiable, length_can_be_set_anywhere_up_to_the_maximum) {
    TBufOf<TypeParam, 4> buffer(Text<TypeParam>("abcd"));
    buffer.SetLength(2);
    EXPECT_EQ(Str(buffer), "ab");
    buffer.SetMax();
    EXPECT_EQ(Str(buffer), "abcd");
    buffer.Zero();
    EXPECT_EQ(buffer.Length(), 0);
    EXPECT_EQ(buffer.MaxLength(), 4);
    buffer.SetLength(4);
    EXPECT_EQ(buffer.Length(), 4);
}

TYPED_TEST(DesModifiable, copy_replaces_and_may_overlap_itself) {
    TBufOf<TypeParam, 6> buffer(Text<TypeParam>("abcdef"));
    buffer.Copy(buffer.Mid(2, 3));
    EXPECT_EQ(Str(buffer), "cde");
    buffer.Copy(buffer);
    EXPECT_EQ(Str(buffer), "cde");
    buffer = Text<TypeParam>("abcdef");
    EXPECT_EQ(Str(buffer), "abcdef");
    buffer.Copy(TPtrCOf<TypeParam>());
    EXPECT_EQ(buffer.Length(), 0);
    const std::array<TypeParam, 2> raw{'x', 'y'};
    buffer.Copy(raw.data(), 2);
    EXPECT_EQ(Str(buffer), "xy");
}

TYPED_TEST(DesModifiable, append_fills_up_to_the_last_element) {
    TBufOf<TypeParam, 5> buffer;
    buffer.Append(Text<TypeParam>("ab"));
    buffer.Append('c');
    buffer += Text<TypeParam>("");
    buffer.Append(buffer.Left(2));
    EXPECT_EQ(Str(buffer), "abcab");
    buffer.Zero();
    buffer.AppendFill('z', 0);
    buffer.AppendFill('z', 5);
    EXPECT_EQ(Str(buffer), "zzzzz");
}

TYPED_TEST(DesModifiable, insert_works_at_both_ends_and_between) {
    TBufOf<TypeParam, 9> buffer(Text<TypeParam>("bd"));
    buffer.Insert(0, Text<TypeParam>("a"));
    buffer.Insert(2, Text<TypeParam>("c"));
    buffer.Insert(4, Text<TypeParam>("e"));
    EXPECT_EQ(Str(buffer), "abcde");
    buffer.Insert(1, buffer.Mid(3));
    EXPECT_EQ(Str(buffer), "adebcde");
}

TYPED_TEST(DesModifiable, delete_removes_at_most_what_there_is) {
    TBufOf<TypeParam, 6> buffer(Text<TypeParam>("abcdef"));
    buffer.Delete(1, 2);
    EXPECT_EQ(Str(buffer), "adef");
    buffer.Delete(0, 0);
    EXPECT_EQ(Str(buffer), "adef");
    buffer.Delete(2, KMaxTInt);
    EXPECT_EQ(Str(buffer), "ad");
    buffer.Delete(2, 1);
    EXPECT_EQ(Str(buffer), "ad");
}

TYPED_TEST(DesModifiable, replace_shrinks_grows_and_may_use_its_own_data) {
    TBufOf<TypeParam, 8> buffer(Text<TypeParam>("abcdef"));
    buffer.Replace(1, 4, Text<TypeParam>("X"));
    EXPECT_EQ(Str(buffer), "aXf");
    buffer.Replace(1, 1, Text<TypeParam>("bcdefg"));
    EXPECT_EQ(Str(buffer), "abcdefgf");
    buffer.Replace(0, 6, buffer.Right(2));
    EXPECT_EQ(Str(buffer), "gfgf");
    buffer.Replace(4, 0, Text<TypeParam>("!"));
    EXPECT_EQ(Str(buffer), "gfgf!");
}

TYPED_TEST(DesModifiable, fill_keeps_or_sets_the_length) {
    TBufOf<TypeParam, 4> buffer(Text<TypeParam>("ab"));
    buffer.Fill('x');
    EXPECT_EQ(Str(buffer), "xx");
    buffer.Fill('y', 4);
    EXPECT_EQ(Str(buffer), "yyyy");
    buffer.FillZ(3);
    EXPECT_EQ(Str(buffer), std::string(3, '\0'));
    buffer.SetMax();
    EXPECT_EQ(buffer[3], 'y');
    buffer.FillZ();
    EXPECT_EQ(buffer[3], 0);
}

TYPED_TEST(DesModifiable, case_changes_touch_ascii_letters_only) {
    TBufOf<TypeParam, 8> buffer(Text<TypeParam>("aZ@[`{\xE4"));
    buffer.UpperCase();
    EXPECT_EQ(Str(buffer), "AZ@[`{\xE4");
    buffer.LowerCase();
    EXPECT_EQ(Str(buffer), "az@[`{\xE4");
}

TYPED_TEST(DesModifiable, trim_removes_white_space_at_the_ends_only) {
    TBufOf<TypeParam, 16> buffer(Text<TypeParam>(" \t\r\na b\v\f "));
    buffer.Trim();
    EXPECT_EQ(Str(buffer), "a b");
    buffer = Text<TypeParam>("  x  ");
    buffer.TrimLeft();
    EXPECT_EQ(Str(buffer), "x  ");
    buffer.TrimRight();
    EXPECT_EQ(Str(buffer), "x");
    buffer = Text<TypeParam>("   ");
    buffer.Trim();
    EXPECT_EQ(buffer.Length(), 0);
    buffer.Trim();
    EXPECT_EQ(buffer.Length(), 0);
}

TYPED_TEST(DesModifiable, numbers_convert_over_their_whole_range) {
    TBufOf<TypeParam, 64> buffer;
    buffer.Num(0);
    EXPECT_EQ(Str(buffer), "0");
    buffer.Num(KMinTInt64);
    EXPECT_EQ(Str(buffer), "-9223372036854775808");
    buffer.Num(std::numeric_limits<TUint64>::max(), EBinary);
    EXPECT_EQ(Str(buffer), std::string(64, '1'));
    buffer.Num(0xbeef, EHex);
    EXPECT_EQ(Str(buffer), "beef");
    buffer.AppendNumUC(0xbeef, EHex);
    EXPECT_EQ(Str(buffer), "beefBEEF");
    buffer.Num(8, EOctal);
    buffer.AppendNum(-1);
    EXPECT_EQ(Str(buffer), "10-1");
    buffer.Zero();
    buffer.AppendNumFixedWidth(0xab, EHex, 8);
    buffer.AppendNumFixedWidth(12345, EDecimal, 2);
    buffer.AppendNumFixedWidth(1, EDecimal, 0);
    EXPECT_EQ(Str(buffer), "000000ab45");
}

TYPED_TEST(DesModifiable, format_replaces_and_append_format_adds) {
    TBufOf<TypeParam, 600> buffer(Text<TypeParam>("old"));
    buffer.Format("%d:%s", 7, "x");
    EXPECT_EQ(Str(buffer), "7:x");
    buffer.AppendFormat("%c", '!');
    EXPECT_EQ(Str(buffer), "7:x!");
    // Longer than what is formatted without allocating.
    buffer.Format("%0*d", 500, 1);
    EXPECT_EQ(buffer.Length(), 500);
    EXPECT_EQ(buffer[499], '1');
}

TYPED_TEST(DesModifiable, format_uses_every_element_without_a_terminator) {
    TBufOf<TypeParam, 4> buffer;
    buffer.Format("%s", "abcd");
    EXPECT_EQ(Str(buffer), "abcd");
}

TYPED_TEST(DesModifiable, zero_terminated_pointer_leaves_the_length) {
    TBufOf<TypeParam, 3> buffer(Text<TypeParam>("xyz"));
    buffer.Copy(Text<TypeParam>("ab"));
    const TypeParam* const text = buffer.PtrZ();
    EXPECT_EQ(text, buffer.Ptr());
    EXPECT_EQ(text[2], 0);
    EXPECT_EQ(buffer.Length(), 2);
}

TYPED_TEST(DesModifiable, elements_can_be_assigned) {
    TBufOf<TypeParam, 2> buffer(Text<TypeParam>("ab"));
    buffer[0] = 'x';
    buffer.At(1) = 'y';
    EXPECT_EQ(Str(buffer), "xy");
}

TYPED_TEST(DesModifiable, pointer_descriptor_writes_through_and_assignment_copies) {
    std::array<TypeParam, 4> one{};
    std::array<TypeParam, 4> two{};
    TPtrOf<TypeParam> first(one.data(), 4);
    TPtrOf<TypeParam> second(two.data(), 0, 4);
    first.Copy(Text<TypeParam>("ab"));
    second = first;
    EXPECT_EQ(two[1], 'b');
    EXPECT_NE(first.Ptr(), second.Ptr());
    second = Text<TypeParam>("cde");
    EXPECT_EQ(two[2], 'e');
    first.Set(second);
    EXPECT_EQ(first.Ptr(), two.data());
    EXPECT_EQ(first.Length(), 3);
    first.Set(one.data(), 1, 2);
    EXPECT_EQ(first.Length(), 1);
    EXPECT_EQ(first.MaxLength(), 2);
}

TYPED_TEST(DesModifiable, constant_buffer_follows_its_modifiable_descriptor) {
    TBufCOf<TypeParam, 4> buffer(Text<TypeParam>("ab"));
    TPtrOf<TypeParam> des = buffer.Des();
    EXPECT_EQ(des.MaxLength(), 4);
    des.Append('c');
    EXPECT_EQ(buffer.Length(), 3);
    EXPECT_EQ(Str(buffer), "abc");
    des.Zero();
    EXPECT_EQ(buffer.Length(), 0);
    buffer = Text<TypeParam>("wxyz");
    EXPECT_EQ(Str(buffer), "wxyz");
    const TBufCOf<TypeParam, 4> copy(buffer);
    buffer.Des().Fill('-');
    EXPECT_EQ(Str(copy), "wxyz");
}

TEST(DesWidth, widening_keeps_values_and_narrowing_marks_what_does_not_fit) {
    TBuf16<4> wide;
    wide.Copy(TPtrC8("a\xff"));
    EXPECT_EQ(AsView(wide), u"a\u00ff");
    wide.Append(u'\u0100');
    wide.Append(u'\u20ac');
    TBuf8<4> narrow;
    narrow.Copy(wide);
    EXPECT_EQ(AsView(narrow), "a\xff\x01\x01");
}

TEST(DesWidth, byte_window_covers_the_whole_span) {
    std::array<std::byte, 3> bytes{};
    TPtr8 window{std::span(bytes)};
    window.Copy(TPtrC8("abc"));
    EXPECT_EQ(bytes[2], std::byte{'c'});
}

}  // namespace
}  // namespace ipcpp::test
