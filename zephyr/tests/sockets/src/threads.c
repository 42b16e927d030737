/* SPDX-License-Identifier: Apache-2.0 */
/* Several threads on one socket. */
#include "check.h"

enum { THREADS = 3, STACK = 2048, LIMIT_S = 10 };

static K_THREAD_STACK_ARRAY_DEFINE(stacks, THREADS, STACK);
static struct k_thread threads[THREADS];

static void start(int which, k_thread_entry_t entry, void* what) {
    k_thread_create(&threads[which], stacks[which], STACK, entry, what, NULL, NULL, K_PRIO_PREEMPT(which), 0,
                    K_NO_WAIT);
}

static bool ended(int which) { return k_thread_join(&threads[which], K_SECONDS(LIMIT_S)) == 0; }

/* What a thread does with a socket, and what came of it. */
struct task {
    int sock;
    ssize_t returned;
    int error;
    char heard[8];
};

static void take_down(struct task* task, ssize_t returned) {
    task->returned = returned;
    task->error = errno;
}

static void receive(void* first, void* second, void* third) {
    struct task* task = first;

    ARG_UNUSED(second);
    ARG_UNUSED(third);
    take_down(task, zsock_recv(task->sock, task->heard, 4, ZSOCK_MSG_WAITALL));
}

static void accept_one(void* first, void* second, void* third) {
    struct task* task = first;

    ARG_UNUSED(second);
    ARG_UNUSED(third);
    take_down(task, zsock_accept(task->sock, NULL, NULL));
}

static void await_input(void* first, void* second, void* third) {
    struct task* task = first;
    struct zsock_pollfd entry = {.fd = task->sock, .events = ZSOCK_POLLIN};

    ARG_UNUSED(second);
    ARG_UNUSED(third);
    take_down(task, zsock_poll(&entry, 1, -1));
    task->error = entry.revents;
}

/* Sends until nothing goes any more. */
static void fill(void* first, void* second, void* third) {
    static const char much[512];
    struct task* task = first;
    ssize_t sent;

    ARG_UNUSED(second);
    ARG_UNUSED(third);
    do {
        sent = zsock_send(task->sock, much, sizeof(much), 0);
    } while (sent > 0);
    take_down(task, sent);
}

/* Who was started waits now, or will: either is right. */
static void let_them_wait(void) { k_sleep(K_MSEC(100)); }

static void test_send_beside_receive(void) {
    struct task task = {.sock = connected(ECHO)};

    start(0, receive, &task);
    let_them_wait();
    tell("a send passes a recv that waits", zsock_send(task.sock, "ping", 4, 0) == 4);
    tell("which hears the echo", ended(0) && task.returned == 4 && memcmp(task.heard, "ping", 4) == 0);
    zsock_close(task.sock);
}

static void test_close_ends_them(void) {
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = {{{127, 0, 0, 1}}}};
    struct task tasks[THREADS] = {{.sock = connected(ECHO)}};
    int listener = zsock_socket(AF_INET, SOCK_STREAM, 0);
    bool good;

    tasks[1].sock = tasks[0].sock;
    tasks[2].sock = tasks[0].sock;
    start(0, receive, &tasks[0]);
    start(1, receive, &tasks[1]);
    start(2, await_input, &tasks[2]);
    let_them_wait();
    tell("close beside three who wait", zsock_close(tasks[0].sock) == 0);
    good = ended(0) && ended(1) && tasks[0].returned == -1 && tasks[0].error == EBADF &&
           tasks[1].returned == -1 && tasks[1].error == EBADF;
    tell("recv ends with EBADF", good);
    tell("poll ends", ended(2) && tasks[2].returned == 1 && tasks[2].error != 0);

    zsock_bind(listener, (struct sockaddr*)&own, sizeof(own));
    zsock_listen(listener, 1);
    tasks[0].sock = listener;
    start(0, accept_one, &tasks[0]);
    let_them_wait();
    zsock_close(listener);
    tell("accept ends with EBADF", ended(0) && tasks[0].returned == -1 && tasks[0].error == EBADF);
}

static void test_close_ends_a_send(void) {
    int ends[2];
    struct task task;

    pair_up(ends);
    task = (struct task){.sock = ends[0]};
    start(0, fill, &task);
    let_them_wait();
    zsock_close(ends[0]);
    tell("send ends with EBADF", ended(0) && task.returned == -1 && task.error == EBADF);
    zsock_close(ends[1]);
}

/* Whoever waited on the place's last socket has nothing to do with its next. */
static void test_reuse(void) {
    int good = 0;

    for (int i = 0; i < 20; ++i) {
        struct task task = {.sock = connected(ECHO)};
        int next;
        char byte = 0;

        start(0, receive, &task);
        let_them_wait();
        zsock_close(task.sock);
        next = connected(ECHO);
        zsock_send(next, "x", 1, 0);
        good += zsock_recv(next, &byte, 1, 0) == 1 && byte == 'x' && ended(0) && task.error == EBADF;
        zsock_close(next);
    }
    tell("a number is used again", good == 20);
}

void test_threads(void) {
    test_send_beside_receive();
    test_close_ends_them();
    test_close_ends_a_send();
    test_reuse();
}
