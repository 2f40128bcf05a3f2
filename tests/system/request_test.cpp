// SPDX-License-Identifier: MIT
// Requests and signals: spec/symbian.md §1.3, §5.
#include <algorithm>
#include <array>
#include <vector>

#include "support.h"

namespace ipcpp::test {
namespace {

class Requests : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(iServer.CreateGlobal(iName), KErrNone); }
    void TearDown() override { iServer.Close(); }

    UniqueName iName{"requests"};
    RServer2 iServer;
    RMessage2 iMessage;
    TRequestStatus iStatus;
};

TEST(RequestComplete, stores_signals_and_zeroes_the_pointer) {
    TRequestStatus first(KRequestPending);
    TRequestStatus second(KRequestPending);
    TRequestStatus* pointer = &first;
    User::RequestComplete(pointer, 1);
    EXPECT_EQ(pointer, nullptr);
    User::RequestComplete(pointer, 2);
    pointer = &second;
    User::RequestComplete(pointer, 3);
    User::WaitForRequest(second);
    EXPECT_EQ(second, 3);
    User::WaitForRequest(first);
    EXPECT_EQ(first, 1);
}

TEST(WaitForRequest, leaves_the_signals_of_other_requests) {
    std::array<TRequestStatus, 3> statuses{KRequestPending, KRequestPending, KRequestPending};
    for (TUint i = 0; i < statuses.size(); ++i) {
        TRequestStatus* pointer = &statuses[i];
        User::RequestComplete(pointer, static_cast<TInt>(i));
    }
    User::WaitForRequest(statuses[2]);
    User::WaitForRequest(statuses[0], statuses[1]);
    TRequestStatus* all[] = {nullptr, &statuses[0], nullptr, &statuses[1]};
    User::WaitForNRequest(all, 4);
    // All are taken: what comes now is the only one.
    TRequestStatus last(KRequestPending);
    TRequestStatus* pointer = &last;
    User::RequestComplete(pointer, 9);
    User::WaitForAnyRequest();
    EXPECT_EQ(last, 9);
}

TEST_F(Requests, receive_is_pending_until_a_message_comes) {
    iServer.Receive(iMessage, iStatus);
    EXPECT_EQ(iStatus, KRequestPending);
    EXPECT_TRUE(iMessage.IsNull());
    std::thread client([&] {
        Session session;
        EXPECT_EQ(session.Connect(iName), 12);
    });
    User::WaitForRequest(iStatus);
    EXPECT_EQ(iStatus, KErrNone);
    EXPECT_EQ(iMessage.Function(), RMessage2::EConnect);
    EXPECT_EQ(iMessage.Int0(), static_cast<TInt>(TVersion(1, 2, 3).Word()));
    iMessage.Complete(12);
    client.join();
}

TEST_F(Requests, polling_a_status_completes_it_and_leaves_its_signal) {
    iServer.Receive(iMessage, iStatus);
    std::thread client([&] {
        Session session;
        EXPECT_EQ(session.Connect(iName), 12);
    });
    while (iStatus == KRequestPending) {
        std::this_thread::yield();
    }
    EXPECT_EQ(iStatus, KErrNone);
    EXPECT_EQ(iMessage.Function(), RMessage2::EConnect);
    User::WaitForAnyRequest();
    iMessage.Complete(12);
    client.join();
}

TEST_F(Requests, receive_of_a_queued_message_completes_at_once_with_one_signal) {
    std::thread client([&] {
        Session session;
        EXPECT_EQ(session.Connect(iName), 12);
    });
    iServer.Receive(iMessage);
    const RMessage2 connect = iMessage;
    // The disconnect follows the connect's refusal; then it is there before it is asked for.
    connect.Complete(12);
    client.join();
    iServer.Receive(iMessage, iStatus);
    EXPECT_EQ(iStatus, KErrNone);
    EXPECT_EQ(iMessage.Function(), RMessage2::EDisConnect);
    User::WaitForRequest(iStatus);
    iMessage.Complete(KErrNone);
}

TEST_F(Requests, cancel_completes_an_outstanding_receive_and_nothing_else) {
    iServer.Cancel();
    iServer.Receive(iMessage, iStatus);
    iServer.Cancel();
    EXPECT_EQ(iStatus, KErrCancel);
    User::WaitForRequest(iStatus);
    iServer.Cancel();
    // A signal too many would end this wait before its message.
    iServer.Receive(iMessage, iStatus);
    std::thread client([&] {
        Session session;
        EXPECT_EQ(session.Connect(iName), 12);
    });
    User::WaitForAnyRequest();
    EXPECT_EQ(iStatus, KErrNone);
    iMessage.Complete(12);
    client.join();
}

TEST_F(Requests, close_completes_an_outstanding_receive_before_it_returns) {
    {
        TRequestStatus scoped;
        RMessage2 message;
        iServer.Receive(message, scoped);
        iServer.Close();
        EXPECT_EQ(scoped, KErrCancel);
    }
    User::WaitForAnyRequest();
}

TEST_F(Requests, second_receive_panics_kern_exec_19) {
    iServer.Receive(iMessage, iStatus);
    EXPECT_EQ(EndOf([&] {
                  RServer2 own;
                  RMessage2 message;
                  TRequestStatus first;
                  TRequestStatus second;
                  ASSERT_EQ(own.CreateGlobal(UniqueName()), KErrNone);
                  own.Receive(message, first);
                  own.Receive(message, second);
              }),
              Panicked("KERN-EXEC", 19));
    EXPECT_EQ(EndOf([&] {
                  RServer2 own;
                  RMessage2 message;
                  TRequestStatus first;
                  ASSERT_EQ(own.CreateGlobal(UniqueName()), KErrNone);
                  own.Receive(message, first);
                  own.Receive(message);
              }),
              Panicked("KERN-EXEC", 19));
    iServer.Cancel();
    User::WaitForRequest(iStatus);
}

TEST_F(Requests, synchronous_receive_that_is_cancelled_panics_user_73) {
    RServer2 anonymous;
    ASSERT_EQ(anonymous.CreateGlobal(_L("")), KErrNone);
    std::promise<void> done;
    std::thread canceller([&] {
        auto finished = done.get_future();
        // Until the other has begun to wait, cancelling has no effect.
        do {
            anonymous.Cancel();
        } while (finished.wait_for(std::chrono::seconds(0)) != std::future_status::ready);
    });
    EXPECT_EQ(EndOf([&] {
                  RMessage2 message;
                  anonymous.Receive(message);
              }),
              Panicked("USER", 73));
    done.set_value();
    canceller.join();
    anonymous.Close();
}

TEST_F(Requests, receive_from_a_bad_handle_panics_kern_exec_0) {
    EXPECT_EQ(EndOf([] {
                  RMessage2 message;
                  RServer2().Receive(message);
              }),
              Panicked("KERN-EXEC", 0));
    EXPECT_EQ(EndOf([] {
                  RMessage2 message;
                  TRequestStatus status;
                  RServer2().Receive(message, status);
              }),
              Panicked("KERN-EXEC", 0));
    EXPECT_EQ(EndOf([] { RServer2().Cancel(); }), Panicked("KERN-EXEC", 0));
}

TEST_F(Requests, complete_and_receive_of_a_null_message_panics_user_70_and_receives_nothing) {
    EXPECT_EQ(EndOf([&] {
                  RServer2 own;
                  RMessage2 message;
                  ASSERT_EQ(own.CreateGlobal(UniqueName()), KErrNone);
                  own.CompleteAndReceive(message, 0);
              }),
              Panicked("USER", 70));
}

TEST_F(Requests, many_completions_overflow_the_ring_and_none_is_lost) {
    constexpr TUint kCount = 500;
    std::vector<TRequestStatus> statuses(kCount);
    std::vector<RServer2> objects(kCount);
    for (TUint i = 0; i < kCount; ++i) {
        ASSERT_EQ(objects[i].CreateGlobal(_L("")), KErrNone);
        objects[i].NotifyDestruction(statuses[i]);
    }
    std::thread([&] {
        for (RServer2& object : objects) {
            object.Close();
        }
    }).join();
    for (TUint i = 0; i < kCount; ++i) {
        User::WaitForAnyRequest();
    }
    EXPECT_TRUE(std::all_of(statuses.begin(), statuses.end(),
                            [](const TRequestStatus& aStatus) { return aStatus == KErrNone; }));
    // No signal is left over.
    iServer.Receive(iMessage, iStatus);
    std::thread client([&] {
        Session session;
        EXPECT_EQ(session.Connect(iName), 12);
    });
    User::WaitForAnyRequest();
    EXPECT_EQ(iStatus, KErrNone);
    iMessage.Complete(12);
    client.join();
}

TEST_F(Requests, of_a_thread_that_has_ended_are_forgotten) {
    RServer2 object;
    ASSERT_EQ(object.CreateGlobal(_L("")), KErrNone);
    for (int i = 0; i < 100; ++i) {
        std::thread([&] {
            // Its status goes with the thread's stack.
            TRequestStatus lost;
            object.NotifyDestruction(lost);
            EXPECT_EQ(lost, KRequestPending);
        }).join();
    }
    EXPECT_EQ(EndOf([&] {
                  TRequestStatus lost;
                  object.NotifyDestruction(lost);
                  User::Panic(_L("LOST"), 1);
              }),
              Panicked("LOST", 1));
    CloseAndWaitForDestruction(object);
}

}  // namespace
}  // namespace ipcpp::test
