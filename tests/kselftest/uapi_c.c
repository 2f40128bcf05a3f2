// SPDX-License-Identifier: MIT
#include "uapi_layout.h"

/* A second time: the header guards itself. */
#include "ipcpp.h"

const unsigned long uapi_c_commands[] = {
#define COMMAND_OF(NAME) NAME,
#include "uapi_commands.h"
};
