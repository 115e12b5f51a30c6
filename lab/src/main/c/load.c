/*
 * load: clients of few bytes. A transaction is: connect to the target, (CONNECT and its 200,) one request byte up, one
 * answer byte down, close in order: the byte asks the origin for the ending, 'c' = we send FIN first, 's' = the far end
 * sends FIN first, 'r' = the far end resets. It counts as done when the other side's FIN (or the reset asked for) is in.
 *
 * With --connect-many every transaction asks for another tunnel: all addresses from the one given on, then the next port.
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
static union endpoint first_tunnel; /* of --connect-many; each transaction asks for the next one */
static unsigned tunnel_addresses, tunnel_ports;
static uint64_t tunnels_asked;

static void send_request(uint32_t slot) {
    transactions[slot].talk.in_tunnel = 1;
    send_or_fail(slot, &endings[transactions[slot].ending].letter, 1);
}

static void write_connect_head(const char *host_and_port) {
    snprintf(connect_head, sizeof connect_head, "CONNECT %.200s HTTP/1.1\r\nHost: %.200s\r\n\r\n", host_and_port, host_and_port);
}

static void write_next_connect_head(void) {
    char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 8];
    unsigned number = (unsigned) (tunnels_asked++ % (tunnel_addresses * tunnel_ports));
    union endpoint to = endpoint_plus(&first_tunnel, number % tunnel_addresses);
    bool v6 = to.any.sa_family == AF_INET6;
    unsigned port = ntohs(v6 ? first_tunnel.v6.sin6_port : first_tunnel.v4.sin_port) + number / tunnel_addresses;
    inet_ntop(to.any.sa_family, v6 ? (const void *) &to.v6.sin6_addr : (const void *) &to.v4.sin_addr, address, sizeof address);
    snprintf(text, sizeof text, v6 ? "[%s]:%u" : "%s:%u", address, port);
    write_connect_head(text);
}

static void connected(uint32_t slot) {
    transactions[slot].talk = (struct conversation){0};
    if (tunnel_addresses) write_next_connect_head();
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
    fputs("usage: load " CLIENT_USAGE "\n            [--connect HOST:PORT [--connect-many ADDRESSES,PORTS]]\n", stderr);
    exit(2);
}

int main(int argc, char **argv) {
    static const struct option options[] = {CLIENT_OPTIONS, {"connect", 1, 0, 'c'}, {"connect-many", 1, 0, 'y'}, {0, 0, 0, 0}};
    const char *tunnel = NULL;
    allocate_endings();
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'c') tunnel = optarg;
        else if (option != 'y') take_client_option(option, optarg);
        else if (sscanf(optarg, "%u,%u", &tunnel_addresses, &tunnel_ports) != 2 || !tunnel_addresses || !tunnel_ports) usage();
    }
    if (tunnel_addresses && !tunnel) usage();
    if (tunnel_addresses) first_tunnel = endpoint_parse(tunnel);
    if (tunnel) write_connect_head(tunnel);
    return run_clients();
}
