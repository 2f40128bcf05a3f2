// SPDX-License-Identifier: MIT
// Handles: spec/symbian.md §2.1 - §2.6.
#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

#include "support.h"

namespace ipcpp::test {
namespace {

/// An object of any kind that is held by one process-relative handle.
RServer2 MakeObject() {
    RServer2 server;
    EXPECT_EQ(server.CreateGlobal(_L("")), KErrNone);
    EXPECT_EQ(server.Handle() & KHandleFlagLocal, 0);
    return server;
}

TEST(Handle, generic_ones_need_no_kernel_object_of_their_own) {
    RThread thread;
    RProcess process;
    EXPECT_EQ(thread.Handle(), KCurrentThreadHandle);
    EXPECT_EQ(process.Handle(), KCurrentProcessHandle);
    EXPECT_NE(thread.Id(), TThreadId());
    EXPECT_NE(process.Id(), TProcessId());
}

TEST(Handle, generic_one_means_whoever_uses_it) {
    RThread thread;
    const TThreadId own = thread.Id();
    TThreadId other;
    std::thread([&] { other = thread.Id(); }).join();
    EXPECT_NE(own, other);
    EXPECT_EQ(own, thread.Id());
}

TEST(Handle, closing_a_generic_one_does_nothing_but_zero_the_word) {
    RThread thread;
    thread.Close();
    EXPECT_EQ(thread.Handle(), KNullHandle);
    thread.Close();
    EXPECT_NE(RThread().Id(), TThreadId());
}

TEST(Handle, specific_one_keeps_meaning_the_same_thread) {
    RThread thread;
    ASSERT_EQ(thread.Duplicate(thread), KErrNone);
    EXPECT_GT(thread.Handle(), 0);
    const TThreadId own = thread.Id();
    EXPECT_EQ(own, RThread().Id());
    TThreadId seenByOther;
    std::thread([&] { seenByOther = thread.Id(); }).join();
    EXPECT_EQ(seenByOther, own);
    thread.Close();
}

TEST(Handle, owner_chooses_the_table_of_the_new_one) {
    RThread local;
    ASSERT_EQ(local.Duplicate(RThread(), EOwnerThread), KErrNone);
    EXPECT_NE(local.Handle() & KHandleFlagLocal, 0);
    RThread shared;
    ASSERT_EQ(shared.Duplicate(RThread(), EOwnerProcess), KErrNone);
    EXPECT_EQ(shared.Handle() & KHandleFlagLocal, 0);
    local.Close();
    shared.Close();
}

TEST(Handle, null_one_closes_without_effect) {
    RHandleBase handle;
    handle.Close();
    EXPECT_EQ(handle.Handle(), KNullHandle);
}

TEST(Handle, no_close_form_is_usable_and_not_released) {
    RServer2 server = MakeObject();
    RServer2 borrowed;
    borrowed.SetHandleNC(server.Handle());
    EXPECT_EQ(borrowed.FullName(), server.FullName());
    borrowed.Close();
    EXPECT_EQ(borrowed.Handle(), KNullHandle);
    EXPECT_EQ(server.Attributes(), 15U);
    server.Close();
}

TEST(Handle, closing_a_stale_one_panics_kern_exec_0) {
    EXPECT_EQ(EndOf([] {
                  RServer2 server = MakeObject();
                  RServer2 copy = server;
                  server.Close();
                  EXPECT_EQ(server.Handle(), KNullHandle);
                  copy.Close();
                  ADD_FAILURE() << "survived";
              }),
              Panicked("KERN-EXEC", 0));
}

TEST(Handle, stale_one_stays_stale_when_its_place_is_used_again) {
    EXPECT_EQ(EndOf([] {
                  RServer2 server = MakeObject();
                  const RServer2 copy = server;
                  server.Close();
                  RServer2 next = MakeObject();
                  EXPECT_NE(next.Handle(), copy.Handle());
                  (void)copy.Name();
                  ADD_FAILURE() << "survived";
              }),
              Panicked("KERN-EXEC", 0));
}

TEST(Handle, using_one_of_another_threads_table_panics_kern_exec_0) {
    RThread local;
    ASSERT_EQ(local.Duplicate(RThread(), EOwnerThread), KErrNone);
    EXPECT_EQ(EndOf([&] { (void)local.Id(); }), Panicked("KERN-EXEC", 0));
    EXPECT_EQ(local.Id(), RThread().Id());
    local.Close();
}

TEST(Handle, using_the_null_one_panics_kern_exec_0) {
    EXPECT_EQ(EndOf([] { (void)RHandleBase().Name(); }), Panicked("KERN-EXEC", 0));
    EXPECT_EQ(EndOf([] { (void)RHandleBase().Attributes(); }), Panicked("KERN-EXEC", 0));
}

TEST(Handle, using_one_of_another_type_panics_kern_exec_0) {
    RServer2 server = MakeObject();
    EXPECT_EQ(EndOf([&] {
                  RThread thread;
                  thread.SetHandle(server.Handle());
                  (void)thread.ExitType();
              }),
              Panicked("KERN-EXEC", 0));
    EXPECT_EQ(EndOf([&] {
                  Session session;
                  session.SetHandle(server.Handle());
                  (void)session.SendReceive(1);
              }),
              Panicked("KERN-EXEC", 0));
    EXPECT_EQ(EndOf([] {
                  RServer2 wrong;
                  wrong.SetHandle(RProcess().Handle());
                  wrong.Cancel();
              }),
              Panicked("KERN-EXEC", 0));
    server.Close();
}

TEST(Handle, process_relative_one_works_in_every_thread_and_outlives_its_maker) {
    RServer2 server;
    std::thread([&] { server = MakeObject(); }).join();
    EXPECT_EQ(server.Attributes(), 15U);
    server.Close();
}

TEST(HandleInfo, counts_handles_processes_and_threads) {
    RServer2 server = MakeObject();
    THandleInfo info;
    server.HandleInfo(&info);
    EXPECT_EQ(info.iNumOpenInProcess, 1);
    EXPECT_EQ(info.iNumOpenInThread, 0);
    EXPECT_EQ(info.iNumProcesses, 1);
    EXPECT_EQ(info.iNumThreads, 0);

    RServer2 local = server;
    ASSERT_EQ(local.Duplicate(RThread(), EOwnerThread), KErrNone);
    RServer2 second = server;
    ASSERT_EQ(second.Duplicate(RThread()), KErrNone);
    local.HandleInfo(&info);
    EXPECT_EQ(info.iNumOpenInProcess, 2);
    EXPECT_EQ(info.iNumOpenInThread, 1);
    EXPECT_EQ(info.iNumProcesses, 1);
    EXPECT_EQ(info.iNumThreads, 1);
    for (RServer2* each : {&local, &second, &server}) {
        each->Close();
    }
}

TEST(HandleInfo, of_a_bad_handle_is_zero_and_no_panic) {
    RHandleBase bad;
    bad.SetHandle(0x12345);
    THandleInfo info = {1, 2, 3, 4};
    bad.HandleInfo(&info);
    EXPECT_EQ(info.iNumOpenInProcess, 0);
    EXPECT_EQ(info.iNumOpenInThread, 0);
    EXPECT_EQ(info.iNumProcesses, 0);
    EXPECT_EQ(info.iNumThreads, 0);
}

TEST(Duplicate, makes_a_second_handle_and_leaves_the_first) {
    RServer2 first = MakeObject();
    RServer2 second = first;
    ASSERT_EQ(second.Duplicate(RThread()), KErrNone);
    EXPECT_NE(second.Handle(), first.Handle());
    first.Close();
    EXPECT_EQ(second.Attributes(), 15U);
    second.Close();
}

TEST(Duplicate, promotes_a_thread_relative_handle_to_the_process) {
    RServer2 server;
    std::thread([&] {
        RServer2 local;
        ASSERT_EQ(local.CreateGlobal(UniqueName()), KErrNone);
        ASSERT_NE(local.Handle() & KHandleFlagLocal, 0);
        server = local;
        ASSERT_EQ(server.Duplicate(RThread()), KErrNone);
        local.Close();
    }).join();
    EXPECT_EQ(server.Attributes(), 15U);
    server.Close();
}

TEST(Duplicate, interprets_the_word_in_the_context_of_the_source) {
    std::promise<TInt> given;
    std::promise<void> done;
    RThread source;
    std::thread owner([&] {
        RThread local;
        ASSERT_EQ(local.Duplicate(RThread(), EOwnerThread), KErrNone);
        ASSERT_EQ(source.Duplicate(RThread(), EOwnerProcess), KErrNone);
        given.set_value(local.Handle());
        done.get_future().wait();
        local.Close();
    });
    const TInt word = given.get_future().get();
    const TThreadId id = source.Id();
    RThread taken;
    taken.SetHandle(word);
    EXPECT_EQ(taken.Duplicate(source, EOwnerThread), KErrNone);
    EXPECT_EQ(taken.Id(), id);
    taken.Close();
    // A generic word means the source, too.
    EXPECT_EQ(taken.Handle(), KNullHandle);
    taken = RThread();
    EXPECT_EQ(taken.Duplicate(source), KErrNone);
    EXPECT_EQ(taken.Id(), id);
    taken.Close();
    source.Close();
    done.set_value();
    owner.join();
}

TEST(Duplicate, from_a_bad_source_panics_kern_exec_0_and_leaves_the_word) {
    RServer2 server = MakeObject();
    RServer2 copy = server;
    EXPECT_EQ(EndOf([&] {
                  RThread bad;
                  bad.SetHandle(server.Handle());
                  (void)copy.Duplicate(bad);
              }),
              Panicked("KERN-EXEC", 0));
    EXPECT_EQ(copy.Handle(), server.Handle());
    server.Close();
}

TEST(Duplicate, of_a_word_unknown_to_the_source_zeroes_it_and_panics_kern_exec_0) {
    RServer2 bad;
    bad.SetHandle(0x3fff7ff);
    EXPECT_EQ(EndOf([&] { (void)bad.Duplicate(RThread()); }), Panicked("KERN-EXEC", 0));
    EXPECT_EQ(bad.Handle(), KNullHandle);
}

TEST(Duplicate, from_another_process_is_refused_unless_the_object_is_global) {
    struct Told {
        TInt iServer;
        TFullName iMain;
    };
    const Shared<Told> told;
    const Event ready;
    const Child child([&] {
        RServer2 anonymous = MakeObject();
        told->iServer = anonymous.Handle();
        told->iMain = RThread().FullName();
        ready.Signal();
        (void)Event().Wait();
        return 0;
    });
    ASSERT_TRUE(ready.Wait());

    RThread source;
    ASSERT_EQ(source.Open(told->iMain), KErrNone);
    RServer2 server;
    server.SetHandle(told->iServer);
    EXPECT_EQ(server.Duplicate(source), KErrPermissionDenied);
    EXPECT_EQ(server.Handle(), KNullHandle);
    // The generic word means the other's first thread, which is global.
    RThread main;
    EXPECT_EQ(main.Duplicate(source), KErrNone);
    EXPECT_EQ(main.Id(), source.Id());
    EXPECT_NE(main.Id(), RThread().Id());
    main.Close();
    source.Close();
}

TEST(Attributes, of_ordinary_objects_are_all_four) {
    EXPECT_EQ(RThread().Attributes(), RHandleBase::EReadAccess | RHandleBase::EWriteAccess |
                                          RHandleBase::EDirectReadAccess |
                                          RHandleBase::EDirectWriteAccess);
}

TEST(NotifyDestruction, completes_when_the_last_of_several_handles_is_closed) {
    RServer2 server = MakeObject();
    RServer2 second = server;
    ASSERT_EQ(second.Duplicate(RThread()), KErrNone);
    TRequestStatus gone;
    server.NotifyDestruction(gone);
    EXPECT_EQ(gone, KRequestPending);
    server.Close();
    EXPECT_EQ(gone, KRequestPending);
    CloseAndWaitForDestruction(second);
    User::WaitForRequest(gone);
    EXPECT_EQ(gone, KErrNone);
}

TEST(NotifyDestruction, of_a_bad_handle_panics_kern_exec_0) {
    EXPECT_EQ(EndOf([] {
                  TRequestStatus status;
                  RHandleBase().NotifyDestruction(status);
              }),
              Panicked("KERN-EXEC", 0));
}

}  // namespace
}  // namespace ipcpp::test
