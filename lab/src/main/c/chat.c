/*
 * chat: short and long-lived connections whose every byte is checked at both ends (chat.h).
 *
 * The client sends a piece of --bytes every --every-millis, and the server answers byte for byte. A short connection ends after
 * --pieces; on every fourth one the server closes first, else the client. With --pieces 0 a connection goes on until SIGTERM; then
 * the client sends no more, waits for what is still to be answered, and closes.
 *
 * A connection on which nothing was heard for --deadline-millis has failed, and is reset.
 *
 * Without --source the client's sockets are not bound: whoever chooses the ports of other programs chooses theirs.
 *
 *   chat --listen ADDRESS:PORT
 *   chat --target ADDRESS:PORT [--source ADDRESS ...]
 *
 * One JSON line a second on stderr, first {"ready":true}; counts are JSON on stdout at the end: the client's after
 * --connections, the server's on SIGTERM or after --seconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "chat.h"
#include "clock.h"
#include "endpoint.h"
#include "listener.h"
#include "process.h"
#include "source_ring.h"

#define MOST_AT_ONCE 16384
#define MAX_EVENTS 512
#define SERVER_CLOSES_EVERY 4

static struct chat *chats; /* by descriptor */
static unsigned in_flight = 64, piece_bytes = 200, pieces = 3, every_millis = 20, life_seconds = 3600;
static uint64_t connection_limit = 1000, first_id = 1, started;
static double rate; /* of beginnings, a second; 0 = as many as --in-flight allows */
static int64_t deadline_millis = 30000;
static bool is_server, is_bound, finishing;
static int epoll, listener = -1;
static unsigned open_count, highest;
static union endpoint target;
static struct source_ring ring = {.address_count = 1, .port_low = 1024, .port_high = 65535};
static char first_wrong[96] = "";
static struct counts {
    uint64_t done, wrong_connections, wrong_bytes, checked_bytes, resets, early_eof, timed_out, refused, no_port, other;
} counts[CHATS];
static uint64_t unused; /* of a server: closed before a header came. A proxy that tried two four-tuples closes one of them */

static void end(int fd, uint64_t *count) {
    struct chat *chat = &chats[fd];
    struct counts *own = &counts[kind_of(chat)];
    bool failed = count != &own->done;
    if (is_server && chat->header_bytes < sizeof chat->header) {
        count = &unused;
        failed = !chat->input_ended;
    }
    (*count)++;
    own->checked_bytes += chat->received;
    own->wrong_bytes += chat->wrong;
    own->wrong_connections += chat->wrong > 0;
    if (failed) setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    chat->heard = 0;
    open_count--;
    close(fd);
}

static void end_badly(int fd, int error) {
    struct counts *own = &counts[kind_of(&chats[fd])];
    switch (error) {
        case ECONNRESET: case EPIPE: end(fd, &own->resets); break;
        case ETIMEDOUT: end(fd, &own->timed_out); break;
        case ECONNREFUSED: end(fd, &own->refused); break;
        default: end(fd, &own->other);
    }
}

static void watch(int fd, uint32_t events) {
    struct chat *chat = &chats[fd];
    if (chat->events == events) return;
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, chat->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
    chat->events = events;
}

/* What is announced, or what there is so far. */
static bool is_complete(const struct chat *chat) {
    bool all_came = is_server ? chat->header.bytes ? chat->received == chat->header.bytes : chat->input_ended
                              : chat->header.bytes ? chat->received == chat->header.bytes : finishing && chat->received == chat->sent;
    return chat->header_bytes == sizeof chat->header && all_came && chat->sent == chat->to_send;
}

static void close_if_complete(int fd) {
    struct chat *chat = &chats[fd];
    if (!is_complete(chat)) return;
    if (!chat->output_ended && (chat->header.server_closes == is_server || chat->input_ended)) {
        chat->output_ended = true;
        if (shutdown(fd, SHUT_WR) < 0) {
            end_badly(fd, errno);
            return;
        }
    }
    if (chat->output_ended && chat->input_ended) end(fd, &counts[kind_of(chat)].done);
}

/* Sends what is due; false if the connection is gone. */
static bool send_due(int fd) {
    static uint8_t bytes[sizeof(struct header) + MOST_AT_ONCE];
    struct chat *chat = &chats[fd];
    while (chat->sent < chat->to_send) {
        size_t head = is_server ? 0 : sizeof chat->header - chat->header_bytes, length = chat->to_send - chat->sent;
        if (length > MOST_AT_ONCE) length = MOST_AT_ONCE;
        memcpy(bytes, (uint8_t *) &chat->header + sizeof chat->header - head, head);
        chat_fill(bytes + head, length, chat->header.id, !is_server, chat->sent);
        ssize_t n = send(fd, bytes, head + length, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) break;
        if (n < 0) {
            end_badly(fd, errno);
            return false;
        }
        size_t of_head = (size_t) n < head ? (size_t) n : head;
        if (!is_server) chat->header_bytes += (unsigned) of_head;
        chat->sent += (size_t) n - of_head;
    }
    watch(fd, (chat->input_ended ? 0 : EPOLLIN) | (chat->sent < chat->to_send ? EPOLLOUT : 0) | EPOLLRDHUP * !chat->input_ended);
    close_if_complete(fd);
    return chat->heard != 0;
}

static void on_end_of_input(int fd) {
    struct chat *chat = &chats[fd];
    chat->input_ended = true;
    bool early = is_server ? chat->header_bytes < sizeof chat->header || chat->received < chat->header.bytes : !is_complete(chat);
    if (early) end(fd, &counts[kind_of(chat)].early_eof);
    else send_due(fd);
}

static void take(int fd, const uint8_t *bytes, size_t length) {
    static uint8_t wanted[MOST_AT_ONCE];
    struct chat *chat = &chats[fd];
    chat->heard = now_nanos();
    if (is_server && chat->header_bytes < sizeof chat->header) {
        size_t head = sizeof chat->header - chat->header_bytes;
        if (head > length) head = length;
        memcpy((uint8_t *) &chat->header + chat->header_bytes, bytes, head);
        chat->header_bytes += (unsigned) head;
        bytes += head;
        length -= head;
    }
    uint64_t most = is_server ? chat->header.bytes ? chat->header.bytes : UINT64_MAX : chat->sent;
    chat_fill(wanted, length, chat->header.id, is_server, chat->received);
    chat_check(chat, bytes, wanted, length, most, first_wrong, sizeof first_wrong);
    if (is_server) chat->to_send = chat->received;
}

/* False if there is nothing more to read now. */
static bool receive_once(int fd) {
    static uint8_t bytes[MOST_AT_ONCE];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n == 0) on_end_of_input(fd);
    else if (n < 0 && errno != EAGAIN && errno != EINTR) end_badly(fd, errno);
    if (n <= 0) return false;
    take(fd, bytes, (size_t) n);
    return send_due(fd) && n == sizeof bytes;
}

static void add(int fd, int64_t now, bool connected) {
    static const int on = 1;
    chats[fd] = (struct chat){.heard = now, .connected = connected};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    open_count++;
    if ((unsigned) fd > highest) highest = (unsigned) fd;
    watch(fd, connected ? EPOLLIN | EPOLLRDHUP : EPOLLOUT);
}

static int connect_next(void) {
    if (is_bound) return source_ring_connect(&ring, &target);
    int fd = socket(target.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, &target.any, endpoint_size(&target)) == 0 || errno == EINPROGRESS) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static void start_clients(int64_t begin, int64_t now) {
    while (!stopping && open_count < in_flight && started < connection_limit) {
        if (rate > 0 && begin + (int64_t) ((double) started / rate * 1e9) > now) return;
        int fd = connect_next();
        if (fd < 0) {
            counts[pieces ? SHORT : LONG].no_port++;
            return; /* again a millisecond later: the time-out of the whole run bounds it */
        }
        add(fd, now, false);
        uint64_t id = first_id + started++;
        chats[fd].header = (struct header){.id = id, .bytes = piece_bytes * pieces, .server_closes = pieces && id % SERVER_CLOSES_EVERY == 0};
    }
}

/* The next piece, if the one before is away. */
static void say(int fd, int64_t now) {
    struct chat *chat = &chats[fd];
    if (finishing || (chat->header.bytes && chat->to_send == chat->header.bytes)) return;
    chat->next_piece = now + every_millis * NANOS_PER_MILLI;
    if (chat->sent == chat->to_send) chat->to_send += piece_bytes;
    send_due(fd);
}

static void accept_all(int64_t now) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        started++;
        add(fd, now, true);
    }
}

static void on_event(int fd, uint32_t events, int64_t now) {
    struct chat *chat = &chats[fd];
    if (!chat->heard) return;
    if (!chat->connected) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) end_badly(fd, error);
        else {
            chat->connected = true;
            say(fd, now);
        }
        return;
    }
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) while (receive_once(fd)) {}
    if (chat->heard && events & EPOLLOUT) send_due(fd);
}

/* Pieces that are due, and deadlines. */
static void tick(int64_t now) {
    for (unsigned fd = 0; fd <= highest; fd++) {
        struct chat *chat = &chats[fd];
        if (!chat->heard) continue;
        if (now - chat->heard > deadline_millis * NANOS_PER_MILLI) end_badly((int) fd, ETIMEDOUT);
        else if (!is_server && chat->connected && now >= chat->next_piece) say((int) fd, now);
    }
}

/* The long-lived have nothing more to say. */
static void finish(int64_t now) {
    finishing = true;
    for (unsigned fd = 0; fd <= highest; fd++) {
        if (!chats[fd].heard) continue;
        chats[fd].heard = now;
        close_if_complete((int) fd);
    }
}

static void print_second(int64_t second) {
    const struct counts *own = &counts[pieces ? SHORT : LONG];
    uint64_t failed = own->resets + own->early_eof + own->timed_out + own->refused + own->other;
    fprintf(stderr, "{\"second\":%lld,\"kind\":\"%s\",\"started\":%llu,\"done\":%llu,\"failed\":%llu,\"open\":%u}\n", (long long) second,
            pieces ? "short" : "long", (unsigned long long) started, (unsigned long long) own->done, (unsigned long long) failed, open_count);
}

static void run(void) {
    int64_t begin = now_nanos(), now = begin, stop_at = now + life_seconds * NANOS_PER_SECOND, next_tick = now, next_second = now + NANOS_PER_SECOND;
    while (now < stop_at && (is_server ? !stopping : open_count || (!stopping && started < connection_limit))) {
        if (stopping && !finishing) finish(now);
        if (now >= next_tick) {
            if (!is_server) start_clients(begin, now);
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
        for (; !is_server && now >= next_second; next_second += NANOS_PER_SECOND) print_second((next_second - begin) / NANOS_PER_SECOND);
    }
}

static void print_totals(void) {
    static const char *const kinds[CHATS] = {"short", "long"};
    static const char *const names[] = {"done", "wrong_connections", "wrong_bytes", "checked_bytes", "resets", "early_eof", "timed_out", "refused",
            "no_port", "other"};
    _Static_assert(sizeof names / sizeof *names == sizeof *counts / sizeof(uint64_t), "a name for every count");
    printf("{");
    for (int kind = 0; kind < CHATS; kind++) {
        printf("\"%s\":{", kinds[kind]);
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
            printf("%s\"%s\":%llu", i ? "," : "", names[i], (unsigned long long) (&counts[kind].done)[i]);
        printf("},");
    }
    printf("\"started\":%llu,\"unused\":%llu,\"open\":%u,\"first_wrong\":\"%s\"}\n", (unsigned long long) started, (unsigned long long) unused,
            open_count, first_wrong);
}

static void usage(void) {
    fputs("usage: chat --listen ADDRESS:PORT [--deadline-millis 30000] [--seconds 3600]\n"
          "       chat --target ADDRESS:PORT [--source ADDRESS] [--source-count 1] [--ports 1024-65535] [--in-flight 64] [--rate N] [--connections 1000]\n"
          "            [--bytes 200] [--pieces 3] [--every-millis 20] [--first-id 1] [--deadline-millis 30000] [--seconds 3600]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"listen", 1, 0, 'l'}, {"target", 1, 0, 't'}, {"source", 1, 0, 'a'}, {"source-count", 1, 0, 'n'},
            {"ports", 1, 0, 'p'}, {"in-flight", 1, 0, 'f'}, {"connections", 1, 0, 'x'}, {"bytes", 1, 0, 'b'}, {"pieces", 1, 0, 'c'},
            {"every-millis", 1, 0, 'm'}, {"rate", 1, 0, 'r'}, {"first-id", 1, 0, 'i'}, {"deadline-millis", 1, 0, 'e'}, {"seconds", 1, 0, 's'}, {0, 0, 0, 0}};
    bool has_target = false;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'l': listener = listener_at(optarg); is_server = true; break;
            case 't': target = endpoint_parse(optarg); has_target = true; break;
            case 'a': if (!endpoint_address(optarg, &ring.first)) usage(); is_bound = true; break;
            case 'n': ring.address_count = (unsigned) atoi(optarg); break;
            case 'p': if (sscanf(optarg, "%u-%u", &ring.port_low, &ring.port_high) != 2) usage(); break;
            case 'f': in_flight = (unsigned) atoi(optarg); break;
            case 'x': connection_limit = strtoull(optarg, NULL, 10); break;
            case 'b': piece_bytes = (unsigned) atoi(optarg); break;
            case 'c': pieces = (unsigned) atoi(optarg); break;
            case 'm': every_millis = (unsigned) atoi(optarg); break;
            case 'r': rate = atof(optarg); break;
            case 'i': first_id = strtoull(optarg, NULL, 10); break;
            case 'e': deadline_millis = atol(optarg); break;
            case 's': life_seconds = (unsigned) atoi(optarg); break;
            default: usage();
        }
    }
    if (is_server == has_target || optind != argc || !piece_bytes || piece_bytes > MOST_AT_ONCE || ring.address_count < 1) usage();
    stop_on_signals();
    chats = calloc(raise_descriptor_limit(), sizeof *chats);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!chats || epoll < 0) die("memory for connections");
    if (is_server) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
    }
    say_ready();
    run();
    print_totals();
    return 0;
}
