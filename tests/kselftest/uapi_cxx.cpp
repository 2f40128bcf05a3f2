// SPDX-License-Identifier: MIT
#include "uapi_layout.h"

#include <cstdio>

// NOLINTBEGIN(cppcoreguidelines-avoid-c-arrays): it is C's side that is compared.
extern "C" const unsigned long uapi_c_commands[];

namespace {
constexpr unsigned long kCommands[] = {
#define COMMAND_OF(NAME) NAME,
#include "uapi_commands.h"
};
}  // namespace
// NOLINTEND(cppcoreguidelines-avoid-c-arrays)

/* What C and C++ make of the header must be the same numbers. */
int main() {
    int failed = 0;
    unsigned int i = 0;
    std::printf("TAP version 13\n1..1\n");
    for (unsigned long command : kCommands) {
        if (command != uapi_c_commands[i++]) {
            std::printf("# command number %u: C and C++ disagree\n", i - 1);
            failed = 1;
        }
    }
    std::printf("%sok 1 commands_are_the_same_in_c_and_cxx\n", failed ? "not " : "");
    return failed;
}
