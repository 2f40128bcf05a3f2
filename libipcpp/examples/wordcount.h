// SPDX-License-Identifier: MIT
/// @file
/// The protocol of the word-count example, and its client side.
#pragma once

#include "ipcpp/ipcpp.h"

namespace wordcount {

/// What a client asks for.
enum TFunction : ipcpp::TInt {
    /// Argument 0: the text, an 8-bit descriptor of any size. Argument 1: a modifiable 8-bit
    /// descriptor of at least KResultLength, which receives "LINES WORDS BYTES".
    ECount = 0,
    /// The server answers, and ends.
    EStop = 1,
};

inline constexpr ipcpp::TInt KResultLength = 64;
inline constexpr ipcpp::TVersion KVersion{1, 0, 0};
_LIT(KServerName, "word count");

/// A session with the server. One thread at a time; Count blocks until the server has counted.
class RWordCount : public ipcpp::RSessionBase {
public:
    [[nodiscard]] ipcpp::TInt Connect() { return CreateSession(KServerName, KVersion); }
    [[nodiscard]] ipcpp::TInt Count(const ipcpp::TDesC8& aText, ipcpp::TDes8& aResult) const {
        return SendReceive(ECount, ipcpp::TIpcArgs(&aText, &aResult));
    }
    [[nodiscard]] ipcpp::TInt Stop() const { return SendReceive(EStop); }
};

}  // namespace wordcount
