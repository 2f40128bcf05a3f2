// SPDX-License-Identifier: MIT
/// @file
/// Marks what the shared library exports. Everything else is hidden, so that an internal name can
/// change without breaking a program that was linked against an earlier release.
#pragma once

#if defined(__GNUC__)
#define IPCPP_API __attribute__((visibility("default")))
#else
#define IPCPP_API
#endif
