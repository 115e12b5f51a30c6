/*
 * origin: the server at the far end, for whoever connects: HTTP where the first byte is a capital letter, bytes
 * otherwise. Bytes: every REQUEST bytes that come in are answered with ANSWER bytes. HTTP: every request is answered
 * with 200 and a small fixed body; a body of the request is checked against the pattern of http_message.h.
 *
 * Then the connection ends as asked. With --close by-request the first byte of a connection, or the first letter of
 * a request's path, decides: 'c' client first, 's' server first, 'r' reset; 'q' = there is no answer at all, 'x' = reset
 * instead of an answer. HTTP's Connection: close is obeyed: we close first. CONNECT is granted, and the tunnel ends here.
 *
 * One thread, one epoll set; --address-count and --port-count make it many destinations. Several may listen on the same
 * address and port (SO_REUSEPORT) and share the load.
 * Says {"ready":true} on stderr; counts as JSON on stdout when it ends (SIGTERM, SIGINT or after --seconds).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "endpoint.h"
#include "http_message.h"
#include "process.h"

#define MAX_EVENTS 256
#define MAX_BYTES 4096
#define BACKLOG 65535 /* cut to net.core.somaxconn by the kernel */

struct connection {
    int64_t last_nanos;  /* last activity; 0 = not open */
    uint32_t unanswered; /* request bytes that came since the last answer */
    char ending;
    bool answered, begun, http;
    struct http_message request;
};

static unsigned request_bytes = 1, answer_bytes = 1, life_seconds = 3600, idle_seconds = 300;
static char fixed_ending = 'c'; /* 0 = by request */
static struct connection *connections; /* by fd */
static unsigned connection_limit, address_count = 1, port_count = 1;
static char http_answers[2][512]; /* the second one says Connection: close */
static size_t http_answer_bytes[2];
static int last_listener, epoll; /* every descriptor from epoll up to there is a listener */
static struct {
    uint64_t accepted, answered, ended_by_client, ended_by_server, reset_by_server, reset_by_peer, early_eof, timed_out,
            other_errors, open;
} counts;

static void end(int fd) {
    connections[fd].last_nanos = 0;
    counts.open--;
    close(fd); /* also leaves the epoll set: the fd has no duplicate */
}

static void reset(int fd) {
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1, .l_linger = 0}, sizeof(struct linger));
    end(fd);
}

/* The part of the ending that comes in place of the answer; true if that was all. */
static bool ends_unanswered(int fd, const struct connection *c) {
    if (c->ending == 'x') {
        counts.reset_by_server++;
        reset(fd);
    }
    return c->ending == 'x' || c->ending == 'q';
}

/* Sends an answer, and ends the connection if that is our part; false if it is over. */
static bool answer(int fd, struct connection *c, const char *bytes, size_t length) {
    if (send(fd, bytes, length, MSG_NOSIGNAL) != (ssize_t) length) {
        counts.other_errors++;
        reset(fd);
        return false;
    }
    c->answered = true;
    counts.answered++;
    if (c->ending == 's') {
        counts.ended_by_server++;
        end(fd);
    } else if (c->ending == 'r') {
        counts.reset_by_server++;
        reset(fd);
    }
    return c->ending != 's' && c->ending != 'r';
}

/* Answers what has been asked in full. */
static void serve_bytes(int fd, struct connection *c, const char *bytes, size_t length) {
    static const char answers[MAX_BYTES];
    if (!c->ending) c->ending = bytes[0];
    c->unanswered += (uint32_t) length;
    if (ends_unanswered(fd, c)) return;
    while (c->unanswered >= request_bytes) {
        c->unanswered -= request_bytes;
        if (!answer(fd, c, answers, answer_bytes)) return;
    }
}

/* Whoever cannot make tunnels may pass the wish on to us: then the tunnel ends here, and bytes follow. */
static void become_tunnel(int fd, struct connection *c, const char *bytes, size_t length) {
    static const char granted[] = "HTTP/1.1 200 OK\r\n\r\n";
    if (send(fd, granted, sizeof granted - 1, MSG_NOSIGNAL) != (ssize_t) sizeof granted - 1) {
        counts.other_errors++;
        reset(fd);
        return;
    }
    c->http = false;
    if (length > 0) serve_bytes(fd, c, bytes, length);
}

static void serve_http(int fd, struct connection *c, const char *bytes, size_t length) {
    while (length > 0) {
        enum http_reading reading;
        size_t used = http_take(&c->request, bytes, length, &reading);
        bytes += used;
        length -= used;
        if (reading == HTTP_MORE) return;
        if (reading == HTTP_BAD) {
            counts.other_errors++;
            reset(fd);
            return;
        }
        if (!strncmp(c->request.head, "CONNECT ", 8)) {
            become_tunnel(fd, c, bytes, length);
            return;
        }
        const char *path = strchr(c->request.head, '/');
        if (!fixed_ending && path) c->ending = path[1];
        if (ends_unanswered(fd, c)) return;
        if (c->ending == 'c' && http_says_close(&c->request)) c->ending = 's';
        http_begin(&c->request);
        bool last = c->ending != 'c';
        if (!answer(fd, c, http_answers[last], http_answer_bytes[last])) return;
    }
}

static void serve(int fd) {
    char bytes[MAX_BYTES];
    struct connection *c = &connections[fd];
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n > 0) {
        c->last_nanos = now_nanos();
        if (!c->begun) c->http = bytes[0] >= 'A' && bytes[0] <= 'Z';
        if (c->http) serve_http(fd, c, bytes, (size_t) n);
        else serve_bytes(fd, c, bytes, (size_t) n);
        c->begun = true;
    } else if (n == 0) {
        if (c->answered) counts.ended_by_client++;
        else counts.early_eof++;
        end(fd);
    } else if (errno != EAGAIN && errno != EINTR) {
        if (errno == ECONNRESET) counts.reset_by_peer++;
        else counts.other_errors++;
        end(fd);
    }
}

static void accept_some(int listener) {
    for (int i = 0; i < MAX_EVENTS; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) counts.other_errors++;
            return;
        }
        if ((unsigned) fd >= connection_limit) {
            counts.other_errors++;
            close(fd);
            continue;
        }
        struct connection *c = &connections[fd];
        c->last_nanos = now_nanos();
        c->unanswered = 0;
        c->ending = fixed_ending;
        c->answered = c->begun = c->http = false;
        http_begin(&c->request);
        counts.accepted++;
        counts.open++;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
    }
}

/* Resets every peer that said nothing for too long. */
static void sweep(int64_t now) {
    for (unsigned fd = 0; fd < connection_limit; fd++) {
        int64_t last = connections[fd].last_nanos;
        if (last == 0 || now - last < idle_seconds * NANOS_PER_SECOND) continue;
        counts.timed_out++;
        reset((int) fd);
    }
}

static void serve_until_stopped(void) {
    struct epoll_event events[MAX_EVENTS];
    int64_t begin = now_nanos(), next_sweep = begin + NANOS_PER_SECOND;
    while (!stopping) {
        int n = epoll_wait(epoll, events, MAX_EVENTS, 200);
        if (n < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd <= last_listener) accept_some(events[i].data.fd);
            else serve(events[i].data.fd);
        }
        if (n == MAX_EVENTS) continue;
        int64_t now = now_nanos();
        if (now - begin > life_seconds * NANOS_PER_SECOND) return;
        if (now >= next_sweep) {
            sweep(now);
            next_sweep = now + NANOS_PER_SECOND;
        }
    }
}

static void listen_on(const union endpoint *at) {
    int on = 1, listener = socket(at->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) die("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(listener, &at->any, endpoint_size(at)) < 0) die("bind");
    if (listen(listener, BACKLOG) < 0) die("listen");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
    last_listener = listener;
}

/* So many addresses from the one given on, and on each so many ports from the one given on. */
static void listen_on_all(const char *text) {
    union endpoint first = endpoint_parse(text);
    unsigned first_port = ntohs(first.any.sa_family == AF_INET6 ? first.v6.sin6_port : first.v4.sin_port);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1");
    for (unsigned i = 0; i < address_count * port_count; i++) {
        union endpoint at = endpoint_plus(&first, i / port_count);
        endpoint_set_port(&at, first_port + i % port_count);
        listen_on(&at);
    }
}

static void prepare_http_answers(void) {
    static char body[100];
    http_fill(body, sizeof body);
    for (int last = 0; last < 2; last++) {
        http_answer_bytes[last] = (size_t) snprintf(http_answers[last], sizeof http_answers[last],
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n%s\r\n%.*s", sizeof body,
                last ? "Connection: close\r\n" : "", (int) sizeof body, body);
    }
}

static void usage(void) {
    fputs("usage: origin --listen ADDRESS:PORT [--address-count 1] [--port-count 1] [--close client|server|reset|by-request]\n"
          "              [--request-bytes 1] [--answer-bytes 1] [--idle-seconds 300] [--seconds 3600]\n", stderr);
    exit(2);
}

static char ending_named(const char *name) {
    if (!strcmp(name, "client")) return 'c';
    if (!strcmp(name, "server")) return 's';
    if (!strcmp(name, "reset")) return 'r';
    if (strcmp(name, "by-request") != 0) usage();
    return 0;
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"listen", 1, 0, 'l'}, {"close", 1, 0, 'c'}, {"request-bytes", 1, 0, 'b'},
            {"answer-bytes", 1, 0, 'a'}, {"idle-seconds", 1, 0, 'i'}, {"seconds", 1, 0, 's'},
            {"address-count", 1, 0, 'n'}, {"port-count", 1, 0, 'p'}, {0, 0, 0, 0}};
    const char *address = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
            case 'l': address = optarg; break;
            case 'c': fixed_ending = ending_named(optarg); break;
            case 'b': request_bytes = (unsigned) atoi(optarg); break;
            case 'a': answer_bytes = (unsigned) atoi(optarg); break;
            case 'i': idle_seconds = (unsigned) atoi(optarg); break;
            case 's': life_seconds = (unsigned) atoi(optarg); break;
            case 'n': address_count = (unsigned) atoi(optarg); break;
            case 'p': port_count = (unsigned) atoi(optarg); break;
            default: usage();
        }
    }
    if (!address || address_count < 1 || port_count < 1 || request_bytes < 1 || answer_bytes < 1 || answer_bytes > MAX_BYTES) usage();

    connection_limit = raise_descriptor_limit();
    connections = calloc(connection_limit, sizeof *connections);
    if (!connections) die("calloc");

    prepare_http_answers();
    stop_on_signals();
    listen_on_all(address);
    say_ready();
    serve_until_stopped();
    printf("{\"accepted\":%llu,\"answered\":%llu,\"ended_by_client\":%llu,\"ended_by_server\":%llu,\"reset_by_server\":%llu,"
           "\"reset_by_peer\":%llu,\"early_eof\":%llu,\"timed_out\":%llu,\"other_errors\":%llu,\"open\":%llu}\n",
            (unsigned long long) counts.accepted, (unsigned long long) counts.answered,
            (unsigned long long) counts.ended_by_client, (unsigned long long) counts.ended_by_server,
            (unsigned long long) counts.reset_by_server, (unsigned long long) counts.reset_by_peer,
            (unsigned long long) counts.early_eof, (unsigned long long) counts.timed_out,
            (unsigned long long) counts.other_errors, (unsigned long long) counts.open);
    return 0;
}
