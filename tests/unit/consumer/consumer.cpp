// SPDX-License-Identifier: MIT
#include <ipcpp/ipcpp.h>

int main() {
    ipcpp::TBuf8<16> text;
    text.Num(42);
    return text == _L8("42") && ipcpp::User::ValidateName(text) == ipcpp::KErrNone ? 0 : 1;
}
