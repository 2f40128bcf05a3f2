// SPDX-License-Identifier: MIT
//
// Every misuse of a descriptor that des_panic.h lists, with its number in both widths.
#include <array>
#include <memory>

#include "des_test_support.h"

namespace ipcpp::test {
namespace {

template <typename T>
class DesPanicDeathTest : public DescriptorTest<T> {
public:
    using Reason = TDesPanic<T>;
};
TYPED_TEST_SUITE(DesPanicDeathTest, Widths, WidthName);

TEST(DesPanicNumbers, are_those_of_the_table) {
    EXPECT_EQ(TDesPanic<TText8>::ELengthNegative, 17);
    EXPECT_EQ(TDesPanic<TText8>::ELengthOutOfRange, 18);
    EXPECT_EQ(TDesPanic<TText8>::EMaxLengthNegative, 19);
    EXPECT_EQ(TDesPanic<TText8>::EIndexOutOfRange, 21);
    EXPECT_EQ(TDesPanic<TText8>::EPosOutOfRange, 22);
    EXPECT_EQ(TDesPanic<TText8>::EOverflow, 23);
    EXPECT_EQ(TDesPanic<TText16>::ELengthNegative, 5);
    EXPECT_EQ(TDesPanic<TText16>::ELengthOutOfRange, 6);
    EXPECT_EQ(TDesPanic<TText16>::EMaxLengthNegative, 7);
    EXPECT_EQ(TDesPanic<TText16>::EIndexOutOfRange, 9);
    EXPECT_EQ(TDesPanic<TText16>::EPosOutOfRange, 10);
    EXPECT_EQ(TDesPanic<TText16>::EOverflow, 11);
}

TYPED_TEST(DesPanicDeathTest, index_outside_of_the_data) {
    using Reason = TDesPanic<TypeParam>;
    TBufOf<TypeParam, 4> buffer(Text<TypeParam>("abc"));
    const TDesCOf<TypeParam>& constant = buffer;
    EXPECT_USER_PANIC((void)constant[3], Reason::EIndexOutOfRange);
    EXPECT_USER_PANIC((void)constant[-1], Reason::EIndexOutOfRange);
    EXPECT_USER_PANIC(buffer[3] = 'x', Reason::EIndexOutOfRange);
    EXPECT_USER_PANIC((void)buffer.At(-1), Reason::EIndexOutOfRange);
}

TYPED_TEST(DesPanicDeathTest, position_outside_of_the_data) {
    using Reason = TDesPanic<TypeParam>;
    TBufOf<TypeParam, 8> buffer(Text<TypeParam>("abc"));
    EXPECT_USER_PANIC((void)buffer.Left(-1), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC((void)buffer.Right(-1), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC((void)buffer.Mid(4), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC((void)buffer.Mid(-1, 0), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC((void)buffer.Mid(1, 3), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC((void)buffer.Mid(1, KMaxTInt), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC(buffer.Insert(4, TPtrCOf<TypeParam>()), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC(buffer.Insert(-1, TPtrCOf<TypeParam>()), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC(buffer.Delete(4, 0), Reason::EPosOutOfRange);
    EXPECT_USER_PANIC(buffer.Replace(2, 2, TPtrCOf<TypeParam>()), Reason::EPosOutOfRange);
}

TYPED_TEST(DesPanicDeathTest, result_longer_than_the_maximum) {
    using Reason = TDesPanic<TypeParam>;
    const Text<TypeParam> five("12345");
    TBufOf<TypeParam, 4> buffer(Text<TypeParam>("abc"));
    TBufCOf<TypeParam, 4> constant;
    EXPECT_USER_PANIC(buffer.Copy(five), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.Append(five.Left(2)), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.AppendFill('x', KMaxTInt), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.Insert(0, five.Left(2)), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.Replace(0, 1, five.Left(3)), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.SetLength(5), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.SetLength(-1), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.Fill('x', 5), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.Num(-1000), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.AppendNum(10), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.AppendNumFixedWidth(1, EHex, 2), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.Format("%d", 10000), Reason::EOverflow);
    EXPECT_USER_PANIC(buffer.AppendFormat("%s", "de"), Reason::EOverflow);
    EXPECT_USER_PANIC(constant = five, Reason::EOverflow);
    EXPECT_USER_PANIC((TBufOf<TypeParam, 4>(five)), Reason::EOverflow);
    buffer.SetMax();
    EXPECT_USER_PANIC((void)buffer.PtrZ(), Reason::EOverflow);
}

TYPED_TEST(DesPanicDeathTest, negative_lengths) {
    using Reason = TDesPanic<TypeParam>;
    TBufOf<TypeParam, 4> buffer(Text<TypeParam>("abc"));
    EXPECT_USER_PANIC(buffer.Copy(buffer.Ptr(), -1), Reason::ELengthNegative);
    EXPECT_USER_PANIC(buffer.Append(buffer.Ptr(), -1), Reason::ELengthNegative);
    EXPECT_USER_PANIC(buffer.AppendFill('x', -1), Reason::ELengthNegative);
    EXPECT_USER_PANIC(buffer.Delete(0, -1), Reason::ELengthNegative);
    EXPECT_USER_PANIC(buffer.Replace(0, -1, buffer), Reason::ELengthNegative);
    EXPECT_USER_PANIC(buffer.AppendNumFixedWidth(1, EHex, -1), Reason::ELengthNegative);
    EXPECT_USER_PANIC(TPtrCOf<TypeParam>(buffer.Ptr(), -1), Reason::ELengthNegative);
    EXPECT_USER_PANIC(TPtrOf<TypeParam>(buffer.WritablePtr(), -1, 4), Reason::ELengthNegative);
    EXPECT_USER_PANIC((TBufOf<TypeParam, 4>(-1)), Reason::ELengthNegative);
}

TYPED_TEST(DesPanicDeathTest, impossible_maximum_lengths) {
    using Reason = TDesPanic<TypeParam>;
    std::array<TypeParam, 4> data{};
    EXPECT_USER_PANIC(TPtrOf<TypeParam>(data.data(), -1), Reason::EMaxLengthNegative);
    EXPECT_USER_PANIC((void)HBufCOf<TypeParam>::New(-1), Reason::EMaxLengthNegative);
    EXPECT_USER_PANIC(TPtrOf<TypeParam>(data.data(), 5, 4), Reason::ELengthOutOfRange);
    EXPECT_USER_PANIC(TPtrOf<TypeParam>(data.data(), 0, KMaxDesLength + 1),
                      Reason::ELengthOutOfRange);
    EXPECT_USER_PANIC(TPtrCOf<TypeParam>(data.data(), KMaxDesLength + 1),
                      Reason::ELengthOutOfRange);
    EXPECT_USER_PANIC((TBufOf<TypeParam, 4>(5)), Reason::ELengthOutOfRange);
    EXPECT_USER_PANIC((void)HBufCOf<TypeParam>::New(KMaxTInt), Reason::ELengthOutOfRange);
    const std::unique_ptr<HBufCOf<TypeParam>> heap(Text<TypeParam>("abc").AllocL());
    EXPECT_USER_PANIC((void)heap->ReAlloc(2), Reason::ELengthOutOfRange);
}

TEST(DesWidthDeathTest, copying_across_widths_checks_the_maximum_too) {
    TBuf8<2> narrow;
    TBuf16<2> wide;
    EXPECT_USER_PANIC(narrow.Copy(TPtrC16(u"abc")), 23);
    EXPECT_USER_PANIC(wide.Copy(TPtrC8("abc")), 11);
}

}  // namespace
}  // namespace ipcpp::test
