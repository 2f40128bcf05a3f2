// SPDX-License-Identifier: MIT
/// @file
/// Copying of descriptor elements whose source and target may overlap, or be null when there are
/// none.
#pragma once

#include <cstring>

#include "ipcpp/types.h"

namespace ipcpp::elements {

template <typename T>
void Move(T* aTarget, const T* aSource, TInt aCount) {
    if (aCount > 0) {
        std::memmove(aTarget, aSource, static_cast<std::size_t>(aCount) * sizeof(T));
    }
}

}  // namespace ipcpp::elements
