/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * One arriving segment: its four-tuple and the few fields of its header that are judged. Read relative to the network header, so that it is the same
 * for Ethernet, for tunnels without link header, and whatever tags were stripped before.
 */
#ifndef TIDEWAIT_SEGMENT_H
#define TIDEWAIT_SEGMENT_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "late_layout.h"

#define inlined static __attribute__((always_inline)) inline

#define TH_FIN 0x01
#define TH_SYN 0x02
#define TH_RST 0x04
#define TH_ACK 0x10

struct segment {
    __u32 seq;
    __u32 ack;
    __u32 payload_bytes;
    __u8 tcp_flags;
};

enum reading { READ, NOT_TCP, UNREADABLE };

/* Both headers are read by one call; only what has options between them or is too short takes another. */
#define TCP_BYTES 20

struct headers4 {
    struct iphdr ip;
    __u8 tcp[TCP_BYTES];
};

struct headers6 {
    struct ipv6hdr ip;
    __u8 tcp[TCP_BYTES];
};

inlined void read_tcp(const __u8 *header, __u32 offset, __u32 ip_bytes, struct tuple *t, struct segment *s) {
    __u32 used = offset + (header[12] >> 4) * 4;
    t->remote_port = (__u16)(header[0] << 8 | header[1]);
    t->local_port = (__u16)(header[2] << 8 | header[3]);
    s->seq = (__u32)header[4] << 24 | (__u32)header[5] << 16 | (__u32)header[6] << 8 | header[7];
    s->ack = (__u32)header[8] << 24 | (__u32)header[9] << 16 | (__u32)header[10] << 8 | header[11];
    s->tcp_flags = header[13];
    s->payload_bytes = ip_bytes > used ? ip_bytes - used : 0;
}

inlined enum reading read_ipv4(struct __sk_buff *skb, struct tuple *t, struct segment *s) {
    struct headers4 h;
    if (bpf_skb_load_bytes_relative(skb, 0, &h, sizeof(h), BPF_HDR_START_NET)) {
        if (bpf_skb_load_bytes_relative(skb, 0, &h.ip, sizeof(h.ip), BPF_HDR_START_NET))
            return UNREADABLE;
        return h.ip.protocol == IPPROTO_TCP ? UNREADABLE : NOT_TCP;
    }
    if (h.ip.protocol != IPPROTO_TCP)
        return NOT_TCP;
    /* A later fragment has no TCP header. */
    if (h.ip.frag_off & bpf_htons(0x1fff))
        return UNREADABLE;
    __u32 offset = h.ip.ihl * 4;
    if (offset != sizeof(h.ip) && bpf_skb_load_bytes_relative(skb, offset, h.tcp, sizeof(h.tcp), BPF_HDR_START_NET))
        return UNREADABLE;
    t->remote[2] = bpf_htonl(0xffff);
    t->remote[3] = h.ip.saddr;
    t->local[2] = bpf_htonl(0xffff);
    t->local[3] = h.ip.daddr;
    read_tcp(h.tcp, offset, bpf_ntohs(h.ip.tot_len), t, s);
    return READ;
}

inlined enum reading not_tcp_but(__u8 next_header) {
    return next_header == IPPROTO_UDP || next_header == IPPROTO_ICMPV6 ? NOT_TCP : UNREADABLE;
}

inlined enum reading read_ipv6(struct __sk_buff *skb, struct tuple *t, struct segment *s) {
    struct headers6 h;
    if (bpf_skb_load_bytes_relative(skb, 0, &h, sizeof(h), BPF_HDR_START_NET)) {
        if (bpf_skb_load_bytes_relative(skb, 0, &h.ip, sizeof(h.ip), BPF_HDR_START_NET))
            return UNREADABLE;
        return not_tcp_but(h.ip.nexthdr);
    }
    if (h.ip.nexthdr != IPPROTO_TCP)
        return not_tcp_but(h.ip.nexthdr);
    __builtin_memcpy(t->remote, &h.ip.saddr, sizeof(t->remote));
    __builtin_memcpy(t->local, &h.ip.daddr, sizeof(t->local));
    read_tcp(h.tcp, sizeof(h.ip), sizeof(h.ip) + bpf_ntohs(h.ip.payload_len), t, s);
    return READ;
}

inlined enum reading read_segment(struct __sk_buff *skb, struct tuple *t, struct segment *s) {
    if (skb->protocol == bpf_htons(ETH_P_IP))
        return read_ipv4(skb, t, s);
    if (skb->protocol == bpf_htons(ETH_P_IPV6))
        return read_ipv6(skb, t, s);
    return NOT_TCP;
}

#endif
