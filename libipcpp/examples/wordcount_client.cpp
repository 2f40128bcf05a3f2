// SPDX-License-Identifier: MIT
// Sends files to wordcount_server.cpp and prints what it counts, in the manner of wc.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "wordcount.h"

using namespace ipcpp;

namespace {

int Usage() {
    std::fputs(
        "usage: wordcount_client [--seconds S] [--hold] FILE...\n"
        "       wordcount_client --stop\n"
        "  --seconds S  then count the smallest file again and again for S seconds, and print the rate\n"
        "  --hold       then keep the session open until standard input ends\n",
        stderr);
    return 2;
}

int Fail(const char* aWhat, TInt aError) {
    std::fprintf(stderr, "wordcount_client: %s: %s\n", aWhat, ErrorName(aError));
    return 1;
}

TInt PrintRate(const wordcount::RWordCount& aSession, const TDesC8& aText, double aSeconds) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    std::chrono::duration<double> elapsed{};
    TInt64 calls = 0;
    do {
        TBuf8<wordcount::KResultLength> result;
        if (const TInt error = aSession.Count(aText, result); error != KErrNone) {
            return error;
        }
        ++calls;
        elapsed = Clock::now() - start;
    } while (elapsed.count() < aSeconds);
    std::printf("%.0f calls per second of %d bytes\n", static_cast<double>(calls) / elapsed.count(),
                aText.Length());
    return KErrNone;
}

std::string Contents(const char* aName) {
    std::ifstream file(aName, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int aCount, char** aArguments) {
    double seconds = 0;
    bool hold = false;
    bool stop = false;
    std::vector<const char*> files;
    for (int i = 1; i < aCount; ++i) {
        const std::string_view argument = aArguments[i];
        if (argument == "--seconds" && i + 1 < aCount) {
            seconds = std::stod(aArguments[++i]);
        } else if (argument == "--hold") {
            hold = true;
        } else if (argument == "--stop") {
            stop = true;
        } else if (argument.starts_with("-")) {
            return Usage();
        } else {
            files.push_back(aArguments[i]);
        }
    }
    if (files.empty() != stop) {
        return Usage();
    }

    Owned<wordcount::RWordCount> session;
    if (const TInt error = session->Connect(); error != KErrNone) {
        return Fail("no session", error);
    }
    if (stop) {
        const TInt error = session->Stop();
        return error == KErrNone ? 0 : Fail("stop", error);
    }
    std::string smallest;
    for (const char* name : files) {
        const std::string text = Contents(name);
        TBuf8<wordcount::KResultLength> result;
        if (const TInt error = session->Count(TPtrC8(std::string_view(text)), result);
            error != KErrNone) {
            return Fail(name, error);
        }
        std::printf("%s %s\n", ToString(result).c_str(), name);
        if (smallest.empty() || text.size() < smallest.size()) {
            smallest = text;
        }
    }
    if (seconds > 0) {
        if (const TInt error = PrintRate(*session, TPtrC8(std::string_view(smallest)), seconds);
            error != KErrNone) {
            return Fail("repeated count", error);
        }
    }
    std::fflush(stdout);
    if (hold) {
        std::puts("holding");
        std::fflush(stdout);
        while (std::getchar() != EOF) {
        }
    }
    return 0;
}
