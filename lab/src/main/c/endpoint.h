/* An address and port of either family, parsed from "192.0.2.1:80" or "[2001:db8::1]:80". */
#ifndef TIDEWAIT_LAB_ENDPOINT_H
#define TIDEWAIT_LAB_ENDPOINT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

union endpoint {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static inline socklen_t endpoint_size(const union endpoint *e) {
    return e->any.sa_family == AF_INET6 ? sizeof e->v6 : sizeof e->v4;
}

static inline bool endpoint_address(const char *text, union endpoint *out) {
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
        out->any.sa_family = AF_INET;
        return true;
    }
    if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
        out->any.sa_family = AF_INET6;
        return true;
    }
    return false;
}

static inline void endpoint_set_port(union endpoint *e, unsigned port) {
    if (e->any.sa_family == AF_INET6) e->v6.sin6_port = htons((uint16_t) port);
    else e->v4.sin_port = htons((uint16_t) port);
}

/* The same address moved on by n within its last 16 bits. */
static inline union endpoint endpoint_plus(const union endpoint *base, unsigned n) {
    union endpoint moved = *base;
    if (base->any.sa_family == AF_INET6) {
        uint8_t *b = moved.v6.sin6_addr.s6_addr;
        unsigned low = ((unsigned) b[14] << 8 | b[15]) + n;
        b[14] = (uint8_t) (low >> 8);
        b[15] = (uint8_t) low;
    } else {
        moved.v4.sin_addr.s_addr = htonl(ntohl(base->v4.sin_addr.s_addr) + n);
    }
    return moved;
}

/* Ends the program with a message when the text is not an endpoint. */
static inline union endpoint endpoint_parse(const char *text) {
    union endpoint e;
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t) (colon - text) : 0;
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    if (!colon || length == 0 || length >= sizeof host) {
        fprintf(stderr, "'%s' is not ADDRESS:PORT or [ADDRESS]:PORT\n", text);
        exit(2);
    }
    memcpy(host, text, length);
    host[length] = 0;
    if (!endpoint_address(host, &e)) {
        fprintf(stderr, "'%s' is not an IPv4 or IPv6 address\n", host);
        exit(2);
    }
    endpoint_set_port(&e, (unsigned) atoi(colon + 1));
    return e;
}

#endif
