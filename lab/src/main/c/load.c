/*
 * load: clients of few bytes. A transaction is: connect to the target, (CONNECT and its 200,) one request byte up, one
 * answer byte down, close in order: the byte asks the origin for the ending, 'c' = we send FIN first, 's' = the far end
 * sends FIN first, 'r' = the far end resets. It counts as done when the other side's FIN (or the reset asked for) is in.
 *
 * Pace, ports and reports: see clients.h.
 */
#define _GNU_SOURCE
#include <stdint.h>

struct conversation {
    uint8_t in_tunnel, head_bytes, blank_line; /* blank_line: how much of "\r\n\r\n" has come */
    char head[12];                             /* "HTTP/1.1 200" */
};

#include "clients.h"
#include "clients_main.h"

static char connect_head[512];

static void send_request(uint32_t slot) {
    transactions[slot].talk.in_tunnel = 1;
    send_or_fail(slot, &endings[transactions[slot].ending].letter, 1);
}

static void connected(uint32_t slot) {
    transactions[slot].talk = (struct conversation){0};
    if (connect_head[0]) send_or_fail(slot, connect_head, strlen(connect_head));
    else send_request(slot);
}

/* Takes in the proxy's answer to CONNECT; sends the request after the blank line. */
static void proxy_answer(uint32_t slot, const char *bytes, size_t length) {
    struct conversation *c = &transactions[slot].talk;
    for (size_t i = 0; i < length && c->blank_line < 4; i++) {
        if (c->head_bytes < sizeof c->head) c->head[c->head_bytes++] = bytes[i];
        if (bytes[i] == "\r\n\r\n"[c->blank_line]) c->blank_line++;
        else c->blank_line = bytes[i] == '\r';
    }
    if (c->blank_line < 4) return;
    if (c->head_bytes == sizeof c->head && !memcmp(c->head, "HTTP/1.", 7) && !memcmp(c->head + 8, " 200", 4)) send_request(slot);
    else fail(slot, BAD_STATUS);
}

static void received(uint32_t slot, const char *bytes, size_t length) {
    if (transactions[slot].talk.in_tunnel) answered(slot, letter_of(slot) == 'c');
    else proxy_answer(slot, bytes, length);
}

static bool is_wanted_end(uint32_t slot, int error) { return letter_of(slot) == 'r' && error == ECONNRESET; }

static void usage(void) {
    fputs("usage: load " CLIENT_USAGE "\n            [--connect HOST:PORT]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {CLIENT_OPTIONS, {"connect", 1, 0, 'c'}, {0, 0, 0, 0}};
    allocate_endings();
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'c') {
            snprintf(connect_head, sizeof connect_head, "CONNECT %.200s HTTP/1.1\r\nHost: %.200s\r\n\r\n", optarg, optarg);
        } else take_client_option(option, optarg);
    }
    return run_clients();
}
