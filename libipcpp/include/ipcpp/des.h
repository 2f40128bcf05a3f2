// SPDX-License-Identifier: MIT
/// @file
/// Descriptors: strings and buffers that know their length and, if they can be changed, their
/// maximum length.
///
/// | class | data is | may be changed | header |
/// |---|---|---|---|
/// | TDesC | (any of those below) | no | des_const.h |
/// | TDes | (any modifiable one) | yes | des_modifiable.h |
/// | TPtrC, TPtr | somebody else's | no, yes | des_buffers.h |
/// | TBufC, TBuf | in the object | as a whole, yes | des_buffers.h |
/// | HBufC, RBuf | on the heap, owned | as a whole, yes | des_heap.h |
/// | TLitC, _LIT, _L | in the program | no | des_literal.h |
///
/// Conversions to the standard library: des_convert.h. What misuse leads to: des_panic.h.
///
/// Example:
/// @code
/// auto greet = [](const ipcpp::TDesC8& aName, ipcpp::TDes8& aOut) {
///     aOut.Copy(_L8("Hello, "));
///     aOut.Append(aName);
/// };
/// ipcpp::TBuf8<32> out;
/// greet(_L8("world"), out);
/// assert(ipcpp::AsView(out) == "Hello, world");
/// @endcode
#pragma once

#include "ipcpp/des_buffers.h"
#include "ipcpp/des_const.h"
#include "ipcpp/des_convert.h"
#include "ipcpp/des_fwd.h"
#include "ipcpp/des_heap.h"
#include "ipcpp/des_literal.h"
#include "ipcpp/des_modifiable.h"
#include "ipcpp/des_panic.h"
