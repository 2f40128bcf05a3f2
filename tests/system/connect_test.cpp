// SPDX-License-Identifier: MIT
// Making and connecting sessions: spec/symbian.md §5, §6.1, §7, §14.
#include <future>

#include "ipcpp/uapi/ipcpp.h"
#include "raw.h"
#include "support.h"

namespace ipcpp::test {
namespace {

constexpr TVersion kVersion(1, 2, 3);

TEST(ServerCreate, named_is_thread_relative_and_anonymous_process_relative) {
    RServer2 named;
    ASSERT_EQ(named.CreateGlobal(UniqueName()), KErrNone);
    EXPECT_NE(named.Handle() & KHandleFlagLocal, 0);
    RServer2 anonymous;
    ASSERT_EQ(anonymous.CreateGlobal(_L("")), KErrNone);
    EXPECT_EQ(anonymous.Handle() & KHandleFlagLocal, 0);
    named.Close();
    anonymous.Close();
}

TEST(ServerCreate, refuses_modes_roles_options_and_access_out_of_range) {
    RServer2 server;
    const UniqueName name;
    EXPECT_EQ(server.CreateGlobal(name, 3), KErrArgument);
    EXPECT_EQ(server.CreateGlobal(name, -1), KErrArgument);
    EXPECT_EQ(server.CreateGlobal(name, 1, 2, 0), KErrArgument);
    EXPECT_EQ(server.CreateGlobal(name, 1, 0, 1), KErrArgument);
    EXPECT_EQ(server.CreateGlobal(name, 1, 0, 12), KErrArgument);
    EXPECT_EQ(server.CreateGlobal(name, 1, 0, 0, 01000), KErrArgument);
    EXPECT_EQ(server.Handle(), KNullHandle);
    for (const TInt options : {0, 4, 8}) {
        EXPECT_EQ(server.CreateGlobal(name, 2, EServerRole_Standalone, options, 0666), KErrNone);
        server.Close();
    }
}

TEST(SessionCreate, needs_a_server_that_exists_and_a_valid_name) {
    Session session;
    session.SetHandle(77);
    EXPECT_EQ(session.Connect(UniqueName("nobody")), KErrNotFound);
    EXPECT_EQ(session.Handle(), KNullHandle);
    EXPECT_EQ(session.Connect(_L("a:b")), KErrBadName);
    EXPECT_EQ(session.Connect(_L("")), KErrNotFound);
    EXPECT_EQ(session.CreateSession(_L(""), kVersion, 256), KErrArgument);
    TBuf<KMaxName> name;
    name.Fill('n', KMaxKernelName + 1);
    EXPECT_EQ(session.Connect(name), KErrBadName);
}

TEST(SessionCreate, finds_the_server_without_regard_to_case) {
    ServerThread server;
    TFullName name(server.Name());
    name.UpperCase();
    Session session;
    EXPECT_EQ(session.Connect(name), KErrNone);
    session.Close();
}

TEST(SessionCreate, accepts_slots_from_minus_1_to_255) {
    ServerThread server;
    for (const TInt slots : {-1, 0, 1, 254, 255}) {
        Session session;
        EXPECT_EQ(session.CreateSession(server.Name(), kVersion, slots), KErrNone) << slots;
        EXPECT_EQ(session.SendReceive(1), KErrNotSupported);
        session.Close();
    }
    for (const TInt slots : {KMinTInt, -2, 256, 1000, KMaxTInt}) {
        Session session;
        EXPECT_EQ(session.CreateSession(server.Name(), kVersion, slots), KErrArgument) << slots;
        EXPECT_EQ(session.Handle(), KNullHandle);
    }
    const auto log = server.Log();
    EXPECT_EQ(std::count(log.begin(), log.end(), RMessage2::EConnect), 5);
}

TEST(SessionCreate, checks_the_name_before_the_slots_and_those_before_the_server) {
    Session session;
    EXPECT_EQ(session.CreateSession(_L("a*b"), kVersion, 1000), KErrBadName);
    EXPECT_EQ(session.CreateSession(UniqueName("nobody"), kVersion, 1000), KErrArgument);
    EXPECT_EQ(
        session.CreateSession(UniqueName("nobody"), kVersion, 1, static_cast<TIpcSessionType>(3)),
        KErrArgument);
}

struct SharingRow {
    TInt iServer;
    TIpcSessionType iSession;
    TInt iResult;  ///< KErrNone, an error, or 23 for the panic
};

void CheckRow(const SharingRow& aRow, const std::function<TInt(Session&, ServerThread&)>& aCreate) {
    SCOPED_TRACE(testing::Message() << "server " << aRow.iServer << " session " << aRow.iSession);
    ServerThread server({}, aRow.iServer);
    const Ended ended = EndOf([&] {
        Session session;
        EXPECT_EQ(aCreate(session, server), aRow.iResult);
        if (aRow.iResult == KErrNone) {
            EXPECT_EQ((session.Handle() & KHandleFlagLocal) != 0,
                      aRow.iSession == EIpcSession_Unsharable);
            EXPECT_EQ(session.SendReceive(4), KErrNotSupported);
            session.Close();
        } else {
            EXPECT_EQ(session.Handle(), KNullHandle);
        }
    });
    EXPECT_EQ(ended, aRow.iResult == 23 ? Panicked("KERN-EXEC", 23) : Returned());
}

TEST(SessionCreate, type_is_held_against_the_servers_mode) {
    const SharingRow rows[] = {
        {EIpcSession_Unsharable, EIpcSession_Unsharable, KErrNone},
        {EIpcSession_Unsharable, EIpcSession_Sharable, 23},
        {EIpcSession_Unsharable, EIpcSession_GlobalSharable, 23},
        {EIpcSession_Sharable, EIpcSession_Unsharable, KErrNone},
        {EIpcSession_Sharable, EIpcSession_Sharable, KErrNone},
        {EIpcSession_Sharable, EIpcSession_GlobalSharable, KErrPermissionDenied},
        {EIpcSession_GlobalSharable, EIpcSession_Unsharable, KErrNone},
        {EIpcSession_GlobalSharable, EIpcSession_Sharable, KErrNone},
        {EIpcSession_GlobalSharable, EIpcSession_GlobalSharable, KErrNone},
    };
    for (const SharingRow& row : rows) {
        CheckRow(row, [&](Session& aSession, ServerThread& aServer) {
            return aSession.CreateSession(aServer.Name(), kVersion, 2, row.iSession);
        });
    }
}

TEST(SessionCreate, unshared_session_is_refused_to_other_threads) {
    ServerThread server;
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    EXPECT_EQ(EndOf([&] { (void)session.SendReceive(1); }), Panicked("KERN-EXEC", 0));
    EXPECT_EQ(session.SendReceive(1), KErrNotSupported);
    session.Close();
}

TEST(SessionCreate, shared_session_serves_all_threads_of_the_process) {
    ServerThread server;
    Session session;
    ASSERT_EQ(session.CreateSession(server.Name(), kVersion, -1, EIpcSession_Sharable), KErrNone);
    EXPECT_EQ(EndOf([&] { EXPECT_EQ(session.SendReceive(1), KErrNotSupported); }), Returned());
    session.Close();
}

/// A server thread without a loop of its own: the test says what it does.
class AnonymousServer {
public:
    AnonymousServer() { EXPECT_EQ(iServer.CreateGlobal(_L(""), 2), KErrNone); }
    AnonymousServer(const AnonymousServer&) = delete;
    AnonymousServer& operator=(const AnonymousServer&) = delete;
    ~AnonymousServer() { iServer.Close(); }
    RServer2& operator*() { return iServer; }

private:
    RServer2 iServer;
};

TEST(SessionCreate, by_handle_reaches_an_anonymous_server) {
    AnonymousServer server;
    std::thread client([&] {
        Session session;
        EXPECT_EQ(session.CreateSession(*server, kVersion), KErrNone);
        EXPECT_EQ(session.SendReceive(9), 90);
        session.Close();
        EXPECT_EQ(session.CreateSession(*server, kVersion, 3), 5);
        EXPECT_EQ(session.CreateSession(*server, kVersion, 3, EIpcSession_Sharable), -5);
        EXPECT_EQ(session.CreateSession(*server, kVersion, 300), KErrArgument);
    });
    RMessage2 message;
    (*server).Receive(message);
    EXPECT_EQ(message.Function(), RMessage2::EConnect);
    (*server).CompleteAndReceive(message, KErrNone);
    EXPECT_EQ(message.Function(), 9);
    (*server).CompleteAndReceive(message, 90);
    EXPECT_EQ(message.Function(), RMessage2::EDisConnect);
    for (const TInt refusal : {5, -5}) {
        (*server).CompleteAndReceive(message, KErrNone);
        EXPECT_EQ(message.Function(), RMessage2::EConnect);
        (*server).CompleteAndReceive(message, refusal);
        EXPECT_EQ(message.Function(), RMessage2::EDisConnect);
    }
    message.Complete(KErrNone);
    client.join();
}

TEST(SessionCreate, by_bad_handle_panics_kern_exec_0) {
    EXPECT_EQ(EndOf([] { (void)Session().CreateSession(RServer2(), kVersion); }),
              Panicked("KERN-EXEC", 0));
    EXPECT_EQ(EndOf([] {
                  RServer2 wrong;
                  wrong.SetHandle(RProcess().Handle());
                  (void)Session().CreateSession(wrong, kVersion);
              }),
              Panicked("KERN-EXEC", 0));
}

TEST(Connect, message_carries_the_version_and_no_session) {
    std::promise<TInt> version;
    ServerThread server({{RMessage2::EConnect, [&](RMessage2& aMessage) {
                              EXPECT_EQ(aMessage.Session(), nullptr);
                              EXPECT_EQ(aMessage.Int1(), 0);
                              version.set_value(aMessage.Int0());
                              return KErrNone;
                          }}});
    Session session;
    ASSERT_EQ(session.CreateSession(server.Name(), TVersion(-1, 7, -300)), KErrNone);
    EXPECT_EQ(TVersion::FromWord(static_cast<TUint32>(version.get_future().get())),
              TVersion(-1, 7, -300));
    session.Close();
}

TEST(Connect, any_result_but_zero_closes_the_session_and_is_returned) {
    for (const TInt result : {KErrNoMemory, 1, KMaxTInt, -99999}) {
        ServerThread server({{RMessage2::EConnect, [=](RMessage2& aMessage) -> std::optional<TInt> {
                                  // The server's own helper must be able to connect.
                                  return aMessage.Int0() == 0 ? result : KErrNone;
                              }}});
        Session session;
        EXPECT_EQ(session.CreateSession(server.Name(), TVersion(0, 0, 0)), result);
        EXPECT_EQ(session.Handle(), KNullHandle);
        server.WaitFor(RMessage2::EDisConnect);
        const auto log = server.Log();
        EXPECT_EQ(log, (std::vector<TInt>{RMessage2::EConnect, RMessage2::EDisConnect}));
    }
}

TEST(Connect, cookie_is_carried_by_later_messages) {
    int mine = 0;
    ServerThread server({{RMessage2::EConnect,
                          [&](RMessage2& aMessage) {
                              aMessage.SetSessionPtr(&mine);
                              EXPECT_EQ(aMessage.Session(), nullptr);
                              // What is made anew knows it at once.
                              const RMessagePtr2 copy = aMessage;
                              EXPECT_EQ(RMessage2(copy).SessionPtr(), &mine);
                              return KErrNone;
                          }},
                         {RMessage2::EDisConnect,
                          [&](RMessage2& aMessage) {
                              EXPECT_EQ(aMessage.SessionPtr(), &mine);
                              return KErrNone;
                          }},
                         {1, [&](RMessage2& aMessage) {
                              EXPECT_EQ(aMessage.SessionPtr(), &mine);
                              return 11;
                          }}});
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    EXPECT_EQ(session.SendReceive(1), 11);
    session.Close();
    server.WaitFor(RMessage2::EDisConnect);
}

/// A server whose thread runs @p aBody on its first connect message, and ends.
Ended EndOfServerThat(const std::function<void(RServer2&, RMessage2&)>& aBody) {
    const UniqueName name("panics");
    std::promise<void> ready;
    std::thread client([&] {
        ready.get_future().wait();
        Session session;
        (void)session.Connect(name);
        if (session.Handle() != KNullHandle) {
            (void)session.SendReceive(1);
        }
        session.Close();
    });
    Ended ended = EndOf([&] {
        RServer2 server;
        ASSERT_EQ(server.CreateGlobal(name), KErrNone);
        ready.set_value();
        RMessage2 message;
        server.Receive(message);
        aBody(server, message);
    });
    client.join();
    return ended;
}

TEST(Cookie, null_panics_kern_exec_58) {
    EXPECT_EQ(
        EndOfServerThat([](RServer2&, RMessage2& aMessage) { aMessage.SetSessionPtr(nullptr); }),
        Panicked("KERN-EXEC", 58));
}

TEST(Cookie, set_twice_panics_kern_exec_59) {
    EXPECT_EQ(EndOfServerThat([](RServer2& aServer, RMessage2& aMessage) {
                  aMessage.SetSessionPtr(&aServer);
                  aMessage.SetSessionPtr(&aServer);
              }),
              Panicked("KERN-EXEC", 59));
}

TEST(Cookie, on_another_message_than_connect_panics_kern_exec_60) {
    EXPECT_EQ(EndOfServerThat([](RServer2& aServer, RMessage2& aMessage) {
                  aServer.CompleteAndReceive(aMessage, KErrNone);
                  aMessage.SetSessionPtr(&aServer);
              }),
              Panicked("KERN-EXEC", 60));
}

TEST(Cookie, on_a_completed_message_panics_kern_exec_44) {
    EXPECT_EQ(EndOfServerThat([](RServer2& aServer, RMessage2& aMessage) {
                  const RMessage2 copy = aMessage;
                  aMessage.Complete(KErrNone);
                  copy.SetSessionPtr(&aServer);
              }),
              Panicked("KERN-EXEC", 44));
}

// The library sends a connect on new sessions only, so a second one is sent by hand. What becomes
// of the errors is tested with the table of errors.
TEST(Connect, second_one_on_a_session_with_a_cookie_is_refused) {
    ServerThread server({{RMessage2::EConnect, [&](RMessage2& aMessage) {
                              aMessage.SetSessionPtr(&aMessage);
                              return KErrNone;
                          }}});
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    EXPECT_EQ(RawConnect(session.Handle()), EISCONN);
    EXPECT_EQ(session.SendReceive(1), KErrNotSupported);
    session.Close();
}

TEST(Connect, second_one_while_one_is_outstanding_is_refused) {
    std::promise<void> received;
    std::promise<void> release;
    ServerThread server({{RMessage2::EConnect, [&](RMessage2&) {
                              received.set_value();
                              release.get_future().wait();
                              return KErrNone;
                          }}});
    Session session;
    session.SetHandle(RawCreateSession(server.Name(), IPCPP_SHARABLE));
    std::thread first([&] { EXPECT_EQ(RawConnect(session.Handle()), 0); });
    received.get_future().wait();
    EXPECT_EQ(RawConnect(session.Handle()), EALREADY);
    release.set_value();
    first.join();
    EXPECT_EQ(session.SendReceive(1), KErrNotSupported);
    session.Close();
}

TEST(Connect, session_closed_before_it_was_sent_shows_the_server_a_disconnect_only) {
    ServerThread server;
    Session session;
    session.SetHandle(RawCreateSession(server.Name(), IPCPP_UNSHARABLE));
    session.Close();
    server.WaitFor(RMessage2::EDisConnect);
    EXPECT_EQ(server.Log(), std::vector<TInt>{RMessage2::EDisConnect});
}

}  // namespace
}  // namespace ipcpp::test
