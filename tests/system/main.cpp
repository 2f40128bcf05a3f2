// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <unistd.h>

#include "support.h"

namespace {

/// A test that hangs ends the program with SIGALRM, and the name of the test is the last thing
/// printed.
class Watchdog : public testing::EmptyTestEventListener {
    void OnTestStart(const testing::TestInfo&) override { alarm(ipcpp::test::TestSeconds()); }
    void OnTestEnd(const testing::TestInfo&) override { alarm(0); }
};

}  // namespace

int main(int aCount, char** aArguments) {
    testing::InitGoogleTest(&aCount, aArguments);
    testing::UnitTest::GetInstance()->listeners().Append(new Watchdog);
    return RUN_ALL_TESTS();
}
