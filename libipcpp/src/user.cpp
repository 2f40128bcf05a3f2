// SPDX-License-Identifier: MIT
#include "ipcpp/user.h"

#include <algorithm>
#include <array>

#include "ipcpp/des.h"
#include "ipcpp/panic.h"

namespace ipcpp {
namespace {

template <typename T>
TInt ValidateNameOf(const TDesCOf<T>& aName) {
    if (aName.Length() > KMaxKernelName) {
        return KErrBadName;
    }
    const auto* const begin = aName.Ptr();
    const bool valid = std::all_of(begin, begin + aName.Length(), [](T aChar) {
        return aChar >= 0x20 && aChar <= 0x7e && aChar != '*' && aChar != '?' && aChar != ':';
    });
    return valid ? KErrNone : KErrBadName;
}

}  // namespace

void User::Leave(TInt aReason) {
    ipcpp::Leave(aReason);
}

void User::LeaveNoMemory() {
    ipcpp::Leave(KErrNoMemory);
}

void User::Panic(const TDesC8& aCategory, TInt aReason) {
    PanicThread(AsView(aCategory), aReason);
}

void User::Panic(const TDesC16& aCategory, TInt aReason) {
    std::array<char, KMaxExitCategoryName> text{};
    const TInt length = std::min(aCategory.Length(), KMaxExitCategoryName);
    std::transform(aCategory.Ptr(), aCategory.Ptr() + length, text.begin(),
                   [](TText16 aChar) { return aChar < 0x80 ? static_cast<char>(aChar) : '?'; });
    PanicThread({text.data(), static_cast<std::size_t>(length)}, aReason);
}

void User::Invariant() {
    PanicThread("USER", 0);
}

TBool User::QueryVersionSupported(const TVersion& aCurrent, const TVersion& aRequested) {
    const bool supported =
        aRequested.iMajor < aCurrent.iMajor ||
        (aRequested.iMajor == aCurrent.iMajor && aRequested.iMinor <= aCurrent.iMinor);
    return supported ? ETrue : EFalse;
}

TInt User::ValidateName(const TDesC8& aName) {
    return ValidateNameOf(aName);
}

TInt User::ValidateName(const TDesC16& aName) {
    return ValidateNameOf(aName);
}

}  // namespace ipcpp
