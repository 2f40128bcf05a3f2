// SPDX-License-Identifier: MIT
// Finders: spec/symbian.md §3.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "support.h"

namespace ipcpp::test {
namespace {

std::vector<std::string> All(TFindHandleBase& aFind) {
    std::vector<std::string> names;
    TFullName name;
    while (aFind.Next(name) == KErrNone) {
        names.push_back(Narrow(name));
    }
    return names;
}

/// Servers named `stem N`, made in the order of N.
class Servers {
public:
    Servers() {
        for (TUint i = 0; i < iServers.size(); ++i) {
            EXPECT_EQ(iServers[i].CreateGlobal(NameOf(i)), KErrNone);
        }
    }
    Servers(const Servers&) = delete;
    Servers& operator=(const Servers&) = delete;
    ~Servers() {
        for (RServer2& server : iServers) {
            server.Close();
        }
    }
    [[nodiscard]] TFullName NameOf(TUint aIndex) const {
        TFullName name(iStem.Des());
        name.Append(' ');
        name.AppendNum(aIndex);
        return name;
    }
    [[nodiscard]] TFullName Pattern(const char* aEnd) const {
        TFullName name(iStem.Des());
        name.Append(Wide(aEnd));
        return name;
    }
    RServer2& operator[](TUint aIndex) { return iServers[aIndex]; }

private:
    UniqueName iStem{"find"};
    std::array<RServer2, 4> iServers;
};

TEST(Find, reports_matches_in_order_of_creation_and_stays_at_the_end) {
    const Servers servers;
    TFindServer find(servers.Pattern(" *"));
    EXPECT_EQ(All(find), (std::vector{Narrow(servers.NameOf(0)), Narrow(servers.NameOf(1)),
                                      Narrow(servers.NameOf(2)), Narrow(servers.NameOf(3))}));
    TFullName name(_L("untouched"));
    EXPECT_EQ(find.Next(name), KErrNotFound);
    EXPECT_EQ(name, _L("untouched"));
    RServer2 later;
    ASSERT_EQ(later.CreateGlobal(servers.Pattern(" later")), KErrNone);
    EXPECT_EQ(find.Next(name), KErrNotFound);
    later.Close();
}

TEST(Find, matches_the_whole_name_without_regard_to_case) {
    const Servers servers;
    TFullName upper = servers.NameOf(2);
    upper.UpperCase();
    TFindServer find(upper);
    EXPECT_EQ(All(find), std::vector{Narrow(servers.NameOf(2))});
    find.Find(servers.Pattern(" ?"));
    EXPECT_EQ(All(find).size(), 4U);
    find.Find(servers.Pattern(""));
    EXPECT_TRUE(All(find).empty());
    find.Find(servers.Pattern("??"));
    EXPECT_EQ(All(find).size(), 4U);
    find.Find(servers.Pattern("???"));
    EXPECT_TRUE(All(find).empty());
}

TEST(Find, without_a_pattern_matches_everything) {
    const Servers servers;
    TFindServer find;
    const auto names = All(find);
    EXPECT_NE(std::find(names.begin(), names.end(), Narrow(servers.NameOf(0))), names.end());
}

TEST(Find, of_too_long_a_pattern_matches_nothing) {
    TBuf<300> pattern;
    pattern.Fill('*', 300);
    TFindServer find(pattern);
    EXPECT_TRUE(All(find).empty());
}

TEST(Find, goes_on_behind_an_object_that_has_gone) {
    Servers servers;
    TFindServer find(servers.Pattern(" *"));
    TFullName name;
    ASSERT_EQ(find.Next(name), KErrNone);
    ASSERT_EQ(find.Next(name), KErrNone);
    EXPECT_EQ(name, servers.NameOf(1));
    servers[1].Close();
    servers[2].Close();
    ASSERT_EQ(find.Next(name), KErrNone);
    EXPECT_EQ(name, servers.NameOf(3));
    EXPECT_EQ(find.Next(name), KErrNotFound);
}

TEST(Find, does_not_report_anonymous_objects) {
    RServer2 anonymous;
    ASSERT_EQ(anonymous.CreateGlobal(_L("")), KErrNone);
    TFindServer find(anonymous.FullName());
    EXPECT_TRUE(All(find).empty());
    anonymous.Close();
}

TEST(Find, reports_only_objects_of_its_kind) {
    const Servers servers;
    TFindProcess processes(servers.Pattern(" *"));
    EXPECT_TRUE(All(processes).empty());
    TFindThread threads(RThread().FullName());
    EXPECT_EQ(All(threads), std::vector{Narrow(RThread().FullName())});
}

TEST(Find, opens_what_it_reported_last) {
    TFindThread find(RThread().FullName());
    TFullName name;
    ASSERT_EQ(find.Next(name), KErrNone);
    RThread thread;
    ASSERT_EQ(thread.Open(find), KErrNone);
    EXPECT_EQ(thread.Id(), RThread().Id());
    thread.Close();
    TFindProcess process(RProcess().FullName());
    ASSERT_EQ(process.Next(name), KErrNone);
    RProcess own;
    ASSERT_EQ(own.Open(process, EOwnerThread), KErrNone);
    EXPECT_EQ(own.Id(), RProcess().Id());
    own.Close();
}

TEST(Find, opening_what_has_gone_since_is_not_found) {
    Servers servers;
    TFindServer find(servers.NameOf(0));
    TFullName name;
    ASSERT_EQ(find.Next(name), KErrNone);
    servers[0].Close();
    RServer2 server;
    EXPECT_EQ(server.Open(find), KErrNotFound);
    EXPECT_EQ(server.Handle(), KNullHandle);
}

TEST(Find, server_is_opened_inside_its_process_and_refused_outside) {
    const Servers servers;
    TFindServer find(servers.NameOf(1));
    TFullName name;
    ASSERT_EQ(find.Next(name), KErrNone);
    RServer2 server;
    EXPECT_EQ(server.Open(find), KErrNone);
    server.Close();
    Child child([&] {
        TFindServer other(servers.NameOf(1));
        TFullName found;
        RServer2 refused;
        EXPECT_EQ(other.Next(found), KErrNone);
        EXPECT_EQ(refused.Open(other), KErrPermissionDenied);
        EXPECT_EQ(refused.Handle(), KNullHandle);
        return 0;
    });
    EXPECT_EQ(child.Wait(), 0);
}

TEST(Find, opening_before_the_first_find_panics_kern_exec_0) {
    EXPECT_EQ(EndOf([] {
                  const TFindThread find;
                  (void)RThread().Open(find);
              }),
              Panicked("KERN-EXEC", 0));
}

}  // namespace
}  // namespace ipcpp::test
