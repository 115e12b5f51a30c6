/*
 * Another numbering of the bytes, put between two hosts: each host goes on using its own sequence numbers, and the other
 * sees them moved by a constant of the incarnation. So the hosts' initial sequence numbers can be related in ways that
 * their own clock (RFC 9293 section 3.4.1, RFC 6528) would give only after minutes, or never:
 *
 *   wrapped    the next ISN lies just below the former one, as after a whole turn of the clock (275 s on Linux)
 *   unrelated  any number, as from a firewall that chooses its own, a balancer's other server, or a host that was rebooted
 *
 * Sequence and acknowledgement number and SACK blocks are rewritten and the checksum is kept right (RFC 1624).
 */
#ifndef TIDEWAIT_LAB_NUMBERING_H
#define TIDEWAIT_LAB_NUMBERING_H

#include "fate.h"
#include "flows.h"

enum numbering { OWN, WRAPPED, UNRELATED };

#define WRAPPED_BELOW 20000u /* bytes that the next ISN is below the former */

static enum numbering numbering;

static inline bool parse_numbering(const char *text) {
    static const char *const names[] = {"own", "wrapped", "unrelated"};
    for (unsigned i = 0; i < 3; i++)
        if (!strcmp(text, names[i])) {
            numbering = (enum numbering) i;
            return true;
        }
    return false;
}

static inline void write_number(struct tcphdr *tcp, uint8_t *at, uint32_t number) {
    uint32_t sum = (uint16_t) ~ntohs(tcp->th_sum), value = htonl(number);
    uint16_t before[2], after[2];
    memcpy(before, at, 4);
    memcpy(after, &value, 4);
    for (int i = 0; i < 2; i++) sum += (uint16_t) ~ntohs(before[i]) + (uint32_t) ntohs(after[i]);
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    tcp->th_sum = htons((uint16_t) ~sum);
    memcpy(at, after, 4);
}

static inline void move_number(struct tcphdr *tcp, uint8_t *at, uint32_t by) {
    uint32_t value;
    memcpy(&value, at, 4);
    write_number(tcp, at, ntohl(value) + by);
}

static inline void move_sack_blocks(struct tcphdr *tcp, uint32_t by) {
    uint8_t *at = (uint8_t *) (tcp + 1), *end = (uint8_t *) tcp + tcp->th_off * 4u;
    while (at < end && *at != TCPOPT_EOL) {
        if (*at == TCPOPT_NOP) {
            at++;
            continue;
        }
        if (end - at < 2 || at[1] < 2 || at + at[1] > end) return;
        if (*at == TCPOPT_SACK && ((at - (uint8_t *) tcp) & 1) == 0)
            for (uint8_t *number = at + 2; number + 4 <= at + at[1]; number += 4) move_number(tcp, number, by);
        at += at[1];
    }
}

/* The segment as the other end shall see it; called once for each, after flow_advance. */
static inline void renumber(struct flow *flow, const struct segment *s, enum end from, uint64_t seed) {
    if (numbering == OWN) return;
    struct tcphdr *tcp = (void *) s->tcp;
    if (tcp->th_flags & TH_SYN && flow->numbered[from] != flow->incarnation) {
        uint32_t isn = ntohl(tcp->th_seq), seen;
        if (numbering == WRAPPED && flow->numbered[from]) seen = flow->seen_isn[from] - WRAPPED_BELOW;
        else seen = (uint32_t) mixed(seed ^ mixed((uint64_t) flow_number(flow) << 33 | (uint64_t) flow->incarnation << 1 | from));
        flow->seen_isn[from] = seen;
        flow->moved[from] = seen - isn;
        flow->numbered[from] = flow->incarnation;
    }
    move_number(tcp, (uint8_t *) &tcp->th_seq, flow->moved[from]);
    if (tcp->th_flags & TH_ACK) {
        move_number(tcp, (uint8_t *) &tcp->th_ack, 0u - flow->moved[!from]);
        move_sack_blocks(tcp, 0u - flow->moved[!from]);
    }
}

#endif
