// SPDX-License-Identifier: MIT
// Processes that fork, borrow memory, and become others: spec/symbian.md §26, libipcpp/README.md.
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "raw.h"
#include "support.h"

namespace ipcpp::test {
namespace {

TEST(Fork, child_is_a_process_of_its_own) {
    const TProcessId parent = RProcess().Id();
    const TFullName name = RProcess().FullName();
    Child child([&] {
        EXPECT_NE(RProcess().Id(), parent);
        EXPECT_NE(RProcess().FullName(), name);
        EXPECT_EQ(RThread().Name(), _L("Main"));
        return 0;
    });
    EXPECT_EQ(child.Wait(), 0);
    EXPECT_EQ(RProcess().Id(), parent);
}

TEST(Fork, child_inherits_no_handles_and_harms_none) {
    ServerThread server;
    Session session;
    ASSERT_EQ(session.Connect(server.Name()), KErrNone);
    Child user([&] { return session.SendReceive(1); });
    EXPECT_EQ(user.Wait(), -SIGABRT);
    Child closer([&]() -> int {
        session.Close();
        return 0;
    });
    EXPECT_EQ(closer.Wait(), -SIGABRT);
    Child other([&] {
        Session own;
        EXPECT_EQ(own.Connect(server.Name()), KErrNone);
        EXPECT_EQ(own.SendReceive(2), KErrNotSupported);
        return 0;
    });
    EXPECT_EQ(other.Wait(), 0);
    EXPECT_EQ(session.SendReceive(3), KErrNotSupported);
    session.Close();
    server.WaitFor(RMessage2::EDisConnect, 2);
}

TEST(Fork, child_of_a_thread_with_requests_under_way_has_none) {
    RServer2 object;
    ASSERT_EQ(object.CreateGlobal(_L("")), KErrNone);
    TRequestStatus gone;
    object.NotifyDestruction(gone);
    Child child([&] {
        RServer2 own;
        EXPECT_EQ(own.CreateGlobal(_L("")), KErrNone);
        TRequestStatus ownGone;
        own.NotifyDestruction(ownGone);
        own.Close();
        User::WaitForAnyRequest();
        EXPECT_EQ(ownGone, KErrNone);
        EXPECT_EQ(gone, KRequestPending);
        return 0;
    });
    EXPECT_EQ(child.Wait(), 0);
    EXPECT_EQ(gone, KRequestPending);
    object.Close();
    User::WaitForRequest(gone);
}

TEST(Fork, grandchildren_are_served_like_children) {
    ServerThread server;
    Child child([&] {
        Child grandchild([&] {
            Session own;
            EXPECT_EQ(own.Connect(server.Name()), KErrNone);
            EXPECT_EQ(own.SendReceive(2), KErrNotSupported);
            return 0;
        });
        EXPECT_EQ(grandchild.Wait(), 0);
        return 0;
    });
    EXPECT_EQ(child.Wait(), 0);
}

/// Runs a function in a child that shares this process' memory, as vfork does, and waits for its
/// end.
int InBorrower(int (*aBody)(void*), void* aArgument) {
    alignas(64) static std::array<char, 1 << 18> stack;
    const pid_t child =
        clone(aBody, stack.data() + stack.size(), CLONE_VM | CLONE_VFORK | SIGCHLD, aArgument);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(BorrowedMemory, child_gets_nothing_and_changes_nothing) {
    ServerThread server;
    struct World {
        Session iOwn;
        Session iFresh;
        RServer2 iServer;
        const TDesC* iName;
        TInt iCall = 1;
        TInt iConnect = 1;
        TInt iCreate = 1;
    } world;
    world.iName = &server.Name();
    ASSERT_EQ(world.iOwn.Connect(server.Name()), KErrNone);
    const auto body = [](void* aWorld) {
        auto& w = *static_cast<World*>(aWorld);
        w.iCall = w.iOwn.SendReceive(1);
        w.iConnect = w.iFresh.Connect(*w.iName);
        w.iCreate = w.iServer.CreateGlobal(_L("borrowed"));
        return 0;
    };
    EXPECT_EQ(InBorrower(body, &world), 0);
    EXPECT_EQ(world.iCall, KErrNotReady);
    EXPECT_EQ(world.iConnect, KErrNotReady);
    EXPECT_EQ(world.iCreate, KErrNotReady);
    EXPECT_EQ(world.iOwn.SendReceive(2), KErrNotSupported);
    world.iOwn.Close();
    server.WaitFor(RMessage2::EDisConnect);
    EXPECT_EQ(server.Log(), (std::vector<TInt>{-1, 2, -2}));
}

TEST(BorrowedMemory, child_that_comes_before_the_first_use_does_not_pass_for_the_process) {
    Child child([] {
        TInt error = 1;
        const auto body = [](void* aError) {
            RServer2 server;
            *static_cast<TInt*>(aError) = server.CreateGlobal(_L(""));
            return 0;
        };
        EXPECT_EQ(InBorrower(body, &error), 0);
        EXPECT_EQ(error, KErrNotReady);
        RServer2 server;
        EXPECT_EQ(server.CreateGlobal(_L("")), KErrNone);
        server.Close();
        return 0;
    });
    EXPECT_EQ(child.Wait(), 0);
}

TEST(PassedDescriptor, is_of_no_use_to_a_child) {
    const int file = open("/dev/ipcpp", O_RDWR | O_CLOEXEC);
    ASSERT_GE(file, 0);
    Child user([&] {
        ipcpp_thread_self self = {};
        EXPECT_EQ(ioctl(file, IPCPP_IOC_THREAD_SELF, &self), -1);
        return errno;
    });
    EXPECT_EQ(user.Wait(), ECHILD);
    close(file);
}

TEST(Exec, while_a_call_is_in_flight_is_a_death_of_the_client) {
    for (const TInt size : {10, 10000}) {
        Keeper keeper;
        const Event held;
        Child client([&] {
            std::vector<TUint8> memory(static_cast<std::size_t>(size));
            TPtr8 target(memory.data(), size, size);
            std::thread caller([&] {
                Session session;
                EXPECT_EQ(session.Connect(keeper.Server().Name()), KErrNone);
                (void)session.SendReceive(1, TIpcArgs(&target));
            });
            (void)held.Wait();
            // A program that lives until it is killed.
            execl("/bin/sh", "sh", "-c", "kill -STOP $$", nullptr);
            return 1;
        });
        const RMessage2 message = keeper.Take();
        TBuf8<20> buffer;
        EXPECT_EQ(message.Read(0, buffer), KErrNone);
        held.Signal();
        TInt error = KErrNone;
        do {
            error = message.Read(0, buffer);
        } while (error == KErrNone);
        EXPECT_EQ(error, KErrDied);
        EXPECT_EQ(message.Write(0, _L8("x")), KErrDied);
        const RMessage2 disconnect = keeper.TakeDisconnect();
        message.Complete(KErrNone);
        disconnect.Complete(KErrNone);
    }
}

TEST(Exec, of_a_server_is_its_end) {
    const UniqueName name("becomes another");
    const Event ready;
    Child server([&] {
        RServer2 own;
        EXPECT_EQ(own.CreateGlobal(name), KErrNone);
        ready.Signal();
        RMessage2 message;
        own.Receive(message);
        own.CompleteAndReceive(message, KErrNone);
        execl("/bin/true", "true", nullptr);
        return 1;
    });
    ASSERT_TRUE(ready.Wait());
    Session session;
    ASSERT_EQ(session.Connect(name), KErrNone);
    EXPECT_EQ(session.SendReceive(1), KErrServerTerminated);
    session.Close();
    EXPECT_EQ(server.Wait(), 0);
}

}  // namespace
}  // namespace ipcpp::test
