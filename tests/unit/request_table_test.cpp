// SPDX-License-Identifier: MIT
#include "request_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "ipcpp/request.h"

namespace ipcpp::test {
namespace {

using core::Request;
using core::RequestTable;

TEST(RequestTable, gives_back_what_was_added_once) {
    TRequestStatus status;
    const TUint64 number = RequestTable::Add({&status, nullptr});
    ASSERT_NE(number, 0U);
    Request request;
    ASSERT_TRUE(RequestTable::Take(number, request));
    EXPECT_EQ(request.iStatus, &status);
    EXPECT_EQ(request.iMessage, nullptr);
    EXPECT_FALSE(RequestTable::Take(number, request));
}

TEST(RequestTable, knows_no_numbers_it_did_not_give) {
    Request request;
    for (const TUint64 number : {0ULL, 1ULL, 0xffffffffULL, ~0ULL, 1ULL << 32, 3ULL << 32 | 9999}) {
        EXPECT_FALSE(RequestTable::Take(number, request));
    }
}

TEST(RequestTable, never_gives_a_number_twice) {
    TRequestStatus status;
    TUint64 last = 0;
    for (int i = 0; i < 1000; ++i) {
        const TUint64 number = RequestTable::Add({&status, nullptr});
        EXPECT_NE(number, last);
        Request request;
        EXPECT_FALSE(RequestTable::Take(last, request));
        EXPECT_TRUE(RequestTable::Take(number, request));
        last = number;
    }
}

TEST(RequestTable, holds_65536_and_refuses_more) {
    TRequestStatus status;
    std::vector<TUint64> numbers;
    TUint64 number = 0;
    while ((number = RequestTable::Add({&status, nullptr})) != 0) {
        numbers.push_back(number);
    }
    EXPECT_EQ(numbers.size(), 65536U);
    Request request;
    for (const TUint64 each : numbers) {
        EXPECT_TRUE(RequestTable::Take(each, request));
    }
    EXPECT_NE(number = RequestTable::Add({&status, nullptr}), 0U);
    EXPECT_TRUE(RequestTable::Take(number, request));
}

TEST(RequestTable, forgets_the_requests_of_a_thread_that_ends_and_no_others) {
    TRequestStatus status;
    const TUint64 mine = RequestTable::Add({&status, nullptr});
    TUint64 theirs = 0;
    std::thread([&] { theirs = RequestTable::Add({&status, nullptr}); }).join();
    Request request;
    EXPECT_FALSE(RequestTable::Take(theirs, request));
    EXPECT_TRUE(RequestTable::Take(mine, request));
}

TEST(RequestTable, serves_many_threads_at_once) {
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            TRequestStatus own[8];
            for (int i = 0; i < 20'000; ++i) {
                TUint64 numbers[8];
                for (int k = 0; k < 8; ++k) {
                    numbers[k] = RequestTable::Add({&own[k], nullptr});
                }
                for (int k = 7; k >= 0; --k) {
                    Request request;
                    if (!RequestTable::Take(numbers[k], request) || request.iStatus != &own[k]) {
                        ++wrong;
                    }
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace ipcpp::test
