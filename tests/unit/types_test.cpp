// SPDX-License-Identifier: MIT
#include "ipcpp/types.h"

#include <gtest/gtest.h>

namespace ipcpp::test {
namespace {

TEST(Types, have_their_sizes_and_limits) {
    EXPECT_EQ(sizeof(TInt), 4U);
    EXPECT_EQ(sizeof(TBool), sizeof(TInt));
    EXPECT_EQ(sizeof(TText8), 1U);
    EXPECT_EQ(sizeof(TText16), 2U);
    EXPECT_EQ(KMaxTInt, 0x7fffffff);
    EXPECT_EQ(static_cast<TUint>(KMinTInt), 0x80000000U);
}

TEST(Version, word_has_major_lowest_and_build_on_top) {
    EXPECT_EQ(TVersion(0x12, 0x34, 0x5678).Word(), 0x56783412U);
    EXPECT_EQ(TVersion().Word(), 0U);
    EXPECT_EQ(TVersion(-1, 0, 0).Word(), 0x000000ffU);
    EXPECT_EQ(TVersion(0, -1, 0).Word(), 0x0000ff00U);
    EXPECT_EQ(TVersion(0, 0, -1).Word(), 0xffff0000U);
}

TEST(Version, survives_the_way_through_a_word) {
    for (const TVersion& version :
         {TVersion(1, 2, 3), TVersion(127, 127, 32767), TVersion(-128, -128, -32768)}) {
        EXPECT_EQ(TVersion::FromWord(version.Word()), version);
    }
}

}  // namespace
}  // namespace ipcpp::test
