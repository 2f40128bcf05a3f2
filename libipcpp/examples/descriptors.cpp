// SPDX-License-Identifier: MIT
//
// Descriptors in five minutes: where the data is, who may change it, and how errors come back.
#include <cstdio>
#include <string_view>

#include "ipcpp/ipcpp.h"

namespace {

_LIT8(KGreeting, "Hello, ");

// A function takes the least that it needs: something to read, something to write. What kinds of
// descriptor these are is the caller's business.
void Greet(const ipcpp::TDesC8& aName, ipcpp::TDes8& aOut) {
    aOut.Copy(KGreeting);
    aOut.Append(aName);
    aOut.Append('!');
}

// A name that ends in L may leave. The buffer closes itself on either way out.
ipcpp::TInt ShoutedLengthL(const ipcpp::TDesC8& aText) {
    ipcpp::Owned<ipcpp::RBuf8> copy;
    copy->CreateL(aText);
    copy->UpperCase();
    ipcpp::User::LeaveIfError(copy->Find(_L8("HELLO")));
    return copy->Length();
}

}  // namespace

int main() {
    const std::string_view who = "world";
    ipcpp::TBuf8<32> text;
    Greet(ipcpp::TPtrC8(who), text);
    std::printf("%.*s\n", text.Length(), reinterpret_cast<const char*>(text.Ptr()));

    try {
        if (ShoutedLengthL(text) != 13) {
            return 1;
        }
        (void)ShoutedLengthL(_L8("Goodbye"));
    } catch (const ipcpp::XLeaveException& leave) {
        std::printf("left with %s\n", leave.what());
        return leave.Reason() == ipcpp::KErrNotFound ? 0 : 1;
    }
    return 1;
}
