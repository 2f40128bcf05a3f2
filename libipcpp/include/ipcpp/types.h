// SPDX-License-Identifier: MIT
/// @file
/// The scalar types, small enumerations and limits that every other header of the library is
/// written in.
///
/// Example:
/// @code
/// ipcpp::TVersion version(1, 2, 300);
/// assert(version.Word() == 0x012c0201u);
/// assert(ipcpp::TVersion::FromWord(version.Word()) == version);
/// assert(ipcpp::KMaxTInt == 2147483647);
/// @endcode
///
/// Everything here is a value: no call blocks, fails or owns anything, and all of it is safe to use
/// from any thread. Source of the semantics: spec/symbian.md §1.1, §2.4, §4.3, §19, §20, §23.
#pragma once

#include <cstdint>
#include <limits>

#include "ipcpp/export.h"

namespace ipcpp {

/// 32-bit signed integer. As a result: >= 0 is success, < 0 is one of the KErr codes of errors.h.
using TInt = std::int32_t;
/// 32-bit unsigned integer.
using TUint = std::uint32_t;
/// A truth value of the size of a TInt. Any non-zero value is true; functions of this library
/// return only ETrue or EFalse.
using TBool = TInt;
/// An object of unknown type; only ever used behind a pointer.
using TAny = void;

using TInt8 = std::int8_t;
using TInt16 = std::int16_t;
using TInt32 = std::int32_t;
using TInt64 = std::int64_t;
using TUint8 = std::uint8_t;
using TUint16 = std::uint16_t;
using TUint32 = std::uint32_t;
using TUint64 = std::uint64_t;

/// Element of an 8-bit descriptor: a byte, with no encoding implied.
using TText8 = std::uint8_t;
/// Element of a 16-bit descriptor: a UTF-16 code unit. char16_t and not TUint16, so that u""
/// literals and std::u16string_view refer to the same objects without breaking the aliasing rules.
using TText16 = char16_t;

inline constexpr TBool ETrue = 1;
inline constexpr TBool EFalse = 0;

inline constexpr TInt KMaxTInt = std::numeric_limits<TInt>::max();
inline constexpr TInt KMinTInt = std::numeric_limits<TInt>::min();
inline constexpr TUint KMaxTUint = std::numeric_limits<TUint>::max();
inline constexpr TInt64 KMaxTInt64 = std::numeric_limits<TInt64>::max();
inline constexpr TInt64 KMinTInt64 = std::numeric_limits<TInt64>::min();

/// Which handle table a new handle goes into. It says nothing about the object (spec/symbian.md
/// §2.4).
enum TOwnerType {
    /// Any thread of the process may use the handle; it is closed when the process ends.
    EOwnerProcess = 0,
    /// Only the creating thread may use the handle; it is closed when that thread ends.
    EOwnerThread = 1,
};

/// How a thread or process ended (spec/symbian.md §19).
enum TExitType {
    EExitKill = 0,
    EExitTerminate = 1,
    EExitPanic = 2,
    /// It has not ended.
    EExitPending = 3,
};

/// Priority of a process (spec/symbian.md §20). Other values are refused.
enum TProcessPriority {
    EPriorityLow = 150,
    EPriorityBackground = 250,
    EPriorityForeground = 350,
    EPriorityHigh = 450,
    EPriorityWindowServer = 650,
    EPriorityFileServer = 750,
    EPriorityRealTimeServer = 850,
    EPrioritySupervisor = 950,
};

/// Priority of a thread (spec/symbian.md §19): relative to its process (-30..30) or absolute
/// (100..880).
enum TThreadPriority {
    EPriorityNull = -30,
    EPriorityMuchLess = -20,
    EPriorityLess = -10,
    EPriorityNormal = 0,
    EPriorityMore = 10,
    EPriorityMuchMore = 20,
    EPriorityRealTime = 30,
    EPriorityAbsoluteVeryLow = 100,
    EPriorityAbsoluteLowNormal = 110,
    EPriorityAbsoluteLow = 150,
    EPriorityAbsoluteBackgroundNormal = 210,
    EPriorityAbsoluteBackground = 250,
    EPriorityAbsoluteForegroundNormal = 310,
    EPriorityAbsoluteForeground = 350,
    EPriorityAbsoluteHighNormal = 410,
    EPriorityAbsoluteHigh = 450,
    EPriorityAbsoluteRealTime1 = 810,
    EPriorityAbsoluteRealTime2 = 820,
    EPriorityAbsoluteRealTime3 = 830,
    EPriorityAbsoluteRealTime4 = 840,
    EPriorityAbsoluteRealTime5 = 850,
    EPriorityAbsoluteRealTime6 = 860,
    EPriorityAbsoluteRealTime7 = 870,
    EPriorityAbsoluteRealTime8 = 880,
};

/// Numerical base of descriptor conversions.
enum TRadix {
    EBinary = 2,
    EOctal = 8,
    EDecimal = 10,
    EHex = 16,
};

/// @name Limits (spec/symbian.md §23). Lengths are in elements, without a terminator.
/// @{
inline constexpr TInt KMaxMessageArguments = 4;
/// Number of environment slots of a process, numbered 0..15; slot 0 is reserved.
inline constexpr TInt KArgIndex = 16;
inline constexpr TInt KMaxName = 128;
inline constexpr TInt KMaxKernelName = 80;
inline constexpr TInt KMaxFullName = 256;
inline constexpr TInt KMaxProcessName = 56;
inline constexpr TInt KMaxLibraryName = 60;
inline constexpr TInt KMaxUidName = 10;
inline constexpr TInt KMaxExitCategoryName = 16;
inline constexpr TInt KMaxFileName = 256;
inline constexpr TInt KMaxPath = 256;
/// Most message slots that a session may claim.
inline constexpr TInt KMaxMessageSlots = 255;
/// Longest message of a message queue, in bytes.
inline constexpr TInt KMaxMsgQueueLength = 256;
inline constexpr TInt KMaxHandlesPerTable = 32768;
inline constexpr TInt KMinHeapSize = 256;
inline constexpr TInt KMaxUnits = 32;
inline constexpr TUint KNullUnit = 0xffffffffu;
/// @}

/// The version of a client/server protocol. It travels as argument 0 of the connect message, as one
/// word: major in bits 0-7, minor in bits 8-15, build in bits 16-31 (spec/symbian.md §4.3).
class TVersion {
public:
    constexpr TVersion() = default;
    constexpr TVersion(TInt aMajor, TInt aMinor, TInt aBuild)
        : iMajor(static_cast<TInt8>(aMajor)),
          iMinor(static_cast<TInt8>(aMinor)),
          iBuild(static_cast<TInt16>(aBuild)) {}

    /// The three fields as the word that goes over the wire.
    [[nodiscard]] constexpr TUint32 Word() const {
        return static_cast<TUint8>(iMajor) |
               (static_cast<TUint32>(static_cast<TUint8>(iMinor)) << 8) |
               (static_cast<TUint32>(static_cast<TUint16>(iBuild)) << 16);
    }

    /// The inverse of Word().
    [[nodiscard]] static constexpr TVersion FromWord(TUint32 aWord) {
        TVersion version;
        version.iMajor = static_cast<TInt8>(aWord & 0xff);
        version.iMinor = static_cast<TInt8>((aWord >> 8) & 0xff);
        version.iBuild = static_cast<TInt16>(aWord >> 16);
        return version;
    }

    friend constexpr bool operator==(const TVersion&, const TVersion&) = default;

    TInt8 iMajor = 0;
    TInt8 iMinor = 0;
    TInt16 iBuild = 0;
};
static_assert(sizeof(TVersion) == 4);

}  // namespace ipcpp
