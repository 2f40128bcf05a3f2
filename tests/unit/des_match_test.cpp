// SPDX-License-Identifier: MIT
#include <functional>
#include <string>

#include "des_test_support.h"

namespace ipcpp::test {
namespace {

template <typename T>
class DesMatch : public DescriptorTest<T> {};
TYPED_TEST_SUITE(DesMatch, Widths, WidthName);

TYPED_TEST(DesMatch, whole_text_must_match) {
    const Text<TypeParam> text("clock");
    EXPECT_EQ(text.Match(Text<TypeParam>("clock")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("cloc")), KErrNotFound);
    EXPECT_EQ(text.Match(Text<TypeParam>("lock")), KErrNotFound);
    EXPECT_EQ(text.Match(Text<TypeParam>("clocks")), KErrNotFound);
    EXPECT_EQ(text.Match(Text<TypeParam>("")), KErrNotFound);
    EXPECT_EQ(Text<TypeParam>("").Match(Text<TypeParam>("")), 0);
}

TYPED_TEST(DesMatch, question_mark_is_exactly_one_element) {
    const Text<TypeParam> text("clock");
    EXPECT_EQ(text.Match(Text<TypeParam>("c?ock")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("?????")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("????")), KErrNotFound);
    EXPECT_EQ(text.Match(Text<TypeParam>("clock?")), KErrNotFound);
}

TYPED_TEST(DesMatch, star_is_any_run_including_none) {
    const Text<TypeParam> text("clock");
    EXPECT_EQ(text.Match(Text<TypeParam>("*")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("**")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("clock*")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("c*k")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("c*l*o*c*k*")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("c*x")), KErrNotFound);
    EXPECT_EQ(Text<TypeParam>("").Match(Text<TypeParam>("*")), 0);
    EXPECT_EQ(Text<TypeParam>("aab").Match(Text<TypeParam>("a*ab")), 0);
}

TYPED_TEST(DesMatch, result_is_where_the_part_after_leading_stars_begins) {
    const Text<TypeParam> text("abcabc");
    EXPECT_EQ(text.Match(Text<TypeParam>("*b*")), 1);
    EXPECT_EQ(text.Match(Text<TypeParam>("*bc")), 4);
    EXPECT_EQ(text.Match(Text<TypeParam>("**c*c")), 2);
    EXPECT_EQ(text.Match(Text<TypeParam>("*abcabc")), 0);
    EXPECT_EQ(text.Match(Text<TypeParam>("*x*")), KErrNotFound);
}

TYPED_TEST(DesMatch, only_the_folded_form_ignores_case) {
    const Text<TypeParam> text("Clock::MAIN");
    EXPECT_EQ(text.Match(Text<TypeParam>("clock::*")), KErrNotFound);
    EXPECT_EQ(text.MatchF(Text<TypeParam>("cLOCK::main")), 0);
    EXPECT_EQ(text.MatchF(Text<TypeParam>("*::M?in")), 5);
}

// Every text and pattern of up to five elements over a small alphabet, against the obvious
// recursive definition.
TYPED_TEST(DesMatch, agrees_with_the_recursive_definition) {
    const std::function<bool(const char*, const char*)> matches = [&](const char* aText,
                                                                      const char* aPattern) {
        if (*aPattern == '\0') {
            return *aText == '\0';
        }
        if (*aPattern == '*') {
            return matches(aText, aPattern + 1) || (*aText != '\0' && matches(aText + 1, aPattern));
        }
        return *aText != '\0' && (*aPattern == '?' || *aPattern == *aText) &&
               matches(aText + 1, aPattern + 1);
    };
    const auto words = [](const std::string& aAlphabet) {
        std::vector<std::string> result{""};
        for (std::size_t i = 0; i < result.size() && result[i].size() < 5; ++i) {
            for (const char letter : aAlphabet) {
                result.push_back(result[i] + letter);
            }
        }
        return result;
    };
    for (const std::string& pattern : words("a*?")) {
        const Text<TypeParam> patternDes(pattern);
        for (const std::string& text : words("ab")) {
            const bool matched = Text<TypeParam>(text).Match(patternDes) != KErrNotFound;
            ASSERT_EQ(matched, matches(text.c_str(), pattern.c_str())) << text << " " << pattern;
        }
    }
}

}  // namespace
}  // namespace ipcpp::test
