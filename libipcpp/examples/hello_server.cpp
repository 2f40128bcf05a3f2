// SPDX-License-Identifier: MIT
// A server that greets: reads a name from argument 0, writes a greeting to argument 1. See
// hello_client.cpp.
#include <cstdio>

#include "ipcpp/ipcpp.h"

using namespace ipcpp;

static TInt Greet(const RMessage2& aMessage) {
    TBuf8<64> name;
    if (const TInt error = aMessage.Read(0, name); error != KErrNone) {
        return error;
    }
    TBuf8<80> greeting(_L8("Hello, "));
    greeting.Append(name);
    return aMessage.Write(1, greeting);
}

int main() {
    RServer2 server;
    if (const TInt error = server.CreateGlobal(_L("hello")); error != KErrNone) {
        std::fprintf(stderr, "no server: %s\n", ErrorName(error));
        return 1;
    }
    std::puts("ready");
    std::fflush(stdout);

    RMessage2 message;
    server.Receive(message);
    for (;;) {
        TInt result = KErrNone;
        if (message.Function() == RMessage2::EDisConnect) {
            message.Complete(KErrNone);
            break;  // one client is enough for an example
        }
        if (message.Function() >= 0) {
            result = Greet(message);
        }
        server.CompleteAndReceive(message, result);
    }
    server.Close();
    return 0;
}
