/*
 * What every load program does: it starts transactions at a pace, ends those that are overdue, counts and measures.
 *
 * --in-flight N is a closed loop. --rate R is an open loop: transaction i is due at begin + i/R, however late the
 * answers come, and its latency counts from the moment it was due: corrected for coordinated omission.
 *
 * Our own ports: explicit binds in ring order over --sources addresses, so that no (address, port) comes back before
 * every other was used. Every close is an orderly FIN (a client that resets would change what the proxy sees). The
 * TIME_WAIT that a first FIN leaves with us would block the ring: the bed sets tcp_max_tw_buckets=0 in our namespace.
 * We close() only after the other side's FIN, whose ACK the kernel sends before it looks at that limit (tcp_fin in
 * tcp_input.c): the far end sees a complete close, and we keep nothing.
 *
 * One JSON line a second on stderr, first {"ready":true}; totals as JSON on stdout. Ends by itself.
 *
 * A program defines struct conversation (what it keeps of one transaction) before it includes this file, and the three
 * functions declared below.
 */
#ifndef TIDEWAIT_LAB_CLIENTS_H
#define TIDEWAIT_LAB_CLIENTS_H

#include <sys/epoll.h>

#include "clock.h"
#include "endpoint.h"
#include "histogram.h"
#include "process.h"
#include "source_ring.h"

#define MAX_EVENTS 512
#define RECEIVE_BYTES 16384
#define NONE UINT32_MAX

enum state { FREE, CONNECTING, TALKING, HOLDING, CLOSING };
enum cause { REFUSED, RESET, EARLY_EOF, TIMED_OUT, UNREACHABLE, NO_PORT, BAD_STATUS, BAD_ANSWER, OTHER, CAUSES };
static const char *const cause_name[CAUSES] = {
        "refused", "reset", "early_eof", "timed_out", "unreachable", "no_port", "bad_status", "bad_answer", "other"};

struct transaction {
    int64_t due, started, hold_until; /* due = intended start */
    uint32_t before, after;           /* list of open transactions, oldest first; 'after' also links the free ones */
    int fd;
    enum state state;
    uint8_t ending;
    struct conversation talk;
};

struct ending {
    char letter;
    unsigned weight;
    uint64_t done;
    struct histogram answered, whole; /* due to answer; due to both FINs */
};

static union endpoint target;
static struct source_ring ring = {.address_count = 1, .port_low = 1024, .port_high = 65535};
static unsigned in_flight, max_outstanding = 10000;
static int64_t seconds = 10, deadline_millis = 10000, hold_millis, transaction_limit;
static double rate;
static struct ending *endings;
static unsigned ending_count, weight_sum;
static struct histogram interval;
static struct transaction *transactions;
static uint32_t free_head = NONE, oldest = NONE, newest = NONE, outstanding;
static uint64_t started, done, failed[CAUSES], failed_sum, random_state = 88172645463325252u;
static int64_t end_nanos; /* from here on nothing new is started */
static int first_other_errno, epoll;
static char first_bad_status[128]; /* what the first unwanted answer said; no character that JSON must escape */

/* The program's part. Connected: the first bytes can be sent. */
static void connected(uint32_t slot);
/* Bytes came while TALKING. */
static void received(uint32_t slot, const char *bytes, size_t length);
/* Whether this failure while CLOSING is the ending that was asked for. */
static bool is_wanted_end(uint32_t slot, int error);

static void unlink_open(uint32_t slot) {
    struct transaction *t = &transactions[slot];
    if (t->before == NONE) oldest = t->after;
    else transactions[t->before].after = t->after;
    if (t->after == NONE) newest = t->before;
    else transactions[t->after].before = t->before;
}

static void link_newest(uint32_t slot) {
    struct transaction *t = &transactions[slot];
    t->before = newest;
    t->after = NONE;
    if (newest == NONE) oldest = slot;
    else transactions[newest].after = slot;
    newest = slot;
}

static void finish(uint32_t slot) {
    struct transaction *t = &transactions[slot];
    close(t->fd);
    unlink_open(slot);
    t->state = FREE;
    t->after = free_head;
    free_head = slot;
    outstanding--;
}

static void fail(uint32_t slot, enum cause cause) {
    failed[cause]++;
    failed_sum++;
    /* The transaction is lost anyway; a reset frees the port at once. */
    setsockopt(transactions[slot].fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    finish(slot);
}

static enum cause cause_of(int error) {
    switch (error) {
        case ECONNREFUSED: return REFUSED;
        case ECONNRESET: case EPIPE: return RESET;
        case ETIMEDOUT: return TIMED_OUT;
        case ENETUNREACH: case EHOSTUNREACH: return UNREACHABLE;
        case EADDRINUSE: case EADDRNOTAVAIL: return NO_PORT;
        default:
            if (!first_other_errno) first_other_errno = error;
            return OTHER;
    }
}

static void count_success(struct transaction *t) {
    endings[t->ending].done++;
    histogram_add(&endings[t->ending].whole, now_nanos() - t->due);
    done++;
}

static void succeed(uint32_t slot) {
    count_success(&transactions[slot]);
    finish(slot);
}

static inline char letter_of(uint32_t slot) { return endings[transactions[slot].ending].letter; }

static void send_or_fail(uint32_t slot, const void *bytes, size_t length) {
    ssize_t n = send(transactions[slot].fd, bytes, length, MSG_NOSIGNAL);
    if (n != (ssize_t) length && (n >= 0 || errno != EAGAIN)) fail(slot, n < 0 ? cause_of(errno) : OTHER);
}

/* Sends our FIN; what is left is the other side's. */
static void close_first(uint32_t slot) {
    transactions[slot].state = CLOSING;
    if (shutdown(transactions[slot].fd, SHUT_WR) < 0) fail(slot, cause_of(errno));
}

/* The answer is there; the other side, or we after the hold, close now. */
static void answered(uint32_t slot, bool we_close) {
    struct transaction *t = &transactions[slot];
    int64_t now = now_nanos();
    histogram_add(&endings[t->ending].answered, now - t->due);
    histogram_add(&interval, now - t->due);
    if (!we_close) t->state = CLOSING;
    else if (!hold_millis) close_first(slot);
    else {
        t->state = HOLDING;
        t->hold_until = now + hold_millis * NANOS_PER_MILLI;
    }
}

static inline bool may_start(int64_t now) {
    return !stopping && now < end_nanos && (!transaction_limit || started < (uint64_t) transaction_limit);
}

/* The answer is there and the connection stays: the next transaction on it begins now; an open loop counts it. */
static inline void answered_and_again(uint32_t slot) {
    struct transaction *t = &transactions[slot];
    int64_t now = now_nanos();
    histogram_add(&endings[t->ending].answered, now - t->due);
    histogram_add(&interval, now - t->due);
    count_success(t);
    started++;
    unlink_open(slot);
    t->due = t->started = now;
    link_newest(slot);
}

/* Picks an ending by weight, from a fixed seed. */
static uint8_t next_ending(void) {
    if (ending_count == 1) return 0;
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    unsigned point = (unsigned) (random_state >> 33) % weight_sum;
    uint8_t i = 0;
    while (point >= endings[i].weight) point -= endings[i++].weight;
    return i;
}

static bool start(int64_t due, int64_t now) {
    int fd = source_ring_connect(&ring, &target);
    started++;
    if (fd < 0) {
        failed[cause_of(errno)]++;
        failed_sum++;
        return false;
    }
    uint32_t slot = free_head;
    struct transaction *t = &transactions[slot];
    free_head = t->after;
    t->due = due;
    t->started = now;
    t->hold_until = 0;
    t->fd = fd;
    t->state = CONNECTING;
    t->ending = next_ending();
    link_newest(slot);
    outstanding++;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = slot};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
    return true;
}

/* Reads once; true if there may be more to read. */
static bool read_once(uint32_t slot, bool at_end) {
    static char bytes[RECEIVE_BYTES];
    struct transaction *t = &transactions[slot];
    ssize_t n = recv(t->fd, bytes, sizeof bytes, 0);
    if (n > 0) {
        if (t->state == TALKING) received(slot, bytes, (size_t) n);
        return t->state != FREE && (at_end || n == sizeof bytes);
    }
    if (n == 0) {
        if (t->state == CLOSING) succeed(slot);
        else fail(slot, EARLY_EOF);
    } else if (errno != EAGAIN && errno != EINTR) {
        if (t->state == CLOSING && is_wanted_end(slot, errno)) succeed(slot);
        else fail(slot, cause_of(errno));
    }
    return false;
}

static void on_event(uint32_t slot, uint32_t events) {
    struct transaction *t = &transactions[slot];
    if (t->state == FREE) return; /* ended earlier in this batch */
    if (t->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        if (events & (EPOLLERR | EPOLLHUP)) getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (!error && !(events & EPOLLOUT)) return;
        t->state = TALKING;
        if (error) fail(slot, cause_of(error));
        else connected(slot);
        if (t->state == FREE) return;
    }
    /* Edge-triggered: a FIN known now gives no second event; one that comes later does. */
    bool at_end = events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP);
    if (!at_end && !(events & EPOLLIN)) return;
    while (read_once(slot, at_end)) {}
}

/* Ends what is overdue and, when something is held, closes what was held long enough; both oldest first. */
static void check_deadlines(int64_t now) {
    static int64_t next_hold_check;
    int64_t limit = (deadline_millis + hold_millis) * NANOS_PER_MILLI;
    while (oldest != NONE && now - transactions[oldest].started > limit) fail(oldest, TIMED_OUT);
    if (!hold_millis || now < next_hold_check) return;
    next_hold_check = now + NANOS_PER_MILLI;
    for (uint32_t slot = oldest, after; slot != NONE; slot = after) {
        after = transactions[slot].after;
        if (transactions[slot].state == HOLDING && now >= transactions[slot].hold_until) close_first(slot);
    }
}

static void print_second(int64_t second) {
    fprintf(stderr, "{\"second\":%lld,\"started\":%llu,\"done\":%llu,\"failed\":%llu,\"outstanding\":%u,\"p50_us\":%llu,\"p99_us\":%llu}\n",
            (long long) second, (unsigned long long) started, (unsigned long long) done, (unsigned long long) failed_sum,
            outstanding, (unsigned long long) histogram_percentile(&interval, 50),
            (unsigned long long) histogram_percentile(&interval, 99));
    memset(&interval, 0, sizeof interval);
}

/* Starts what is due; returns when the next one is. */
static int64_t launch(int64_t begin, int64_t now) {
    if (rate <= 0) {
        while (outstanding < in_flight && (!transaction_limit || started < (uint64_t) transaction_limit)) {
            if (!start(now, now)) return now + NANOS_PER_MILLI; /* no port: not in a hot loop */
        }
        return INT64_MAX;
    }
    while (outstanding < max_outstanding && (!transaction_limit || started < (uint64_t) transaction_limit)) {
        int64_t due = begin + (int64_t) ((double) started / rate * 1e9);
        if (due >= end_nanos) return end_nanos > now ? end_nanos : INT64_MAX;
        if (due > now) return due;
        start(due, now);
    }
    return INT64_MAX;
}

/* Runs to the end; returns how many open-loop transactions were due but never started. */
static uint64_t run(void) {
    struct epoll_event events[MAX_EVENTS];
    int64_t begin = now_nanos(), next_second = begin + NANOS_PER_SECOND;
    bool last_pass = false; /* what was due just before the end is started, however late we are */
    int64_t now = begin, deadline = (deadline_millis + hold_millis) * NANOS_PER_MILLI;
    end_nanos = begin + seconds * NANOS_PER_SECOND;
    for (;;) {
        bool launching = !stopping && (now < end_nanos || (rate > 0 && !last_pass))
                && (!transaction_limit || started < (uint64_t) transaction_limit);
        last_pass = now >= end_nanos;
        int64_t wake = launching ? launch(begin, now) : INT64_MAX;
        if ((!launching || last_pass) && outstanding == 0) break;
        if (wake > next_second) wake = next_second;
        if (oldest != NONE && wake > transactions[oldest].started + deadline) wake = transactions[oldest].started + deadline;
        if (hold_millis && wake > now + NANOS_PER_MILLI) wake = now + NANOS_PER_MILLI;
        struct timespec wait = timespec_of(wake - now);
        int n = epoll_pwait2(epoll, events, MAX_EVENTS, &wait, NULL);
        if (n < 0 && errno != EINTR) die("epoll_pwait2");
        for (int i = 0; i < n; i++) on_event(events[i].data.u32, events[i].events);
        now = now_nanos();
        check_deadlines(now);
        for (; now >= next_second; next_second += NANOS_PER_SECOND) print_second((next_second - begin) / NANOS_PER_SECOND);
    }
    uint64_t planned = (uint64_t) (rate * (double) seconds + 0.999999);
    if (transaction_limit && planned > (uint64_t) transaction_limit) planned = (uint64_t) transaction_limit;
    return rate > 0 && planned > started ? planned - started : 0;
}

static void print_totals(uint64_t not_started, double elapsed) {
    printf("{\"started\":%llu,\"done\":%llu,\"failed\":%llu,\"not_started\":%llu,\"ports_busy\":%llu,\"elapsed_seconds\":%.6f,"
           "\"first_other_errno\":%d,\"first_bad_status\":\"%s\",\"failures\":{",
            (unsigned long long) started, (unsigned long long) done, (unsigned long long) failed_sum,
            (unsigned long long) not_started, (unsigned long long) ring.busy, elapsed, first_other_errno, first_bad_status);
    for (int i = 0; i < CAUSES; i++) printf("%s\"%s\":%llu", i ? "," : "", cause_name[i], (unsigned long long) failed[i]);
    printf("},\"endings\":[");
    for (unsigned i = 0; i < ending_count; i++) {
        printf("%s{\"ending\":\"%c\",\"done\":%llu,\"answered_us\":", i ? "," : "", endings[i].letter,
                (unsigned long long) endings[i].done);
        histogram_print(&endings[i].answered, stdout);
        printf(",\"whole_us\":");
        histogram_print(&endings[i].whole, stdout);
        printf("}");
    }
    printf("]}\n");
}

#endif
