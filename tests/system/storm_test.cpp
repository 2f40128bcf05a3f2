// SPDX-License-Identifier: MIT
// Clients that die at random points: promises P1, P2 and P3 of the design.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "support.h"

namespace ipcpp::test {
namespace {

/// Calls until it is killed.
[[noreturn]] void CallForEver(const TDesC& aServer, unsigned aSeed) {
    std::minstd_rand random(aSeed);
    std::string text = Pattern(9000, aSeed);
    for (;;) {
        Session session;
        if (session.Connect(aServer) != KErrNone) {
            _exit(1);
        }
        for (unsigned i = random() % 20; i > 0; --i) {
            const TPtrC8 in(std::string_view(text).substr(0, random() % text.size()));
            TPtr8 out(reinterpret_cast<TUint8*>(text.data()), 0, static_cast<TInt>(text.size()));
            if (random() % 2 == 0) {
                (void)session.SendReceive(1, TIpcArgs(&in));
            } else {
                (void)session.SendReceive(2, TIpcArgs(&out, 17));
            }
        }
        session.Close();
    }
}

TEST(Storm, of_200_clients_killed_at_random_points_leaves_one_disconnect_for_each_session) {
    struct Seen {
        bool iConnected = false;
        bool iDisconnected = false;
    };
    // The cookie of a session is the address of its record, so that what comes after the disconnect
    // would show.
    std::vector<std::unique_ptr<Seen>> sessions;
    std::mutex mutex;
    TInt disconnectsWithoutConnect = 0;
    ServerThread server(
        {{RMessage2::EConnect,
          [&](RMessage2& aMessage) {
              auto seen = std::make_unique<Seen>();
              seen->iConnected = true;
              aMessage.SetSessionPtr(seen.get());
              const std::lock_guard lock(mutex);
              sessions.push_back(std::move(seen));
              return KErrNone;
          }},
         {RMessage2::EDisConnect,
          [&](RMessage2& aMessage) {
              const std::lock_guard lock(mutex);
              auto* const seen = static_cast<Seen*>(aMessage.SessionPtr());
              if (seen == nullptr) {
                  // Its connect was withdrawn before it was received.
                  ++disconnectsWithoutConnect;
              } else {
                  EXPECT_FALSE(seen->iDisconnected);
                  seen->iDisconnected = true;
              }
              return KErrNone;
          }},
         {1,
          [&](RMessage2& aMessage) {
              EXPECT_FALSE(static_cast<Seen*>(aMessage.SessionPtr())->iDisconnected);
              TBuf8<200> part;
              TInt error = KErrNone;
              for (TInt offset = 0; error == KErrNone && offset < 9000; offset += 1500) {
                  error = aMessage.Read(0, part, offset);
              }
              EXPECT_TRUE(error == KErrNone || error == KErrDied) << error;
              return KErrNone;
          }},
         {2, [&](RMessage2& aMessage) {
              EXPECT_FALSE(static_cast<Seen*>(aMessage.SessionPtr())->iDisconnected);
              const TInt error = aMessage.Write(0, _L8("written in place"), aMessage.Int1());
              EXPECT_TRUE(error == KErrNone || error == KErrDied) << error;
              return KErrNone;
          }}});

    const int kills = StormSize(3000);
    constexpr int kAtOnce = 8;
    std::minstd_rand random(20240607);
    std::vector<std::unique_ptr<Child>> clients;
    for (int i = 0; i < kills; ++i) {
        clients.push_back(std::make_unique<Child>(
            [&]() -> int { CallForEver(server.Name(), static_cast<unsigned>(i)); }));
        if (clients.size() >= kAtOnce) {
            // Whichever is hit is somewhere between its start and its thousandth call.
            const auto victim = clients.begin() + static_cast<std::ptrdiff_t>(random() % kAtOnce);
            // Lets them run for a random number of messages, not for a time.
            server.WaitForMore(random() % 50);
            (*victim)->Kill(SIGKILL);
            EXPECT_EQ((*victim)->Wait(), -SIGKILL);
            clients.erase(victim);
        }
    }
    for (const auto& client : clients) {
        client->Kill(SIGKILL);
        EXPECT_EQ(client->Wait(), -SIGKILL);
    }

    // Every session that ever connected has its disconnect in the end.
    server.WaitUntil([&] {
        const std::lock_guard lock(mutex);
        return std::all_of(sessions.begin(), sessions.end(),
                           [](const auto& aSeen) { return aSeen->iDisconnected; });
    });
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    EXPECT_EQ(session.SendReceive(3), KErrNotSupported);
    session.Close();
    server.WaitFor(3);
    EXPECT_GT(sessions.size(), 0U);
    server.Stop();
    const auto log = server.Log();
    const auto connects = std::count(log.begin(), log.end(), RMessage2::EConnect);
    const auto disconnects = std::count(log.begin(), log.end(), RMessage2::EDisConnect);
    EXPECT_LE(connects, disconnects - disconnectsWithoutConnect + 1);
}

TEST(Storm, of_servers_killed_under_their_clients_gives_every_call_an_end) {
    for (int round = 0; round < StormSize(200); ++round) {
        const UniqueName name("short lived");
        const Event ready;
        Child server([&] {
            RServer2 own;
            EXPECT_EQ(own.CreateGlobal(name, EIpcSession_GlobalSharable), KErrNone);
            ready.Signal();
            RMessage2 message;
            own.Receive(message);
            for (;;) {
                TBuf8<64> text;
                if (message.Function() >= 0) {
                    (void)message.Read(0, text);
                    (void)message.Write(1, text);
                }
                own.CompleteAndReceive(message, KErrNone);
            }
            return 0;
        });
        ASSERT_TRUE(ready.Wait());
        std::atomic<int> calls{0};
        std::vector<std::thread> clients;
        clients.reserve(4);
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([&] {
                Session session;
                TInt result = session.Connect(name);
                while (result == KErrNone) {
                    TBuf8<64> in(_L8("in"));
                    TBuf8<64> out;
                    result = session.SendReceive(1, TIpcArgs(&in, &out));
                    ++calls;
                }
                EXPECT_TRUE(result == KErrServerTerminated || result == KErrNotFound) << result;
                session.Close();
            });
        }
        while (calls < round * 13) {
            std::this_thread::yield();
        }
        server.Kill(SIGKILL);
        for (std::thread& client : clients) {
            client.join();
        }
    }
}

}  // namespace
}  // namespace ipcpp::test
