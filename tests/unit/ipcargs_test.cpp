// SPDX-License-Identifier: MIT
#include "ipcpp/ipcargs.h"

#include <gtest/gtest.h>

#include "des_test_support.h"

namespace ipcpp::test {
namespace {

TUint64 Address(const void* aPtr) {
    return reinterpret_cast<std::uintptr_t>(aPtr);
}

TEST(IpcArgs, new_object_is_zero_and_unspecified) {
    const TIpcArgs args;
    EXPECT_EQ(args.iFlags, 0U);
    for (const TUint64 word : args.iArgs) {
        EXPECT_EQ(word, 0U);
    }
}

TEST(IpcArgs, types_stand_at_three_bits_per_argument) {
    TBuf8<4> des8;
    TBuf16<4> des16;
    const TPtrC8 desC8("x");
    const TPtrC16 desC16(u"x");
    const TIpcArgs args(&des8, &des16, &desC8, &desC16);
    EXPECT_EQ(args.iFlags, 4U | (5U << 3) | (6U << 6) | (7U << 9));
}

TEST(IpcArgs, each_kind_is_told_by_its_type) {
    enum class Colour : TUint8 { ERed = 200 };
    TBuf8<4> buffer;
    const TDesC8& constant = buffer;
    TDes8& modifiable = buffer;
    HBufC16* const heap = nullptr;
    RHandleBase handle;
    handle.SetHandle(0x40010002);
    int integer = 0;

    const TIpcArgs first(-1, Colour::ERed, &integer, handle);
    EXPECT_EQ(first.Word(0), 0xffffffffffffffffU);
    EXPECT_EQ(first.Word(1), 200U);
    EXPECT_EQ(first.Word(2), Address(&integer));
    EXPECT_EQ(first.Word(3), 0x40010002U);
    EXPECT_EQ(first.iFlags, 1U << 9);

    const TIpcArgs second(&constant, &modifiable, heap, nullptr);
    EXPECT_EQ(second.Type(0), TIpcArgs::EDesC8);
    EXPECT_EQ(second.Word(0), Address(&constant));
    EXPECT_EQ(second.Type(1), TIpcArgs::EDes8);
    EXPECT_EQ(second.Type(2), TIpcArgs::EDesC16);
    EXPECT_EQ(second.Type(3), TIpcArgs::EUnspecified);
}

TEST(IpcArgs, integers_keep_all_64_bits_and_their_sign) {
    const TIpcArgs args(KMinTInt64, TUint64{0x123456789abcdef0}, TUint{0xffffffff}, true);
    EXPECT_EQ(args.Word(0), 0x8000000000000000U);
    EXPECT_EQ(args.Word(1), 0x123456789abcdef0U);
    EXPECT_EQ(args.Word(2), 0xffffffffU);
    EXPECT_EQ(args.Word(3), 1U);
}

TEST(IpcArgs, nothing_leaves_an_argument_alone) {
    TBuf8<4> buffer;
    TIpcArgs args(TIpcArgs::ENothing, 7, TIpcArgs::ENothing, &buffer);
    EXPECT_EQ(args.Word(0), 0U);
    EXPECT_EQ(args.Word(1), 7U);
    EXPECT_EQ(args.Type(3), TIpcArgs::EDes8);
    args.Set(1, TIpcArgs::ENothing);
    EXPECT_EQ(args.Word(1), 7U);
}

TEST(IpcArgs, set_ors_its_type_into_the_earlier_one) {
    const TPtrC8 constant("x");
    RHandleBase handle;
    TIpcArgs args(handle);
    args.Set(0, &constant);
    EXPECT_EQ(args.iFlags, 7U);
    args.Set(0, 5);
    EXPECT_EQ(args.iFlags, 7U);
    EXPECT_EQ(args.Word(0), 5U);
}

TEST(IpcArgs, literals_travel_as_constant_descriptors) {
    _LIT8(KNarrow, "x");
    _LIT16(KWide, "x");
    const TIpcArgs args(&KNarrow, &KWide);
    EXPECT_EQ(args.Type(0), TIpcArgs::EDesC8);
    EXPECT_EQ(args.Type(1), TIpcArgs::EDesC16);
    EXPECT_EQ(args.Word(1), Address(&KWide));
}

TEST(IpcArgsDeathTest, index_outside_of_the_four_panics) {
    TIpcArgs args;
    EXPECT_USER_PANIC(args.Set(4, 1), 0);
    EXPECT_USER_PANIC(args.Set(-1, 1), 0);
    EXPECT_USER_PANIC((void)args.Type(4), 0);
}

}  // namespace
}  // namespace ipcpp::test
