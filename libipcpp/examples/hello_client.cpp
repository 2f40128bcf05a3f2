// SPDX-License-Identifier: MIT
// A client of hello_server.cpp: sends a name, prints the greeting.
#include <cstdio>
#include <string>
#include <string_view>

#include "ipcpp/ipcpp.h"

using namespace ipcpp;

/// The interface of the server, as a client sees it.
class RHello : public RSessionBase {
public:
    [[nodiscard]] TInt Connect() { return CreateSession(_L("hello"), TVersion(1, 0, 0)); }
    [[nodiscard]] TInt Greet(const TDesC8& aName, TDes8& aGreeting) const {
        return SendReceive(0, TIpcArgs(&aName, &aGreeting));
    }
};

int main(int aCount, char** aArguments) {
    const std::string_view name = aCount > 1 ? aArguments[1] : "world";
    Owned<RHello> hello;
    if (const TInt error = hello->Connect(); error != KErrNone) {
        std::fprintf(stderr, "no session: %s\n", ErrorName(error));
        return 1;
    }
    TBuf8<80> greeting;
    if (const TInt error = hello->Greet(TPtrC8(name), greeting); error != KErrNone) {
        std::fprintf(stderr, "no greeting: %s\n", ErrorName(error));
        return 1;
    }
    std::puts(ToString(greeting).c_str());
    return 0;
}
