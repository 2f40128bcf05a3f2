// SPDX-License-Identifier: MIT
/// @file
/// What the descriptor tests share: one test body for both widths, readable values, and the panics
/// of a width.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "ipcpp/des.h"

namespace ipcpp::test {

/// A descriptor of either width with ASCII text, which it owns.
template <typename T>
class Text : public TPtrCOf<T> {
public:
    Text(const char* aText) : Text(std::string(aText)) {}
    Text(const std::string& aText) : iData(aText.begin(), aText.end()) {
        this->Set(iData.data(), static_cast<TInt>(iData.size()));
    }
    Text(const Text&) = delete;

private:
    std::vector<T> iData;
};

/// The content as a std::string, so that a failure prints it.
template <typename T>
std::string Str(const TDesCOf<T>& aDes) {
    std::string result;
    for (TInt i = 0; i < aDes.Length(); ++i) {
        result += static_cast<char>(aDes.Ptr()[i]);
    }
    return result;
}

template <typename T>
class DescriptorTest : public testing::Test {};

class WidthName {
public:
    template <typename T>
    static std::string GetName(int) {
        return sizeof(T) == 1 ? "8" : "16";
    }
};

using Widths = testing::Types<TText8, TText16>;

/// Expects panic USER with the number that a misuse has in width T.
#define EXPECT_USER_PANIC(aStatement, aReason)                     \
    EXPECT_EXIT({ aStatement; }, testing::KilledBySignal(SIGABRT), \
                "ipcpp: panic USER " + std::to_string(aReason) + " in thread [0-9]+\n")

}  // namespace ipcpp::test
