/*
 * pattern: connections whose every byte is checked at both ends (conversation.h).
 *
 * The client says in a header what will be sent; both sides begin when the server has spoken. They send slowly (512 bytes
 * every 5 ms) for --slow-millis, and the rest as fast as it goes: slow at first, so that the beginning of a sequence range
 * is open for a while; fast then, so that the range runs ahead of the clock of initial sequence numbers. --slow-side turns:
 * only one side is slow, the client of every other connection, the server of the others. --burst: a slow side sends so many
 * bytes at once before, which opens the other's window. --alternate N: N connections are fast from their beginning, the next
 * N are slow, and so on; over N ports each slow one follows a fast one.
 *
 * When both directions are complete, the side named by --close closes, or resets, and then the other closes. client-leaves:
 * the client closes its socket and does not wait for the server, who lingers in CLOSE_WAIT for --linger-millis. With
 * --other-every N every Nth connection ends as --other-close says.
 *
 * --port-choice: ring (each port after all others, never one that the kernel holds), kernel (its own choice), at-once (the
 * first port that is closed here; what the kernel still holds is destroyed; with --floor-millis it must have been closed for so long).
 * --start-gap-millis: so long at least from the beginning of one connection to the next.
 *
 *   pattern --listen ADDRESS:PORT
 *   pattern --target ADDRESS:PORT --source ADDRESS ...
 *
 * Counts are JSON on stdout at the end: the client ends after --connections, or begins no more after --start-millis; the
 * server on SIGTERM or after --seconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "endpoint.h"
#include "listener.h"
#include "process.h"

#include "pattern_options.h"

#define SLOW_BYTES 512
#define SLOW_MILLIS 5
#define PIECE_BYTES 65536
#define MAX_EVENTS 256
#define LATE_START_MILLIS 100

static struct conversation *conversations; /* by descriptor */
static bool port_open[65536];
static int64_t port_closed_nanos[65536]; /* CLOCK_MONOTONIC; 0 = never used */
static int epoll, listener = -1;
static unsigned open_count, highest;
static int64_t start_until = INT64_MAX, next_start;
static struct {
    uint64_t started, done, wrong_connections, wrong_bytes, resets, early_eof, timed_out, refused, no_port, other, late_starts,
            longest_start_micros, abandoned, unused;
} counts;
static char first_wrong[96] = "";

static bool sends_up(void) { return !is_server; }

static void end(int fd, uint64_t *count) {
    struct conversation *c = &conversations[fd];
    if (count) {
        (*count)++;
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    }
    if (c->wrong) {
        counts.wrong_connections++;
        counts.wrong_bytes += c->wrong;
    }
    c->started = 0;
    open_count--;
    port_open[c->port] = false;
    port_closed_nanos[c->port] = now_nanos();
    close(fd);
}

static void end_well(int fd) {
    counts.done++;
    end(fd, NULL);
}

/* By an error of the socket. A reset where one was agreed upon is the end that was wanted. */
static void end_badly(int fd, int error) {
    struct conversation *c = &conversations[fd];
    bool reset = error == ECONNRESET || error == EPIPE;
    if (reset && is_complete(c) && expects_reset(c, is_server)) end_well(fd);
    else if (reset && is_server && c->received == 0) end(fd, &counts.unused);
    else end(fd, reset ? &counts.resets : error == ETIMEDOUT ? &counts.timed_out : error == ECONNREFUSED ? &counts.refused : &counts.other);
}

static void watch_events(int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) < 0) die("epoll_ctl");
}

static void watch(int fd, bool for_room) {
    struct conversation *c = &conversations[fd];
    if (c->wants_room == for_room) return;
    c->wants_room = for_room;
    watch_events(fd, EPOLLIN | (for_room ? EPOLLOUT : 0u));
}

static void reset_if_empty(int fd) {
    int waiting = 0;
    if (ioctl(fd, SIOCOUTQ, &waiting) == 0 && waiting > 0) return;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    end_well(fd);
}

static void close_if_complete(int fd) {
    struct conversation *c = &conversations[fd];
    if (!is_complete(c)) return;
    bool first = we_close(c, is_server);
    if (first && ends_by_reset(c)) {
        c->resets_when_empty = true;
        reset_if_empty(fd);
        return;
    }
    if (first && c->header.ending == CLIENT_LEAVES) {
        end_well(fd);
        return;
    }
    if (c->input_ended && c->header.ending == SERVER_CLOSES_CLIENT_RESETS && !is_server) {
        reset_if_empty(fd);
        return;
    }
    if (c->input_ended && c->header.ending == CLIENT_LEAVES && c->header.linger_millis) {
        if (!c->close_at) c->close_at = now_nanos() + c->header.linger_millis * NANOS_PER_MILLI;
        watch_events(fd, 0); /* errors come all the same */
        return;
    }
    if (!c->output_ended && (first || c->input_ended)) {
        c->output_ended = true;
        if (shutdown(fd, SHUT_WR) < 0) {
            end_badly(fd, errno);
            return;
        }
    }
    if (c->output_ended && c->input_ended) end_well(fd);
}

/* Sends up to a number of bytes; false if the connection is gone. */
static bool send_some(int fd, uint64_t most) {
    static uint8_t piece[PIECE_BYTES];
    struct conversation *c = &conversations[fd];
    while (most && c->sent < may_send(c, is_server)) {
        size_t length, skip = sends_up() ? sizeof c->header : 0;
        if (c->sent < skip) {
            length = skip - c->sent;
            memcpy(piece, (uint8_t *) &c->header + c->sent, length);
        } else {
            uint64_t left = may_send(c, is_server) - c->sent;
            length = left < sizeof piece ? (size_t) left : sizeof piece;
            if (length > most) length = most;
            fill(piece, length, c->header.id, sends_up(), c->sent - skip);
        }
        ssize_t n = send(fd, piece, length, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN) {
                watch(fd, true);
                return true;
            }
            end_badly(fd, errno);
            return false;
        }
        c->sent += (uint64_t) n;
        most -= (uint64_t) n < most ? (uint64_t) n : most;
    }
    watch(fd, false);
    close_if_complete(fd);
    return c->started != 0;
}

static void check(struct conversation *c, const uint8_t *bytes, size_t length) {
    static uint8_t wanted[PIECE_BYTES];
    uint64_t skip = is_server ? sizeof c->header : 0;
    fill(wanted, length, c->header.id, !sends_up(), c->received - skip);
    for (size_t i = 0; i < length; i++) {
        bool beyond = c->received + i >= c->to_receive;
        if (bytes[i] == wanted[i] && !beyond) continue;
        c->wrong++;
        if (!*first_wrong)
            snprintf(first_wrong, sizeof first_wrong, "connection %llu, byte %llu of %llu", (unsigned long long) c->header.id,
                    (unsigned long long) (c->received - skip + i), (unsigned long long) (c->to_receive - skip));
    }
    c->received += length;
}

static void first_byte_came(struct conversation *c, int64_t now) {
    uint64_t micros = (uint64_t) (now - c->started) / NANOS_PER_MICRO;
    counts.late_starts += micros > LATE_START_MILLIS * 1000;
    if (micros > counts.longest_start_micros) counts.longest_start_micros = micros;
    plan_times(c, is_server, now);
}

/* The bytes of the header among those that have come. */
static size_t read_header(struct conversation *c, const uint8_t *bytes, size_t length) {
    size_t used = sizeof c->header - c->header_bytes;
    if (used > length) used = length;
    memcpy((uint8_t *) &c->header + c->header_bytes, bytes, used);
    c->header_bytes += (unsigned) used;
    c->received += used;
    if (c->header_bytes == sizeof c->header) {
        plan_amounts(c, true);
        plan_times(c, true, now_nanos());
    }
    return used;
}

/* False if the connection is gone, or there is nothing more to read now. */
static bool receive_once(int fd) {
    static uint8_t bytes[PIECE_BYTES];
    struct conversation *c = &conversations[fd];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) end_badly(fd, errno);
        return false;
    }
    if (n == 0) {
        c->input_ended = true;
        if (is_server && c->received == 0) end(fd, &counts.unused); /* a connection that nobody wanted in the end */
        else if (!is_complete(c)) end(fd, &counts.early_eof);
        else close_if_complete(fd);
        return false;
    }
    size_t used = 0;
    if (is_server && c->header_bytes < sizeof c->header) used = read_header(c, bytes, (size_t) n);
    if (!is_server && !c->fast_from) first_byte_came(c, now_nanos());
    if ((size_t) n > used) check(c, bytes + used, (size_t) n - used);
    if (c->planned && c->received == c->to_receive && c->sent + 1 == c->to_send && ends_by_reset(c)) return send_some(fd, 1);
    close_if_complete(fd);
    return c->started != 0;
}

static void add(int fd, int64_t now, bool connected) {
    struct conversation *c = &conversations[fd];
    *c = (struct conversation){.started = now, .connected = connected, .wants_room = !connected};
    struct epoll_event event = {.events = EPOLLIN | (connected ? 0u : EPOLLOUT), .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
    open_count++;
    if ((unsigned) fd > highest) highest = (unsigned) fd;
}

static int open_client(uint16_t *port, int64_t now) {
    if (port_choice == KERNEL) return connect_anyhow(&ring, &target);
    if (port_choice == RING) return source_ring_connect(&ring, &target);
    unsigned ports = ring.port_high - ring.port_low + 1;
    for (unsigned i = 0; i < ports; i++) {
        unsigned candidate = ring.port_low + (unsigned) (ring.next++ % ports);
        if (port_open[candidate] || (port_closed_nanos[candidate] && now - port_closed_nanos[candidate] < floor_millis * NANOS_PER_MILLI)) continue;
        *port = (uint16_t) candidate;
        return connect_at_once(&ring, candidate, &target);
    }
    return -1;
}

static void start_clients(int64_t now) {
    while (open_count < in_flight && counts.started < connection_limit && now < start_until && now >= next_start) {
        uint16_t port = 0;
        int fd = open_client(&port, now);
        if (fd < 0) {
            counts.no_port++;
            return; /* again at the next tick: the time-out of the whole run bounds it */
        }
        next_start = start_gap_millis ? now + start_gap_millis * NANOS_PER_MILLI : 0;
        add(fd, now, false);
        struct conversation *c = &conversations[fd];
        uint64_t number = counts.started++;
        bool fast = alternate && number / alternate % 2 == 0;
        c->port = port;
        port_open[port] = port != 0;
        c->header = (struct header){.id = first_id + number, .up_bytes = (uint32_t) up_bytes, .down_bytes = (uint32_t) down_bytes,
                .slow_millis = slow_millis, .burst_bytes = burst_bytes, .linger_millis = linger_millis,
                .ending = (uint8_t) (other_every && number % other_every == other_every - 1 ? other_ending : ending),
                .slow_side = fast ? NOBODY_SLOW : !slow_in_turns ? BOTH_SLOW : number % 2 ? SERVER_SLOW : CLIENT_SLOW};
        plan_amounts(c, false);
    }
}

static void accept_all(int64_t now) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        counts.started++;
        add(fd, now, true);
    }
}

static void on_event(int fd, uint32_t events, int64_t now) {
    struct conversation *c = &conversations[fd];
    if (!c->started) return;
    if (!c->connected || events & EPOLLERR) {
        int error = 0;
        socklen_t size = sizeof error;
        if (!c->connected || c->close_at) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            end_badly(fd, error);
            return;
        }
    }
    if (!c->connected) {
        c->connected = true;
        watch(fd, false);
        send_some(fd, sizeof c->header);
    }
    if (c->started && !c->close_at && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) while (receive_once(fd)) {}
    if (c->started && events & EPOLLOUT && c->fast_from && now >= c->fast_from) send_some(fd, UINT64_MAX);
}

/* Slow bytes that are due, the beginning of the fast ones, deadlines. */
static void tick(int64_t now) {
    for (unsigned fd = 0; fd <= highest; fd++) {
        struct conversation *c = &conversations[fd];
        if (!c->started) continue;
        if (now - c->started > deadline_millis * NANOS_PER_MILLI) {
            end((int) fd, is_complete(c) ? &counts.abandoned : &counts.timed_out); /* abandoned: only the end is missing */
            continue;
        }
        if (c->resets_when_empty) {
            reset_if_empty((int) fd);
            continue;
        }
        if (c->close_at) {
            if (now >= c->close_at) end_well((int) fd);
            continue;
        }
        if (!c->connected || !c->fast_from || c->wants_room || c->sent >= may_send(c, is_server)) continue;
        if (now >= c->fast_from) send_some((int) fd, UINT64_MAX);
        else if (now >= c->next_slow) {
            uint64_t burst = c->burst;
            c->burst = 0;
            c->next_slow = now + SLOW_MILLIS * NANOS_PER_MILLI;
            send_some((int) fd, SLOW_BYTES + burst);
        }
    }
}

static void run(void) {
    int64_t now = now_nanos(), stop_at = now + life_seconds * NANOS_PER_SECOND, next_tick = now;
    if (start_millis != INT64_MAX) start_until = now + start_millis * NANOS_PER_MILLI;
    while (!stopping && now < stop_at && (is_server || (counts.started < connection_limit && now < start_until) || open_count)) {
        if (now >= next_tick) {
            if (!is_server) start_clients(now);
            tick(now);
            next_tick = now + NANOS_PER_MILLI;
        }
        struct epoll_event events[MAX_EVENTS];
        struct timespec wait = timespec_of(next_tick - now_nanos());
        int n = epoll_pwait2(epoll, events, MAX_EVENTS, &wait, NULL);
        if (n < 0 && errno != EINTR) die("epoll_pwait2");
        now = now_nanos();
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener) accept_all(now);
            else on_event(events[i].data.fd, events[i].events, now);
        }
    }
}

static void print_totals(void) {
    const uint64_t *values = &counts.started;
    static const char *const names[] = {"started", "done", "wrong_connections", "wrong_bytes", "resets", "early_eof", "timed_out",
            "refused", "no_port", "other", "late_starts", "longest_start_micros", "abandoned", "unused"};
    _Static_assert(sizeof names / sizeof *names == sizeof counts / sizeof(uint64_t), "a name for every count");
    printf("{");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) printf("\"%s\":%llu,", names[i], (unsigned long long) values[i]);
    printf("\"open\":%u,\"first_wrong\":\"%s\"}\n", open_count, first_wrong);
}

int main(int argc, char **argv) {
    parse_options(argc, argv);
    stop_on_signals();
    conversations = calloc(raise_descriptor_limit(), sizeof *conversations);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!conversations || epoll < 0) die("memory for connections");
    if (is_server) {
        listener = listener_at(listen_on_text);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
    }
    say_ready();
    run();
    print_totals();
    return 0;
}
