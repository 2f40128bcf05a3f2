// SPDX-License-Identifier: MIT
// Counts lines, words and bytes of texts that its clients send, as wc does for LC_ALL=C. One thread
// serves any number of clients; one system call for each message that is small enough to travel
// with it.
#include <cinttypes>
#include <cstdio>

#include "wordcount.h"

using namespace ipcpp;

namespace {

class Counter {
public:
    void Add(const TDesC8& aText) {
        for (TInt i = 0; i < aText.Length(); ++i) {
            const TText8 c = aText[i];
            iLines += c == '\n' ? 1 : 0;
            if (c == ' ' || (c >= '\t' && c <= '\r')) {
                iInWord = false;
            } else if (c > ' ' && c < 0x7f && !iInWord) {
                // Other bytes neither begin a word nor end one.
                iInWord = true;
                ++iWords;
            }
        }
        iBytes += static_cast<TUint64>(aText.Length());
    }
    void Print(TDes8& aResult) const {
        aResult.Format("%" PRIu64 " %" PRIu64 " %" PRIu64, iLines, iWords, iBytes);
    }

private:
    TUint64 iLines = 0;
    TUint64 iWords = 0;
    TUint64 iBytes = 0;
    bool iInWord = false;
};

TInt Count(const RMessage2& aMessage) {
    // A large text stays where it is, in the client; it is read in pieces.
    static TBuf8<65536> piece;
    const TInt length = aMessage.GetDesLength(0);
    Counter counter;
    for (TInt offset = 0; offset < length; offset += piece.Length()) {
        if (const TInt error = aMessage.Read(0, piece, offset); error != KErrNone) {
            return error;
        }
        if (piece.Length() == 0) {
            return KErrUnderflow;
        }
        counter.Add(piece);
    }
    TBuf8<wordcount::KResultLength> result;
    counter.Print(result);
    return length < 0 ? length : aMessage.Write(1, result);
}

TInt Serve(const RMessage2& aMessage) {
    switch (aMessage.Function()) {
        case RMessage2::EConnect: {
            const TVersion version = TVersion::FromWord(static_cast<TUint32>(aMessage.Int0()));
            return User::QueryVersionSupported(wordcount::KVersion, version) ? KErrNone
                                                                             : KErrNotSupported;
        }
        case RMessage2::EDisConnect:
            return KErrNone;
        case wordcount::ECount:
            return Count(aMessage);
        default:
            return KErrNotSupported;
    }
}

}  // namespace

int main() {
    RServer2 server;
    if (const TInt error = server.CreateGlobal(wordcount::KServerName); error != KErrNone) {
        std::fprintf(stderr, "wordcount_server: no server: %s\n", ErrorName(error));
        return 1;
    }
    // Whoever started us waits for this line.
    std::puts("ready");
    std::fflush(stdout);

    RMessage2 message;
    server.Receive(message);
    while (message.Function() != wordcount::EStop) {
        server.CompleteAndReceive(message, Serve(message));
    }
    message.Complete(KErrNone);
    server.Close();
    return 0;
}
