/* Bits turned over, so that the receiver notices, or so that it cannot. */
#ifndef TIDEWAIT_LAB_DAMAGE_H
#define TIDEWAIT_LAB_DAMAGE_H

#include <arpa/inet.h>

#include "fate.h"
#include "flows.h"
#include "packet_queue.h"

/* One bit behind the ports: the checksum no longer fits, and the receiver must notice. Who only watches still knows whose it was. */
static inline void corrupt(struct packet *packet, uint64_t id) {
    unsigned header = 4 + (packet->bytes[0] >> 4 == 4 ? (packet->bytes[0] & 15u) * 4u : 40);
    unsigned bit = (unsigned) (choice(id, ASK_WHERE) % ((packet->length - header) * 8u));
    packet->bytes[header + bit / 8] ^= (uint8_t) (1u << bit % 8);
}

/* One bit of the data, and the checksum so that it fits (RFC 1624): only who knows the data can notice. */
static inline void forge(struct packet *packet, const struct segment *s) {
    unsigned ip_header = packet->bytes[0] >> 4 == 4 ? (packet->bytes[0] & 15u) * 4u : 40, at = ip_header + s->tcp->th_off * 4u;
    struct tcphdr *tcp = (void *) (packet->bytes + ip_header);
    uint32_t sum = (uint16_t) ~ntohs(tcp->th_sum);
    sum += (uint16_t) ~(packet->bytes[at] << 8); /* even: headers are whole words */
    packet->bytes[at] ^= 1;
    sum += (uint16_t) (packet->bytes[at] << 8);
    sum = (sum & 0xffff) + (sum >> 16);
    tcp->th_sum = htons((uint16_t) ~((sum & 0xffff) + (sum >> 16)));
}

#endif
