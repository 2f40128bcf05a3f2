// SPDX-License-Identifier: MIT
#include "raw.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support.h"

namespace ipcpp::test {

int RawCommand(unsigned long aCommand, void* aArgument) {
    const int file = open("/dev/ipcpp", O_RDWR | O_CLOEXEC);
    EXPECT_GE(file, 0);
    const int error = ioctl(file, aCommand, aArgument) == 0 ? 0 : errno;
    close(file);
    return error;
}

TInt RawCreateSession(const TDesC& aServer, ipcpp_sharing aSharing) {
    const std::string name = Narrow(aServer);
    ipcpp_session_create create = {};
    create.name = reinterpret_cast<std::uintptr_t>(name.data());
    create.length = static_cast<TUint32>(name.size());
    create.sharing = aSharing;
    create.slots = -1;
    EXPECT_EQ(RawCommand(IPCPP_IOC_SESSION_CREATE, &create), 0);
    return static_cast<TInt>(create.handle);
}

int RawConnect(TInt aSession) {
    ipcpp_send send = {};
    send.session = static_cast<TUint32>(aSession);
    send.function = IPCPP_FUNCTION_CONNECT;
    const int error = RawCommand(IPCPP_IOC_SEND_RECEIVE, &send);
    EXPECT_EQ(send.result, 0);
    return error;
}

}  // namespace ipcpp::test
