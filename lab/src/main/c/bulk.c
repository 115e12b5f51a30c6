/*
 * bulk: as many bytes as go through. With --listen it is the server: whoever has sent a byte gets bytes without end.
 * With --target it opens so many connections, asks on each, throws away what comes (MSG_TRUNC: the kernel does not even
 * copy it, so that what is measured is the way and not its end), and says after --seconds how many bytes there were.
 *
 * One thread, one epoll set. Says {"ready":true} on stderr when all connections are open, or it listens; one JSON line a
 * second on stderr; totals as JSON on stdout.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "endpoint.h"
#include "listener.h"
#include "process.h"

#define MAX_EVENTS 256
#define BLOCK_BYTES (1 << 20)
#define BLOCKS_AT_ONCE 4 /* then the next connection has its turn */

static char block[BLOCK_BYTES];
static int epoll;
static uint64_t bytes_moved, ended;

static void watch(int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static void accept_all(int listener) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) watch(fd, EPOLLIN);
}

/* The request is there: from now on there is only sending. */
static void turn_to_sending(int fd) {
    char byte;
    ssize_t n = recv(fd, &byte, 1, 0);
    struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
    if (n <= 0 || epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) < 0) close(fd);
}

static void send_some(int fd) {
    for (int i = 0; i < BLOCKS_AT_ONCE; i++) {
        ssize_t n = send(fd, block, sizeof block, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR) close(fd);
        if (n < (ssize_t) sizeof block) return;
    }
}

static int serve(const char *address) {
    struct epoll_event events[MAX_EVENTS];
    int listener = listener_at(address);
    watch(listener, EPOLLIN);
    say_ready();
    while (!stopping) {
        int n = epoll_wait(epoll, events, MAX_EVENTS, 200);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) accept_all(fd);
            else if (events[i].events & EPOLLOUT) send_some(fd);
            else turn_to_sending(fd);
        }
    }
    puts("{}");
    return 0;
}

static void open_one(const union endpoint *target) {
    int fd = socket(target->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, &target->any, endpoint_size(target)) < 0) die("connect");
    if (send(fd, "f", 1, MSG_NOSIGNAL) != 1) die("send");
    watch(fd, EPOLLIN);
}

static void throw_away(int fd) {
    for (int i = 0; i < BLOCKS_AT_ONCE; i++) {
        ssize_t n = recv(fd, NULL, BLOCK_BYTES, MSG_TRUNC | MSG_DONTWAIT);
        if (n > 0) bytes_moved += (uint64_t) n;
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            ended++;
            close(fd);
        }
        if (n < BLOCK_BYTES) return;
    }
}

static int ask(const char *address, unsigned connections, int64_t seconds) {
    struct epoll_event events[MAX_EVENTS];
    union endpoint target = endpoint_parse(address);
    for (unsigned i = 0; i < connections; i++) open_one(&target);
    say_ready();
    int64_t begin = now_nanos(), end = begin + seconds * NANOS_PER_SECOND, next_second = begin + NANOS_PER_SECOND, now = begin;
    while (!stopping && now < end) {
        struct timespec wait = timespec_of((next_second < end ? next_second : end) - now);
        int n = epoll_pwait2(epoll, events, MAX_EVENTS, &wait, NULL);
        for (int i = 0; i < n; i++) throw_away(events[i].data.fd);
        now = now_nanos();
        for (; now >= next_second; next_second += NANOS_PER_SECOND) {
            fprintf(stderr, "{\"second\":%lld,\"bytes\":%llu}\n", (long long) ((next_second - begin) / NANOS_PER_SECOND),
                    (unsigned long long) bytes_moved);
        }
    }
    printf("{\"bytes\":%llu,\"ended\":%llu,\"elapsed_seconds\":%.6f}\n", (unsigned long long) bytes_moved,
            (unsigned long long) ended, (double) (now - begin) / 1e9);
    return 0;
}

static int usage(void) {
    fputs("usage: bulk --listen ADDRESS:PORT | --target ADDRESS:PORT [--connections 1] [--seconds 6]\n", stderr);
    return 2;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
            {"listen", 1, 0, 'l'}, {"target", 1, 0, 't'}, {"connections", 1, 0, 'c'}, {"seconds", 1, 0, 's'}, {0, 0, 0, 0}};
    const char *address = NULL, *target = NULL;
    unsigned connections = 1;
    int64_t seconds = 6;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'l': address = optarg; break;
            case 't': target = optarg; break;
            case 'c': connections = (unsigned) atoi(optarg); break;
            case 's': seconds = atoll(optarg); break;
            default: return usage();
        }
    }
    if (!address == !target || connections < 1 || seconds < 1) return usage();
    raise_descriptor_limit();
    stop_on_signals();
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1");
    return address ? serve(address) : ask(target, connections, seconds);
}
