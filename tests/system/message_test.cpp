// SPDX-License-Identifier: MIT
// What a server does with a message: spec/symbian.md §8, §9.5, §26.1, §26.2, §26.10.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "support.h"

namespace ipcpp::test {
namespace {

/// Makes one call whose server side is a function of the test.
class OneCall {
public:
    explicit OneCall(std::function<TInt(RMessage2&)> aServe)
        : iServe(std::move(aServe)),
          iServer({{1, [this](RMessage2& aMessage) { return iServe(aMessage); }}}) {
        EXPECT_EQ(iSession.Connect(iServer.Name()), KErrNone);
    }
    OneCall(const OneCall&) = delete;
    OneCall& operator=(const OneCall&) = delete;
    ~OneCall() { iSession.Close(); }
    TInt operator()(const TIpcArgs& aArgs) { return iSession.SendReceive(1, aArgs); }

private:
    std::function<TInt(RMessage2&)> iServe;
    ServerThread iServer;
    Session iSession;
};

_LIT(KWide, "abc");

/// Two pages of which the second is not accessible; descriptors that end at the border, or cross
/// it.
class Edge {
public:
    Edge() {
        iBase = static_cast<TUint8*>(
            mmap(nullptr, 2 * Page(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        mprotect(iBase + Page(), Page(), PROT_NONE);
    }
    Edge(const Edge&) = delete;
    Edge& operator=(const Edge&) = delete;
    ~Edge() { munmap(iBase, 2 * Page()); }
    static std::size_t Page() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }
    [[nodiscard]] TUint8* Before(std::size_t aBytes) const { return iBase + Page() - aBytes; }
    [[nodiscard]] TUint8* Beyond() const { return iBase + Page(); }

private:
    TUint8* iBase;
};

/// Sizes that travel with the message, partly so, and not at all.
constexpr TInt kSizes[] = {10, 300, 4096, 20000};

TEST(MessageRead, takes_a_part_from_any_offset) {
    for (const TInt size : kSizes) {
        const std::string text = Pattern(static_cast<std::size_t>(size));
        const TPtrC8 source{std::string_view(text)};
        OneCall call([&](RMessage2& aMessage) {
            EXPECT_EQ(aMessage.GetDesLength(0), size);
            for (const TInt offset : {0, 1, size / 2, size - 3, size - 1}) {
                TBuf8<7> part(_L8("before"));
                EXPECT_EQ(aMessage.Read(0, part, offset), KErrNone);
                EXPECT_EQ(part, source.Mid(offset).Left(7)) << size << " at " << offset;
            }
            for (const TInt offset : {size, size + 1, KMaxTInt}) {
                TBuf8<7> part(_L8("before"));
                EXPECT_EQ(aMessage.Read(0, part, offset), KErrNone);
                EXPECT_EQ(part.Length(), 0);
            }
            return 5;
        });
        EXPECT_EQ(call(TIpcArgs(&source)), 5);
    }
}

TEST(MessageRead, counts_16_bit_elements) {
    for (const TInt size : kSizes) {
        const std::string bytes = Pattern(static_cast<std::size_t>(size) * 2);
        const TPtrC16 source(reinterpret_cast<const TText16*>(bytes.data()), size);
        OneCall call([&](RMessage2& aMessage) {
            EXPECT_EQ(aMessage.GetDesLength(2), size);
            TBuf16<5> part;
            EXPECT_EQ(aMessage.Read(2, part, size - 4), KErrNone);
            EXPECT_EQ(part, source.Right(4));
            return 0;
        });
        EXPECT_EQ(call(TIpcArgs(1, 2, &source)), 0);
    }
}

TEST(MessageRead, refuses_in_the_documented_order) {
    TBuf8<10> modifiable(_L8("m"));
    OneCall call([&](RMessage2& aMessage) {
        TBuf8<10> narrow(_L8("kept"));
        TBuf16<10> wide(_L("kept"));
        EXPECT_EQ(aMessage.Read(-1, narrow, -1), KErrArgument);
        EXPECT_EQ(aMessage.Read(4, narrow), KErrArgument);
        EXPECT_EQ(aMessage.Read(0, narrow, -1), KErrBadDescriptor);
        EXPECT_EQ(aMessage.Read(1, wide, -1), KErrBadDescriptor);
        EXPECT_EQ(aMessage.Read(2, narrow, -1), KErrBadDescriptor);
        EXPECT_EQ(aMessage.Read(1, narrow, -1), KErrArgument);
        EXPECT_EQ(aMessage.Read(3, narrow, KMinTInt), KErrArgument);
        EXPECT_EQ(narrow, _L8("kept"));
        EXPECT_EQ(wide, _L("kept"));
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs(7, &modifiable, &KWide, &modifiable)), 0);
}

TEST(MessageLength, and_maximum_are_those_of_the_descriptor) {
    TBuf8<100> modifiable(_L8("four"));
    TBuf16<6000> large(_L("five!"));
    OneCall call([&](RMessage2& aMessage) {
        EXPECT_EQ(aMessage.GetDesLength(0), 4);
        EXPECT_EQ(aMessage.GetDesMaxLength(0), 100);
        EXPECT_EQ(aMessage.GetDesLength(1), 5);
        EXPECT_EQ(aMessage.GetDesMaxLength(1), 6000);
        EXPECT_EQ(aMessage.GetDesLength(2), 3);
        EXPECT_EQ(aMessage.GetDesMaxLength(2), KErrBadDescriptor);
        EXPECT_EQ(aMessage.GetDesLength(3), KErrBadDescriptor);
        EXPECT_EQ(aMessage.GetDesMaxLength(3), KErrBadDescriptor);
        for (const TInt parameter : {-1, 4, KMaxTInt, KMinTInt}) {
            EXPECT_EQ(aMessage.GetDesLength(parameter), KErrArgument);
            EXPECT_EQ(aMessage.GetDesMaxLength(parameter), KErrArgument);
        }
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs(&modifiable, &large, &KWide, 7)), 0);
}

TEST(MessageWrite, sets_length_to_offset_plus_size) {
    for (const TInt max : {50, 4096, 4097, 30000}) {
        std::vector<TUint8> memory(static_cast<std::size_t>(max), '-');
        TPtr8 target(memory.data(), 5, max);
        OneCall call([&](RMessage2& aMessage) {
            EXPECT_EQ(aMessage.Write(0, _L8("xyz"), 10), KErrNone);
            EXPECT_EQ(aMessage.GetDesLength(0), 13);
            return 0;
        });
        EXPECT_EQ(call(TIpcArgs(&target)), 0);
        EXPECT_EQ(target, _L8("----------xyz"));
    }
}

TEST(MessageWrite, shows_in_later_reads_and_lengths_of_every_copy) {
    for (const TInt max : {50, 300, 4096, 4097, 30000}) {
        std::vector<TUint8> memory(static_cast<std::size_t>(max), 'o');
        TPtr8 target(memory.data(), 20, max);
        OneCall call([&](RMessage2& aMessage) {
            const RMessagePtr2 copy = aMessage;
            EXPECT_EQ(aMessage.Write(0, _L8("NEW"), 4), KErrNone);
            EXPECT_EQ(copy.GetDesLength(0), 7);
            TBuf8<30> seen;
            EXPECT_EQ(copy.Read(0, seen), KErrNone);
            EXPECT_EQ(ToString(seen), "ooooNEW") << "room " << max;
            EXPECT_EQ(aMessage.Write(0, _L8("END"), 7), KErrNone);
            EXPECT_EQ(aMessage.Write(0, _L8("BEGIN"), 0), KErrNone);
            EXPECT_EQ(RMessage2(copy).GetDesLength(0), 5);
            EXPECT_EQ(aMessage.Write(0, _L8("TAIL"), 30), KErrNone);
            EXPECT_EQ(copy.Read(0, seen), KErrNone);
            EXPECT_EQ(ToString(seen), "BEGINEWENDoooooooooooooooooooo") << "room " << max;
            EXPECT_EQ(copy.GetDesLength(0), 34);
            return 0;
        });
        EXPECT_EQ(call(TIpcArgs(&target)), 0);
        EXPECT_EQ(target, _L8("BEGINEWENDooooooooooooooooooooTAIL")) << "room " << max;
    }
}

/// @return where two texts differ first; npos if they do not.
std::size_t FirstDifference(std::string_view aLeft, std::string_view aRight) {
    const std::size_t common = std::min(aLeft.size(), aRight.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (aLeft[i] != aRight[i]) {
            return i;
        }
    }
    return aLeft.size() == aRight.size() ? std::string_view::npos : common;
}

TEST(MessageWrite, of_scattered_pieces_keeps_what_lies_between) {
    for (const TInt max : {1000, 4096, 30000}) {
        std::vector<TUint8> memory(static_cast<std::size_t>(max), '.');
        std::string expected(static_cast<std::size_t>(max), '.');
        TPtr8 target(memory.data(), max, max);
        OneCall call([&](RMessage2& aMessage) {
            unsigned state = 12345;
            for (int i = 0; i < 200; ++i) {
                state = state * 1664525U + 1013904223U;
                const TInt length = static_cast<TInt>((state >> 8) % 40);
                const TInt offset =
                    static_cast<TInt>((state >> 16) % static_cast<unsigned>(max - 40));
                const std::string piece(static_cast<std::size_t>(length),
                                        static_cast<char>('a' + i % 26));
                EXPECT_EQ(aMessage.Write(0, TPtrC8(std::string_view(piece)), offset), KErrNone);
                expected.replace(static_cast<std::size_t>(offset), piece.size(), piece);
            }
            EXPECT_EQ(aMessage.Write(0, _L8("!"), max - 1), KErrNone);
            expected.back() = '!';
            RBuf8 seen;
            EXPECT_EQ(seen.Create(max), KErrNone);
            EXPECT_EQ(aMessage.Read(0, seen), KErrNone);
            EXPECT_EQ(FirstDifference(AsView(seen), expected), std::string::npos) << "room " << max;
            seen.Close();
            return 0;
        });
        EXPECT_EQ(call(TIpcArgs(&target)), 0);
        EXPECT_EQ(FirstDifference(AsView(target), expected), std::string::npos) << "room " << max;
    }
}

TEST(MessageWrite, beyond_the_maximum_writes_nothing) {
    for (const TInt max : {10, 5000}) {
        std::vector<TUint8> memory(static_cast<std::size_t>(max), 'k');
        TPtr8 target(memory.data(), 3, max);
        OneCall call([&](RMessage2& aMessage) {
            EXPECT_EQ(aMessage.Write(0, _L8("ab"), max - 1), KErrOverflow);
            EXPECT_EQ(aMessage.Write(0, _L8("a"), max), KErrOverflow);
            EXPECT_EQ(aMessage.Write(0, _L8("a"), KMaxTInt), KErrOverflow);
            EXPECT_EQ(aMessage.Write(0, _L8(""), max + 1), KErrOverflow);
            EXPECT_EQ(aMessage.GetDesLength(0), 3);
            return 0;
        });
        EXPECT_EQ(call(TIpcArgs(&target)), 0);
        EXPECT_EQ(target, _L8("kkk"));
        EXPECT_TRUE(std::all_of(memory.begin(), memory.end(), [](TUint8 c) { return c == 'k'; }));
    }
}

TEST(MessageWrite, up_to_the_maximum_and_of_nothing_is_allowed) {
    for (const TInt max : {10, 5000}) {
        std::vector<TUint8> memory(static_cast<std::size_t>(max), 'k');
        TPtr8 target(memory.data(), 3, max);
        OneCall call([&](RMessage2& aMessage) {
            EXPECT_EQ(aMessage.Write(0, _L8(""), max), KErrNone);
            EXPECT_EQ(aMessage.GetDesLength(0), max);
            EXPECT_EQ(aMessage.Write(0, _L8("e"), max - 1), KErrNone);
            EXPECT_EQ(aMessage.GetDesLength(0), max);
            EXPECT_EQ(aMessage.Write(0, _L8(""), 0), KErrNone);
            EXPECT_EQ(aMessage.GetDesLength(0), 0);
            return 0;
        });
        EXPECT_EQ(call(TIpcArgs(&target)), 0);
        EXPECT_EQ(target.Length(), 0);
        EXPECT_EQ(memory.back(), 'e');
    }
}

TEST(MessageWrite, refuses_in_the_documented_order) {
    TBuf8<10> modifiable(_L8("m"));
    OneCall call([&](RMessage2& aMessage) {
        EXPECT_EQ(aMessage.Write(4, _L8("w"), -1), KErrArgument);
        EXPECT_EQ(aMessage.Write(0, _L8("w"), -1), KErrBadDescriptor);  // a number
        EXPECT_EQ(aMessage.Write(1, _L("w"), -1), KErrBadDescriptor);   // of the other width
        EXPECT_EQ(aMessage.Write(2, _L("w"), -1), KErrBadDescriptor);   // constant
        EXPECT_EQ(aMessage.Write(1, _L8("w"), -1), KErrArgument);
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs(7, &modifiable, &KWide)), 0);
    EXPECT_EQ(modifiable, _L8("m"));
}

TEST(MessageWrite, reaches_every_argument_that_is_the_same_descriptor) {
    for (const TInt max : {100, 6000}) {
        std::vector<TUint8> memory(static_cast<std::size_t>(max), ' ');
        TPtr8 target(memory.data(), 0, max);
        const TDesC8& readOnly = target;
        OneCall call([&](RMessage2& aMessage) {
            EXPECT_EQ(aMessage.Write(2, _L8("shared")), KErrNone);
            for (const TInt parameter : {0, 1, 2}) {
                EXPECT_EQ(aMessage.GetDesLength(parameter), 6) << parameter;
                TBuf8<10> seen;
                EXPECT_EQ(aMessage.Read(parameter, seen), KErrNone);
                EXPECT_EQ(seen, _L8("shared")) << parameter;
            }
            EXPECT_EQ(aMessage.GetDesLength(3), 0);
            return 0;
        });
        TBuf8<10> other;
        EXPECT_EQ(call(TIpcArgs(&target, &readOnly, &target, &other)), 0);
        EXPECT_EQ(target, _L8("shared"));
    }
}

TEST(MessageDescriptor, with_unreadable_data_is_bad_from_the_start) {
    const Edge edge;
    for (const TInt length : {10, 5000}) {
        const TPtrC8 source(edge.Before(5), length);
        OneCall call([&](RMessage2& aMessage) {
            TBuf8<20> seen;
            EXPECT_EQ(aMessage.Read(0, seen), KErrBadDescriptor);
            EXPECT_EQ(seen.Length(), 0);
            return 6;
        });
        EXPECT_EQ(call(TIpcArgs(&source)), 6);
    }
}

TEST(MessageDescriptor, that_ends_at_the_border_of_readable_memory_is_good) {
    const Edge edge;
    const TPtrC8 source(edge.Before(5), 5);
    TPtr8 target(edge.Before(3), 0, 3);
    OneCall call([&](RMessage2& aMessage) {
        TBuf8<20> seen;
        EXPECT_EQ(aMessage.Read(0, seen), KErrNone);
        EXPECT_EQ(aMessage.Write(1, _L8("abc")), KErrNone);
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs(&source, &target)), 0);
    EXPECT_EQ(target, _L8("abc"));
}

TEST(MessageDescriptor, that_cannot_be_written_at_completion_is_the_clients_error) {
    const Edge edge;
    TPtr8 target(edge.Before(2), 0, 10);
    OneCall call([&](RMessage2& aMessage) {
        EXPECT_EQ(aMessage.Write(0, _L8("too far")), KErrNone);
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs(&target)), KErrBadDescriptor);
    TPtr8 good(edge.Before(10), 0, 10);
    EXPECT_EQ(call(TIpcArgs(&good)), 0);
}

TEST(MessageDescriptor, that_cannot_be_written_in_place_is_the_servers_error) {
    const Edge edge;
    TPtr8 target(edge.Before(2), 0, 5000);
    OneCall call([&](RMessage2& aMessage) {
        EXPECT_EQ(aMessage.Write(0, _L8("too far")), KErrBadDescriptor);
        EXPECT_EQ(aMessage.GetDesLength(0), 0);
        return 8;
    });
    EXPECT_EQ(call(TIpcArgs(&target)), 8);
    EXPECT_EQ(target.Length(), 0);
}

TEST(MessageLeaving, forms_throw_the_error) {
    TBuf8<10> modifiable(_L8("m"));
    OneCall call([&](RMessage2& aMessage) {
        TBuf8<10> narrow;
        TBuf16<10> wide;
        const auto caught = [](const std::function<void()>& aBody) {
            try {
                aBody();
            } catch (const XLeaveException& leave) {
                return leave.Reason();
            }
            return KErrNone;
        };
        EXPECT_EQ(caught([&] { aMessage.ReadL(0, narrow); }), KErrNone);
        EXPECT_EQ(caught([&] { aMessage.ReadL(0, wide); }), KErrBadDescriptor);
        EXPECT_EQ(caught([&] { aMessage.WriteL(0, _L8("01234567890")); }), KErrOverflow);
        EXPECT_EQ(caught([&] { aMessage.WriteL(0, _L("w")); }), KErrBadDescriptor);
        EXPECT_EQ(caught([&] { (void)aMessage.GetDesLengthL(4); }), KErrArgument);
        EXPECT_EQ(caught([&] { (void)aMessage.GetDesMaxLengthL(1); }), KErrBadDescriptor);
        EXPECT_EQ(aMessage.GetDesLengthL(0), 1);
        EXPECT_EQ(aMessage.GetDesMaxLengthL(0), 10);
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs(&modifiable)), 0);
}

TEST(MessageClient, is_the_thread_that_sent_it) {
    TThreadId seen;
    OneCall call([&](RMessage2& aMessage) {
        RThread client;
        EXPECT_EQ(aMessage.Client(client), KErrNone);
        EXPECT_EQ(client.Handle() & KHandleFlagLocal, 0);
        seen = client.Id();
        client.Close();
        aMessage.ClientL(client, EOwnerThread);
        EXPECT_NE(client.Handle() & KHandleFlagLocal, 0);
        client.Close();
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs()), 0);
    EXPECT_EQ(seen, RThread().Id());
}

/// How the thread of a server ends that does this with a message of one descriptor (small or
/// large).
Ended EndOfServing(TInt aSize, const std::function<void(RMessage2&)>& aBody) {
    const UniqueName name("ends");
    std::promise<void> ready;
    std::vector<TUint8> memory(static_cast<std::size_t>(aSize) + 1);
    std::thread client([&] {
        ready.get_future().wait();
        TPtr8 target(memory.data(), aSize, aSize);
        Session session;
        EXPECT_EQ(session.Connect(name), KErrNone);
        (void)session.SendReceive(1, TIpcArgs(&target));
        session.Close();
    });
    Ended ended = EndOf([&] {
        RServer2 server;
        ASSERT_EQ(server.CreateGlobal(name), KErrNone);
        ready.set_value();
        RMessage2 message;
        server.Receive(message);
        server.CompleteAndReceive(message, KErrNone);
        aBody(message);
    });
    client.join();
    return ended;
}

TEST(MessageComplete, through_the_same_object_twice_panics_user_70) {
    EXPECT_EQ(EndOfServing(10,
                           [](RMessage2& aMessage) {
                               aMessage.Complete(1);
                               EXPECT_TRUE(aMessage.IsNull());
                               EXPECT_EQ(aMessage.Handle(), 0U);
                               aMessage.Complete(2);
                           }),
              Panicked("USER", 70));
}

TEST(MessageComplete, through_two_copies_panics_kern_exec_44) {
    EXPECT_EQ(EndOfServing(10,
                           [](RMessage2& aMessage) {
                               const RMessagePtr2 copy = aMessage;
                               aMessage.Complete(1);
                               EXPECT_FALSE(copy.IsNull());
                               copy.Complete(2);
                           }),
              Panicked("KERN-EXEC", 44));
}

TEST(MessageComplete, makes_every_use_of_a_copy_panic_kern_exec_44) {
    const std::function<void(const RMessagePtr2&)> uses[] = {
        [](const RMessagePtr2& aMessage) { (void)aMessage.GetDesLength(0); },
        [](const RMessagePtr2& aMessage) { (void)aMessage.GetDesMaxLength(0); },
        [](const RMessagePtr2& aMessage) {
            TBuf8<4> buffer;
            (void)aMessage.Read(0, buffer);
        },
        [](const RMessagePtr2& aMessage) {
            TBuf16<4> buffer;
            (void)aMessage.Read(1, buffer, -1);
        },
        [](const RMessagePtr2& aMessage) { (void)aMessage.Write(0, _L8("x")); },
        [](const RMessagePtr2& aMessage) { (void)aMessage.Write(3, _L8("x"), -1); },
        [](const RMessagePtr2& aMessage) { RMessage2 again(aMessage); },
        [](const RMessagePtr2& aMessage) {
            RThread client;
            (void)aMessage.Client(client);
        },
    };
    for (const TInt size : {10, 10000}) {
        for (const auto& use : uses) {
            EXPECT_EQ(EndOfServing(size,
                                   [&](RMessage2& aMessage) {
                                       const RMessagePtr2 copy = aMessage;
                                       aMessage.Complete(0);
                                       use(copy);
                                   }),
                      Panicked("KERN-EXEC", 44));
        }
    }
}

TEST(MessageComplete, of_the_disconnect_is_all_that_may_be_done_with_it) {
    const std::function<void(const RMessage2&)> uses[] = {
        [](const RMessage2& aMessage) { (void)aMessage.GetDesLength(0); },
        [](const RMessage2& aMessage) {
            TBuf8<4> buffer;
            (void)aMessage.Read(0, buffer);
        },
        [](const RMessage2& aMessage) { (void)aMessage.Write(0, _L8("x")); },
        [](const RMessage2& aMessage) { aMessage.SetSessionPtr(&aMessage); },
        [](const RMessage2& aMessage) {
            RThread client;
            (void)aMessage.Client(client);
        },
    };
    for (const auto& use : uses) {
        const UniqueName name("disconnect");
        std::promise<void> ready;
        std::thread client([&] {
            ready.get_future().wait();
            Session session;
            EXPECT_EQ(session.Connect(name), KErrNone);
            session.Close();
        });
        EXPECT_EQ(EndOf([&] {
                      RServer2 server;
                      ASSERT_EQ(server.CreateGlobal(name), KErrNone);
                      ready.set_value();
                      RMessage2 message;
                      server.Receive(message);
                      server.CompleteAndReceive(message, KErrNone);
                      ASSERT_EQ(message.Function(), RMessage2::EDisConnect);
                      const RMessagePtr2 copy = message;
                      EXPECT_EQ(RMessage2(copy).Function(), RMessage2::EDisConnect);
                      EXPECT_EQ(message.Ptr0(), nullptr);
                      EXPECT_EQ(message.Ptr3(), nullptr);
                      use(message);
                  }),
                  Panicked("KERN-EXEC", 44));
        client.join();
    }
}

TEST(MessageHandle, that_was_never_received_panics_kern_exec_44) {
    EXPECT_EQ(EndOf([] { (void)RMessagePtr2().GetDesLength(0); }), Panicked("KERN-EXEC", 44));
    EXPECT_EQ(EndOf([] {
                  TBuf8<4> buffer;
                  (void)RMessagePtr2().Read(0, buffer);
              }),
              Panicked("KERN-EXEC", 44));
    EXPECT_EQ(EndOf([] { RMessagePtr2().Complete(0); }), Panicked("USER", 70));
    EXPECT_TRUE(RMessage2(RMessagePtr2()).IsNull());
}

TEST(MessageHandle, of_another_process_panics_kern_exec_44) {
    // A child has the words of its parent's memory, but none of its messages.
    OneCall call([&](RMessage2& aMessage) {
        const RMessage2 copy = aMessage;
        Child child([&]() -> int {
            copy.Complete(9);
            return 0;
        });
        EXPECT_EQ(child.Wait(), -SIGABRT);
        return 10;
    });
    EXPECT_EQ(call(TIpcArgs()), 10);
}

TEST(MessageComplete, can_come_later_and_from_another_thread) {
    std::promise<RMessagePtr2> kept;
    ServerThread server({{1, [&](RMessage2& aMessage) -> std::optional<TInt> {
                              kept.set_value(aMessage);
                              return std::nullopt;
                          }}});
    std::thread completer([&] {
        const RMessagePtr2 message = kept.get_future().get();
        // Meanwhile the server serves others.
        Session other;
        EXPECT_EQ(other.Connect(server.Name()), KErrNone);
        EXPECT_EQ(other.SendReceive(2), KErrNotSupported);
        other.Close();
        EXPECT_EQ(message.Write(0, _L8("late")), KErrNone);
        message.Complete(44);
    });
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    TBuf8<16> reply;
    EXPECT_EQ(session.SendReceive(1, TIpcArgs(&reply)), 44);
    EXPECT_EQ(reply, _L8("late"));
    completer.join();
    session.Close();
}

TEST(MessageSnapshot, does_not_follow_what_the_client_changes_after_sending) {
    TBuf8<16> text(_L8("as sent"));
    std::promise<void> received;
    std::promise<void> changed;
    std::thread changer([&] {
        received.get_future().wait();
        text[0] = 'X';
        changed.set_value();
    });
    const TDesC8& constant = text;
    OneCall call([&](RMessage2& aMessage) {
        received.set_value();
        changed.get_future().wait();
        TBuf8<16> seen;
        EXPECT_EQ(aMessage.Read(0, seen), KErrNone);
        EXPECT_EQ(seen, _L8("as sent"));
        return 0;
    });
    EXPECT_EQ(call(TIpcArgs(&constant)), 0);
    changer.join();
}

}  // namespace
}  // namespace ipcpp::test
