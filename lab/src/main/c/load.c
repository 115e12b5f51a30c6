/*
 * load: the clients. A transaction is: connect to the target, (CONNECT and its 200,) one request byte up, one answer
 * byte down, close in order: the byte asks the origin for the ending, 'c' = we send FIN first, 's' = the far end
 * sends FIN first, 'r' = the far end resets. It counts as done when the other side's FIN (or the reset asked for) is in.
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
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <sys/epoll.h>

#include "clock.h"
#include "endpoint.h"
#include "histogram.h"
#include "process.h"
#include "source_ring.h"

#define MAX_EVENTS 512
#define NONE UINT32_MAX

enum state { FREE, CONNECTING, PROXY_ANSWER, ANSWER, HOLDING, CLOSING };
enum cause { REFUSED, RESET, EARLY_EOF, TIMED_OUT, UNREACHABLE, NO_PORT, BAD_STATUS, OTHER, CAUSES };
static const char *const cause_name[CAUSES] = {
        "refused", "reset", "early_eof", "timed_out", "unreachable", "no_port", "bad_status", "other"};

struct transaction {
    int64_t due, started, hold_until; /* due = intended start */
    uint32_t before, after;           /* list of open transactions, oldest first; 'after' also links the free ones */
    int fd;
    enum state state;
    uint8_t ending, head_bytes, blank_line; /* blank_line: how much of "\r\n\r\n" has come */
    char head[12];                          /* "HTTP/1.1 200" */
};

struct ending {
    char letter;
    unsigned weight;
    uint64_t done;
    struct histogram answered, whole; /* due to answer byte; due to both FINs */
};

static union endpoint target;
static struct source_ring ring = {.address_count = 1, .port_low = 1024, .port_high = 65535};
static unsigned in_flight, max_outstanding = 10000;
static int64_t seconds = 10, deadline_millis = 10000, hold_millis, transaction_limit;
static double rate;
static char connect_head[512];
static struct ending *endings;
static unsigned ending_count, weight_sum;
static struct histogram interval;
static struct transaction *transactions;
static uint32_t free_head = NONE, oldest = NONE, newest = NONE, outstanding;
static uint64_t started, done, failed[CAUSES], failed_sum, random_state = 88172645463325252u;
static int first_other_errno, epoll;

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

static void succeed(uint32_t slot) {
    struct transaction *t = &transactions[slot];
    endings[t->ending].done++;
    histogram_add(&endings[t->ending].whole, now_nanos() - t->due);
    done++;
    finish(slot);
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

static void send_or_fail(uint32_t slot, const void *bytes, size_t length, enum state next) {
    ssize_t n = send(transactions[slot].fd, bytes, length, MSG_NOSIGNAL);
    if (n == (ssize_t) length) transactions[slot].state = next;
    else if (n >= 0 || errno != EAGAIN) fail(slot, n < 0 ? cause_of(errno) : OTHER);
}

static void send_request(uint32_t slot) {
    send_or_fail(slot, &endings[transactions[slot].ending].letter, 1, ANSWER);
}

static void send_first(uint32_t slot) {
    if (connect_head[0]) send_or_fail(slot, connect_head, strlen(connect_head), PROXY_ANSWER);
    else send_request(slot);
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
    *t = (struct transaction){.due = due, .started = now, .fd = fd, .state = CONNECTING, .ending = next_ending()};
    link_newest(slot);
    outstanding++;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.u32 = slot};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
    return true;
}

static void close_first(uint32_t slot) {
    transactions[slot].state = CLOSING;
    if (shutdown(transactions[slot].fd, SHUT_WR) < 0) fail(slot, cause_of(errno));
}

/* Takes in the proxy's answer to CONNECT; sends the request after the blank line. */
static void proxy_answer(uint32_t slot, const char *bytes, ssize_t length) {
    struct transaction *t = &transactions[slot];
    for (ssize_t i = 0; i < length && t->blank_line < 4; i++) {
        if (t->head_bytes < sizeof t->head) t->head[t->head_bytes++] = bytes[i];
        if (bytes[i] == "\r\n\r\n"[t->blank_line]) t->blank_line++;
        else t->blank_line = bytes[i] == '\r';
    }
    if (t->blank_line < 4) return;
    if (t->head_bytes == sizeof t->head && !memcmp(t->head, "HTTP/1.", 7) && !memcmp(t->head + 8, " 200", 4)) send_request(slot);
    else fail(slot, BAD_STATUS);
}

static void answered(uint32_t slot) {
    struct transaction *t = &transactions[slot];
    struct ending *e = &endings[t->ending];
    int64_t now = now_nanos();
    histogram_add(&e->answered, now - t->due);
    histogram_add(&interval, now - t->due);
    if (e->letter != 'c') t->state = CLOSING;
    else if (!hold_millis) close_first(slot);
    else {
        t->state = HOLDING;
        t->hold_until = now + hold_millis * NANOS_PER_MILLI;
    }
}

/* Reads once; true if there may be more to read. */
static bool read_once(uint32_t slot) {
    char bytes[1024];
    struct transaction *t = &transactions[slot];
    ssize_t n = recv(t->fd, bytes, sizeof bytes, 0);
    if (n > 0) {
        if (t->state == PROXY_ANSWER) proxy_answer(slot, bytes, n);
        else if (t->state == ANSWER) answered(slot);
        return t->state != FREE;
    }
    if (n == 0) {
        if (t->state == CLOSING) succeed(slot);
        else fail(slot, EARLY_EOF);
    } else if (errno != EAGAIN && errno != EINTR) {
        if (t->state == CLOSING && endings[t->ending].letter == 'r' && errno == ECONNRESET) succeed(slot);
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
        if (error) fail(slot, cause_of(error));
        else if (!(events & EPOLLOUT)) return;
        else send_first(slot);
        if (t->state == FREE || t->state == CONNECTING) return;
    }
    /* Edge-triggered: a FIN known now gives no second event; one that comes later does. */
    if (!(events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP))) return;
    while (read_once(slot) && events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP)) {}
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
static int64_t launch(int64_t begin, int64_t end, int64_t now) {
    if (rate <= 0) {
        while (outstanding < in_flight && (!transaction_limit || started < (uint64_t) transaction_limit)) {
            if (!start(now, now)) return now + NANOS_PER_MILLI; /* no port: not in a hot loop */
        }
        return INT64_MAX;
    }
    while (outstanding < max_outstanding && (!transaction_limit || started < (uint64_t) transaction_limit)) {
        int64_t due = begin + (int64_t) ((double) started / rate * 1e9);
        if (due >= end) return end > now ? end : INT64_MAX;
        if (due > now) return due;
        start(due, now);
    }
    return INT64_MAX;
}

/* Runs to the end; returns how many open-loop transactions were due but never started. */
static uint64_t run(void) {
    struct epoll_event events[MAX_EVENTS];
    int64_t begin = now_nanos(), end = begin + seconds * NANOS_PER_SECOND, next_second = begin + NANOS_PER_SECOND;
    bool last_pass = false; /* what was due just before the end is started, however late we are */
    int64_t now = begin, deadline = (deadline_millis + hold_millis) * NANOS_PER_MILLI;
    for (;;) {
        bool launching = !stopping && (now < end || (rate > 0 && !last_pass))
                && (!transaction_limit || started < (uint64_t) transaction_limit);
        last_pass = now >= end;
        int64_t wake = launching ? launch(begin, end, now) : INT64_MAX;
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
           "\"first_other_errno\":%d,\"failures\":{",
            (unsigned long long) started, (unsigned long long) done, (unsigned long long) failed_sum,
            (unsigned long long) not_started, (unsigned long long) ring.busy, elapsed, first_other_errno);
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

static void usage(void) {
    fputs("usage: load --target ADDRESS:PORT --source ADDRESS [--source-count 1] [--ports 1024-65535]\n"
          "            (--in-flight N | --rate PER_SECOND [--max-outstanding 10000]) [--seconds 10] [--transactions N]\n"
          "            [--endings c:9,s:1] [--connect HOST:PORT] [--deadline-millis 10000] [--hold-millis 0]\n", stderr);
    exit(2);
}

/* "c:9,s:1": letters with weights; the weight may be left out. */
static void parse_endings(const char *text) {
    while (*text) {
        struct ending *e = &endings[ending_count];
        if (ending_count == 3 || !strchr("csr", *text)) usage();
        e->letter = *text++;
        e->weight = 1;
        if (*text == ':') e->weight = (unsigned) strtoul(text + 1, (char **) &text, 10);
        if (*text == ',') text++;
        weight_sum += e->weight;
        ending_count++;
    }
    if (!weight_sum) usage();
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"target", 1, 0, 't'}, {"source", 1, 0, 'a'}, {"source-count", 1, 0, 'n'},
            {"ports", 1, 0, 'p'}, {"in-flight", 1, 0, 'f'}, {"rate", 1, 0, 'r'}, {"max-outstanding", 1, 0, 'm'},
            {"seconds", 1, 0, 's'}, {"transactions", 1, 0, 'x'}, {"endings", 1, 0, 'e'}, {"connect", 1, 0, 'c'},
            {"deadline-millis", 1, 0, 'd'}, {"hold-millis", 1, 0, 'h'}, {0, 0, 0, 0}};
    bool have_target = false, have_source = false;
    endings = calloc(3, sizeof *endings);
    if (!endings) die("calloc");
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 't': target = endpoint_parse(optarg); have_target = true; break;
            case 'a': have_source = endpoint_address(optarg, &ring.first); break;
            case 'n': ring.address_count = (unsigned) atoi(optarg); break;
            case 'p': if (sscanf(optarg, "%u-%u", &ring.port_low, &ring.port_high) != 2) usage(); break;
            case 'f': in_flight = (unsigned) atoi(optarg); break;
            case 'r': rate = atof(optarg); break;
            case 'm': max_outstanding = (unsigned) atoi(optarg); break;
            case 's': seconds = atoll(optarg); break;
            case 'x': transaction_limit = atoll(optarg); break;
            case 'e': parse_endings(optarg); break;
            case 'c': snprintf(connect_head, sizeof connect_head, "CONNECT %.200s HTTP/1.1\r\nHost: %.200s\r\n\r\n", optarg, optarg); break;
            case 'd': deadline_millis = atoll(optarg); break;
            case 'h': hold_millis = atoll(optarg); break;
            default: usage();
        }
    }
    if (!have_target || !have_source || (rate > 0) == (in_flight > 0) || ring.address_count < 1 || ring.port_low > ring.port_high
            || ring.port_high > 65535 || target.any.sa_family != ring.first.any.sa_family) usage();
    if (!ending_count) parse_endings("c");

    unsigned slots = rate > 0 ? max_outstanding : in_flight, descriptors = raise_descriptor_limit();
    if (slots + 16 > descriptors) {
        fprintf(stderr, "%u connections at once need more than the %u file descriptors allowed (ulimit -Hn)\n", slots, descriptors);
        return 2;
    }
    transactions = calloc(slots, sizeof *transactions);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!transactions || epoll < 0) die("set-up");
    for (uint32_t i = slots; i-- > 0; free_head = i) transactions[i].after = free_head;

    stop_on_signals();
    say_ready();
    int64_t begin = now_nanos();
    uint64_t not_started = run();
    print_totals(not_started, (double) (now_nanos() - begin) / 1e9);
    return 0;
}
