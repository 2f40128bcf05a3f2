// SPDX-License-Identifier: MIT
/// @file
/// Owned<R>: an R-class that closes itself at the end of its scope.
///
/// Example:
/// @code
/// ipcpp::Owned<ipcpp::RBuf8> buffer;
/// assert(buffer->Create(16) == ipcpp::KErrNone);
/// ipcpp::Owned<ipcpp::RBuf8> moved = std::move(buffer);
/// assert(moved->MaxLength() == 16);
/// @endcode
///
/// The R-classes copy their handle word and never close by themselves, which ports of Symbian code
/// rely on (handle.h). New code wraps them in Owned, and has exactly one owner. Moving does not
/// touch the kernel; the destructor calls R::Close() and blocks, fails or panics as that does. As
/// safe for threads as R is.
#pragma once

#include <memory>
#include <utility>

namespace ipcpp {

/// @copydoc owned.h
/// @tparam R a class with a default constructor that makes it empty, a move or copy constructor,
/// and Close(),
///           which must be harmless on an empty one. None of them may throw.
template <typename R>
class Owned {
public:
    Owned() = default;
    /// Takes over what @p aResource holds; the caller must not close it any more.
    explicit Owned(R aResource) : iResource(std::move(aResource)) {}
    Owned(Owned&& aOther) noexcept : iResource(aOther.Release()) {}
    Owned(const Owned&) = delete;

    /// Closes what was held before.
    Owned& operator=(Owned&& aOther) noexcept {
        if (this != &aOther) {
            iResource.Close();
            Replace(aOther.Release());
        }
        return *this;
    }
    Owned& operator=(const Owned&) = delete;

    ~Owned() { iResource.Close(); }

    [[nodiscard]] R& Get() { return iResource; }
    [[nodiscard]] const R& Get() const { return iResource; }
    R* operator->() { return &iResource; }
    const R* operator->() const { return &iResource; }
    R& operator*() { return iResource; }
    const R& operator*() const { return iResource; }

    /// Gives up ownership: the result must be closed by the caller, and this object is empty.
    [[nodiscard]] R Release() {
        R resource(std::move(iResource));
        Replace(R());
        return resource;
    }

private:
    /// Assignment would copy data for some R-classes (RBuf), where what is meant is the resource.
    void Replace(R&& aResource) {
        std::destroy_at(&iResource);
        std::construct_at(&iResource, std::move(aResource));
    }

    R iResource;
};

}  // namespace ipcpp
