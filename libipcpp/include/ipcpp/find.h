// SPDX-License-Identifier: MIT
/// @file
/// Finders: lists of the kernel objects of one kind whose full name matches a pattern.
///
/// Example:
/// @code
/// ipcpp::TFindProcess find(_L("*"));
/// ipcpp::TFullName name;
/// ipcpp::TInt processes = 0;
/// while (find.Next(name) == ipcpp::KErrNone) {
///     ++processes;
/// }
/// assert(processes >= 1);
/// assert(find.Next(name) == ipcpp::KErrNotFound);
/// @endcode
///
/// A pattern is compared with the *whole* full name, without regard to case; `*` stands for any run
/// of characters and `?` for any one. Objects are reported in the order of their creation. They may
/// come and go between two calls: a finder remembers the object it reported last by an id that is
/// never used again, and goes on behind it. Objects without a name, and those that the caller may
/// not open, are not reported (spec/symbian.md §26.6).
///
/// A finder holds no reference and needs no closing. One thread at a time; nothing here waits. Each
/// step is one IPCPP_IOC_FIND_NEXT for every object passed over. Source: spec/symbian.md §3.
#pragma once

#include "ipcpp/des_buffers.h"
#include "ipcpp/errors.h"

namespace ipcpp {

/// What all finders have in common; used through the derived classes.
class IPCPP_API TFindHandleBase {
public:
    /// Starts again, with another pattern. What is longer than KMaxFullName matches nothing.
    void Find(const TDesC& aPattern);

    /// Finds the next object.
    /// @param aResult receives its full name; unchanged on error.
    /// @return KErrNone; KErrNotFound when there are no more, then and ever after; KErrNotSupported
    ///         if the module is not loaded.
    [[nodiscard]] TInt Next(TFullName& aResult);

protected:
    /// @param aType a type of kernel object, as numbered in spec/symbian.md §2.2.
    explicit TFindHandleBase(TUint aType);
    TFindHandleBase(TUint aType, const TDesC& aPattern);

private:
    friend class RHandleBase;

    TUint64 iFound = 0;  ///< id of the object reported last; 0 before the first
    TUint iType;
    TBool iAtEnd = EFalse;
    TFullName iPattern;
};

/// Finds servers. Only the server's own process may open what it finds (spec/symbian.md §3).
class IPCPP_API TFindServer : public TFindHandleBase {
public:
    TFindServer();
    explicit TFindServer(const TDesC& aPattern);
};

/// Finds threads that have a name. @copydetails find.h
class IPCPP_API TFindThread : public TFindHandleBase {
public:
    TFindThread();
    explicit TFindThread(const TDesC& aPattern);
};

/// Finds processes. @copydetails find.h
class IPCPP_API TFindProcess : public TFindHandleBase {
public:
    TFindProcess();
    explicit TFindProcess(const TDesC& aPattern);
};

}  // namespace ipcpp
