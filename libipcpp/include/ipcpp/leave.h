// SPDX-License-Identifier: MIT
/// @file
/// Leaves: errors as exceptions, for functions whose name ends in L.
///
/// Example:
/// @code
/// ipcpp::TInt caught = ipcpp::KErrNone;
/// try {
///     ipcpp::LeaveIfError(7);  // not an error: nothing happens
///     ipcpp::LeaveIfError(ipcpp::KErrNotFound);
/// } catch (const ipcpp::XLeaveException& leave) {
///     caught = leave.Reason();
/// }
/// assert(caught == ipcpp::KErrNotFound);
/// @endcode
///
/// A leave is a C++ exception, so destructors run. It never crosses a callback into an event loop:
/// the framework catches it there and hands it to RunError or ServiceError. Any thread may leave.
/// Source: spec/symbian.md §13.
#pragma once

#include <exception>

#include "ipcpp/errors.h"

namespace ipcpp {

/// What a leave throws.
class IPCPP_API XLeaveException : public std::exception {
public:
    explicit XLeaveException(TInt aReason) noexcept : iReason(aReason) {}
    XLeaveException(const XLeaveException&) = default;
    XLeaveException& operator=(const XLeaveException&) = default;
    ~XLeaveException() override;

    /// @return the leave code, normally one of the KErr codes.
    [[nodiscard]] TInt Reason() const noexcept { return iReason; }
    /// @return ErrorName(Reason()).
    [[nodiscard]] const char* what() const noexcept override;

private:
    TInt iReason;
};

/// Leaves with a code, whatever its sign.
[[noreturn]] IPCPP_API void Leave(TInt aReason);

/// Leaves if @p aReason is negative.
/// @return aReason.
inline TInt LeaveIfError(TInt aReason) {
    if (aReason < KErrNone) {
        Leave(aReason);
    }
    return aReason;
}

/// Leaves with KErrNoMemory if @p aPtr is null.
/// @return aPtr.
template <typename T>
T* LeaveIfNull(T* aPtr) {
    if (aPtr == nullptr) {
        Leave(KErrNoMemory);
    }
    return aPtr;
}

}  // namespace ipcpp
