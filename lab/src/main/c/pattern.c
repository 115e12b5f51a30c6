/*
 * pattern: connections whose every byte is checked at both ends. Byte n of a direction is a function of the connection's
 * number, the direction and n, so a byte of another connection, or of another place, is noticed wherever it comes out.
 *
 * The client says in a header of 24 bytes what will be sent. Then both sides send slowly (512 bytes every 5 ms) for
 * --slow-millis, and the rest as fast as it goes: slow at first, so that the beginning of a sequence range is open for a
 * while; fast then, so that the range runs ahead of the clock of initial sequence numbers. --alternate: the first, third,
 * fifth … connection is fast from its beginning, so over an odd number of ports each slow one follows a fast one. When
 * both directions are complete, the side named by --close closes, then the other.
 *
 *   pattern --listen ADDRESS:PORT
 *   pattern --target ADDRESS:PORT --source ADDRESS ...
 *
 * Counts are JSON on stdout at the end: the client ends after --connections, the server on SIGTERM or after --seconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "endpoint.h"
#include "fate.h"
#include "process.h"
#include "source_ring.h"

#define SLOW_BYTES 512
#define SLOW_MILLIS 5
#define PIECE_BYTES 65536
#define MAX_EVENTS 256

struct header { /* both ends are this very program on this very machine */
    uint64_t id;
    uint32_t up_bytes, down_bytes, slow_millis;
    uint8_t server_closes, zero[3];
};
_Static_assert(sizeof(struct header) == 24, "sent as it is");

struct conversation {
    struct header header;
    uint64_t sent, received, to_send, to_receive; /* header included */
    int64_t started, next_slow, fast_from;        /* started 0 = not open */
    unsigned header_bytes;                        /* of it the server has read */
    uint64_t wrong;
    bool connected, output_ended, input_ended, wants_room;
};

static struct conversation *conversations; /* by descriptor */
static unsigned descriptor_limit, in_flight = 64, slow_millis = 50, life_seconds = 3600;
static uint64_t connection_limit = 1000, up_bytes = 65536, down_bytes = 65536, first_id = 1;
static int64_t deadline_millis = 30000;
static bool is_server, server_closes, alternate;
static int epoll, listener = -1;
static unsigned open_count, highest;
static union endpoint target;
static struct source_ring ring = {.address_count = 1, .port_low = 1024, .port_high = 65535};
static struct {
    uint64_t started, done, wrong_connections, wrong_bytes, resets, early_eof, timed_out, refused, no_port, other;
} counts;
static char first_wrong[96] = "";

static bool sends_up(void) { return !is_server; }

static void fill(uint8_t *out, size_t length, uint64_t id, bool up, uint64_t from) {
    for (size_t i = 0; i < length;) {
        uint64_t at = from + i, word = mixed((id * 2 + up) * 0x9e3779b97f4a7c15u + (at >> 3));
        do out[i++] = (uint8_t) (word >> 8 * (at & 7));
        while (i < length && (++at & 7));
    }
}

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
    close(fd);
}

static uint64_t *count_of(int error) {
    switch (error) {
        case ECONNRESET: case EPIPE: return &counts.resets;
        case ETIMEDOUT: return &counts.timed_out;
        case ECONNREFUSED: return &counts.refused;
        default: return &counts.other;
    }
}

static bool is_complete(const struct conversation *c) {
    return c->to_send && c->sent == c->to_send && c->received == c->to_receive;
}

static void watch(int fd, bool for_room) {
    struct conversation *c = &conversations[fd];
    if (c->wants_room == for_room) return;
    c->wants_room = for_room;
    struct epoll_event event = {.events = EPOLLIN | (for_room ? EPOLLOUT : 0u), .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) < 0) die("epoll_ctl");
}

static void close_if_complete(int fd) {
    struct conversation *c = &conversations[fd];
    if (!is_complete(c)) return;
    bool we_close = c->header.server_closes == is_server;
    if (!c->output_ended && (we_close || c->input_ended)) {
        c->output_ended = true;
        if (shutdown(fd, SHUT_WR) < 0) {
            end(fd, count_of(errno));
            return;
        }
    }
    if (c->output_ended && c->input_ended) {
        counts.done++;
        end(fd, NULL);
    }
}

/* Sends up to a number of bytes; false if the connection is gone. */
static bool send_some(int fd, uint64_t most) {
    static uint8_t piece[PIECE_BYTES];
    struct conversation *c = &conversations[fd];
    while (most && c->sent < c->to_send) {
        size_t length, skip = sends_up() ? sizeof c->header : 0;
        if (c->sent < skip) {
            length = skip - c->sent;
            memcpy(piece, (uint8_t *) &c->header + c->sent, length);
        } else {
            uint64_t left = c->to_send - c->sent;
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
            end(fd, count_of(errno));
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

static void plan(struct conversation *c, int64_t now) {
    uint64_t up = sizeof c->header + c->header.up_bytes, down = c->header.down_bytes;
    c->to_send = is_server ? down : up;
    c->to_receive = is_server ? up : down;
    c->next_slow = now;
    c->fast_from = now + c->header.slow_millis * NANOS_PER_MILLI;
}

/* False if the connection is gone, or there is nothing more to read now. */
static bool receive_once(int fd) {
    static uint8_t bytes[PIECE_BYTES];
    struct conversation *c = &conversations[fd];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) end(fd, count_of(errno));
        return false;
    }
    if (n == 0) {
        c->input_ended = true;
        if (!is_complete(c)) end(fd, &counts.early_eof);
        else close_if_complete(fd);
        return false;
    }
    size_t used = 0;
    if (is_server && c->header_bytes < sizeof c->header) {
        used = sizeof c->header - c->header_bytes;
        if (used > (size_t) n) used = (size_t) n;
        memcpy((uint8_t *) &c->header + c->header_bytes, bytes, used);
        c->header_bytes += (unsigned) used;
        c->received += used;
        if (c->header_bytes == sizeof c->header) plan(c, now_nanos());
    }
    if ((size_t) n > used) check(c, bytes + used, (size_t) n - used);
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

static void start_clients(int64_t now) {
    while (open_count < in_flight && counts.started < connection_limit) {
        int fd = source_ring_connect(&ring, &target);
        if (fd < 0) {
            counts.no_port++;
            return; /* again at the next tick: the time-out of the whole run bounds it */
        }
        add(fd, now, false);
        struct conversation *c = &conversations[fd];
        uint64_t number = counts.started++;
        c->header = (struct header){.id = first_id + number, .up_bytes = (uint32_t) up_bytes, .down_bytes = (uint32_t) down_bytes,
                .slow_millis = alternate && number % 2 == 0 ? 0 : slow_millis, .server_closes = server_closes};
        plan(c, now);
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
    if (!c->connected) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            end(fd, count_of(error));
            return;
        }
        c->connected = true;
        plan(c, now);
        watch(fd, false);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) while (receive_once(fd)) {}
    if (c->started && events & EPOLLOUT && now >= c->fast_from) send_some(fd, UINT64_MAX);
}

/* Slow bytes that are due, the beginning of the fast ones, deadlines. */
static void tick(int64_t now) {
    for (unsigned fd = 0; fd <= highest; fd++) {
        struct conversation *c = &conversations[fd];
        if (!c->started) continue;
        if (now - c->started > deadline_millis * NANOS_PER_MILLI) {
            end((int) fd, &counts.timed_out);
            continue;
        }
        if (!c->connected || !c->to_send || c->sent == c->to_send || c->wants_room) continue;
        if (now >= c->fast_from) send_some((int) fd, UINT64_MAX);
        else if (now >= c->next_slow) {
            c->next_slow = now + SLOW_MILLIS * NANOS_PER_MILLI;
            send_some((int) fd, SLOW_BYTES);
        }
    }
}

static void run(void) {
    int64_t now = now_nanos(), stop_at = now + life_seconds * NANOS_PER_SECOND, next_tick = now;
    while (!stopping && now < stop_at && (is_server || counts.started < connection_limit || open_count)) {
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

static void listen_on(const char *text) {
    union endpoint local = endpoint_parse(text);
    const int on = 1;
    is_server = true;
    listener = socket(local.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (listener < 0 || bind(listener, &local.any, endpoint_size(&local)) < 0 || listen(listener, 65535) < 0) die(text);
}

static void print_totals(void) {
    const uint64_t *values = &counts.started;
    static const char *const names[] = {"started", "done", "wrong_connections", "wrong_bytes", "resets", "early_eof", "timed_out",
            "refused", "no_port", "other"};
    _Static_assert(sizeof names / sizeof *names == sizeof counts / sizeof(uint64_t), "a name for every count");
    printf("{");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) printf("\"%s\":%llu,", names[i], (unsigned long long) values[i]);
    printf("\"open\":%u,\"first_wrong\":\"%s\"}\n", open_count, first_wrong);
}

static void usage(void) {
    fputs("usage: pattern --listen ADDRESS:PORT [--seconds 3600]\n"
          "       pattern --target ADDRESS:PORT --source ADDRESS [--ports 1024-65535] [--in-flight 64] [--connections 1000]\n"
          "               [--up BYTES] [--down BYTES] [--slow-millis 50] [--close client|server] [--first-id 1]\n"
          "               [--alternate] [--deadline-millis 30000] [--seconds 3600]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"listen", 1, 0, 'l'}, {"target", 1, 0, 't'}, {"source", 1, 0, 'a'}, {"ports", 1, 0, 'p'},
            {"in-flight", 1, 0, 'f'}, {"connections", 1, 0, 'x'}, {"up", 1, 0, 'u'}, {"down", 1, 0, 'd'}, {"slow-millis", 1, 0, 'm'},
            {"close", 1, 0, 'c'}, {"first-id", 1, 0, 'i'}, {"deadline-millis", 1, 0, 'e'}, {"seconds", 1, 0, 's'},
            {"alternate", 0, 0, 'r'}, {0, 0, 0, 0}};
    bool has_target = false, has_source = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'l': listen_on(optarg); break;
            case 't': target = endpoint_parse(optarg); has_target = true; break;
            case 'a': has_source = endpoint_address(optarg, &ring.first); break;
            case 'p': if (sscanf(optarg, "%u-%u", &ring.port_low, &ring.port_high) != 2) usage(); break;
            case 'f': in_flight = (unsigned) atoi(optarg); break;
            case 'x': connection_limit = strtoull(optarg, NULL, 10); break;
            case 'u': up_bytes = strtoull(optarg, NULL, 10); break;
            case 'd': down_bytes = strtoull(optarg, NULL, 10); break;
            case 'm': slow_millis = (unsigned) atoi(optarg); break;
            case 'c': server_closes = !strcmp(optarg, "server"); break;
            case 'i': first_id = strtoull(optarg, NULL, 10); break;
            case 'e': deadline_millis = atol(optarg); break;
            case 'r': alternate = true; break;
            case 's': life_seconds = (unsigned) atoi(optarg); break;
            default: usage();
        }
    }
    if (is_server == (has_target && has_source) || optind != argc) usage();
    stop_on_signals();
    descriptor_limit = raise_descriptor_limit();
    conversations = calloc(descriptor_limit, sizeof *conversations);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!conversations || epoll < 0) die("memory for connections");
    if (is_server) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
    }
    say_ready();
    run();
    print_totals();
    return 0;
}
