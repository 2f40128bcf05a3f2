// SPDX-License-Identifier: MIT
/// @file
/// Names of the descriptor classes without their definitions, for headers that only pass
/// descriptors on.
///
/// Every class is written once as a template over its element and has an 8-bit name, a 16-bit name
/// and, for the latter, an unsuffixed name: TDesC is TDesC16, as in a Unicode build of Symbian.
///
/// Example:
/// @code
/// auto describe = [](const ipcpp::TDesC8& aText) { return aText.Length(); };
/// assert(describe(ipcpp::TPtrC8("four")) == 4);
/// @endcode
#pragma once

#include "ipcpp/types.h"

namespace ipcpp {

template <typename T>
class TDesCOf;
template <typename T>
class TDesOf;
template <typename T>
class TBufCBaseOf;
template <typename T>
class TPtrCOf;
template <typename T>
class TPtrOf;
template <typename T, TInt S>
class TBufCOf;
template <typename T, TInt S>
class TBufOf;
template <typename T>
class HBufCOf;
template <typename T>
class RBufOf;
template <typename T, TInt S>
class TLitCOf;

using TDesC8 = TDesCOf<TText8>;
using TDesC16 = TDesCOf<TText16>;
using TDesC = TDesC16;

using TDes8 = TDesOf<TText8>;
using TDes16 = TDesOf<TText16>;
using TDes = TDes16;

using TPtrC8 = TPtrCOf<TText8>;
using TPtrC16 = TPtrCOf<TText16>;
using TPtrC = TPtrC16;

using TPtr8 = TPtrOf<TText8>;
using TPtr16 = TPtrOf<TText16>;
using TPtr = TPtr16;

template <TInt S>
using TBufC8 = TBufCOf<TText8, S>;
template <TInt S>
using TBufC16 = TBufCOf<TText16, S>;
template <TInt S>
using TBufC = TBufC16<S>;

template <TInt S>
using TBuf8 = TBufOf<TText8, S>;
template <TInt S>
using TBuf16 = TBufOf<TText16, S>;
template <TInt S>
using TBuf = TBuf16<S>;

using HBufC8 = HBufCOf<TText8>;
using HBufC16 = HBufCOf<TText16>;
using HBufC = HBufC16;

using RBuf8 = RBufOf<TText8>;
using RBuf16 = RBufOf<TText16>;
using RBuf = RBuf16;

/// A name of a kernel object, and a full name with its owners (spec/symbian.md §3).
using TName = TBuf<KMaxName>;
using TFullName = TBuf<KMaxFullName>;
/// The category of a panic.
using TExitCategoryName = TBuf<KMaxExitCategoryName>;

}  // namespace ipcpp
