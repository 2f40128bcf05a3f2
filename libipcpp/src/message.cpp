// SPDX-License-Identifier: MIT
#include "ipcpp/message.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <type_traits>

#include "errors_map.h"
#include "ipcpp/panic.h"
#include "ipcpp/thread.h"
#include "message_access.h"
#include "message_block.h"

namespace ipcpp {
namespace {

using core::MessageBlock;

[[noreturn]] void PanicBadMessage() {
    PanicThread("KERN-EXEC", 44);
}

bool IsParameter(TInt aParam) {
    return aParam >= 0 && aParam < KMaxMessageArguments;
}

}  // namespace

namespace core {

/// A message in use by one call: where its bytes are, and what its descriptors are like.
///
/// Everything else than Complete looks first whether the message is valid; what RMessagePtr2
/// remembers of its reception would outlive it.
class MessageAccess::View {
public:
    explicit View(const RMessagePtr2& aMessage) : iMessage(aMessage) {
        if (aMessage.iHandle == 0) {
            PanicBadMessage();
        }
    }

    [[nodiscard]] TUint64 Handle() const { return iMessage.iHandle; }
    [[nodiscard]] bool HasBlock() const { return iMessage.iBlock != IPCPP_NO_BLOCK; }
    [[nodiscard]] MessageBlock Block() const { return {iMessage.iBlock, iMessage.iHandle}; }
    [[nodiscard]] TInt Max(TInt aParam) const { return iMessage.iMax[aParam]; }

    /// @return whether an argument is a descriptor, of the kind that the caller can deal with.
    [[nodiscard]] bool IsDescriptor(TInt aParam) const {
        return (Type(aParam) & IPCPP_ARG_DESCRIPTOR) != 0 && (iMessage.iBad & (1u << aParam)) == 0;
    }
    [[nodiscard]] bool IsConst(TInt aParam) const { return (Type(aParam) & IPCPP_ARG_CONST) != 0; }
    template <typename T>
    [[nodiscard]] bool HasElements(TInt aParam) const {
        const bool wide = (Type(aParam) & IPCPP_ARG_WIDE) != 0;
        return IsDescriptor(aParam) && wide == (sizeof(T) == 2);
    }

    /// Panics KERN-EXEC 44 unless the message is valid.
    /// @return the length of an argument as it is now.
    [[nodiscard]] TInt Length(TInt aParam) const {
        TInt length = iMessage.iLength[aParam];
        if (HasBlock()) {
            const MessageBlock block = Block();
            block.WrittenLength(aParam, length);
            if (block.Look() == MessageBlock::State::EGone) {
                PanicBadMessage();
            }
            return length;
        }
        RMessage2 now;
        if (!Fetch(iMessage.iHandle, now) || now.Function() == RMessage2::EDisConnect) {
            PanicBadMessage();
        }
        return now.iLength[aParam];
    }

private:
    [[nodiscard]] TUint32 Type(TInt aParam) const {
        return (iMessage.iTypes >> (IPCPP_ARG_BITS * aParam)) & IPCPP_ARG_MASK;
    }

    const RMessagePtr2& iMessage;
};

}  // namespace core

namespace {

using View = core::MessageAccess::View;

/// What a look at the block means to the caller. Does not return if the message is not valid any
/// more.
TInt Verdict(MessageBlock::State aState) {
    if (aState == MessageBlock::State::EGone) {
        PanicBadMessage();
    }
    return aState == MessageBlock::State::EDead ? KErrDied : KErrNone;
}

template <typename T>
ipcpp_message_copy CopyCommand(const View& aView, TInt aParam, const T* aBuffer, TInt aElements,
                               TInt aOffset) {
    return {.message = aView.Handle(),
            .argument = static_cast<TUint32>(aParam),
            .wide = sizeof(T) == 2 ? 1u : 0u,
            .buffer = reinterpret_cast<std::uintptr_t>(aBuffer),
            .elements = static_cast<TUint32>(aElements),
            .offset = static_cast<TUint32>(aOffset),
            .copied = 0,
            .reserved = 0};
}

/// Reads elements that are not in the block, from the client's memory.
template <typename T>
TInt ReadRemote(const View& aView, TInt aParam, std::span<TUint8> aTarget, std::size_t aFrom) {
    auto* const buffer = reinterpret_cast<T*>(aTarget.data());
    ipcpp_message_copy copy =
        CopyCommand(aView, aParam, buffer, static_cast<TInt>(aTarget.size() / sizeof(T)),
                    static_cast<TInt>(aFrom / sizeof(T)));
    const TInt error = core::Issue(IPCPP_IOC_MESSAGE_READ, &copy);
    if (error == KErrNone) {
        // The module does not know of a length that is still on its way. What lies before the
        // offset of such a Write, beyond the length that the client had set, is nothing in
        // particular.
        const std::size_t got = std::min(copy.copied * sizeof(T), aTarget.size());
        std::fill(aTarget.begin() + static_cast<std::ptrdiff_t>(got), aTarget.end(), TUint8{0});
    }
    return error;
}

template <typename T>
TInt ReadBlock(const View& aView, TInt aParam, TDesOf<T>& aDes, TInt aOffset) {
    const MessageBlock block = aView.Block();
    if (const TInt error = Verdict(block.Look()); error != KErrNone) {
        return error;
    }
    TInt length = aView.Length(aParam);
    const TInt count = std::clamp(length - std::min(aOffset, length), 0, aDes.MaxLength());
    std::span<TUint8> target(reinterpret_cast<TUint8*>(aDes.WritablePtr()),
                             static_cast<std::size_t>(count) * sizeof(T));
    auto from = static_cast<std::size_t>(aOffset) * sizeof(T);
    while (!target.empty()) {
        std::size_t limit = 0;
        std::size_t done = block.Read(aParam, from, target, limit);
        if (done == 0) {
            done = limit - from;
            if (const TInt error = ReadRemote<T>(aView, aParam, target.first(done), from);
                error != KErrNone) {
                return error;
            }
        }
        from += done;
        target = target.subspan(done);
    }
    const TInt error = Verdict(block.Look());
    if (error == KErrNone) {
        aDes.SetLength(count);
    }
    return error;
}

template <typename T>
TInt DoRead(const RMessagePtr2& aMessage, TInt aParam, TDesOf<T>& aDes, TInt aOffset) {
    if (!IsParameter(aParam)) {
        return KErrArgument;
    }
    const View view(aMessage);
    if (aOffset < 0 || view.HasBlock()) {
        // Looks whether the message is valid, which comes before what is wrong with the arguments.
        (void)view.Length(aParam);
        if (!view.HasElements<T>(aParam)) {
            return KErrBadDescriptor;
        }
        if (aOffset < 0) {
            return KErrArgument;
        }
        return ReadBlock(view, aParam, aDes, aOffset);
    }
    ipcpp_message_copy copy =
        CopyCommand(view, aParam, aDes.WritablePtr(), aDes.MaxLength(), aOffset);
    const TInt error = core::Issue(IPCPP_IOC_MESSAGE_READ, &copy);
    if (error == KErrNone) {
        aDes.SetLength(static_cast<TInt>(copy.copied));
    }
    return error;
}

template <typename T>
TInt WriteBlock(const View& aView, TInt aParam, const TDesCOf<T>& aDes, TInt aOffset) {
    MessageBlock block = aView.Block();
    if (const TInt error = Verdict(block.Look()); error != KErrNone) {
        return error;
    }
    const std::span<const TUint8> source(reinterpret_cast<const TUint8*>(aDes.Ptr()),
                                         static_cast<std::size_t>(aDes.Size()));
    const TInt length = aOffset + aDes.Length();
    if (!block.Write(aParam, static_cast<std::size_t>(aOffset) * sizeof(T), source, length)) {
        ipcpp_message_copy copy = CopyCommand(aView, aParam, aDes.Ptr(), aDes.Length(), aOffset);
        if (const TInt error = core::Issue(IPCPP_IOC_MESSAGE_WRITE, &copy); error != KErrNone) {
            return error;
        }
        block.SetLength(aParam, length);
    }
    return Verdict(block.Look());
}

template <typename T>
TInt DoWrite(const RMessagePtr2& aMessage, TInt aParam, const TDesCOf<T>& aDes, TInt aOffset) {
    if (!IsParameter(aParam)) {
        return KErrArgument;
    }
    const View view(aMessage);
    if (aOffset < 0 || view.HasBlock()) {
        (void)view.Length(aParam);
        if (!view.HasElements<T>(aParam) || view.IsConst(aParam)) {
            return KErrBadDescriptor;
        }
        if (aOffset < 0) {
            return KErrArgument;
        }
        if (TInt64{aOffset} + aDes.Length() > view.Max(aParam)) {
            return KErrOverflow;
        }
        return WriteBlock(view, aParam, aDes, aOffset);
    }
    ipcpp_message_copy copy = CopyCommand(view, aParam, aDes.Ptr(), aDes.Length(), aOffset);
    return core::Issue(IPCPP_IOC_MESSAGE_WRITE, &copy);
}

}  // namespace

void RMessagePtr2::Complete(TInt aReason) const {
    ipcpp_completion completion = {
        .message = core::MessageAccess::Release(*this), .result = aReason, .flags = 0};
    ipcpp_complete_receive command = {};
    command.completions = 1;
    command.completion = reinterpret_cast<std::uintptr_t>(&completion);
    core::IssueOrPanic(IPCPP_IOC_COMPLETE_RECEIVE, &command);
}

TInt RMessagePtr2::GetDesLength(TInt aParam) const {
    if (!IsParameter(aParam)) {
        return KErrArgument;
    }
    const View view(*this);
    const TInt length = view.Length(aParam);
    return view.IsDescriptor(aParam) ? length : KErrBadDescriptor;
}

TInt RMessagePtr2::GetDesMaxLength(TInt aParam) const {
    if (!IsParameter(aParam)) {
        return KErrArgument;
    }
    const View view(*this);
    (void)view.Length(aParam);
    const bool modifiable = view.IsDescriptor(aParam) && !view.IsConst(aParam);
    return modifiable ? view.Max(aParam) : KErrBadDescriptor;
}

TInt RMessagePtr2::Read(TInt aParam, TDes8& aDes, TInt aOffset) const {
    return DoRead(*this, aParam, aDes, aOffset);
}

TInt RMessagePtr2::Read(TInt aParam, TDes16& aDes, TInt aOffset) const {
    return DoRead(*this, aParam, aDes, aOffset);
}

TInt RMessagePtr2::Write(TInt aParam, const TDesC8& aDes, TInt aOffset) const {
    return DoWrite(*this, aParam, aDes, aOffset);
}

TInt RMessagePtr2::Write(TInt aParam, const TDesC16& aDes, TInt aOffset) const {
    return DoWrite(*this, aParam, aDes, aOffset);
}

TInt RMessagePtr2::Client(RThread& aClient, TOwnerType aType) const {
    ipcpp_message_client command = {
        .message = iHandle, .owner = static_cast<TUint32>(aType), .handle = 0};
    const TInt error = core::Issue(IPCPP_IOC_MESSAGE_CLIENT, &command);
    aClient.SetHandle(error == KErrNone ? static_cast<TInt>(command.handle) : KNullHandle);
    return error;
}

RMessage2::RMessage2(const RMessagePtr2& aMessage) {
    const TUint64 handle = aMessage.Handle();
    if (handle != 0 && !core::MessageAccess::Fetch(handle, *this)) {
        PanicBadMessage();
    }
}

void RMessage2::SetSessionPtr(const TAny* aSession) const {
    ipcpp_message_set_cookie command = {.message = iHandle,
                                        .cookie = reinterpret_cast<std::uintptr_t>(aSession)};
    core::IssueOrPanic(IPCPP_IOC_MESSAGE_SET_COOKIE, &command);
}

}  // namespace ipcpp
