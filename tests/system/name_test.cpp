// SPDX-License-Identifier: MIT
// Names of objects: spec/symbian.md §3, §26.6, §26.8.
#include <string>

#include "support.h"

namespace ipcpp::test {
namespace {

TInt CreateAndClose(const TDesC& aName) {
    RServer2 server;
    const TInt error = server.CreateGlobal(aName);
    EXPECT_EQ(error == KErrNone, server.Handle() != KNullHandle);
    server.Close();
    return error;
}

TFullName OfLength(TInt aLength) {
    TFullName name(UniqueName("length").Des());
    name.AppendFill('x', aLength - name.Length());
    return name;
}

TEST(Name, has_1_to_80_characters_or_none) {
    EXPECT_EQ(CreateAndClose(_L("")), KErrNone);
    EXPECT_EQ(CreateAndClose(OfLength(79)), KErrNone);
    EXPECT_EQ(CreateAndClose(OfLength(80)), KErrNone);
    EXPECT_EQ(CreateAndClose(OfLength(81)), KErrBadName);
    EXPECT_EQ(CreateAndClose(OfLength(256)), KErrBadName);
    TBuf<300> endless;
    endless.Fill('y', 300);
    EXPECT_EQ(CreateAndClose(endless), KErrBadName);
    RServer2 one;
    EXPECT_EQ(one.CreateGlobal(_L("~")), KErrNone);
    one.Close();
}

TEST(Name, of_one_character_is_refused_exactly_where_validation_refuses_it) {
    for (TUint c = 0; c < 0x180; ++c) {
        TBuf<8> name(_L("c"));
        name.Append(static_cast<TText16>(c));
        EXPECT_EQ(CreateAndClose(name), User::ValidateName(name)) << "character " << c;
    }
}

TEST(Name, is_compared_without_regard_to_case) {
    RServer2 server;
    const UniqueName name("Mixed Case");
    ASSERT_EQ(server.CreateGlobal(name), KErrNone);
    TFullName other(name.Des());
    other.UpperCase();
    RServer2 second;
    EXPECT_EQ(second.CreateGlobal(other), KErrAlreadyExists);
    EXPECT_EQ(second.Handle(), KNullHandle);
    server.Close();
}

TEST(Name, can_be_used_again_once_the_object_has_gone) {
    const UniqueName name;
    for (int round = 0; round < 100; ++round) {
        RServer2 server;
        ASSERT_EQ(server.CreateGlobal(name), KErrNone);
        RServer2 second;
        ASSERT_EQ(second.CreateGlobal(name), KErrAlreadyExists);
        server.Close();
    }
}

TEST(Name, is_reported_as_given_and_full_name_of_a_global_object_is_the_same) {
    RServer2 server;
    const UniqueName name("As Given");
    ASSERT_EQ(server.CreateGlobal(name), KErrNone);
    EXPECT_EQ(Narrow(server.Name()), name.Text());
    EXPECT_EQ(Narrow(server.FullName()), name.Text());
    TFullName copy;
    server.FullName(copy);
    EXPECT_EQ(copy, server.FullName());
    server.Close();
}

TEST(Name, of_an_unnamed_object_is_local_and_eight_digits) {
    RServer2 server;
    ASSERT_EQ(server.CreateGlobal(_L("")), KErrNone);
    EXPECT_EQ(server.Name().Match(_L("Local-????????")), 0) << Narrow(server.Name());
    server.Close();
}

TEST(Name, of_a_process_has_generation_and_its_first_thread_is_main) {
    const TFullName process = RProcess().FullName();
    EXPECT_NE(process.Match(_L("*[00000000]????")), KErrNotFound) << Narrow(process);
    RProcess again;
    ASSERT_EQ(again.Open(process), KErrNone);
    EXPECT_EQ(again.Id(), RProcess().Id());
    again.Close();
    EXPECT_EQ(RThread().Name(), _L("Main"));
    EXPECT_EQ(Narrow(RThread().FullName()), Narrow(process) + "::Main");
}

TEST(Name, generations_tell_processes_of_one_file_apart) {
    const std::string name = Narrow(RProcess().FullName());
    const Event told;
    const Child child([&] {
        const std::string own = Narrow(RProcess().FullName());
        told.Signal(own != name && own.substr(0, own.size() - 4) == name.substr(0, name.size() - 4)
                        ? 'y'
                        : 'n');
        return 0;
    });
    EXPECT_EQ(told.Wait(), 'y');
}

TEST(Name, of_a_second_thread_does_not_exist) {
    std::thread([] { EXPECT_EQ(RThread().Name().Match(_L("Local-????????")), 0); }).join();
}

TEST(Name, of_a_session_is_that_of_its_server) {
    ServerThread server;
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    EXPECT_EQ(session.Name(), server.Name());
    session.Close();
}

TEST(OpenByName, with_a_wildcard_panics_kern_exec_2) {
    for (const char* name : {"*", "Main?", "a*b"}) {
        EXPECT_EQ(EndOf([&] { (void)RThread().Open(Wide(name)); }), Panicked("KERN-EXEC", 2));
        EXPECT_EQ(EndOf([&] { (void)RProcess().Open(Wide(name)); }), Panicked("KERN-EXEC", 2));
    }
}

TEST(OpenByName, of_nothing_or_an_empty_name_is_not_found) {
    RThread thread;
    EXPECT_EQ(thread.Open(UniqueName("no such thread")), KErrNotFound);
    EXPECT_EQ(thread.Handle(), KNullHandle);
    RProcess process;
    EXPECT_EQ(process.Open(_L("")), KErrNotFound);
    EXPECT_EQ(process.Handle(), KNullHandle);
}

TEST(OpenByName, takes_full_names_without_regard_to_case) {
    TFullName name = RThread().FullName();
    name.UpperCase();
    RThread thread;
    ASSERT_EQ(thread.Open(name, EOwnerThread), KErrNone);
    EXPECT_EQ(thread.Id(), RThread().Id());
    EXPECT_NE(thread.Handle() & KHandleFlagLocal, 0);
    thread.Close();
}

TEST(OpenById, finds_what_lives_and_nothing_else) {
    RProcess process;
    ASSERT_EQ(process.Open(RProcess().Id()), KErrNone);
    process.Close();
    EXPECT_EQ(process.Open(TProcessId()), KErrNotFound);
    EXPECT_EQ(process.Open(TProcessId(~0ULL)), KErrNotFound);
    // The id of a thread is no id of a process.
    EXPECT_EQ(process.Open(TProcessId(RThread().Id().Id())), KErrNotFound);
    EXPECT_EQ(process.Handle(), KNullHandle);
}

}  // namespace
}  // namespace ipcpp::test
