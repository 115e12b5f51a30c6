/*
 * Source addresses and ports in ring order: a pair comes back only after every other was used. All ports of one
 * address, then the next address.
 */
#ifndef TIDEWAIT_LAB_SOURCE_RING_H
#define TIDEWAIT_LAB_SOURCE_RING_H

#include <errno.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "endpoint.h"

#define RING_ATTEMPTS 64

struct source_ring {
    union endpoint first;
    unsigned address_count, port_low, port_high;
    uint64_t next, busy; /* busy: pairs passed over because the kernel refused them */
};

/* A non-blocking socket bound to the next pair that the kernel grants, connecting to the target; -1 with errno. */
static inline int source_ring_connect(struct source_ring *ring, const union endpoint *target) {
    static const int on = 1, off = 0;
    unsigned ports = ring->port_high - ring->port_low + 1;
    int error = 0;
    for (int attempt = 0; attempt < RING_ATTEMPTS; attempt++) {
        int fd = socket(target->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) return -1;
        /* Both: with SO_REUSEADDR alone a bind walks all sockets of that address and port. */
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        /* Acknowledge together with the request and the FIN: two segments fewer, as busy clients do. */
        setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
        uint64_t at = ring->next++;
        union endpoint from = endpoint_plus(&ring->first, (unsigned) (at / ports % ring->address_count));
        endpoint_set_port(&from, ring->port_low + (unsigned) (at % ports));
        if (bind(fd, &from.any, endpoint_size(&from)) == 0
                && (connect(fd, &target->any, endpoint_size(target)) == 0 || errno == EINPROGRESS)) return fd;
        error = errno;
        close(fd);
        if (error != EADDRINUSE && error != EADDRNOTAVAIL) break;
        ring->busy++;
    }
    errno = error;
    return -1;
}

#endif
