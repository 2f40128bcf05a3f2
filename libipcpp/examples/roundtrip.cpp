// SPDX-License-Identifier: MIT
/// What a round trip costs between two processes on one CPU, beside a pair of pipes.
/// usage: roundtrip [ROUNDS]. Under `scripts/vm --icount` a nanosecond is an instruction.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include "ipcpp/ipcpp.h"

namespace {

using namespace ipcpp;

constexpr int KWarmUp = 5000;
constexpr TInt KLarge = 4096;

enum TFunction : TInt { ENothing = 1, EEcho = 2 };

class RRound : public RSessionBase {
public:
    [[nodiscard]] TInt Connect() { return CreateSession(_L("roundtrip"), TVersion(1, 0, 0)); }
    [[nodiscard]] TInt Nothing() const { return SendReceive(ENothing); }
    [[nodiscard]] TInt Echo(const TDesC8& aText, TDes8& aReply) const {
        return SendReceive(EEcho, TIpcArgs(&aText, &aReply));
    }
};

[[noreturn]] void Serve(int aReady) {
    static TBuf8<KLarge> text;
    RServer2 server;
    if (server.CreateGlobal(_L("roundtrip")) != KErrNone || write(aReady, "", 1) != 1)
        _exit(1);
    RMessage2 message;
    server.Receive(message);
    while (message.Function() != RMessage2::EDisConnect) {
        TInt result = KErrNone;
        if (message.Function() == EEcho) {
            result = message.Read(0, text);
            if (result == KErrNone)
                result = message.Write(1, text);
        }
        server.CompleteAndReceive(message, result);
    }
    message.Complete(KErrNone);
    _exit(0);
}

[[noreturn]] void ServePipe(int aFrom, int aTo) {
    char byte = 0;
    while (read(aFrom, &byte, 1) == 1)
        if (write(aTo, &byte, 1) != 1)
            break;
    _exit(0);
}

template <typename Round>
void Measure(const char* aName, int aRounds, Round aRound) {
    using clock = std::chrono::steady_clock;
    for (int i = 0; i < KWarmUp; ++i)
        aRound();
    const auto start = clock::now();
    for (int i = 0; i < aRounds; ++i)
        aRound();
    const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(clock::now() - start);
    std::printf("%-32s %8.0f ns\n", aName, static_cast<double>(spent.count()) / aRounds);
    std::fflush(stdout);
}

void Expect(bool aHolds, const char* aWhat) {
    if (aHolds)
        return;
    std::fprintf(stderr, "roundtrip: %s\n", aWhat);
    _exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::stoi(argv[1]) : 5000;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    Expect(sched_setaffinity(0, sizeof(one), &one) == 0, "cannot stay on one CPU");

    std::array<int, 2> there{};
    std::array<int, 2> back{};
    Expect(pipe(there.data()) == 0 && pipe(back.data()) == 0, "no pipes");
    if (fork() == 0) {
        close(there[1]);
        ServePipe(there[0], back[1]);
    }
    close(there[0]);
    Measure("pipe pair, 1 byte", rounds, [&] {
        char byte = 0;
        Expect(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "the pipe broke");
    });
    close(there[1]);

    if (fork() == 0)
        Serve(back[1]);
    char ready = 0;
    Expect(read(back[0], &ready, 1) == 1, "no server");
    RRound session;
    Expect(session.Connect() == KErrNone, "no session");
    Measure("SendReceive, empty", rounds,
            [&] { Expect(session.Nothing() == KErrNone, "a call failed"); });
    for (const TInt size : {8, 256, KLarge}) {
        static TBuf8<KLarge> text;
        static TBuf8<KLarge> reply;
        text.SetLength(size);
        text.Fill('x');
        const std::string name = "SendReceive, " + std::to_string(size) + " B each way";
        Measure(name.c_str(), rounds, [&] {
            reply.Zero();
            Expect(session.Echo(text, reply) == KErrNone && reply.Length() == size, "no echo");
        });
    }
    session.Close();
    while (wait(nullptr) > 0) {
    }
}
