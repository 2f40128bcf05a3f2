// SPDX-License-Identifier: MIT
// Synchronous calls: spec/symbian.md §4, §6.2, §26.1, §26.2.
#include <array>
#include <string>
#include <vector>

#include "support.h"

namespace ipcpp::test {
namespace {

enum Function : TInt { EEcho, EWords, EReverse8, EReverse16, EFill, EKeep };

/// Replies in argument 1 with what argument 0 has, backwards.
template <typename T>
TInt Reverse(RMessage2& aMessage) {
    RBufOf<T> data;
    const TInt length = aMessage.GetDesLength(0);
    if (length < 0 || data.Create(std::max(length, 1)) != KErrNone) {
        return length < 0 ? length : KErrNoMemory;
    }
    TInt error = aMessage.Read(0, data);
    std::reverse(data.WritablePtr(), data.WritablePtr() + data.Length());
    if (error == KErrNone) {
        error = aMessage.Write(1, data);
    }
    data.Close();
    return error;
}

class Call : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(iSession.Connect(iServer.Name()), KErrNone); }
    void TearDown() override { iSession.Close(); }

    ServerThread iServer{
        {{EEcho, [](RMessage2& aMessage) { return aMessage.Int0(); }},
         {EWords,
          [this](RMessage2& aMessage) {
              iWords = {aMessage.Ptr0(), aMessage.Ptr1(), aMessage.Ptr2(), aMessage.Ptr3()};
              iInts = {aMessage.Int0(), aMessage.Int1(), aMessage.Int2(), aMessage.Int3()};
              return KErrNone;
          }},
         {EReverse8, Reverse<TText8>},
         {EReverse16, Reverse<TText16>},
         {EFill, [](RMessage2& aMessage) {
              TBuf8<64> text;
              text.Format("%d", aMessage.Int3());
              EXPECT_EQ(aMessage.Write(0, text), KErrNone);
              return KErrNone;
          }}}};
    Session iSession;
    std::array<const TAny*, 4> iWords{};
    std::array<TInt, 4> iInts{};
};

TEST_F(Call, returns_the_servers_result_whatever_it_is) {
    for (const TInt result : {0, 1, -1, KMaxTInt, KMinTInt, -12345, KRequestPending + 1}) {
        EXPECT_EQ(iSession.SendReceive(EEcho, TIpcArgs(result)), result);
    }
}

TEST_F(Call, without_arguments_has_zeros) {
    iWords.fill(this);
    EXPECT_EQ(iSession.SendReceive(EWords), KErrNone);
    EXPECT_EQ(iWords, (std::array<const TAny*, 4>{}));
    EXPECT_EQ(iInts, (std::array<TInt, 4>{}));
}

const TAny* Word(TUint64 aWord) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): clients send what they like
    return reinterpret_cast<const TAny*>(aWord);
}

TEST_F(Call, words_of_64_bits_arrive_whole) {
    const TAny* const high = Word(0xfedcba9876543210ULL);
    EXPECT_EQ(iSession.SendReceive(EWords, TIpcArgs(-1, high, 0x7fffffff, KMinTInt)), KErrNone);
    EXPECT_EQ(iWords[0], Word(~0ULL));
    EXPECT_EQ(iWords[1], high);
    EXPECT_EQ(iInts, (std::array<TInt, 4>{-1, 0x76543210, 0x7fffffff, KMinTInt}));
}

TEST_F(Call, every_function_number_from_0_on_can_be_sent) {
    for (const TInt function : {100, KMaxTInt}) {
        EXPECT_EQ(iSession.SendReceive(function), KErrNotSupported);
        iServer.WaitFor(function);
    }
}

TEST_F(Call, negative_function_panics_user_72) {
    for (const TInt function : {-1, -2, -3, KMinTInt}) {
        EXPECT_EQ(EndOf([&] { (void)Session().SendReceive(function); }), Panicked("USER", 72));
    }
}

TEST_F(Call, on_a_null_handle_panics_kern_exec_0) {
    EXPECT_EQ(EndOf([&] { (void)Session().SendReceive(1); }), Panicked("KERN-EXEC", 0));
}

constexpr TInt kSizes[] = {0, 1, 2, 255, 256, 257, 2048, 4095, 4096, 4097, 8192, 1 << 20};

template <typename T>
void RoundTrip(Session& aSession, TInt aFunction, TInt aLength, TInt aExtra) {
    SCOPED_TRACE(testing::Message() << aLength << " elements, room for " << aExtra << " more");
    const std::string bytes = Pattern(static_cast<std::size_t>(aLength) * sizeof(T));
    std::vector<T> data(static_cast<std::size_t>(aLength) + 1);
    std::copy_n(bytes.data(), bytes.size(), reinterpret_cast<char*>(data.data()));
    const TPtrCOf<T> request(data.data(), aLength);

    std::vector<T> reply(static_cast<std::size_t>(aLength + aExtra) + 1, T{0x5a});
    TPtrOf<T> target(reply.data(), 0, aLength + aExtra);
    ASSERT_EQ(aSession.SendReceive(aFunction, TIpcArgs(&request, &target)), KErrNone);
    ASSERT_EQ(target.Length(), aLength);
    EXPECT_TRUE(std::equal(reply.begin(), reply.begin() + aLength,
                           std::make_reverse_iterator(data.begin() + aLength)));
    // Nothing is written behind the data.
    EXPECT_TRUE(std::all_of(reply.begin() + aLength, reply.end(),
                            [](T aElement) { return aElement == T{0x5a}; }));
}

TEST_F(Call, descriptors_of_8_bits_travel_both_ways_in_every_size) {
    for (const TInt length : kSizes) {
        RoundTrip<TText8>(iSession, EReverse8, length, 0);
        RoundTrip<TText8>(iSession, EReverse8, length, 100);
    }
}

TEST_F(Call, descriptors_of_16_bits_travel_both_ways_in_every_size) {
    for (const TInt length : kSizes) {
        RoundTrip<TText16>(iSession, EReverse16, length, 0);
        RoundTrip<TText16>(iSession, EReverse16, length, 100);
    }
}

TEST_F(Call, every_kind_of_descriptor_can_be_an_argument) {
    _LIT8(KText, "abc");
    TBuf8<8> reply;
    EXPECT_EQ(iSession.SendReceive(EReverse8, TIpcArgs(&KText, &reply)), KErrNone);
    EXPECT_EQ(reply, _L8("cba"));

    TBufC8<8> fixed(_L8("xyz"));
    RBuf8 heap;
    ASSERT_EQ(heap.Create(10), KErrNone);
    EXPECT_EQ(iSession.SendReceive(EReverse8, TIpcArgs(&fixed, &heap)), KErrNone);
    EXPECT_EQ(heap, _L8("zyx"));

    // The length of a buffer that is written through its TPtr is the buffer's.
    TPtr8 window = fixed.Des();
    EXPECT_EQ(iSession.SendReceive(EReverse8, TIpcArgs(&KText, &window)), KErrNone);
    EXPECT_EQ(fixed, _L8("cba"));
    EXPECT_EQ(window.Length(), 3);
    heap.Close();
}

TEST_F(Call, one_descriptor_can_be_both_arguments) {
    TBuf8<32> both(_L8("there and back"));
    EXPECT_EQ(iSession.SendReceive(EReverse8, TIpcArgs(&both, &both)), KErrNone);
    EXPECT_EQ(both, _L8("kcab dna ereht"));
    TBuf8<6000> large;
    large.Fill('a', 5000);
    large.Append('b');
    EXPECT_EQ(iSession.SendReceive(EReverse8, TIpcArgs(&large, &large)), KErrNone);
    EXPECT_EQ(large.Length(), 5001);
    EXPECT_EQ(large[0], 'b');
}

TEST_F(Call, descriptor_that_is_not_written_keeps_length_and_data) {
    TBuf8<32> untouched(_L8("as before"));
    EXPECT_EQ(iSession.SendReceive(EEcho, TIpcArgs(3, &untouched)), 3);
    EXPECT_EQ(untouched, _L8("as before"));
}

TEST_F(Call, four_descriptors_fit_in_one_message) {
    for (TInt i = 0; i < 1000; ++i) {
        TBuf8<64> out;
        ASSERT_EQ(iSession.SendReceive(EFill, TIpcArgs(&out, 0, 0, i)), KErrNone);
        TBuf8<64> expected;
        expected.Num(TInt64{i});
        ASSERT_EQ(out, expected);
    }
}

TEST_F(Call, sessions_are_independent_and_messages_come_in_order_of_sending) {
    Session second;
    ASSERT_EQ(second.Connect(iServer.Name()), KErrNone);
    for (TInt i = 10; i < 20; ++i) {
        EXPECT_EQ((i % 2 == 0 ? iSession : second).SendReceive(i), KErrNotSupported);
    }
    second.Close();
    iServer.WaitFor(RMessage2::EDisConnect);
    EXPECT_EQ(iServer.Log(),
              (std::vector<TInt>{-1, -1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, -2}));
}

TEST_F(Call, threads_of_one_process_call_at_the_same_time) {
    constexpr int kThreads = 8;
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            Session own;
            ASSERT_EQ(own.Connect(iServer.Name()), KErrNone);
            for (TInt i = 0; i < 500; ++i) {
                ASSERT_EQ(own.SendReceive(EEcho, TIpcArgs(t * 1000 + i)), t * 1000 + i);
            }
            own.Close();
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST_F(Call, process_that_shares_the_server_with_others_gets_its_own_answers) {
    std::vector<std::unique_ptr<Child>> children;
    children.reserve(4);
    for (int c = 0; c < 4; ++c) {
        children.push_back(std::make_unique<Child>([&, c] {
            Session own;
            EXPECT_EQ(own.Connect(iServer.Name()), KErrNone);
            for (TInt i = 0; i < 200; ++i) {
                RoundTrip<TText8>(own, EReverse8, (c * 997 + i * 31) % 6000, i % 3);
            }
            return 0;
        }));
    }
    for (const auto& child : children) {
        EXPECT_EQ(child->Wait(), 0);
    }
}

}  // namespace
}  // namespace ipcpp::test
