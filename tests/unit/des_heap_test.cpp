// SPDX-License-Identifier: MIT
#include <memory>
#include <utility>

#include "des_test_support.h"
#include "ipcpp/leave.h"

namespace ipcpp::test {
namespace {

template <typename T>
class DesHeap : public DescriptorTest<T> {};
TYPED_TEST_SUITE(DesHeap, Widths, WidthName);

TYPED_TEST(DesHeap, heap_buffer_has_exactly_the_room_asked_for) {
    const std::unique_ptr<HBufCOf<TypeParam>> buffer(HBufCOf<TypeParam>::New(5));
    ASSERT_NE(buffer, nullptr);
    EXPECT_EQ(buffer->Length(), 0);
    EXPECT_EQ(buffer->MaxLength(), 5);
    buffer->Des().Fill('x', 5);
    EXPECT_EQ(Str(*buffer), "xxxxx");
    const std::unique_ptr<HBufCOf<TypeParam>> none(HBufCOf<TypeParam>::NewL(0));
    EXPECT_EQ(none->MaxLength(), 0);
}

TYPED_TEST(DesHeap, reallocation_keeps_the_data) {
    std::unique_ptr<HBufCOf<TypeParam>> buffer(HBufCOf<TypeParam>::NewL(3));
    *buffer = Text<TypeParam>("abc");
    buffer.reset(buffer.release()->ReAllocL(1000));
    EXPECT_EQ(Str(*buffer), "abc");
    EXPECT_EQ(buffer->MaxLength(), 1000);
    buffer.reset(buffer.release()->ReAllocL(3));
    EXPECT_EQ(Str(*buffer), "abc");
    EXPECT_EQ(buffer->MaxLength(), 3);
}

TYPED_TEST(DesHeap, assignment_copies_data_between_heap_buffers) {
    const std::unique_ptr<HBufCOf<TypeParam>> one(Text<TypeParam>("one").AllocL());
    const std::unique_ptr<HBufCOf<TypeParam>> two(HBufCOf<TypeParam>::NewL(8));
    *two = *one;
    EXPECT_EQ(Str(*two), "one");
    EXPECT_EQ(two->MaxLength(), 8);
}

TYPED_TEST(DesHeap, owning_buffer_lives_from_create_to_close) {
    RBufOf<TypeParam> buffer;
    EXPECT_EQ(buffer.MaxLength(), 0);
    EXPECT_EQ(buffer.Create(4), KErrNone);
    EXPECT_EQ(buffer.Length(), 0);
    EXPECT_EQ(buffer.MaxLength(), 4);
    buffer.Append(Text<TypeParam>("abcd"));
    EXPECT_EQ(Str(buffer), "abcd");
    buffer.Close();
    EXPECT_EQ(buffer.Length(), 0);
    EXPECT_EQ(buffer.MaxLength(), 0);
    EXPECT_EQ(buffer.Ptr(), nullptr);
    buffer.Close();
}

TYPED_TEST(DesHeap, owning_buffer_is_created_as_a_copy_or_full) {
    RBufOf<TypeParam> buffer;
    buffer.CreateL(Text<TypeParam>("abc"));
    EXPECT_EQ(Str(buffer), "abc");
    EXPECT_EQ(buffer.CreateMax(2), KErrNone);
    EXPECT_EQ(buffer.Length(), 2);
    buffer.CreateL(7);
    EXPECT_EQ(buffer.Length(), 0);
    EXPECT_EQ(buffer.MaxLength(), 7);
    buffer.Close();
}

TYPED_TEST(DesHeap, owning_buffer_reallocates_in_both_directions) {
    RBufOf<TypeParam> buffer;
    EXPECT_EQ(buffer.ReAlloc(2), KErrNone);
    buffer = Text<TypeParam>("ab");
    buffer.ReAllocL(100);
    EXPECT_EQ(Str(buffer), "ab");
    EXPECT_EQ(buffer.MaxLength(), 100);
    EXPECT_EQ(buffer.ReAlloc(2), KErrNone);
    EXPECT_EQ(buffer.MaxLength(), 2);
    buffer.Close();
}

TYPED_TEST(DesHeap, owning_buffer_takes_over_a_heap_buffer) {
    RBufOf<TypeParam> buffer(Text<TypeParam>("abc").AllocL());
    EXPECT_EQ(Str(buffer), "abc");
    EXPECT_EQ(buffer.MaxLength(), 3);
    buffer.Assign(Text<TypeParam>("de").AllocL());
    EXPECT_EQ(Str(buffer), "de");
    buffer.Close();
}

TYPED_TEST(DesHeap, moving_and_swapping_exchange_memory) {
    RBufOf<TypeParam> one(Text<TypeParam>("one").AllocL());
    const TypeParam* const memory = one.Ptr();
    RBufOf<TypeParam> two(std::move(one));
    EXPECT_EQ(two.Ptr(), memory);
    RBufOf<TypeParam> three(Text<TypeParam>("three").AllocL());
    two.Swap(three);
    EXPECT_EQ(Str(two), "three");
    EXPECT_EQ(three.Ptr(), memory);
    two.Close();
    three.Close();
}

TYPED_TEST(DesHeap, assignment_of_an_owning_buffer_copies_data) {
    RBufOf<TypeParam> one(Text<TypeParam>("one").AllocL());
    RBufOf<TypeParam> two;
    two.CreateL(8);
    two = one;
    EXPECT_EQ(Str(two), "one");
    EXPECT_NE(one.Ptr(), two.Ptr());
    one.Close();
    two.Close();
}

}  // namespace
}  // namespace ipcpp::test
