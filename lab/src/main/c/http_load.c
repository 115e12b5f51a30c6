/*
 * http_load: HTTP clients. A transaction is one request and its answer: status 200, a Content-Length, and exactly so
 * many bytes of the expected pattern. The path asks the origin for the ending: "/c" = we close first, "/s" = the
 * origin does, "/r" = it resets.
 *
 * With --proxy HOST:PORT the target is a proxy: requests are in absolute-form, the last one on a connection says
 * Connection: close, and the proxy then closes first, whatever happens between it and the origin.
 * --requests N are sent one after the other on each connection, without a pause; an open loop then opens connections so
 * that all requests together come at its rate. With --body-bytes they are POSTs.
 *
 * Pace, ports and reports: see clients.h.
 */
#define _GNU_SOURCE
#include <stdint.h>

#include "http_message.h"

struct conversation {
    unsigned requests; /* sent on this connection */
    struct http_message answer;
};

#include "clients.h"
#include "clients_main.h"

#define MAX_BODY_BYTES 8192

struct request {
    size_t length;
    char bytes[1024 + MAX_BODY_BYTES];
};

static const char *authority;
static unsigned requests_each = 1, body_bytes;
static struct request *prepared; /* by ending, then whether it is the last on its connection */

static void prepare(struct request *request, char letter, bool last) {
    const char *host = authority ? authority : "origin";
    int n = snprintf(request->bytes, 1024, "%s %s%s/%c HTTP/1.1\r\nHost: %s\r\nUser-Agent: tidewait-lab\r\n%s",
            body_bytes ? "POST" : "GET", authority ? "http://" : "", authority ? authority : "", letter, host,
            last && authority ? "Connection: close\r\n" : "");
    if (body_bytes) n += snprintf(request->bytes + n, 1024 - (size_t) n, "Content-Length: %u\r\n", body_bytes);
    n += snprintf(request->bytes + n, 1024 - (size_t) n, "\r\n");
    http_fill(request->bytes + n, body_bytes);
    request->length = (size_t) n + body_bytes;
}

static void send_request(uint32_t slot) {
    struct transaction *t = &transactions[slot];
    bool last = ++t->talk.requests >= requests_each;
    http_begin(&t->talk.answer);
    const struct request *request = &prepared[t->ending * 2 + last];
    send_or_fail(slot, request->bytes, request->length);
}

static void connected(uint32_t slot) {
    transactions[slot].talk.requests = 0;
    send_request(slot);
}

/* Keeps the first one's status and error type of Proxy-Status for the report. */
static void note_bad_status(const struct http_message *answer) {
    if (first_bad_status[0]) return;
    const char *status = http_field(answer, "Proxy-Status"), *error = status ? strstr(status, "error=") : NULL;
    char *to = first_bad_status;
    for (const char *at = answer->head + 9; to < first_bad_status + 3 && *at >= '0' && *at <= '9'; at++) *to++ = *at;
    if (!error) return;
    *to++ = ' ';
    for (const char *at = error + 6; to < first_bad_status + sizeof first_bad_status - 1 && (*at == '_' || (*at >= 'a' && *at <= 'z')); at++) *to++ = *at;
}

static void received(uint32_t slot, const char *bytes, size_t length) {
    struct conversation *c = &transactions[slot].talk;
    enum http_reading reading;
    size_t used = http_take(&c->answer, bytes, length, &reading);
    if (c->answer.blank_line == 4 && strncmp(c->answer.head, "HTTP/1.1 200 ", 13) != 0) {
        note_bad_status(&c->answer);
        fail(slot, BAD_STATUS);
    } else if (reading == HTTP_BAD || (reading == HTTP_WHOLE && (used < length || !http_field(&c->answer, "Content-Length")))) {
        fail(slot, BAD_ANSWER);
    } else if (reading == HTTP_WHOLE) {
        bool last = c->requests >= requests_each, they_close = http_says_close(&c->answer) || (last && authority) || letter_of(slot) != 'c';
        if (!they_close && !last && may_start(now_nanos())) {
            answered_and_again(slot);
            send_request(slot);
        } else answered(slot, !they_close);
    }
}

static bool is_wanted_end(uint32_t slot, int error) {
    return !authority && letter_of(slot) == 'r' && error == ECONNRESET;
}

static void usage(void) {
    fputs("usage: http_load " CLIENT_USAGE "\n            [--proxy HOST:PORT] [--requests 1] [--body-bytes 0]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {
            CLIENT_OPTIONS, {"proxy", 1, 0, 'y'}, {"requests", 1, 0, 'q'}, {"body-bytes", 1, 0, 'b'}, {0, 0, 0, 0}};
    allocate_endings();
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
            case 'y': authority = optarg; break;
            case 'q': requests_each = (unsigned) atoi(optarg); break;
            case 'b': body_bytes = (unsigned) atoi(optarg); break;
            default: take_client_option(option, optarg);
        }
    }
    if (requests_each < 1 || body_bytes > MAX_BODY_BYTES || (authority && strlen(authority) > 200)) usage();
    if (!ending_count) parse_endings("c");
    prepared = calloc(ending_count * 2, sizeof *prepared);
    if (!prepared) die("calloc");
    for (unsigned i = 0; i < ending_count * 2; i++) prepare(&prepared[i], endings[i / 2].letter, i % 2);
    return run_clients();
}
