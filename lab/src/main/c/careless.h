/*
 * How programs that know no floor find a source port: the kernel's own choice, or a port of their own that they take again
 * at once, and whatever TIME_WAIT stands in the way is destroyed (SOCK_DESTROY by the four-tuple).
 */
#ifndef TIDEWAIT_LAB_CARELESS_H
#define TIDEWAIT_LAB_CARELESS_H

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "source_ring.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/* Removes a socket of this namespace, silently if it is in TIME_WAIT or FIN_WAIT2 without an owner. IPv4 and IPv6. */
static inline void destroy_socket(const union endpoint *from, const union endpoint *to) {
    static int diag = -1;
    if (diag < 0 && (diag = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) < 0) return;
    struct { struct nlmsghdr header; struct inet_diag_req_v2 request; } message = {
        .header = {sizeof message, SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, 1, 0},
        .request = {.sdiag_family = (uint8_t) from->any.sa_family, .sdiag_protocol = IPPROTO_TCP, .idiag_states = UINT32_MAX,
                .id = {.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}}};
    bool v6 = from->any.sa_family == AF_INET6;
    message.request.id.idiag_sport = v6 ? from->v6.sin6_port : from->v4.sin_port;
    message.request.id.idiag_dport = v6 ? to->v6.sin6_port : to->v4.sin_port;
    memcpy(message.request.id.idiag_src, v6 ? (const void *) &from->v6.sin6_addr : (const void *) &from->v4.sin_addr, v6 ? 16 : 4);
    memcpy(message.request.id.idiag_dst, v6 ? (const void *) &to->v6.sin6_addr : (const void *) &to->v4.sin_addr, v6 ? 16 : 4);
    if (send(diag, &message, sizeof message, 0) < 0) return;
    char answer[1024];
    recv(diag, answer, sizeof answer, 0); /* the kernel answers within send() */
}

/* A port of the ring, destroying what the kernel still holds on the four-tuple; -1 with errno. The port must not be open here. */
static inline int connect_at_once(const struct source_ring *ring, unsigned port, const union endpoint *target) {
    static const int on = 1;
    union endpoint from = ring->first;
    endpoint_set_port(&from, port);
    for (int attempt = 0; attempt < 2; attempt++) {
        int fd = socket(target->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) return -1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        if (bind(fd, &from.any, endpoint_size(&from)) == 0
                && (connect(fd, &target->any, endpoint_size(target)) == 0 || errno == EINPROGRESS)) return fd;
        int error = errno;
        close(fd);
        if (error != EADDRNOTAVAIL) return -1;
        destroy_socket(&from, target);
    }
    return -1;
}

/* The port is the kernel's choice; -1 with errno. */
static inline int connect_anyhow(const struct source_ring *ring, const union endpoint *target) {
    static const int on = 1;
    int fd = socket(target->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    union endpoint from = ring->first;
    endpoint_set_port(&from, 0);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, &from.any, endpoint_size(&from)) == 0
            && (connect(fd, &target->any, endpoint_size(target)) == 0 || errno == EINPROGRESS)) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

#endif
