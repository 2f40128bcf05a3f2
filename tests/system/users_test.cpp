// SPDX-License-Identifier: MIT
// Two users: spec/symbian.md §26.6. Started as root, each side becomes who it is.
#include <grp.h>
#include <unistd.h>

#include "support.h"

namespace ipcpp::test {
namespace {

constexpr uid_t kAlice = 1001;
constexpr uid_t kBob = 1002;

void Become(uid_t aUser) {
    ASSERT_EQ(setgroups(0, nullptr), 0);
    ASSERT_EQ(setresgid(aUser, aUser, aUser), 0);
    ASSERT_EQ(setresuid(aUser, aUser, aUser), 0);
}

class Users : public testing::Test {
protected:
    void SetUp() override {
        if (geteuid() != 0) {
            GTEST_SKIP() << "needs root";
        }
    }

    /// A server of one user with the given access, used by another.
    void Serve(TUint aAccess, uid_t aServer, uid_t aClient, const std::function<int()>& aBody) {
        const Event ready;
        Child server([&] {
            Become(aServer);
            RServer2 own;
            EXPECT_EQ(own.CreateGlobal(iName, EIpcSession_GlobalSharable, 0, 0, aAccess), KErrNone);
            ready.Signal();
            RMessage2 message;
            own.Receive(message);
            while (message.Function() != kStop) {
                own.CompleteAndReceive(message, message.Function() == 2 ? Kept(message) : KErrNone);
            }
            message.Complete(KErrNone);
            own.Close();
            return 0;
        });
        ASSERT_TRUE(ready.Wait());
        Child client([&] {
            Become(aClient);
            return aBody();
        });
        EXPECT_EQ(client.Wait(), 0);
        Child stopper([&] {
            Become(aServer);
            Session session;
            EXPECT_EQ(session.Connect(iName), KErrNone);
            EXPECT_EQ(session.SendReceive(kStop), KErrNone);
            return 0;
        });
        EXPECT_EQ(stopper.Wait(), 0);
        EXPECT_EQ(server.Wait(), 0);
    }

    static TInt Kept(const RMessage2& aMessage) {
        TBuf8<64> text;
        const TInt error = aMessage.Read(0, text);
        return error == KErrNone ? aMessage.Write(1, text) : error;
    }

    static constexpr TInt kStop = 99;
    UniqueName iName{"of a user"};
};

TEST_F(Users, server_is_closed_to_others_unless_it_says_otherwise) {
    Serve(0, kAlice, kBob, [&] {
        Session session;
        EXPECT_EQ(session.Connect(iName), KErrPermissionDenied);
        EXPECT_EQ(session.Handle(), KNullHandle);
        TFindServer find(iName.Des());
        TFullName name;
        EXPECT_EQ(find.Next(name), KErrNotFound);
        // The name is taken all the same.
        RServer2 server;
        EXPECT_EQ(server.CreateGlobal(iName), KErrAlreadyExists);
        return 0;
    });
}

TEST_F(Users, server_with_access_for_all_serves_all) {
    Serve(0666, kAlice, kBob, [&] {
        TFindServer find(iName.Des());
        TFullName name;
        EXPECT_EQ(find.Next(name), KErrNone);
        Session session;
        EXPECT_EQ(session.Connect(iName), KErrNone);
        TBuf8<64> in(_L8("from bob"));
        TBuf8<64> out;
        EXPECT_EQ(session.SendReceive(2, TIpcArgs(&in, &out)), KErrNone);
        EXPECT_EQ(out, in);
        TBuf8<9000> large(_L8("in place"));
        TPtr8 largeOut(large.WritablePtr(), 0, large.MaxLength());
        EXPECT_EQ(session.SendReceive(2, TIpcArgs(&in, &largeOut)), KErrNone);
        EXPECT_EQ(largeOut, in);
        session.Close();
        return 0;
    });
}

TEST_F(Users, root_may_connect_anywhere) {
    Serve(0600, kAlice, 0, [&] {
        Session session;
        EXPECT_EQ(session.Connect(iName), KErrNone);
        session.Close();
        return 0;
    });
}

TEST_F(Users, process_and_its_first_thread_are_closed_to_others) {
    const Shared<TFullName> thread;
    const Shared<TFullName> process;
    const Shared<TUint64> id;
    const Event ready;
    const Child alice([&] {
        Become(kAlice);
        *thread = RThread().FullName();
        *process = RProcess().FullName();
        *id = RProcess().Id().Id();
        ready.Signal();
        (void)Event().Wait();
        return 0;
    });
    ASSERT_TRUE(ready.Wait());
    const auto tryAll = [&](TInt aExpected) {
        RThread byName;
        EXPECT_EQ(byName.Open(*thread), aExpected);
        byName.Close();
        RProcess byFullName;
        EXPECT_EQ(byFullName.Open(*process), aExpected);
        byFullName.Close();
        RProcess byId;
        EXPECT_EQ(byId.Open(TProcessId(*id)), aExpected);
        byId.Close();
        TFindProcess find(*process);
        TFullName name;
        EXPECT_EQ(find.Next(name), aExpected == KErrNone ? KErrNone : KErrNotFound);
    };
    Child bob([&] {
        Become(kBob);
        tryAll(KErrPermissionDenied);
        return 0;
    });
    EXPECT_EQ(bob.Wait(), 0);
    Child second([&] {
        Become(kAlice);
        tryAll(KErrNone);
        return 0;
    });
    EXPECT_EQ(second.Wait(), 0);
}

TEST_F(Users, setuid_in_the_middle_of_a_call_does_not_change_whose_it_is) {
    // A server of root's that has a message of a client who becomes alice meanwhile goes on as it
    // began.
    std::promise<RMessage2> kept;
    ServerThread server({{1, [&](RMessage2& aMessage) -> std::optional<TInt> {
                              kept.set_value(aMessage);
                              return std::nullopt;
                          }}});
    const Event sent;
    const Event became;
    Child client([&] {
        std::vector<TUint8> memory(10000, 'm');
        TPtr8 target(memory.data(), 10000, 10000);
        std::thread caller([&] {
            Session session;
            EXPECT_EQ(session.Connect(server.Name()), KErrNone);
            EXPECT_EQ(session.SendReceive(1, TIpcArgs(&target)), 5);
            session.Close();
        });
        (void)sent.Wait();
        Become(kAlice);
        // What is new is alice's: root's server is closed to her.
        Session session;
        EXPECT_EQ(session.Connect(server.Name()), KErrPermissionDenied);
        became.Signal();
        caller.join();
        EXPECT_EQ(target.Left(4), _L8("gotm"));
        return 0;
    });
    const RMessage2 message = kept.get_future().get();
    sent.Signal();
    ASSERT_TRUE(became.Wait());
    TBuf8<8> text;
    EXPECT_EQ(message.Read(0, text, 9000), KErrNone);
    EXPECT_EQ(message.Write(0, _L8("got")), KErrNone);
    EXPECT_EQ(message.Write(0, _L8("m"), 9999), KErrNone);
    message.Complete(5);
    EXPECT_EQ(client.Wait(), 0);
}

}  // namespace
}  // namespace ipcpp::test
