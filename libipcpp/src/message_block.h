// SPDX-License-Identifier: MIT
/// @file
/// The bytes of one message in the memory shared with the module.
///
/// A block serves one message after another. `message` in it names the one it has, and is cleared
/// before it can get another; so whoever copies looks at it before *and after*: if both looks see
/// the message, what was copied in between is its own. What is read of a block that has moved on is
/// nonsense, but stays within bounds, and is thrown away.
#pragma once

#include <cstddef>
#include <span>

#include "ipcpp/types.h"
#include "ipcpp/uapi/ipcpp.h"

namespace ipcpp::core {

class MessageBlock {
public:
    enum class State {
        EValid,
        EDead,  ///< the client has gone
        EGone,  ///< the block has another message, or none
    };

    /// @param aIndex as the message's record says, not IPCPP_NO_BLOCK.
    MessageBlock(TUint32 aIndex, TUint64 aMessage) noexcept;

    [[nodiscard]] State Look() const noexcept;

    /// The length of descriptor argument @p aArg in elements, if the server has written to it.
    /// @return whether it has.
    bool WrittenLength(TInt aArg, TInt& aLength) const noexcept;
    /// Notes the length after a write that went to the client's memory without this block.
    void SetLength(TInt aArg, TInt aLength) noexcept;

    /// Copies the bytes of an argument from @p aFrom on, as far as they are here in one piece.
    /// @param aLimit where the caller must go on with another call at the latest.
    /// @return the number of bytes copied; 0 if byte aFrom is not here, and @p aLimit is where to
    ///         ask again.
    std::size_t Read(TInt aArg, std::size_t aFrom, std::span<TUint8> aTarget,
                     std::size_t& aLimit) const noexcept;

    /// Stores bytes that the module will carry to the client, and the new length in elements.
    /// @return whether it can: there must be room, and one range must cover all that is carried,
    ///         without a hole. If not, nothing is changed.
    bool Write(TInt aArg, std::size_t aFrom, std::span<const TUint8> aSource,
               TInt aLength) noexcept;

private:
    /// Bytes [iFrom, iTo) of an argument that are in the reply, starting at iData for byte 0.
    struct Range {
        std::size_t iFrom = 0;
        std::size_t iTo = 0;
        std::size_t iData = 0;
    };

    [[nodiscard]] Range Carried(TInt aArg) const noexcept;
    [[nodiscard]] ipcpp_reply::ipcpp_reply_arg& Speaker(TInt aArg) const noexcept;

    const ipcpp_block* iBlock;
    ipcpp_reply* iReply;
    TUint64 iMessage;
};

}  // namespace ipcpp::core
