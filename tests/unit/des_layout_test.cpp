// SPDX-License-Identifier: MIT
//
// The layout is documented in des_const.h, and ports and other languages may build on it.
#include <array>
#include <cstring>
#include <memory>

#include "des_test_support.h"

namespace ipcpp::test {
namespace {

template <typename D>
TUint32 WordAt(const D& aDes, std::size_t aIndex) {
    TUint32 word = 0;
    std::memcpy(&word, reinterpret_cast<const std::byte*>(&aDes) + aIndex * sizeof(word),
                sizeof(word));
    return word;
}

template <typename D>
std::ptrdiff_t DataOffset(const D& aDes) {
    return reinterpret_cast<const std::byte*>(aDes.Ptr()) -
           reinterpret_cast<const std::byte*>(&aDes);
}

template <typename T>
class DesLayout : public DescriptorTest<T> {};
TYPED_TEST_SUITE(DesLayout, Widths, WidthName);

TYPED_TEST(DesLayout, constant_buffer_is_type_0_with_data_at_offset_4) {
    const TBufCOf<TypeParam, 8> buffer(Text<TypeParam>("abc"));
    EXPECT_EQ(WordAt(buffer, 0), 0x00000003U);
    EXPECT_EQ(DataOffset(buffer), 4);
}

TYPED_TEST(DesLayout, constant_pointer_is_type_1_with_pointer_at_offset_8) {
    const Text<TypeParam> text("abc");
    const TPtrCOf<TypeParam> pointer(text);
    EXPECT_EQ(WordAt(pointer, 0), 0x10000003U);
    const TypeParam* stored = nullptr;
    std::memcpy(&stored, reinterpret_cast<const std::byte*>(&pointer) + 8, sizeof(stored));
    EXPECT_EQ(stored, text.Ptr());
}

TYPED_TEST(DesLayout, modifiable_pointer_is_type_2_with_pointer_at_offset_8) {
    std::array<TypeParam, 9> data{};
    const TPtrOf<TypeParam> pointer(data.data(), 3, 9);
    EXPECT_EQ(WordAt(pointer, 0), 0x20000003U);
    EXPECT_EQ(WordAt(pointer, 1), 9U);
    TypeParam* stored = nullptr;
    std::memcpy(&stored, reinterpret_cast<const std::byte*>(&pointer) + 8, sizeof(stored));
    EXPECT_EQ(stored, data.data());
}

TYPED_TEST(DesLayout, modifiable_buffer_is_type_3_with_data_at_offset_8) {
    const TBufOf<TypeParam, 9> buffer(Text<TypeParam>("abc"));
    EXPECT_EQ(WordAt(buffer, 0), 0x30000003U);
    EXPECT_EQ(WordAt(buffer, 1), 9U);
    EXPECT_EQ(DataOffset(buffer), 8);
}

TYPED_TEST(DesLayout, descriptor_of_a_heap_buffer_is_type_4_and_points_to_the_buffer) {
    const std::unique_ptr<HBufCOf<TypeParam>> heap(HBufCOf<TypeParam>::NewL(9));
    *heap = Text<TypeParam>("abc");
    EXPECT_EQ(WordAt(*heap, 0), 0x00000003U);
    const TPtrOf<TypeParam> des = heap->Des();
    EXPECT_EQ(WordAt(des, 0), 0x40000003U);
    const void* stored = nullptr;
    std::memcpy(&stored, reinterpret_cast<const std::byte*>(&des) + 8, sizeof(stored));
    EXPECT_EQ(stored, heap.get());
    EXPECT_EQ(des.Ptr(), heap->Ptr());
}

TYPED_TEST(DesLayout, default_buffers_are_zeroed) {
    TBufOf<TypeParam, 5> buffer(5);
    for (TInt i = 0; i < 5; ++i) {
        EXPECT_EQ(buffer[i], 0);
    }
}

}  // namespace
}  // namespace ipcpp::test
