// SPDX-License-Identifier: MIT
#include "ipcpp/panic.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "exit_info.h"
#include "ipcpp/des_panic.h"
#include "request_table.h"

namespace ipcpp {
namespace {

/// A line of bounded length, built without allocating: the heap may be what is broken.
class Line {
public:
    void Append(std::string_view aText) {
        const std::size_t count = std::min(aText.size(), iText.size() - iUsed);
        std::memcpy(iText.data() + iUsed, aText.data(), count);
        iUsed += count;
    }
    void Append(TInt aNumber) {
        std::array<char, 12> digits{};
        const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), aNumber);
        Append({digits.data(), static_cast<std::size_t>(result.ptr - digits.data())});
    }
    void Write() const {
        // A lost line must not keep the thread from ending.
        [[maybe_unused]] const ssize_t ignored = write(STDERR_FILENO, iText.data(), iUsed);
    }

private:
    std::array<char, 96> iText{};
    std::size_t iUsed = 0;
};

[[noreturn]] void AbortProcess() {
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    sigaction(SIGABRT, &action, nullptr);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGABRT);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    std::abort();
}

}  // namespace

void PanicThread(std::string_view aCategory, TInt aReason) noexcept {
    const auto thread = static_cast<TInt>(syscall(SYS_gettid));

    Line line;
    line.Append("ipcpp: panic ");
    line.Append(aCategory.substr(0, KMaxExitCategoryName));
    line.Append(" ");
    line.Append(aReason);
    line.Append(" in thread ");
    line.Append(thread);
    line.Append("\n");
    line.Write();

    core::RecordPanic(aCategory, aReason);
    if (thread == getpid()) {
        AbortProcess();
    }
    // What the thread's destructors would do, if they ran.
    core::RequestTable::DropThread();
    // pthread_exit would unwind: it terminates the process when it meets a noexcept function, and
    // deadlocks when the panic comes from a signal handler that interrupted malloc.
    for (;;) {
        syscall(SYS_exit, 0);
    }
}

namespace detail {

void PanicUser(TInt aReason) {
    PanicThread("USER", aReason);
}

}  // namespace detail
}  // namespace ipcpp
