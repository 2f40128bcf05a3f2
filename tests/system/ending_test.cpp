// SPDX-License-Identifier: MIT
// How sessions, servers and clients end: spec/symbian.md §9, §24.3, §26.4.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "support.h"

namespace ipcpp::test {
namespace {

TEST(SessionClose, zeroes_the_handle_and_sends_exactly_one_disconnect_last) {
    ServerThread server;
    for (int i = 0; i < 20; ++i) {
        Session session;
        ASSERT_EQ(session.Connect(server.Name()), KErrNone);
        EXPECT_EQ(session.SendReceive(3), KErrNotSupported);
        session.Close();
        EXPECT_EQ(session.Handle(), KNullHandle);
        session.Close();
    }
    server.WaitFor(RMessage2::EDisConnect, 20);
    std::vector<TInt> expected;
    for (int i = 0; i < 20; ++i) {
        expected.insert(expected.end(), {RMessage2::EConnect, 3, RMessage2::EDisConnect});
    }
    EXPECT_EQ(server.Log(), expected);
}

TEST(SessionClose, happens_with_the_last_of_several_handles) {
    ServerThread server;
    Session session;
    ASSERT_EQ(session.CreateSession(server.Name(), TVersion(), -1, EIpcSession_Sharable), KErrNone);
    Session second = session;
    ASSERT_EQ(second.Duplicate(RThread()), KErrNone);
    session.Close();
    EXPECT_EQ(second.SendReceive(3), KErrNotSupported);
    second.Close();
    server.WaitFor(RMessage2::EDisConnect);
    EXPECT_EQ(server.Log(), (std::vector<TInt>{-1, 3, -2}));
}

TEST(SessionClose, while_another_thread_calls_gives_that_one_session_closed) {
    Keeper keeper;
    Session session;
    ASSERT_EQ(session.CreateSession(keeper.Server().Name(), TVersion(), -1, EIpcSession_Sharable),
              KErrNone);
    TInt result = KErrNone;
    Session copy = session;
    std::thread caller([&] { result = copy.SendReceive(1); });
    const RMessage2 message = keeper.Take();
    session.Close();
    caller.join();
    EXPECT_EQ(result, KErrSessionClosed);
    // The server may still complete it, to nobody, until it has completed the disconnect.
    const RMessage2 disconnect = keeper.TakeDisconnect();
    message.Complete(KErrNone);
    disconnect.Complete(KErrNone);
}

TEST(SessionClose, invalidates_its_messages_once_the_disconnect_is_completed) {
    Keeper keeper;
    Session session;
    ASSERT_EQ(session.CreateSession(keeper.Server().Name(), TVersion(), -1, EIpcSession_Sharable),
              KErrNone);
    Session copy = session;
    std::thread caller([&] { (void)copy.SendReceive(1); });
    const RMessage2 message = keeper.Take();
    session.Close();
    caller.join();
    keeper.TakeDisconnect().Complete(KErrNone);
    EXPECT_EQ(EndOf([&] { message.Complete(0); }), Panicked("KERN-EXEC", 44));
}

TEST(ServerEnd, completes_outstanding_calls_and_refuses_later_ones) {
    Keeper keeper;
    Session idle;
    ASSERT_EQ(idle.Connect(keeper.Server().Name()), KErrNone);
    TInt result = KErrNone;
    std::thread caller([&] {
        Session session;
        ASSERT_EQ(session.Connect(keeper.Server().Name()), KErrNone);
        result = session.SendReceive(1);
        EXPECT_EQ(session.SendReceive(1), KErrServerTerminated);
        session.Close();
    });
    const RMessage2 message = keeper.Take();
    keeper.Server().Stop();
    caller.join();
    EXPECT_EQ(result, KErrServerTerminated);
    EXPECT_EQ(idle.SendReceive(2), KErrServerTerminated);
    EXPECT_EQ(idle.SendReceive(2, TIpcArgs(1)), KErrServerTerminated);
    EXPECT_EQ(EndOf([&] { message.Complete(0); }), Panicked("KERN-EXEC", 44));
    Session late;
    EXPECT_EQ(late.Connect(keeper.Server().Name()), KErrNotFound);
    idle.Close();
}

TEST(ServerEnd, leaves_old_sessions_dead_when_a_new_server_takes_the_name) {
    const UniqueName name("reborn");
    RServer2 first;
    ASSERT_EQ(first.CreateGlobal(name), KErrNone);
    std::promise<void> connected;
    std::promise<void> reborn;
    std::thread client([&] {
        Session old;
        ASSERT_EQ(old.Connect(name), KErrNone);
        connected.set_value();
        reborn.get_future().wait();
        EXPECT_EQ(old.SendReceive(1), KErrServerTerminated);
        Session fresh;
        EXPECT_EQ(fresh.Connect(name), 77);
        old.Close();
    });
    RMessage2 message;
    first.Receive(message);
    message.Complete(KErrNone);
    connected.get_future().wait();
    first.Close();
    RServer2 second;
    ASSERT_EQ(second.CreateGlobal(name), KErrNone);
    reborn.set_value();
    second.Receive(message);
    EXPECT_EQ(message.Function(), RMessage2::EConnect);
    second.CompleteAndReceive(message, 77);
    EXPECT_EQ(message.Function(), RMessage2::EDisConnect);
    message.Complete(KErrNone);
    client.join();
    second.Close();
}

TEST(ServerEnd, before_the_connect_is_answered_gives_server_terminated) {
    const UniqueName name("deaf");
    RServer2 server;
    ASSERT_EQ(server.CreateGlobal(name), KErrNone);
    TInt result = KErrNone;
    std::thread client([&] {
        Session session;
        result = session.Connect(name);
        EXPECT_EQ(session.Handle(), KNullHandle);
    });
    RMessage2 message;
    server.Receive(message);
    server.Close();
    client.join();
    EXPECT_EQ(result, KErrServerTerminated);
}

TEST(ServerEnd, by_panic_or_return_of_its_thread_is_a_server_end) {
    for (const bool panics : {true, false}) {
        ServerThread server({{1, [&](RMessage2&) -> std::optional<TInt> {
                                  if (panics) {
                                      User::Panic(_L("SERVER"), 1);
                                  }
                                  return std::nullopt;
                              }}});
        Session session;
        ASSERT_EQ(session.Connect(server.Name()), KErrNone);
        std::thread stopper([&] {
            if (!panics) {
                server.WaitFor(1);
                server.Stop();
            }
        });
        EXPECT_EQ(session.SendReceive(1), KErrServerTerminated);
        stopper.join();
        session.Close();
    }
}

/// A server process that answers function 2 and keeps function 1.
Child ServerProcess(const TDesC& aName, const Event& aReady, const Event& aKept) {
    return Child([&] {
        RServer2 server;
        EXPECT_EQ(server.CreateGlobal(aName), KErrNone);
        aReady.Signal();
        RMessage2 message;
        server.Receive(message);
        std::vector<RMessage2> kept;
        for (;;) {
            if (message.Function() == 1) {
                kept.push_back(message);
                aKept.Signal();
                server.Receive(message);
            } else {
                server.CompleteAndReceive(message, KErrNone);
            }
        }
        return 0;
    });
}

TEST(ServerEnd, by_sigkill_completes_what_its_clients_wait_for) {
    const UniqueName name("killed");
    const Event ready;
    const Event kept;
    Child server = ServerProcess(name, ready, kept);
    ASSERT_TRUE(ready.Wait());
    constexpr int kClients = 8;
    std::atomic<int> told{0};
    std::vector<std::thread> clients;
    clients.reserve(kClients);
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] {
            Session session;
            ASSERT_EQ(session.Connect(name), KErrNone);
            EXPECT_EQ(session.SendReceive(2), KErrNone);
            EXPECT_EQ(session.SendReceive(1), KErrServerTerminated);
            ++told;
            session.Close();
        });
    }
    for (int i = 0; i < kClients; ++i) {
        ASSERT_TRUE(kept.Wait());
    }
    server.Kill(SIGKILL);
    for (std::thread& client : clients) {
        client.join();
    }
    EXPECT_EQ(told, kClients);
    EXPECT_EQ(server.Wait(), -SIGKILL);
}

TEST(ClientEnd, by_sigkill_gives_the_server_died_on_reads_and_a_silent_complete) {
    for (const TInt size : {10, 10000}) {
        Keeper keeper;
        Child client([&] {
            std::vector<TUint8> memory(static_cast<std::size_t>(size));
            TPtr8 target(memory.data(), size, size);
            Session session;
            EXPECT_EQ(session.Connect(keeper.Server().Name()), KErrNone);
            (void)session.SendReceive(1, TIpcArgs(&target));
            return 0;
        });
        const RMessage2 message = keeper.Take();
        RThread thread;
        ASSERT_EQ(message.Client(thread), KErrNone);
        EXPECT_EQ(thread.ExitType(), EExitPending);
        client.Kill(SIGKILL);
        EXPECT_EQ(client.Wait(), -SIGKILL);
        // When the disconnect comes, the module has dealt with the end.
        const RMessage2 disconnect = keeper.TakeDisconnect();
        EXPECT_EQ(thread.ExitType(), EExitTerminate);
        TBuf8<20> buffer;
        EXPECT_EQ(message.Read(0, buffer), KErrDied);
        EXPECT_EQ(message.Write(0, _L8("x")), KErrDied);
        EXPECT_EQ(message.GetDesLength(0), size);
        message.Complete(KErrNone);
        EXPECT_TRUE(message.IsNull());
        disconnect.Complete(KErrNone);
        thread.Close();
    }
}

TEST(ClientEnd, sends_the_disconnects_of_all_its_sessions) {
    ServerThread server;
    const Event connected;
    Child client([&] {
        Session sessions[10];
        for (Session& session : sessions) {
            EXPECT_EQ(session.CreateSession(server.Name(), TVersion(), 5, EIpcSession_Sharable),
                      KErrNone);
        }
        connected.Signal();
        (void)Event().Wait();
        return 0;
    });
    ASSERT_TRUE(connected.Wait());
    client.Kill(SIGKILL);
    server.WaitFor(RMessage2::EDisConnect, 10);
    const auto log = server.Log();
    EXPECT_EQ(log.size(), 20U);
}

TEST(ClientEnd, of_a_thread_leaves_its_message_on_a_shared_session_to_the_server) {
    Keeper keeper;
    Session session;
    ASSERT_EQ(session.CreateSession(keeper.Server().Name(), TVersion(), -1, EIpcSession_Sharable),
              KErrNone);
    struct sigaction action = {};
    action.sa_handler = [](int) { User::Panic(_L("HANDLER"), 1); };
    sigaction(SIGUSR1, &action, nullptr);
    std::promise<pthread_t> caller;
    std::thread thread([&] {
        caller.set_value(pthread_self());
        TBuf8<10> buffer(_L8("mine"));
        (void)session.SendReceive(1, TIpcArgs(&buffer));
    });
    const RMessage2 message = keeper.Take();
    RThread client;
    ASSERT_EQ(message.Client(client), KErrNone);
    pthread_kill(caller.get_future().get(), SIGUSR1);
    thread.join();
    TBuf8<20> buffer;
    TInt error = KErrNone;
    do {
        error = message.Read(0, buffer);
    } while (error == KErrNone);
    EXPECT_EQ(error, KErrDied);
    message.Complete(KErrNone);
    EXPECT_EQ(session.SendReceive(5), KErrNotSupported);
    client.Close();
    session.Close();
}

}  // namespace
}  // namespace ipcpp::test
