// SPDX-License-Identifier: MIT
#include "ipcpp/owned.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <utility>
#include <vector>

namespace ipcpp::test {
namespace {

/// An R-class in miniature: a word, and a Close that is remembered.
class RFake {
public:
    RFake() = default;
    RFake(int aHandle, std::vector<int>& aClosed) : iHandle(aHandle), iClosed(&aClosed) {}
    [[nodiscard]] int Handle() const { return iHandle; }
    void Close() {
        if (iHandle != 0) {
            iClosed->push_back(iHandle);
            iHandle = 0;
        }
    }

private:
    int iHandle = 0;
    std::vector<int>* iClosed = nullptr;
};

static_assert(!std::is_copy_constructible_v<Owned<RFake>>);
static_assert(!std::is_copy_assignable_v<Owned<RFake>>);

TEST(Owned, closes_at_the_end_of_its_scope_once) {
    std::vector<int> closed;
    {
        const Owned<RFake> owned(RFake(1, closed));
        EXPECT_EQ(owned->Handle(), 1);
        EXPECT_TRUE(closed.empty());
    }
    EXPECT_EQ(closed, std::vector<int>({1}));
}

TEST(Owned, moving_hands_over_the_duty_to_close) {
    std::vector<int> closed;
    {
        Owned<RFake> first(RFake(1, closed));
        const Owned<RFake> second(std::move(first));
        EXPECT_EQ(second.Get().Handle(), 1);
        EXPECT_EQ((*second).Handle(), 1);
    }
    EXPECT_EQ(closed, std::vector<int>({1}));
}

TEST(Owned, assignment_closes_what_was_held) {
    std::vector<int> closed;
    Owned<RFake> first(RFake(1, closed));
    first = Owned<RFake>(RFake(2, closed));
    EXPECT_EQ(closed, std::vector<int>({1}));
    EXPECT_EQ(first->Handle(), 2);
    Owned<RFake>& same = first;
    first = std::move(same);
    EXPECT_EQ(first->Handle(), 2);
    EXPECT_EQ(closed, std::vector<int>({1}));
}

TEST(Owned, release_gives_up_ownership) {
    std::vector<int> closed;
    RFake raw;
    {
        Owned<RFake> owned(RFake(1, closed));
        raw = owned.Release();
        EXPECT_EQ(owned->Handle(), 0);
    }
    EXPECT_TRUE(closed.empty());
    EXPECT_EQ(raw.Handle(), 1);
}

}  // namespace
}  // namespace ipcpp::test
